import { readFile } from "node:fs/promises";
import { readWav, resample, rms, throughMuLaw, toFloat, toPcm16, WavFault } from "../client/node";
import { UsageFault } from "./options";

/** A recording as it is sent, and where in it speech truly begins and ends. */
export interface Recording {
  name: string;
  pcm: Int16Array;
  /** Samples before the first energetic 10 ms. */
  onset: number;
  /** Samples up to the end of the last energetic 10 ms. */
  end: number;
}

export async function loadRecording(file: string, rate: number, g711: boolean): Promise<Recording> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (fault) {
    const code = (fault as NodeJS.ErrnoException).code;
    throw new UsageFault(code === "ENOENT" ? `there is no file ${file}` : `${file} cannot be read: ${code}`);
  }

  try {
    const wav = readWav(bytes);
    if (wav.samples.length === 0) {
      throw new WavFault("it holds no samples");
    }
    return prepare(file, wav.samples, wav.rate, rate, g711);
  } catch (fault) {
    throw fault instanceof WavFault ? new UsageFault(`${file}: ${fault.message}`) : fault;
  }
}

export function prepare(name: string, samples: Float32Array, from: number, to: number, g711: boolean): Recording {
  const line = g711 ? toFloat(throughMuLaw(toPcm16(resample(samples, from, 8_000)))) : samples;
  const pcm = toPcm16(resample(line, g711 ? 8_000 : from, to));
  return { name, pcm, ...speechBounds(toFloat(pcm), to) };
}

/**
 * Speech by its energy: 10 ms frames no more than 40 dB below the loudest, where a final consonant still lies; in a noisy recording those
 * that stand 10 dB out of its quietest tenth of a second, though never more than 20 dB below the loudest.
 */
export function speechBounds(samples: Float32Array, rate: number): { onset: number; end: number } {
  const frame = Math.round(rate / 100);
  const levels: number[] = [];
  for (let at = 0; at < samples.length; at += frame) {
    levels.push(rms(samples, at, Math.min(samples.length, at + frame)));
  }
  const loudest = Math.max(...levels);
  const threshold = Math.max(1e-4, loudest / 100, Math.min(loudest / 10, 3.16 * quietest(levels)));
  const first = levels.findIndex((level) => level >= threshold);
  const last = levels.findLastIndex((level) => level >= threshold);
  return first < 0 ? { onset: 0, end: samples.length } : { onset: first * frame, end: Math.min(samples.length, (last + 1) * frame) };
}

function quietest(levels: number[]): number {
  const span = 10;
  let least = Infinity;
  for (let at = 0; at + span <= levels.length; at++) {
    least = Math.min(least, levels.slice(at, at + span).reduce((sum, level) => sum + level, 0) / span);
  }
  return least === Infinity ? 0 : least;
}
