export interface OutFrame {
  sequence: number;
  pcm: Int16Array;
}

/**
 * The caller's frames on their way out. Keeps the last second, sent or not: what a broken connection swallowed is sent again when it is back,
 * and what is older than that is dropped and told, since speech that comes late is worth less than speech that comes now.
 * A frame gets its number when it is sent, so that what was dropped leaves no hole for the server to fill with silence.
 */
export class Outbox {
  /** Frames dropped unsent so far. */
  dropped = 0;

  private readonly frames: OutFrame[] = [];
  private next = 0;
  private unsent = 0;

  constructor(
    private readonly capacity: number,
    private readonly onDrop: (frames: number) => void = () => {},
  ) {}

  push(pcm: Int16Array): void {
    this.frames.push({ sequence: -1, pcm });
    if (this.frames.length > this.capacity) {
      this.frames.shift();
      if (this.unsent > 0) {
        this.unsent--;
      } else {
        this.dropped++;
        this.onDrop(1);
      }
    }
  }

  /** The next frame to send, or undefined. */
  take(): OutFrame | undefined {
    const frame = this.frames[this.unsent];
    if (frame) {
      frame.sequence = this.next++;
      this.unsent++;
    }
    return frame;
  }

  /** The server has taken frames up to `lastSequence`: the rest is to be sent, numbered on from there. */
  resume(lastSequence: number): void {
    let taken = 0;
    while (taken < this.unsent && this.frames[taken]!.sequence <= lastSequence) {
      taken++;
    }
    this.frames.splice(0, taken);
    this.next = lastSequence + 1;
    this.unsent = 0;
  }

  /** Another session: nothing of what was said to the last one belongs to it. */
  reset(): void {
    this.frames.length = 0;
    this.next = 0;
    this.unsent = 0;
  }
}
