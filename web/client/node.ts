import WebSocket from "ws";
import { ConversationClient as PortableClient, type ConversationOptions } from "./connection/ConversationClient";
import type { WebSocketConstructor } from "./connection/HubLink";

export * from "./audio/framer";
export * from "./audio/g711";
export * from "./audio/pcm";
export * from "./audio/resampler";
export * from "./audio/wav";
export type { ClientEvents, ConnectionState, ConversationOptions } from "./connection/ConversationClient";
export * from "./connection/ConversationError";
export * from "./playout/Playout";
export * from "./playout/PlayoutBuffer";
export * from "./playout/TimedPlayout";
export * from "./protocol";

/** The client for Node 20, which has no WebSocket of its own. */
export class ConversationClient extends PortableClient {
  constructor(options: ConversationOptions = {}) {
    super({ webSocket: WebSocket as unknown as WebSocketConstructor, ...options });
  }
}
