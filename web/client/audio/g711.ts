// ITU-T G.711. The codecs are defined on 13 and 14 bit samples; these scale to and from PCM16.

const bias = 0x84;
const clip = 32_635;

export function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), clip) + bias;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

export function decodeMuLaw(code: number): number {
  const value = ~code & 0xff;
  const magnitude = ((((value & 0x0f) << 3) + bias) << ((value >> 4) & 0x07)) - bias;
  return value & 0x80 ? -magnitude : magnitude;
}

export function decodeALaw(code: number): number {
  const value = code ^ 0x55;
  const exponent = (value >> 4) & 0x07;
  const mantissa = ((value & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

/** What mu-law leaves of the samples: there and back. */
export function throughMuLaw(pcm: Int16Array): Int16Array {
  return pcm.map((sample) => decodeMuLaw(encodeMuLaw(sample)));
}
