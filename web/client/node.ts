import WebSocket from "ws";
import { ConversationClient as PortableClient } from "./connection/ConversationClient";
import type { ConversationOptions } from "./connection/ConversationOptions";
import type { WebSocketConstructor } from "./connection/HubLink";

export * from "./audio/framer";
export * from "./audio/g711";
export * from "./audio/pcm";
export * from "./audio/resampler";
export * from "./audio/wav";
export * from "./connection/ConversationError";
export * from "./connection/ConversationOptions";
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
