import { TimedPlayout, toPcm16 } from "../client/node";

/** The listener: replies played at the pace of the clock, with the times at which they began and ceased to sound. */
export class Ear {
  readonly playout: TimedPlayout;
  /** What sounded, in order, for --out. */
  readonly heard: Int16Array[] = [];
  startedAt: number | undefined;

  private readonly first = new Map<number, number>();
  private readonly last = new Map<number, number>();
  private readonly waiting = new Map<number, (at: number) => void>();

  constructor(keep: boolean, now: () => number = () => performance.now()) {
    this.playout = new TimedPlayout({
      now,
      onRendered: (samples, at, generation) => {
        this.startedAt ??= at;
        this.note(samples, at, generation);
        if (keep) {
          this.heard.push(toPcm16(samples));
        }
      },
    });
  }

  /** When reply `generation` was first to be heard: its first sample above -48 dB of full scale. */
  firstSound(generation: number): number | undefined {
    return this.first.get(generation);
  }

  lastSound(generation: number): number | undefined {
    return this.last.get(generation);
  }

  whenSounding(generation: number, act: (at: number) => void): void {
    const at = this.first.get(generation);
    if (at === undefined) {
      this.waiting.set(generation, act);
    } else {
      act(at);
    }
  }

  /** Generations begin again: what is known of those so far goes on under their number and `past`. */
  restart(past: number): void {
    this.waiting.clear();
    for (const times of [this.first, this.last]) {
      for (const [generation, time] of [...times].filter(([known]) => known >= 0)) {
        times.delete(generation);
        times.set(generation + past, time);
      }
    }
  }

  private note(samples: Float32Array, at: number, generation: number): void {
    const rate = this.playout.buffer!.rate;
    for (let i = 0; i < samples.length; i++) {
      if (Math.abs(samples[i]!) >= 0.004) {
        const time = at + (i * 1000) / rate;
        if (!this.first.has(generation)) {
          this.first.set(generation, time);
          this.waiting.get(generation)?.(time);
        }
        this.last.set(generation, time);
      }
    }
  }
}
