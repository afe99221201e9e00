import { describe, expect, it } from "vitest";
import { decodeMuLaw, decodePcm, encodeMuLaw, encodePcm, Framer, readWav, resample, Resampler, rms, WavFault, writeWav } from "../client/index";

const tone = (hz: number, rate: number, seconds: number) => Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rate));

describe("PCM", () => {
  it("survives base64", () => {
    const pcm = Int16Array.from([0, 1, -1, 32_767, -32_768, 12_345]);
    expect([...decodePcm(encodePcm(pcm))]).toEqual([...pcm]);
    expect(encodePcm(Int16Array.from([1, -2]))).toBe(Buffer.from([1, 0, 0xfe, 0xff]).toString("base64"));
  });

  it("is cut into whole frames, whatever it comes in", () => {
    const frames: number[][] = [];
    const framer = new Framer(4, (frame) => frames.push([...frame]));
    framer.push(Int16Array.from([1, 2, 3]));
    framer.push(Int16Array.from([4, 5, 6, 7, 8, 9]));
    expect(frames).toEqual([[1, 2, 3, 4], [5, 6, 7, 8]]);
  });
});

describe("mu-law", () => {
  it("agrees with G.711's table at its ends and at zero", () => {
    expect(encodeMuLaw(0)).toBe(0xff);
    expect(decodeMuLaw(0x80)).toBe(32_124);
    expect(decodeMuLaw(0x00)).toBe(-32_124);
    expect(encodeMuLaw(32_767)).toBe(0x80);
    expect(encodeMuLaw(-32_768)).toBe(0x00);
  });

  it("is its own inverse on every code", () => {
    for (let code = 0; code < 256; code++) {
      expect(decodeMuLaw(encodeMuLaw(decodeMuLaw(code))) === decodeMuLaw(code)).toBe(true);
    }
  });
});

describe("the resampler", () => {
  it.each([[48_000, 16_000], [44_100, 16_000], [16_000, 24_000], [24_000, 48_000], [8_000, 16_000]])("keeps a tone and its length from %i to %i", (from, to) => {
    const out = resample(tone(1000, from, 0.5), from, to);
    expect(out.length).toBe(Math.round(0.5 * to));
    const expected = tone(1000, to, 0.5);
    const middle = (a: Float32Array) => a.subarray(to / 10, (to * 4) / 10);
    const error = middle(out).map((sample, i) => sample - middle(expected)[i]!);
    expect(20 * Math.log10(rms(error) / rms(middle(expected)))).toBeLessThan(-50);
  });

  it("takes away what lies above the new Nyquist frequency", () => {
    const out = resample(tone(9500, 48_000, 0.5), 48_000, 16_000);
    expect(20 * Math.log10(rms(out, 800, 7000) / (0.5 / Math.SQRT2))).toBeLessThan(-60);
  });

  it("gives the same in pieces of 128 as in one", () => {
    const input = tone(440, 44_100, 0.3);
    const whole = new Resampler(44_100, 16_000).process(input);
    const pieces = new Resampler(44_100, 16_000);
    const joined: number[] = [];
    for (let at = 0; at < input.length; at += 128) {
      joined.push(...pieces.process(input.subarray(at, at + 128)));
    }
    expect(joined.length).toBe(whole.length);
    expect(Math.max(...joined.map((sample, i) => Math.abs(sample - whole[i]!)))).toBeLessThan(1e-4);
  });
});

describe("a WAV", () => {
  it("reads back what was written, channels mixed", () => {
    const wav = readWav(writeWav(22_050, Float32Array.from([0.5, -0.5]), Float32Array.from([0.25, 0.5])));
    expect(wav.rate).toBe(22_050);
    expect(wav.channels).toBe(2);
    expect(wav.samples[0]).toBeCloseTo(0.375, 3);
    expect(wav.samples[1]).toBeCloseTo(0, 3);
  });

  it.each([
    [1, 8, [0, 255], [-1, 0.992]],
    [1, 24, [0, 0, 0x40, 0, 0, 0xc0], [0.5, -0.5]],
    [1, 32, [0, 0, 0, 0x40], [0.5]],
    [3, 32, [0, 0, 0, 0x3f], [0.5]],
    [7, 8, [0xff, 0x80], [0, 0.98]],
    [6, 8, [0xd5, 0xaa], [0.0002, 0.984]],
  ])("of format %i with %i bits", (format, bits, data, expected) => {
    const { samples } = readWav(raw(format, bits, data));
    expect(samples.length).toBe(expected.length);
    expected.forEach((value, i) => expect(samples[i]).toBeCloseTo(value, 2));
  });

  it("with a chunk before its data, an extensible format, or an unfinished size", () => {
    const list = [0x4c, 0x49, 0x53, 0x54, 3, 0, 0, 0, 1, 2, 3, 0];
    expect(readWav(raw(1, 16, [0, 0x40], { before: list })).samples[0]).toBe(0.5);
    expect(readWav(raw(0xfffe, 16, [0, 0x40], { subFormat: 1 })).samples[0]).toBe(0.5);
    expect(readWav(raw(1, 16, [0, 0x40], { size: 0xffffffff })).samples[0]).toBe(0.5);
  });

  it.each([
    ["nothing", new Uint8Array(0), /RIFF/],
    ["text", new TextEncoder().encode("this is not a WAV file at all"), /RIFF/],
    ["no data", raw(1, 16, []).subarray(0, 36), /no data/],
    ["an unknown format", raw(85, 16, [0, 0]), /format 85/],
  ])("that is %s is told in words", (_, bytes, message) => {
    expect(() => readWav(bytes)).toThrow(WavFault);
    expect(() => readWav(bytes)).toThrow(message);
  });

  it("cut or garbled anywhere is a fault or a recording, never a crash", () => {
    const good = raw(1, 16, Array.from({ length: 40 }, (_, i) => i));
    for (let cut = 0; cut < good.length; cut++) {
      for (const value of [0, 0x7f, 0xff]) {
        const bytes = good.slice(0, good.length - (value === 0 ? cut : 0));
        bytes[cut % bytes.length] = value;
        try {
          readWav(bytes);
        } catch (fault) {
          expect(fault).toBeInstanceOf(WavFault);
        }
      }
    }
  });
});

function raw(format: number, bits: number, data: number[], extra: { before?: number[]; subFormat?: number; size?: number } = {}): Uint8Array {
  const fmt = extra.subFormat === undefined ? 16 : 40;
  const bytes = new Uint8Array(12 + 8 + fmt + (extra.before?.length ?? 0) + 8 + data.length);
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string) => [...text].forEach((c, i) => (bytes[at + i] = c.charCodeAt(0)));
  put(0, "RIFF");
  put(8, "WAVEfmt ");
  view.setUint32(16, fmt, true);
  view.setUint16(20, format, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint16(34, bits, true);
  if (extra.subFormat !== undefined) {
    view.setUint16(44, extra.subFormat, true);
  }
  let at = 20 + fmt;
  bytes.set(extra.before ?? [], at);
  at += extra.before?.length ?? 0;
  put(at, "data");
  view.setUint32(at + 4, extra.size ?? data.length, true);
  bytes.set(data, at + 8);
  return bytes;
}
