import { Segments } from "./Segments";

export type PlayoutState =
  /** No reply to play. */
  | "idle"
  /** A reply is expected, or ran dry: collecting the start threshold. */
  | "waiting"
  | "playing"
  | "paused"
  /** All samples of the reply have been played. */
  | "done"
  | "cancelled";

export type PushOutcome =
  | "taken"
  /** Of a reply that was cancelled or superseded. */
  | "stale"
  /** Wholly before what was already taken. */
  | "duplicate";

export interface PlayoutBufferOptions {
  /** Rate of the reply's samples, in hertz. */
  rate: number;
  /** Collected before a reply begins to sound or goes on after running dry, in milliseconds. Default 40. */
  startThresholdMs?: number;
  /** Length of the ramp at a pause, a cancel and a resume, in milliseconds. Default 4. */
  fadeMs?: number;
  /** A hole in the reply is waited for until so much lies beyond it, in milliseconds. Default 100. */
  gapPatienceMs?: number;
}

/**
 * What the listener hears of replies: frames go in stamped with generation and position, samples come out at playout pace.
 * Pure: no clock and no device. The AudioWorklet reads it by render quanta, ./call by a timer.
 *
 * A pause holds at the sample it is told at: the next few milliseconds still sound, fading, but are not counted as played, and are played
 * again, fading in, on resume. So no sample is lost and nothing clicks.
 */
export class PlayoutBuffer {
  readonly rate: number;
  /** Times a reply ran dry before its end. */
  underruns = 0;
  /** Frames dropped because their reply was cancelled or superseded. */
  stale = 0;

  private readonly startSamples: number;
  private readonly fadeSamples: number;
  private readonly gapSamples: number;
  private readonly segments = new Segments();
  private readonly cancelled = new Set<number>();
  private current = 0;
  private cursor = 0;
  private total: number | undefined;
  private phase: "idle" | "waiting" | "playing" | "done" | "cancelled" = "idle";
  private held = false;
  private rampAt = 0;
  private tail: Float32Array | undefined;
  private tailAt = 0;

  constructor(options: PlayoutBufferOptions) {
    const samples = (ms: number) => Math.round((ms * options.rate) / 1000);
    this.rate = options.rate;
    this.startSamples = samples(options.startThresholdMs ?? 40);
    this.fadeSamples = Math.max(1, samples(options.fadeMs ?? 4));
    this.gapSamples = samples(options.gapPatienceMs ?? 100);
    this.rampAt = this.fadeSamples;
  }

  /** The generation being played, 0 for none yet. */
  get generation(): number {
    return this.current;
  }

  /** Samples of the current generation that have been played. */
  get played(): number {
    return this.cursor;
  }

  /** Samples that could be played at once. */
  get buffered(): number {
    return this.segments.contiguousFrom(this.cursor);
  }

  get state(): PlayoutState {
    return this.held && (this.phase === "waiting" || this.phase === "playing") ? "paused" : this.phase;
  }

  /** A reply is announced: what was playing before is superseded. `from` is where it begins for a listener who has heard some of it. */
  expect(generation: number, from = 0): void {
    if (generation <= this.current && this.current !== 0) {
      return;
    }

    this.fadeOut();
    this.current = generation;
    this.cursor = from;
    this.total = undefined;
    this.segments.clear();
    this.held = false;
    this.rampAt = from > 0 ? 0 : this.fadeSamples;
    this.phase = this.cancelled.has(generation) ? "cancelled" : "waiting";
  }

  push(generation: number, position: number, pcm: Int16Array): PushOutcome {
    if (generation !== this.current || this.phase === "cancelled" || this.cancelled.has(generation)) {
      this.stale++;
      return "stale";
    }

    return this.segments.add(position, pcm, this.cursor) ? "taken" : "duplicate";
  }

  /** The reply is so many samples long in all. */
  end(generation: number, samples: number): void {
    if (generation === this.current && this.phase !== "cancelled") {
      this.total = samples;
      this.finishIfPlayed();
    }
  }

  /** Holds at the present sample. False where there is nothing of this generation to hold. */
  pause(generation: number): boolean {
    if (generation !== this.current || this.held || (this.phase !== "playing" && this.phase !== "waiting")) {
      return false;
    }

    this.fadeOut();
    this.held = true;
    return true;
  }

  /** Goes on from the sample that was held. */
  resume(generation: number): boolean {
    if (generation !== this.current || !this.held) {
      return false;
    }

    this.held = false;
    this.rampAt = this.cursor > 0 ? 0 : this.fadeSamples;
    return true;
  }

  /** Drops the reply: what is buffered and what may still come of it. */
  cancel(generation: number): boolean {
    this.cancelled.add(generation);
    if (generation !== this.current || this.phase === "cancelled") {
      return false;
    }

    this.fadeOut();
    this.segments.clear();
    this.held = false;
    this.phase = "cancelled";
    return true;
  }

  /** Forgets everything: another session's generations begin again. */
  reset(): void {
    this.fadeOut();
    this.segments.clear();
    this.cancelled.clear();
    this.current = 0;
    this.cursor = 0;
    this.total = undefined;
    this.held = false;
    this.phase = "idle";
  }

  /** Fills `out` with what is due, silence where nothing is. Returns how many samples of the reply it played. */
  read(out: Float32Array): number {
    out.fill(0);
    let made = 0;
    if (!this.held) {
      if (this.phase === "waiting" && this.ready()) {
        this.phase = "playing";
      }
      if (this.phase === "playing") {
        made = this.play(out);
      }
    }

    this.mixTail(out);
    return made;
  }

  private ready(): boolean {
    const available = this.buffered;
    if (available === 0 && this.segments.gapAt(this.cursor) > 0) {
      return this.gapIsLost();
    }

    return available >= this.startSamples || (available > 0 && this.total !== undefined && this.cursor + available >= this.total);
  }

  private play(out: Float32Array): number {
    let made = 0;
    while (made < out.length) {
      const run = this.segments.read(this.cursor, out, made);
      if (run > 0) {
        made += run;
        this.cursor += run;
        continue;
      }

      const gap = this.segments.gapAt(this.cursor);
      if (gap === 0 || !this.gapIsLost()) {
        break;
      }

      // What never came is silence of the same length: the words after it keep their time.
      const silence = Math.min(gap, out.length - made);
      made += silence;
      this.cursor += silence;
    }

    this.rampIn(out, made);
    if (!this.finishIfPlayed() && made < out.length) {
      this.underruns++;
      this.phase = "waiting";
      this.rampAt = 0;
      rampDown(out, Math.max(0, made - this.fadeSamples), made);
    }
    return made;
  }

  private gapIsLost(): boolean {
    return this.total !== undefined || this.segments.length >= this.gapSamples;
  }

  private finishIfPlayed(): boolean {
    if (this.total === undefined || this.cursor < this.total || this.phase === "cancelled") {
      return false;
    }

    this.phase = "done";
    this.segments.clear();
    return true;
  }

  private rampIn(out: Float32Array, made: number): void {
    for (let i = 0; i < made && this.rampAt < this.fadeSamples; i++) {
      out[i]! *= this.rampAt++ / this.fadeSamples;
    }
  }

  /** Leaves the next samples sounding on, falling to nothing, without playing them. */
  private fadeOut(): void {
    if (this.phase !== "playing" || this.held) {
      return;
    }

    const gain = this.rampAt / this.fadeSamples;
    const ahead = new Float32Array(Math.min(this.fadeSamples, this.buffered));
    this.segments.peek(this.cursor, ahead);
    rampDown(ahead, 0, ahead.length);
    this.tail = ahead.map((s) => s * gain);
    this.tailAt = 0;
  }

  private mixTail(out: Float32Array): void {
    if (!this.tail) {
      return;
    }

    const count = Math.min(out.length, this.tail.length - this.tailAt);
    for (let i = 0; i < count; i++) {
      out[i]! += this.tail[this.tailAt + i]!;
    }
    this.tailAt += count;
    if (this.tailAt >= this.tail.length) {
      this.tail = undefined;
    }
  }
}

function rampDown(samples: Float32Array, from: number, to: number): void {
  const length = to - from;
  for (let i = 0; i < length; i++) {
    samples[from + i]! *= 1 - (i + 1) / length;
  }
}
