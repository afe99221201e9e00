// Something with the rhythm of speech, to see and hear the page with: a buzz shaped by vowels, one syllable-ish burst a word.

const vowels = { a: [730, 1090], e: [530, 1840], i: [270, 2290], o: [570, 840], u: [300, 870], y: [300, 2200] };

/** Text to samples of [-1, 1] with word timings in samples. */
export function speak(text, rate, pitch = 130, speed = 1) {
  const words = [];
  const parts = [];
  let at = 0;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const letters = word.toLowerCase().replace(/[^a-z0-9]/g, "");
    const seconds = (0.11 + 0.052 * letters.length) / speed;
    const samples = burst(letters, Math.round(seconds * rate), rate, pitch * (1 + 0.12 * Math.sin(words.length)));
    const gap = Math.round(((/[.?!]$/.test(word) ? 0.22 : /[,;:]$/.test(word) ? 0.12 : 0.03) / speed) * rate);
    words.push({ text: word, start: at, end: at + samples.length });
    parts.push(samples, new Float32Array(gap));
    at += samples.length + gap;
  }
  const joined = new Float32Array(at);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return { samples: joined, words };
}

function burst(letters, length, rate, pitch) {
  const shape = [...letters].filter((c) => vowels[c]);
  const out = new Float32Array(length);
  let phase = 0;
  for (let i = 0; i < length; i++) {
    const t = i / length;
    const [f1, f2] = vowels[shape[Math.min(shape.length - 1, Math.floor(t * shape.length))] ?? "e"];
    phase += (2 * Math.PI * pitch * (1.05 - 0.12 * t)) / rate;
    let value = 0;
    for (let h = 1; h <= 16; h++) {
      const f = h * pitch;
      const gain = 1 / (1 + ((f - f1) / 130) ** 2) + 0.5 / (1 + ((f - f2) / 190) ** 2) + 0.02;
      value += gain * Math.sin(h * phase);
    }
    const syllables = Math.max(1, shape.length);
    const envelope = Math.sin(Math.PI * t) ** 0.4 * (0.55 + 0.45 * Math.cos(2 * Math.PI * syllables * t + Math.PI) ** 2);
    out[i] = 0.16 * value * envelope + 0.004 * (Math.random() - 0.5);
  }
  return out;
}

export function toPcm16(samples) {
  return Int16Array.from(samples, (s) => Math.max(-32768, Math.min(32767, Math.round(s * 32767))));
}

export function wav(samples, rate) {
  const pcm = toPcm16(samples);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + pcm.byteLength, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(pcm.byteLength, 40);
  return Buffer.concat([header, Buffer.from(pcm.buffer)]);
}
