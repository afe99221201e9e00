import type { Playout, PlayoutProgress } from "./Playout";
import { PlayoutBuffer, type PlayoutBufferOptions } from "./PlayoutBuffer";

export interface TimedPlayoutOptions extends Omit<PlayoutBufferOptions, "rate"> {
  /** A monotonic clock in milliseconds. Default `performance.now`. */
  now?: () => number;
  /** Called with each stretch of what a listener hears, silence included, in order and without gaps. `at`: when its first sample sounds. */
  onRendered?: (samples: Float32Array, at: number, generation: number) => void;
  /** How often the playout is brought up to the clock, in milliseconds. Default 10. */
  tickMs?: number;
}

/** A listener without a loudspeaker: takes samples from the buffer exactly as fast as the clock goes. */
export class TimedPlayout implements Playout {
  onProgress: ((progress: PlayoutProgress) => void) | undefined;
  /** The buffer, once the session is open. */
  buffer: PlayoutBuffer | undefined;

  private readonly now: () => number;
  private timer: ReturnType<typeof setInterval> | undefined;
  private startedAt = 0;
  private rendered = 0;
  private reported = "";

  constructor(private readonly options: TimedPlayoutOptions = {}) {
    this.now = options.now ?? (() => performance.now());
  }

  open(rate: number, fresh: boolean): void {
    if (this.buffer?.rate === rate) {
      if (fresh) {
        this.buffer.reset();
      }
      return;
    }

    this.buffer = new PlayoutBuffer({ ...this.options, rate });
    this.startedAt = this.now();
    this.rendered = 0;
    this.timer ??= setInterval(() => this.advance(), this.options.tickMs ?? 10);
  }

  expect(generation: number, from: number): void {
    this.change((buffer) => buffer.expect(generation, from));
  }

  push(generation: number, position: number, pcm: Int16Array): void {
    this.advance();
    this.buffer?.push(generation, position, pcm);
  }

  end(generation: number, samples: number): void {
    this.change((buffer) => buffer.end(generation, samples));
  }

  pause(generation: number): void {
    this.change((buffer) => buffer.pause(generation));
  }

  resume(generation: number): void {
    this.change((buffer) => buffer.resume(generation));
  }

  cancel(generation: number): void {
    this.change((buffer) => buffer.cancel(generation));
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Plays up to the present. */
  advance(): void {
    const buffer = this.buffer;
    if (!buffer) {
      return;
    }

    const due = Math.floor(((this.now() - this.startedAt) * buffer.rate) / 1000) - this.rendered;
    // Read by quanta as a device would, so that an underrun lasts no longer than it must.
    for (let left = due; left > 0; ) {
      const quantum = new Float32Array(Math.min(left, 128));
      const at = this.startedAt + (this.rendered * 1000) / buffer.rate;
      buffer.read(quantum);
      this.options.onRendered?.(quantum, at, buffer.generation);
      this.rendered += quantum.length;
      left -= quantum.length;
    }

    this.report();
  }

  private change(apply: (buffer: PlayoutBuffer) => void): void {
    this.advance();
    if (this.buffer) {
      apply(this.buffer);
      this.report();
    }
  }

  private report(): void {
    const buffer = this.buffer;
    if (!buffer || buffer.state === "idle") {
      return;
    }

    const key = `${buffer.generation}/${buffer.state}`;
    const urgent = key !== this.reported;
    this.reported = key;
    if (urgent || buffer.state === "playing") {
      this.onProgress?.({
        generation: buffer.generation,
        heard: buffer.played,
        state: buffer.state,
        urgent,
        underruns: buffer.underruns,
        stale: buffer.stale,
      });
    }
  }
}
