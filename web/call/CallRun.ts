import { ConversationClient, type ConversationError, type PlayoutProgress, type SessionEvent } from "../client/node";
import { Ear } from "./Ear";
import { answerOf, type Exchange, newExchange, type ReplyRecord } from "./Exchange";
import { Mouth, type Spoken } from "./Mouth";
import type { CallOptions } from "./options";
import type { Recording } from "./Recording";

/** How long nothing more may come before a turn counts as over, in milliseconds. */
const settleMs = 250;
const fadeMs = 4;

/** A script of what to speak over a reply. */
export interface Over {
  afterMs: number;
  recording: Recording;
}

/** One caller's call: speaks, listens, and keeps what happened. */
export class CallRun {
  readonly client: ConversationClient;
  readonly ear: Ear;
  mouth!: Mouth;
  readonly exchanges: Exchange[] = [];
  readonly errors: string[] = [];
  /** Answers begun, whoever asked for them. */
  answers = 0;
  /** Times the connection was lost and taken up again, and of them, those in which the session itself was lost and restored. */
  reconnected = 0;
  restored = 0;

  private current: Exchange | undefined;
  private pendingOver: Exchange | undefined;
  private awaitOver: Over | undefined;
  private readonly byTurn = new Map<number, Exchange>();
  private readonly replies = new Map<number, ReplyRecord>();
  private userSpeaks = false;
  private lastAt = performance.now();
  private closed: string | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly options: CallOptions,
    private readonly onEvent: (event: SessionEvent, at: number) => void = () => {},
  ) {
    this.ear = new Ear(options.out !== undefined);
    this.client = new ConversationClient({
      url: options.urls,
      ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
      ...(options.tenantKey === undefined ? {} : { tenantKey: options.tenantKey }),
      playout: this.ear.playout,
      inputRate: options.rate,
      settings: { ...options.settings, greet: options.greet },
    });
    this.client.on("any", (event) => this.take(event));
    this.client.on("audio", ({ generation }) => this.countStale(generation));
    this.client.on("progress", (progress) => this.follow(progress));
    this.client.on("dropped", ({ milliseconds }) => this.errors.push(`${milliseconds} ms of the caller's audio was dropped: the connection did not take it`));
    this.client.on("connection", (connection) => {
      if (connection.state === "closed") {
        this.closed = connection.reason;
      } else if (connection.state === "reconnecting") {
        this.reconnected++;
      } else if (connection.state === "open" && connection.opened.restored) {
        this.restart(new Set(connection.opened.history.map((line) => line.turn)));
      }
      this.changed();
    });
  }

  /** Opens the session, begins to send, and hears the greeting out. Rejects with a {@link ConversationError}. */
  async open(): Promise<void> {
    await this.client.open();
    this.mouth = new Mouth(this.options.rate, (pcm) => this.client.sendAudio(pcm));
    if (this.options.greet && !this.options.overGreeting) {
      const greeted = await this.until(() => [...this.replies.values()].some((reply) => over(reply)), 15_000);
      if (!greeted && this.replies.size === 0) {
        this.errors.push("no greeting came within 15 s");
      }
    }
  }

  /** Speaks a recording and waits until its reply is over, the over-spoken part's as well. */
  async converse(recording: Recording, spokenOver?: Over): Promise<void> {
    this.awaitOver = spokenOver;
    const exchange = this.begin(recording, false);
    await this.settle(exchange);
    if (spokenOver && !exchange.interruption && !this.closed) {
      exchange.errors.push(`${recording.name}: the reply ended before ${spokenOver.recording.name} was spoken over it`);
      this.errors.push(exchange.errors.at(-1)!);
    }
    this.awaitOver = undefined;
    const overExchange = this.pendingOver ?? (this.current !== exchange ? this.current : undefined);
    if (overExchange && exchange.interruption) {
      await this.until(() => false, Math.max(0, overExchange.spoken.doneAt - performance.now()));
      if (exchange.interruption.outcome === "interrupted") {
        await this.settle(overExchange);
      }
    }
    this.pendingOver = undefined;
  }

  /** Speaks a recording and listens for so long afterwards, whatever comes. */
  async feed(recording: Recording, listenMs: number): Promise<Exchange> {
    const exchange = this.begin(recording, false);
    await this.until(() => false, exchange.spoken.doneAt - performance.now() + listenMs);
    return exchange;
  }

  /** Waits so long, or until the call is closed. */
  async wait(milliseconds: number): Promise<void> {
    await this.until(() => false, milliseconds);
  }

  get over(): boolean {
    return this.closed !== undefined;
  }

  async close(): Promise<void> {
    this.mouth?.stop();
    await this.client.close();
  }

  /** Speaks without waiting for anything. */
  begin(recording: Recording, spokenOver: boolean): Exchange {
    const exchange = newExchange(this.mouth.speak(recording), spokenOver);
    this.exchanges.push(exchange);
    if (spokenOver) {
      this.pendingOver = exchange;
    } else {
      this.current = exchange;
    }
    return exchange;
  }

  /** True once the reply to the exchange has begun to sound. */
  answered(exchange: Exchange): boolean {
    const answer = answerOf(exchange, (generation) => this.ear.firstSound(generation));
    return answer !== undefined && this.ear.firstSound(answer.generation) !== undefined;
  }

  private async settle(exchange: Exchange): Promise<void> {
    const { spoken } = exchange;
    await this.until(() => this.moved(exchange), spoken.doneAt - performance.now());
    const begun = await this.until(
      () => this.moved(exchange) || exchange.replies.some((reply) => reply.kind === "answer" && (!over(reply) || (reply.silentAt ?? 0) >= spoken.endAt)),
      spoken.endAt + this.options.answerMs - performance.now(),
    );
    if (!begun) {
      const heard = exchange.turns.length > 0 ? "heard but not answered" : "not heard";
      this.fail(exchange, `${spoken.recording.name}: ${heard} within ${this.options.answerMs / 1000} s of the end of speech`);
      return;
    }

    const ended = await this.until(() => this.moved(exchange) || (this.quiet() && exchange.replies.every(over)), this.options.timeoutMs);
    if (!ended) {
      this.fail(exchange, `${spoken.recording.name}: its reply did not end within ${this.options.timeoutMs / 1000} s`);
    }
    // What was heard of it is told when the turn is over.
    await this.until(() => exchange.replies.every((reply) => reply.completed !== undefined || reply.kind !== "answer"), 500);
  }

  private fail(exchange: Exchange, message: string): void {
    exchange.errors.push(message);
    this.errors.push(this.closed ? `${message} (the call was closed: ${this.closed})` : message);
  }

  /** The floor has gone to what was spoken over it. */
  private moved(exchange: Exchange): boolean {
    return this.current !== exchange;
  }

  private quiet(): boolean {
    return !this.userSpeaks && performance.now() - this.lastAt >= settleMs;
  }

  private take(event: SessionEvent): void {
    const now = performance.now();
    this.onEvent(event, now);
    this.lastAt = now;
    switch (event.type) {
      case "speech.started":
        this.userSpeaks = true;
        break;
      case "speech.stopped":
        this.userSpeaks = false;
        break;
      case "hypothesis.final":
        this.owner(event.turn)?.heard.set(event.turn, event.text);
        break;
      case "reply.started":
        this.started(event.turn, event.generation, event.kind, now);
        break;
      case "reply.text": {
        const reply = this.replies.get(event.generation);
        if (reply) {
          reply.words.push(...event.words);
          reply.text += `${reply.text === "" || /\s$/.test(reply.text) ? "" : " "}${event.text}`;
        }
        break;
      }
      case "playout.cancelled": {
        const reply = this.replies.get(event.generation);
        if (reply) {
          reply.cancelledAt = now;
        }
        break;
      }
      case "interruption":
        this.judge(event.generation, event.outcome);
        break;
      case "turn.latency": {
        const reply = this.replies.get(event.generation);
        if (reply) {
          reply.latency = event;
        }
        break;
      }
      case "turn.completed":
        for (const reply of this.replies.values()) {
          if (reply.turn === event.turn && reply.kind === "answer") {
            reply.completed = event.reply;
          }
        }
        break;
      case "error":
        this.errors.push(`${event.code}: ${event.message}`);
        break;
    }
    this.changed();
  }

  private started(turn: number, generation: number, kind: ReplyRecord["kind"], now: number): void {
    const reply: ReplyRecord = {
      turn, generation, kind, startedAt: now, words: [], text: "", heard: 0, state: "waiting",
      silentAt: undefined, cancelledAt: undefined, latency: undefined, completed: undefined,
    };
    this.replies.set(generation, reply);
    if (kind === "greeting" || kind === "idlePrompt") {
      return;
    }

    this.answers++;
    this.owner(turn)?.replies.push(reply);
    this.ear.whenSounding(generation, (at) => this.scheduleOver(generation, at));
  }

  private scheduleOver(generation: number, soundsAt: number): void {
    const exchange = this.current;
    const spokenOver = this.awaitOver;
    if (!exchange || !spokenOver || exchange.spoken.endAt > soundsAt || !exchange.replies.some((reply) => reply.generation === generation)) {
      return;
    }

    this.awaitOver = undefined;
    setTimeout(
      () => {
        const reply = this.replies.get(generation);
        if (reply && !over(reply) && !this.closed) {
          const { spoken } = this.begin(spokenOver.recording, true);
          exchange.interruption = { spoken, generation, outcome: undefined, staleFrames: 0 };
        }
      },
      Math.max(0, soundsAt + spokenOver.afterMs - performance.now()),
    );
  }

  /** The session was restored: its replies are no more, and their generations and the turns it does not know are given again. */
  private restart(known: Set<number>): void {
    this.restored++;
    const past = -this.restored * 1_000_000;
    this.ear.restart(past);
    for (const reply of this.replies.values()) {
      if (!over(reply)) {
        reply.state = "cancelled";
        reply.silentAt ??= performance.now();
      }
      reply.generation += past;
    }
    this.replies.clear();
    for (const { interruption } of this.exchanges) {
      if (interruption && interruption.generation >= 0) {
        interruption.generation += past;
      }
    }
    for (const turn of [...this.byTurn.keys()].filter((number) => !known.has(number))) {
      this.byTurn.delete(turn);
    }
  }

  private judge(generation: number, outcome: NonNullable<Exchange["interruption"]>["outcome"]): void {
    const exchange = this.exchanges.find((known) => known.interruption?.generation === generation);
    if (!exchange?.interruption) {
      return;
    }

    exchange.interruption.outcome = outcome;
    if (outcome === "interrupted" && this.pendingOver) {
      this.current = this.pendingOver;
      this.pendingOver = undefined;
    }
  }

  /** A turn not seen before belongs to what is being spoken now. */
  private owner(turn: number): Exchange | undefined {
    const known = this.byTurn.get(turn);
    if (known) {
      return known;
    }

    const exchange = this.pendingOver ?? this.current;
    if (exchange) {
      this.byTurn.set(turn, exchange);
      exchange.turns.push(turn);
    }
    return exchange;
  }

  private follow(progress: PlayoutProgress): void {
    const reply = this.replies.get(progress.generation);
    if (!reply) {
      return;
    }

    reply.heard = progress.heard;
    if (reply.state !== progress.state) {
      if (progress.state === "paused" || progress.state === "done") {
        reply.silentAt = performance.now() + (progress.state === "paused" ? fadeMs : 0);
      } else if (progress.state === "cancelled") {
        // After a pause it has been silent since then.
        reply.silentAt = reply.state === "paused" ? reply.silentAt : performance.now() + fadeMs;
      } else if (progress.state === "playing") {
        reply.silentAt = undefined;
      }
      reply.state = progress.state;
      this.lastAt = performance.now();
      this.changed();
    }
  }

  private countStale(generation: number): void {
    const reply = this.replies.get(generation);
    const exchange = reply?.cancelledAt !== undefined && this.exchanges.find((known) => known.interruption?.generation === generation);
    if (exchange && exchange.interruption) {
      exchange.interruption.staleFrames++;
    }
  }

  private changed(): void {
    this.watchers.forEach((check) => check());
  }

  /** Waits for a condition, at most so long; false if it did not come or the call is over. */
  private until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const started = performance.now();
      const finish = (value: boolean) => {
        clearInterval(timer);
        this.watchers.delete(check);
        resolve(value);
      };
      const check = () => {
        if (condition()) {
          finish(true);
        } else if (this.closed !== undefined || performance.now() - started >= milliseconds) {
          finish(false);
        }
      };
      const timer = setInterval(check, 20);
      this.watchers.add(check);
      check();
    });
  }
}

function over(reply: ReplyRecord): boolean {
  return reply.state === "done" || reply.state === "cancelled";
}

export type { ConversationError, Spoken };
