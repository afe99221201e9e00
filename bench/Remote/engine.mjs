// A server of OpenAI's audio API that takes as long as it is told to: node bench/Remote/engine.mjs [--port 8123] [--words MS] [--sound MS] [--text WORDS]
// Transcriptions give --text after --words milliseconds; speech gives a tone as long as the text asks for, its first sound after --sound milliseconds, then at four times its pace.
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8123" },
    words: { type: "string", default: "300" },
    sound: { type: "string", default: "300" },
    text: { type: "string", default: "What are your opening hours?" },
  },
});
const wait = (ms) => new Promise((done) => setTimeout(done, Number(ms)));

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  if (request.url.endsWith("/audio/transcriptions")) {
    await wait(values.words);
    response.setHeader("content-type", "application/json").end(JSON.stringify({ text: values.text }));
  } else if (request.url.endsWith("/audio/speech")) {
    const { input } = JSON.parse(Buffer.concat(parts));
    await wait(values.sound);
    response.setHeader("content-type", "audio/pcm");
    for (let at = 0, samples = input.length * 1440; at < samples && !response.destroyed; at += 4800) {
      const pcm = new Int16Array(4800).map((_, i) => 3000 * Math.sin(((at + i) * 2 * Math.PI * 220) / 24000));
      response.write(Buffer.from(pcm.buffer));
      await wait(50);
    }
    response.end();
  } else {
    response.writeHead(404, { "content-type": "application/json" }).end('{"error":{"message":"Not here."}}');
  }
}).listen(Number(values.port), "127.0.0.1", () => console.log(`http://127.0.0.1:${values.port}/v1`));
