import type { InterruptionOutcome, PlayoutState, ReplyKind, SessionEvents, WordTiming } from "../client/node";
import type { Spoken } from "./Mouth";

export interface ReplyRecord {
  turn: number;
  generation: number;
  kind: ReplyKind;
  startedAt: number;
  words: WordTiming[];
  text: string;
  heard: number;
  state: PlayoutState;
  /** When the listener last went silent in it: paused, cancelled or done. */
  silentAt: number | undefined;
  cancelledAt: number | undefined;
  latency: SessionEvents["turn.latency"] | undefined;
  completed: string | undefined;
}

/** One recording and what came of it: the turns the server made of it and the replies to them. */
export interface Exchange {
  spoken: Spoken;
  /** Spoken over another's reply. */
  over: boolean;
  turns: number[];
  heard: Map<number, string>;
  replies: ReplyRecord[];
  /** What was spoken over its reply, and what came of that. */
  interruption: { spoken: Spoken; generation: number; outcome: InterruptionOutcome | undefined; staleFrames: number } | undefined;
  errors: string[];
}

export interface TurnReport {
  file: string;
  over: boolean;
  heard: string;
  /** Turns the server made of the one recording. */
  splits: number;
  reply: string;
  replyHeard: string;
  speechEndToAudioMs: number | null;
  commitToAudioMs: number | null;
  speculation: "hit" | "revised" | "none" | null;
  interruption?: { onsetToSilenceMs: number | null; staleFrames: number; outcome: InterruptionOutcome | "none" };
}

export function newExchange(spoken: Spoken, over: boolean): Exchange {
  return { spoken, over, turns: [], heard: new Map(), replies: [], interruption: undefined, errors: [] };
}

/** The reply that counts as the answer to the whole recording: the first that sounds after its end, else the last there is. */
export function answerOf(exchange: Exchange, firstSound: (generation: number) => number | undefined): ReplyRecord | undefined {
  const answers = exchange.replies.filter((reply) => reply.kind === "answer" || reply.kind === "apology");
  return answers.find((reply) => (firstSound(reply.generation) ?? -1) >= exchange.spoken.endAt) ?? answers.at(-1);
}

export function report(exchange: Exchange, firstSound: (generation: number) => number | undefined): TurnReport {
  const answer = answerOf(exchange, firstSound);
  const sounded = answer && firstSound(answer.generation);
  const heard = exchange.turns.map((turn) => exchange.heard.get(turn) ?? "").filter((text) => text !== "");
  return {
    file: exchange.spoken.recording.name,
    over: exchange.over,
    heard: heard.join(" "),
    splits: Math.max(0, heard.length - 1),
    reply: answer?.text.trim() ?? "",
    replyHeard: answer ? (answer.completed ?? heardWords(answer)) : "",
    speechEndToAudioMs: sounded === undefined ? null : round(sounded - exchange.spoken.endAt),
    commitToAudioMs: answer?.latency ? round(answer.latency.commitToAudioMs) : null,
    speculation: answer?.latency?.speculation ?? null,
    ...(exchange.interruption ? { interruption: interruption(exchange.interruption, exchange.replies) } : {}),
  };
}

function interruption(over: NonNullable<Exchange["interruption"]>, replies: ReplyRecord[]): NonNullable<TurnReport["interruption"]> {
  const reply = replies.find((known) => known.generation === over.generation);
  const silenced = reply?.cancelledAt !== undefined && reply.silentAt !== undefined;
  return {
    onsetToSilenceMs: silenced ? round(reply.silentAt! - over.spoken.onsetAt) : null,
    staleFrames: over.staleFrames,
    outcome: over.outcome ?? "none",
  };
}

function heardWords(reply: ReplyRecord): string {
  return reply.words
    .filter((word) => word.start < reply.heard)
    .map((word) => word.text)
    .join(" ");
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
