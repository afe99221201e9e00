import { connect } from "node:net";
import { createServer } from "node:tls";
import { generate } from "selfsigned";
import { startServer } from "../../browser/lib/server.mjs";
import { check } from "./schema.mjs";

/** The gateway, and TLS before it: the openai package speaks nothing but wss. */
export async function startGateway() {
  const server = await startServer();
  const { port } = new URL(server.url);
  const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], { keySize: 2048, algorithm: "sha256" });
  const sockets = new Set();
  const front = createServer({ cert, key }, (near) => {
    const far = connect(Number(port), "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => (sockets.delete(from), to.destroy()));
    }
  });
  await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
  return {
    url: server.url,
    ws: `${server.url.replace("http", "ws")}/v1/realtime`,
    baseURL: `https://127.0.0.1:${front.address().port}/v1`,
    /** What the platform's own voice says, as PCM16 at `rate`. */
    async speak(text, rate = 24_000) {
      const answer = await fetch(`${server.url}/api/speak`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ text, tier: "expressive", rate }) });
      if (!answer.ok) {
        throw new Error(await answer.text());
      }
      return Buffer.from(await answer.arrayBuffer()).subarray(44);
    },
    async close() {
      sockets.forEach((socket) => socket.destroy());
      front.close();
      await server.close();
    },
  };
}

/** Says `pcm` in real time by `send`, 40 ms at a time, and silence after it until stopped, as a microphone does. */
export function microphone(send, rate = 24_000) {
  const bytes = (rate / 25) * 2;
  let pcm = Buffer.alloc(0);
  const timer = setInterval(() => {
    const frame = Buffer.alloc(bytes);
    pcm.copy(frame, 0, 0, Math.min(bytes, pcm.length));
    pcm = pcm.subarray(Math.min(bytes, pcm.length));
    send(frame);
  }, 40);
  return { say: (more) => (pcm = Buffer.concat([pcm, more])), stop: () => clearInterval(timer) };
}

/** Keeps events and waits for them; each must be as the packages' own types and schemas say, with an id of its own. */
export class Events {
  seen = [];
  #ids = new Set();
  #waiting = [];

  take(event) {
    // @openai/agents tells of its own doings by the same way, without ids.
    if (event.event_id) {
      check(event);
      if (this.#ids.size === this.#ids.add(event.event_id).size) {
        throw new Error(`twice: ${event.event_id}`);
      }
    }
    this.seen.push(event);
    this.#waiting = this.#waiting.filter(({ fits, resolve }) => !(fits(event) && (resolve(event), true)));
  }

  types() {
    return this.seen.map((event) => event.type);
  }

  /** The first event of this type from index `from` on, come or to come. */
  async of(type, { from = 0, timeout = 90_000, where = () => true } = {}) {
    const fits = (event) => event.type === type && where(event);
    const found = this.seen.slice(from).find(fits);
    if (found) {
      return found;
    }
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no ${type}; seen:\n${this.seen.map((e) => JSON.stringify(e).slice(0, 200)).slice(-40).join("\n")}`)), timeout);
    });
    try {
      return await Promise.race([new Promise((resolve) => this.#waiting.push({ fits, resolve })), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
