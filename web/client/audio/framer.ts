/** Cuts a stream of PCM16 into frames of one length. */
export class Framer {
  private readonly pending: Int16Array;
  private filled = 0;

  constructor(
    readonly frameSamples: number,
    private readonly emit: (frame: Int16Array) => void,
  ) {
    this.pending = new Int16Array(frameSamples);
  }

  push(pcm: Int16Array): void {
    let from = 0;
    while (from < pcm.length) {
      const take = Math.min(pcm.length - from, this.frameSamples - this.filled);
      this.pending.set(pcm.subarray(from, from + take), this.filled);
      this.filled += take;
      from += take;
      if (this.filled === this.frameSamples) {
        this.filled = 0;
        this.emit(this.pending.slice());
      }
    }
  }
}
