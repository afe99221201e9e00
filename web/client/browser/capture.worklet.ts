import { peak, toPcm16 } from "../audio/pcm";
import { Resampler } from "../audio/resampler";
import { inputFrameSamples, inputRate } from "../protocol";
import type { CapturedFrame } from "./messages";

const perPeak = inputRate / 200;

/** The microphone at the device's rate to 20 ms frames at 16 kHz. */
class Capture extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate, inputRate);
  private readonly frame = new Float32Array(inputFrameSamples);
  private filled = 0;

  override process(inputs: Float32Array[][]): boolean {
    const channel = inputs[0]?.[0];
    if (!channel) {
      return true;
    }

    const samples = this.resampler.process(channel);
    for (let from = 0; from < samples.length; ) {
      const take = Math.min(samples.length - from, inputFrameSamples - this.filled);
      this.frame.set(samples.subarray(from, from + take), this.filled);
      this.filled += take;
      from += take;
      if (this.filled === inputFrameSamples) {
        this.filled = 0;
        this.send();
      }
    }
    return true;
  }

  private send(): void {
    const peaks: number[] = [];
    for (let at = 0; at < inputFrameSamples; at += perPeak) {
      peaks.push(peak(this.frame, at, at + perPeak));
    }
    const pcm = toPcm16(this.frame);
    this.port.postMessage({ pcm, peaks } satisfies CapturedFrame, [pcm.buffer]);
  }
}

registerProcessor("conversation-capture", Capture);
