import { decodeALaw, decodeMuLaw } from "./g711";

export interface Wav {
  rate: number;
  channels: number;
  /** The channels mixed to one, [-1, 1]. */
  samples: Float32Array;
}

/** Said of bytes that are not a WAV this reader knows; the message is for a person. */
export class WavFault extends Error {}

const pcm = 1;
const float = 3;
const aLaw = 6;
const muLaw = 7;
const extensible = 0xfffe;

/** Reads RIFF WAVE: PCM of 8, 16, 24 or 32 bits, IEEE float of 32 or 64, A-law and mu-law; any rate, any number of channels. */
export function readWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") {
    throw new WavFault("not a WAV: it does not begin with RIFF and WAVE");
  }

  let format: { code: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = tag(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === "fmt ") {
      if (size < 16 || body + 16 > bytes.length) {
        throw new WavFault("its fmt chunk is cut short");
      }
      let code = view.getUint16(body, true);
      if (code === extensible && size >= 26 && body + 26 <= bytes.length) {
        code = view.getUint16(body + 24, true);
      }
      format = { code, channels: view.getUint16(body + 2, true), rate: view.getUint32(body + 4, true), bits: view.getUint16(body + 14, true) };
    } else if (id === "data") {
      if (!format) {
        throw new WavFault("its data chunk comes before its fmt chunk");
      }
      // A recorder that streams leaves the size as 0 or as all ones: take what is there.
      const available = bytes.length - body;
      const length = size === 0 || size > available ? available : size;
      return decode(view, body, length, format);
    }
    at = body + size + (size & 1);
  }
  throw new WavFault("it has no data chunk");
}

/** PCM16 WAV of one or more channels of equal length, samples of [-1, 1]. */
export function writeWav(rate: number, ...channels: Float32Array[]): Uint8Array {
  const frames = Math.max(0, ...channels.map((c) => c.length));
  const bytes = new Uint8Array(44 + frames * channels.length * 2);
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string) => [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, pcm, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels.length * 2, true);
  view.setUint16(32, channels.length * 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, bytes.length - 44, true);
  for (let frame = 0, at = 44; frame < frames; frame++) {
    for (const channel of channels) {
      const sample = Math.round((channel[frame] ?? 0) * 32_767);
      view.setInt16(at, Math.max(-32_768, Math.min(32_767, sample)), true);
      at += 2;
    }
  }
  return bytes;
}

function decode(view: DataView, from: number, length: number, format: { code: number; channels: number; rate: number; bits: number }): Wav {
  const { code, channels, rate, bits } = format;
  const read = reader(view, code, bits);
  if (channels < 1 || rate < 1 || !read) {
    throw new WavFault(`format ${code} with ${bits} bits, ${channels} channels at ${rate} Hz is not one this reads (PCM 8/16/24/32, float 32/64, A-law, mu-law)`);
  }

  const width = bits >> 3;
  const frames = Math.floor(length / (width * channels));
  const samples = new Float32Array(frames);
  for (let frame = 0, at = from; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += width) {
      sum += read(at);
    }
    samples[frame] = sum / channels;
  }
  return { rate, channels, samples };
}

function reader(view: DataView, code: number, bits: number): ((at: number) => number) | undefined {
  switch (`${code}/${bits}`) {
    case `${pcm}/8`:
      return (at) => (view.getUint8(at) - 128) / 128;
    case `${pcm}/16`:
      return (at) => view.getInt16(at, true) / 32_768;
    case `${pcm}/24`:
      return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8_388_608;
    case `${pcm}/32`:
      return (at) => view.getInt32(at, true) / 2_147_483_648;
    case `${float}/32`:
      return (at) => view.getFloat32(at, true);
    case `${float}/64`:
      return (at) => view.getFloat64(at, true);
    case `${aLaw}/8`:
      return (at) => decodeALaw(view.getUint8(at)) / 32_768;
    case `${muLaw}/8`:
      return (at) => decodeMuLaw(view.getUint8(at)) / 32_768;
    default:
      return undefined;
  }
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}
