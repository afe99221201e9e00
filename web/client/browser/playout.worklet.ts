import { peak } from "../audio/pcm";
import { Resampler } from "../audio/resampler";
import { PlayoutBuffer } from "../playout/PlayoutBuffer";
import type { PlayoutCommand, PlayoutReport } from "./messages";

/** Replies to the loudspeaker. A pause is silence within one render quantum and the few milliseconds of its fade. */
class PlayoutProcessor extends AudioWorkletProcessor {
  private buffer: PlayoutBuffer | undefined;
  private resampler: Resampler | undefined;
  private pending = new Float32Array(0);
  private open = true;
  private reported = "";
  private peaks: number[] = [];
  private sinceReport = 0;
  private sincePeak = 0;
  private greatest = 0;

  constructor(options: AudioWorkletNodeOptions) {
    super(options);
    this.port.onmessage = (message: MessageEvent<PlayoutCommand>) => this.perform(message.data);
  }

  override process(_: Float32Array[][], outputs: Float32Array[][]): boolean {
    const out = outputs[0]?.[0];
    if (!this.buffer || !out) {
      return this.open;
    }

    if (this.resampler) {
      this.readResampled(this.buffer, this.resampler, out);
    } else {
      this.buffer.read(out);
    }
    this.measure(out);
    this.report(this.buffer);
    return this.open;
  }

  private perform(command: PlayoutCommand): void {
    switch (command.do) {
      case "open":
        this.prepare(command.rate, command.fresh);
        return;
      case "close":
        this.open = false;
        return;
      case "expect":
        this.buffer?.expect(command.generation, command.from);
        break;
      case "push":
        this.buffer?.push(command.generation, command.position, command.pcm);
        break;
      case "end":
        this.buffer?.end(command.generation, command.samples);
        break;
      default:
        this.buffer?.[command.do](command.generation);
    }
    if (this.buffer && command.do !== "push") {
      this.report(this.buffer);
    }
  }

  private prepare(rate: number, fresh: boolean): void {
    if (this.buffer?.rate === rate) {
      if (fresh) {
        this.buffer.reset();
      }
      return;
    }

    this.buffer = new PlayoutBuffer({ rate });
    this.resampler = rate === sampleRate ? undefined : new Resampler(rate, sampleRate);
  }

  private readResampled(buffer: PlayoutBuffer, resampler: Resampler, out: Float32Array): void {
    while (this.pending.length < out.length) {
      const wanted = new Float32Array(Math.max(1, Math.ceil(((out.length - this.pending.length) * buffer.rate) / sampleRate)));
      buffer.read(wanted);
      const made = resampler.process(wanted);
      const joined = new Float32Array(this.pending.length + made.length);
      joined.set(this.pending);
      joined.set(made, this.pending.length);
      this.pending = joined;
    }
    out.set(this.pending.subarray(0, out.length));
    this.pending = this.pending.slice(out.length);
  }

  private measure(out: Float32Array): void {
    this.greatest = Math.max(this.greatest, peak(out));
    this.sincePeak += out.length;
    this.sinceReport += out.length;
    if (this.sincePeak >= sampleRate / 200) {
      this.peaks.push(this.greatest);
      this.sincePeak -= sampleRate / 200;
      this.greatest = 0;
    }
  }

  private report(buffer: PlayoutBuffer): void {
    const key = `${buffer.generation}/${buffer.state}`;
    const changed = key !== this.reported;
    if (!changed && this.sinceReport < sampleRate / 50) {
      return;
    }

    this.reported = key;
    this.sinceReport = 0;
    this.port.postMessage({
      generation: buffer.generation,
      played: buffer.played,
      state: buffer.state,
      changed,
      underruns: buffer.underruns,
      stale: buffer.stale,
      time: currentTime,
      peaks: this.peaks,
    } satisfies PlayoutReport);
    this.peaks = [];
  }
}

registerProcessor("conversation-playout", PlayoutProcessor);
