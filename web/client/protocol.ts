// The wire of docs/specs/session-protocol.md, version 1. Times are milliseconds, positions are samples, audio is PCM16 mono.

export const protocolVersion = 1;

/** The rate at which the SDK sends the caller's audio, in hertz. */
export const inputRate = 16_000;

/** Samples in a frame of the caller's audio: 20 ms. */
export const inputFrameSamples = 320;

export type Endpointing = "quick" | "balanced" | "patient";

/** A client's choices; what is absent keeps the present or the default. */
export interface SessionSettings {
  /** "fast" or "expressive". */
  tier?: string | null;
  /** A voice id of the tier. */
  voice?: string | null;
  /** Pace, 0.5 to 2; 1 is the voice's own. */
  speed?: number | null;
  responder?: string | null;
  endpointing?: Endpointing | string | null;
  /** The caller's time zone (IANA), for "tomorrow at nine". */
  timeZone?: string | null;
  /** Whether the platform speaks first. */
  greet?: boolean | null;
}

export interface ResumeSession {
  session: string;
  token: string;
  generation: number;
  played: number;
}

export interface OpenRequest {
  version: number;
  inputRate: number;
  outputRate: number;
  settings: SessionSettings;
  resume?: ResumeSession;
  tenant?: string;
  tenantKey?: string;
}

export interface TurnLine {
  turn: number;
  user: string;
  reply: string;
  interrupted: boolean;
}

export interface OpenedSession {
  version: number;
  session: string;
  token: string;
  outputRate: number;
  frameSamples: number;
  resumed: boolean;
  restored: boolean;
  lastSequence: number;
  history: TurnLine[];
  settings: SessionSettings;
  resumeWithinSeconds: number;
  /** Other gateways through which the session can be resumed should this one go. */
  gateways?: string[];
}

/** A word and where it sounds, in samples from the reply's first. */
export interface WordTiming {
  text: string;
  start: number;
  end: number;
}

export interface LatencySpan {
  name: string;
  startMs: number;
  durationMs: number;
}

export type ReplyKind = "greeting" | "answer" | "idlePrompt" | "apology";
export type CancelReason = "interrupted" | "revised" | "failed" | "closing";
export type InterruptionOutcome = "interrupted" | "backchannel" | "false";
export type Speculation = "hit" | "revised" | "none";

interface EventFields {
  "speech.started": { position: number };
  "speech.stopped": { position: number };
  "hypothesis.delta": { turn: number; text: string };
  "hypothesis.final": { turn: number; text: string };
  "speaker.heard": { turn: number; likeness: number; same: boolean };
  "reply.started": { turn: number; generation: number; kind: ReplyKind };
  "reply.text": { generation: number; text: string; words: WordTiming[] };
  "reply.ended": { generation: number; samples: number };
  "playout.paused": { generation: number };
  "playout.resumed": { generation: number };
  "playout.cancelled": { generation: number; reason: CancelReason };
  interruption: { generation: number; outcome: InterruptionOutcome };
  "turn.latency": {
    turn: number;
    generation: number;
    speculation: Speculation;
    speechEndToCommitMs: number;
    commitToAudioMs: number;
    speechEndToAudioMs: number;
    spans: LatencySpan[];
  };
  "turn.completed": TurnLine;
  action: { name: string; target: string; values?: Record<string, string> };
  /** For a client with a keypad: the keys that answer this reply, sent as text. Complete at `most` (0: no such number), at one of `terminators`, which is left out, or when none follows for `timeout` seconds. 0, "" and 0: none any more. */
  "keys.wanted": { generation: number; most: number; terminators: string; timeout: number };
  /** Where the notice ends that this reply begins with; only for carriers that open a session with one. */
  "notice.made": { generation: number; samples: number };
  settings: { settings: SessionSettings };
  /** Where else the session can be resumed from now on. */
  gateways: { gateways: string[] };
  error: { code: string; message: string; setting?: string | null };
  closed: { reason: string };
}

/** What a session tells its client beside audio, by type. `at` is milliseconds since the session opened. */
export type SessionEvents = { [Type in keyof EventFields]: { type: Type; at: number } & EventFields[Type] };
export type SessionEvent = SessionEvents[keyof SessionEvents];

export interface VoiceInfo {
  id: string;
  name: string;
  language: string;
}

export interface TierInfo {
  id: string;
  name: string;
  voices: VoiceInfo[];
}

/** What a client may choose from: `GET /api/catalog`. */
export interface Catalog {
  tiers: TierInfo[];
  responders: string[];
  device: string;
}
