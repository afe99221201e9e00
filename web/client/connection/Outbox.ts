export interface OutFrame {
  sequence: number;
  pcm: Int16Array;
}

/**
 * The caller's frames on their way out. Keeps the last second, sent or not: what a broken connection swallowed is sent again when it is back,
 * and what is older than that is dropped and told, since speech that comes late is worth less than speech that comes now.
 */
export class Outbox {
  /** Frames dropped unsent so far. */
  dropped = 0;

  private frames: OutFrame[] = [];
  private next = 0;
  private unsent = 0;

  constructor(
    private readonly capacity: number,
    private readonly onDrop: (frames: number) => void = () => {},
  ) {}

  push(pcm: Int16Array): void {
    this.frames.push({ sequence: this.next++, pcm });
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
    return this.unsent < this.frames.length ? this.frames[this.unsent++] : undefined;
  }

  /** The server has taken frames up to `lastSequence`: the rest is to be sent, numbered on from there. */
  resume(lastSequence: number): void {
    this.frames = this.frames.filter((frame) => frame.sequence > lastSequence);
    this.next = lastSequence + 1;
    for (const frame of this.frames) {
      frame.sequence = this.next++;
    }
    this.unsent = 0;
  }

  /** Another session: nothing of what was said to the last one belongs to it. */
  reset(): void {
    this.frames = [];
    this.next = 0;
    this.unsent = 0;
  }
}
