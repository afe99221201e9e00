/**
 * A streaming windowed-sinc resampler for any pair of rates. The low-pass lies at the lower of the two Nyquist frequencies, so that what a
 * microphone carries above 8 kHz does not fold into speech. Kaiser window (beta 8, about -80 dB), `zeroCrossings` lobes on each side.
 */
export class Resampler {
  private readonly step: number;
  private readonly cutoff: number;
  private readonly reach: number;
  private readonly table: Float32Array;
  private readonly perLobe = 256;
  private history: Float32Array;
  private filled: number;
  private position: number;

  constructor(
    readonly from: number,
    readonly to: number,
    private readonly zeroCrossings = 16,
  ) {
    this.step = from / to;
    // The transition band ends at Nyquist; a little below it at 0.94 keeps what folds under the noise of a room.
    this.cutoff = Math.min(1, to / from) * (from === to ? 1 : 0.94);
    this.reach = Math.ceil(zeroCrossings / this.cutoff);
    this.table = kernel(zeroCrossings, this.perLobe);
    // Silence before the first sample, so that the first output needs no special case.
    this.history = new Float32Array(this.reach * 2 + 4096);
    this.filled = this.reach;
    this.position = this.reach;
  }

  /** Takes samples and gives those that can be made of them. The delay is `zeroCrossings` samples of the lower rate, 1 ms at 16 kHz. */
  process(input: Float32Array): Float32Array {
    if (this.from === this.to) {
      return input;
    }

    this.append(input);
    const last = this.filled - this.reach;
    const count = Math.max(0, Math.ceil((last - this.position) / this.step));
    const output = new Float32Array(count);
    let made = 0;
    while (this.position < last && made < count) {
      output[made++] = this.at(this.position);
      this.position += this.step;
    }

    this.forget();
    return made === count ? output : output.subarray(0, made);
  }

  private at(position: number): number {
    const centre = Math.floor(position);
    const first = centre - this.reach + 1;
    let sum = 0;
    for (let i = first; i <= centre + this.reach; i++) {
      const distance = Math.abs(position - i) * this.cutoff;
      if (distance < this.zeroCrossings && i >= 0 && i < this.filled) {
        const exact = distance * this.perLobe;
        const index = exact | 0;
        const low = this.table[index]!;
        sum += this.history[i]! * (low + (this.table[index + 1]! - low) * (exact - index));
      }
    }
    return sum * this.cutoff;
  }

  private append(input: Float32Array): void {
    const needed = this.filled + input.length;
    if (needed > this.history.length) {
      const grown = new Float32Array(needed * 2);
      grown.set(this.history.subarray(0, this.filled));
      this.history = grown;
    }
    this.history.set(input, this.filled);
    this.filled = needed;
  }

  private forget(): void {
    const unneeded = Math.floor(this.position) - this.reach;
    if (unneeded > 2048) {
      this.history.copyWithin(0, unneeded, this.filled);
      this.filled -= unneeded;
      this.position -= unneeded;
    }
  }
}

/** Converts a whole recording. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) {
    return samples;
  }

  const resampler = new Resampler(from, to);
  const head = resampler.process(samples);
  const tail = resampler.process(new Float32Array(Math.ceil(64 * Math.max(1, from / to))));
  const wanted = Math.round((samples.length * to) / from);
  const output = new Float32Array(wanted);
  output.set(head.subarray(0, wanted));
  output.set(tail.subarray(0, Math.max(0, wanted - head.length)), Math.min(head.length, wanted));
  return output;
}

function kernel(zeroCrossings: number, perLobe: number): Float32Array {
  const beta = 8;
  const size = zeroCrossings * perLobe;
  const table = new Float32Array(size + 2);
  for (let i = 0; i <= size; i++) {
    const x = i / perLobe;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const edge = i / size;
    table[i] = sinc * (bessel(beta * Math.sqrt(1 - edge * edge)) / bessel(beta));
  }
  return table;
}

/** The modified Bessel function of the first kind, order zero, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
