import type { Playout, PlayoutProgress } from "../playout/Playout";
import type { OpenedSession, SessionEvent, SessionEvents, SessionSettings } from "../protocol";
import type { ConversationError } from "./ConversationError";
import type { WebSocketConstructor } from "./HubLink";

export interface ConversationOptions {
  /** The gateway's address, "http://localhost:5080", or those of several of one cluster, the first to answer taken. Default: the page's own origin. */
  url?: string | readonly string[];
  settings?: SessionSettings;
  /** Where replies are played. Default: a simulated listener, so that the server sees them heard at the pace of speech. */
  playout?: Playout;
  /** Rate of the caller's audio given to `sendAudio`, in hertz. Default 16000, what the platform hears at. */
  inputRate?: number;
  /** Rate of the replies, in hertz: 8000, 16000, 24000 or 48000. Default 24000. */
  outputRate?: number;
  /** Whose session it is, where the host names tenants, and the key it gave. */
  tenant?: string;
  tenantKey?: string;
  accessToken?: () => string | Promise<string>;
  /** Default: the platform's. Node 20 has none: `client/node` brings one. */
  webSocket?: WebSocketConstructor;
  /** A connection not up by then has failed, in milliseconds. Default 8000; less where there is another gateway to try. */
  startTimeoutMs?: number;
}

export type ConnectionState =
  | { state: "idle" | "connecting" }
  /** `gateway`: the one it goes through. */
  | { state: "open"; opened: OpenedSession; gateway: string }
  /** `until`: when it is given up, on `Date.now`'s clock. */
  | { state: "reconnecting"; until: number }
  | { state: "closed"; reason: string; error?: ConversationError };

export interface ClientEvents extends SessionEvents {
  connection: ConnectionState;
  /** Every session event, in order. */
  any: SessionEvent;
  /** A frame of a reply as it arrived. */
  audio: { generation: number; position: number; pcm: Int16Array };
  /** What the listener has heard. */
  progress: PlayoutProgress;
  /** Caller's audio that could not be sent within a second. */
  dropped: { frames: number; milliseconds: number };
}
