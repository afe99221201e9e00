/** Samples of [-1, 1] to PCM16. Clips rather than wraps. */
export function toPcm16(samples: Float32Array, into = new Int16Array(samples.length)): Int16Array {
  for (let i = 0; i < samples.length; i++) {
    const scaled = Math.round(samples[i]! * 32_767);
    into[i] = scaled > 32_767 ? 32_767 : scaled < -32_768 ? -32_768 : scaled;
  }
  return into;
}

/** PCM16 to samples of [-1, 1). */
export function toFloat(pcm: Int16Array, into = new Float32Array(pcm.length)): Float32Array {
  for (let i = 0; i < pcm.length; i++) {
    into[i] = pcm[i]! / 32_768;
  }
  return into;
}

/** PCM16 little-endian as base64. The platforms that run JavaScript are little-endian, so the bytes are taken as they lie. */
export function encodePcm(pcm: Int16Array): string {
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  let binary = "";
  for (let from = 0; from < bytes.length; from += 4096) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 4096));
  }
  return btoa(binary);
}

/** Base64 to PCM16. An odd last byte is dropped. */
export function decodePcm(base64: string): Int16Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length & ~1);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return new Int16Array(bytes.buffer);
}

/** The greatest magnitude, 0 to 1. */
export function peak(samples: Float32Array, from = 0, to = samples.length): number {
  let most = 0;
  for (let i = from; i < to; i++) {
    const magnitude = Math.abs(samples[i]!);
    if (magnitude > most) {
      most = magnitude;
    }
  }
  return most;
}

/** Root mean square, 0 to 1. */
export function rms(samples: Float32Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum += samples[i]! * samples[i]!;
  }
  return to > from ? Math.sqrt(sum / (to - from)) : 0;
}
