import { resample, toFloat, writeWav } from "../client/node";
import type { Ear } from "./Ear";
import type { Mouth } from "./Mouth";

/** The call as a WAV: the caller left, the reply right, on one clock. */
export function stereo(mouth: Mouth, mouthRate: number, ear: Ear): Uint8Array {
  const rate = ear.playout.buffer?.rate ?? 24_000;
  const reply = join(ear.heard);
  const offset = Math.round(((mouth.startedAt - (ear.startedAt ?? mouth.startedAt)) * rate) / 1000);
  const caller = new Float32Array(reply.length);
  for (const { position, pcm } of mouth.said) {
    const samples = resample(toFloat(pcm), mouthRate, rate);
    const at = offset + Math.round((position * rate) / mouthRate);
    caller.set(samples.subarray(0, Math.max(0, caller.length - at)), Math.min(at, caller.length));
  }
  return writeWav(rate, caller, reply);
}

function join(parts: Int16Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(toFloat(part), at);
    at += part.length;
  }
  return joined;
}
