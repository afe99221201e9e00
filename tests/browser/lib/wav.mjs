const rate = 16_000;

/** Has the server say `text`, as PCM16 at 16 kHz. */
export async function speech(url, text, voice = {}) {
  const response = await fetch(`${url}/api/speak`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text, rate, ...voice }),
  });
  if (!response.ok) {
    throw new Error(`POST /api/speak: ${response.status} ${await response.text()}`);
  }
  return pcm(Buffer.from(await response.arrayBuffer()));
}

export const silence = (seconds) => new Int16Array(Math.round(seconds * rate));

/** Joins stretches of PCM16 into one WAV. */
export function wav(...parts) {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + bytes.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(bytes.length, 40);
  return Buffer.concat([header, bytes]);
}

function pcm(bytes) {
  for (let at = 12; at + 8 <= bytes.length; at += 8 + bytes.readUInt32LE(at + 4)) {
    if (bytes.toString("latin1", at, at + 4) === "data") {
      const body = bytes.subarray(at + 8);
      return new Int16Array(body.buffer.slice(body.byteOffset, body.byteOffset + (body.length & ~1)));
    }
  }
  throw new Error("no data chunk");
}
