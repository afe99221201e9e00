import type { CancelReason, LatencySpan, PlayoutProgress, ReplyKind, SessionEvent, SessionEvents, Speculation, TurnLine, WordTiming } from "../../client/index";

/** Who has the floor, in the words the page shows. */
export type FloorState = "listening" | "hearing" | "thinking" | "speaking" | "paused" | "interrupted";

export interface Hearing {
  turn: number;
  /** What has been said to be heard, without its newest part. */
  confirmed: string;
  /** What the last delta brought. */
  newest: string;
  final: boolean;
}

export interface Reply {
  turn: number;
  generation: number;
  kind: ReplyKind;
  words: WordTiming[];
  /** Samples the listener has heard. */
  heard: number;
  cancelled?: CancelReason;
  finished: boolean;
}

export interface Latency {
  speculation: Speculation;
  totalMs: number;
  commitToAudioMs: number;
  spans: LatencySpan[];
}

export interface Turn {
  id: string;
  user: string;
  /** What was heard of the reply. */
  reply: string;
  /** What was prepared to be said and not heard. */
  unheard: string;
  kind: ReplyKind;
  interrupted: boolean;
  latency?: Latency;
  /** Not a turn but a line about the call itself. */
  note?: string;
}

/** What the conversation is at present, from its events alone. No DOM and no clock, so that it is tested as it is. */
export class ConversationModel {
  floor: FloorState = "listening";
  hearing: Hearing | undefined;
  reply: Reply | undefined;
  readonly turns: Turn[] = [];

  private readonly latencies = new Map<number, Latency>();
  private userSpeaks = false;
  private notes = 0;

  /** Takes up what was said before this page joined. */
  restore(history: TurnLine[]): void {
    for (const line of history) {
      if (!this.turns.some((turn) => turn.id === `turn-${line.turn}`)) {
        this.keep(line, undefined);
      }
    }
  }

  /** A line about the call itself, where it stands at present. */
  remark(note: string): void {
    this.turns.push({ id: `note-${this.notes++}`, user: "", reply: "", unheard: "", kind: "answer", interrupted: false, note });
  }

  /** The session was lost and opened again from what is kept: what was being said is no more, and what it does not remember stays on the page only. */
  restart(history: TurnLine[] = []): void {
    this.close();
    const kept = new Set(history.map((line) => `turn-${line.turn}`));
    for (const turn of this.turns.filter((known) => !kept.has(known.id) && !known.note)) {
      // Its number and its generation will be given again.
      turn.id = `lost-${this.notes++}`;
    }
    for (const turn of [...this.latencies.keys()].filter((known) => !kept.has(`turn-${known}`))) {
      this.latencies.delete(turn);
    }
    this.hearing = undefined;
    this.reply = undefined;
    this.userSpeaks = false;
    this.floor = "listening";
  }

  apply(event: SessionEvent): void {
    switch (event.type) {
      case "speech.started":
        this.userSpeaks = true;
        if (this.floor === "listening" || this.floor === "thinking" || this.floor === "interrupted") {
          this.floor = "hearing";
        }
        break;
      case "speech.stopped":
        this.userSpeaks = false;
        if (this.floor === "hearing" || this.floor === "interrupted") {
          this.floor = "thinking";
        }
        break;
      case "hypothesis.delta":
        this.hear(event.turn, event.text);
        break;
      case "hypothesis.final":
        this.hearing = { turn: event.turn, confirmed: event.text, newest: "", final: true };
        if (this.floor !== "speaking" && this.floor !== "paused") {
          this.floor = "thinking";
        }
        break;
      case "reply.started":
        this.reply = { turn: event.turn, generation: event.generation, kind: event.kind, words: [], heard: 0, finished: false };
        break;
      case "reply.text":
        if (this.reply?.generation === event.generation) {
          this.reply.words.push(...event.words);
        }
        break;
      case "playout.paused":
        this.floor = "paused";
        break;
      case "playout.resumed":
        this.floor = "speaking";
        break;
      case "playout.cancelled":
        this.cancel(event);
        break;
      case "turn.latency":
        this.measure(event);
        break;
      case "turn.completed":
        this.keep(event, this.reply?.turn === event.turn ? this.reply : undefined);
        break;
    }
  }

  progress(progress: PlayoutProgress): void {
    const reply = this.reply;
    if (reply?.generation !== progress.generation || reply.cancelled) {
      return;
    }

    reply.heard = Math.max(reply.heard, progress.heard);
    if (progress.state === "playing" && this.floor !== "paused") {
      this.floor = "speaking";
    } else if (progress.state === "done") {
      reply.finished = true;
      if (this.floor === "speaking" || this.floor === "paused") {
        this.floor = this.userSpeaks ? "hearing" : "listening";
      }
      if (reply.kind !== "answer") {
        this.keepSpoken(reply);
      }
    }
  }

  /** The call is over: a reply that was being heard is kept as far as it was. */
  close(): void {
    const reply = this.reply;
    if (!reply || reply.finished || reply.heard === 0 || this.turns.some((turn) => turn.id === `turn-${reply.turn}` || turn.id === `reply-${reply.generation}`)) {
      return;
    }

    const heard = reply.words.filter((word) => word.start < reply.heard);
    const latency = this.latencies.get(reply.turn);
    this.turns.push({
      id: `turn-${reply.turn}`,
      user: reply.kind === "answer" && this.hearing?.turn === reply.turn ? this.hearing.confirmed : "",
      reply: join(heard),
      unheard: join(reply.words.slice(heard.length)),
      kind: reply.kind,
      interrupted: heard.length < reply.words.length,
      ...(latency ? { latency } : {}),
    });
  }

  /** The index of the word being spoken; -1 before the first, the number of words after the last. */
  get spokenWord(): number {
    const reply = this.reply;
    if (!reply || reply.heard === 0) {
      return -1;
    }
    const next = reply.words.findIndex((word) => word.end > reply.heard);
    return next === -1 ? (reply.finished ? reply.words.length : reply.words.length - 1) : next;
  }

  private hear(turn: number, text: string): void {
    const before = this.hearing;
    const same = before?.turn === turn && !before.final;
    this.hearing = { turn, confirmed: same ? before.confirmed + before.newest : "", newest: text, final: false };
    if (this.floor === "interrupted" || this.floor === "listening" || this.floor === "thinking") {
      this.floor = "hearing";
    }
  }

  private cancel(event: SessionEvents["playout.cancelled"]): void {
    if (this.reply?.generation !== event.generation) {
      return;
    }

    this.reply.cancelled = event.reason;
    this.floor = event.reason === "interrupted" ? "interrupted" : this.userSpeaks ? "hearing" : "thinking";
  }

  private measure(event: SessionEvents["turn.latency"]): void {
    const latency = { speculation: event.speculation, totalMs: event.speechEndToAudioMs, commitToAudioMs: event.commitToAudioMs, spans: event.spans ?? [] };
    this.latencies.set(event.turn, latency);
    const kept = this.turns.find((turn) => turn.id === `turn-${event.turn}`);
    if (kept) {
      kept.latency = latency;
    }
  }

  /** A greeting that was heard to its end belongs to no turn of the caller's. */
  private keepSpoken(reply: Reply): void {
    const id = `reply-${reply.generation}`;
    if (!this.turns.some((turn) => turn.id === id)) {
      this.turns.push({ id, user: "", reply: join(reply.words), unheard: "", kind: reply.kind, interrupted: false });
    }
  }

  private keep(line: TurnLine, reply: Reply | undefined): void {
    // The platform speaking by itself may come as a turn as well: it is one line, not two.
    const spoken = reply && this.turns.findIndex((turn) => turn.id === `reply-${reply.generation}`);
    if (spoken !== undefined && spoken >= 0) {
      this.turns.splice(spoken, 1);
    }

    const id = `turn-${line.turn}`;
    const latency = this.latencies.get(line.turn);
    const turn: Turn = {
      id,
      user: line.user,
      reply: line.reply,
      unheard: line.interrupted && reply ? remainder(join(reply.words), line.reply) : "",
      kind: reply?.kind ?? "answer",
      interrupted: line.interrupted,
      ...(latency ? { latency } : {}),
    };
    const at = this.turns.findIndex((kept) => kept.id === id);
    if (at >= 0) {
      this.turns[at] = turn;
    } else {
      this.turns.push(turn);
    }
  }
}

function join(words: WordTiming[]): string {
  return words.map((word) => word.text).join(" ");
}

/** What of the whole comes after the part that was heard, by count of words: spacing and the cut's own mark differ. */
function remainder(whole: string, heard: string): string {
  const count = heard.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  return whole.split(/\s+/).slice(count).join(" ");
}
