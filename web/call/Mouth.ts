import type { Recording } from "./Recording";

/** When, on the caller's clock, what was spoken began and ended; milliseconds of `performance.now`. */
export interface Spoken {
  recording: Recording;
  onsetAt: number;
  endAt: number;
  /** When the last sample of the recording, silence after the speech included, has been spoken. */
  doneAt: number;
}

/**
 * The caller's microphone: 20 ms frames on a clock that does not drift, silence where nothing is spoken. A sample counts as spoken at its
 * place on the clock; its frame leaves when its last sample has been, as from a real microphone.
 */
export class Mouth {
  /** When sample 0 was spoken. */
  readonly startedAt: number;
  /** What was spoken, for --out. */
  readonly said: { position: number; pcm: Int16Array }[] = [];

  private readonly frame: number;
  private sent = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly rate: number,
    private readonly send: (pcm: Int16Array) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.frame = Math.round(rate / 50);
    this.startedAt = now();
    this.schedule();
  }

  /** Begins to speak at the frame that is being filled. */
  speak(recording: Recording): Spoken {
    const position = this.sent;
    this.said.push({ position, pcm: recording.pcm });
    const at = (samples: number) => this.startedAt + ((position + samples) * 1000) / this.rate;
    return { recording, onsetAt: at(recording.onset), endAt: at(recording.end), doneAt: at(recording.pcm.length) };
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private schedule(): void {
    const due = this.startedAt + ((this.sent + this.frame) * 1000) / this.rate;
    this.timer = setTimeout(() => {
      while (this.startedAt + ((this.sent + this.frame) * 1000) / this.rate <= this.now()) {
        this.send(this.next());
        this.sent += this.frame;
      }
      this.schedule();
    }, Math.max(0, due - this.now()));
  }

  private next(): Int16Array {
    const out = new Int16Array(this.frame);
    for (const { position, pcm } of this.said) {
      const from = this.sent - position;
      if (from >= 0 && from < pcm.length) {
        out.set(pcm.subarray(from, from + this.frame));
      }
    }
    return out;
  }
}
