interface Segment {
  position: number;
  pcm: Int16Array;
}

/** Samples of one reply by position, in order, without overlap. */
export class Segments {
  private list: Segment[] = [];
  /** Samples held in all. */
  length = 0;

  clear(): void {
    this.list = [];
    this.length = 0;
  }

  /** Takes samples from `position` on, less what lies before `floor` or is held already. False where nothing was left of them. */
  add(position: number, pcm: Int16Array, floor: number): boolean {
    let at = this.list.length;
    while (at > 0 && this.list[at - 1]!.position > position) {
      at--;
    }

    const before = this.list[at - 1];
    const after = this.list[at];
    const start = Math.max(position, floor, before ? before.position + before.pcm.length : 0);
    const end = Math.min(position + pcm.length, after ? after.position : Infinity);
    if (end <= start) {
      return false;
    }

    this.list.splice(at, 0, { position: start, pcm: pcm.subarray(start - position, end - position) });
    this.length += end - start;
    return true;
  }

  /** Samples that follow one another without a hole from `position` on. */
  contiguousFrom(position: number): number {
    let at = position;
    for (const segment of this.list) {
      if (segment.position > at) {
        break;
      }
      at = Math.max(at, segment.position + segment.pcm.length);
    }
    return at - position;
  }

  /** How far it is from `position` to the first sample held; 0 where nothing is held or it is held. */
  gapAt(position: number): number {
    const first = this.list[0];
    return first && first.position > position ? first.position - position : 0;
  }

  /** Moves samples from `position` on into `out` from `offset` on, and forgets them. */
  read(position: number, out: Float32Array, offset: number): number {
    let made = 0;
    for (let first = this.list[0]; first && first.position === position + made && offset + made < out.length; first = this.list[0]) {
      const count = Math.min(first.pcm.length, out.length - offset - made);
      copy(first.pcm, 0, out, offset + made, count);
      made += count;
      this.length -= count;
      if (count === first.pcm.length) {
        this.list.shift();
      } else {
        first.position += count;
        first.pcm = first.pcm.subarray(count);
      }
    }
    return made;
  }

  /** Copies samples from `position` on without forgetting them; leaves what is not held as it is. */
  peek(position: number, out: Float32Array): void {
    for (const segment of this.list) {
      const from = segment.position - position;
      if (from >= out.length) {
        break;
      }
      copy(segment.pcm, 0, out, from, Math.min(segment.pcm.length, out.length - from));
    }
  }
}

function copy(pcm: Int16Array, from: number, out: Float32Array, to: number, count: number): void {
  for (let i = 0; i < count; i++) {
    out[to + i] = pcm[from + i]! / 32_768;
  }
}
