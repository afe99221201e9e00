// A scripted server of docs/specs/session-protocol.md, to work on the page and the SDK without the platform: `npm run mock [port]`.
// It speaks SignalR's JSON wire. POST /dev/drop breaks every connection, as a network would.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import { catalog } from "./mock/script.mjs";
import { MockSession } from "./mock/session.mjs";
import { speak, wav } from "./mock/voice.mjs";

const separator = "\x1e";
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

const root = fileURLToPath(new URL("../dist/page", import.meta.url));

/** Starts the mock; port 0 takes a free one. Mocks that share `sessions` stand for gateways of one cluster. */
export async function startMock(port = 0, { sessions = new Map() } = {}) {
  const requests = [];
  const mock = { sessions, requests, gateways: [], restores: false, refuses: undefined };
  const server = createServer((request, response) => void serve(request, response));
  const sockets = new WebSocketServer({ server, path: "/session" });
  const drop = () => sockets.clients.forEach((socket) => socket.terminate());

  async function serve(request, response) {
    const { pathname } = new URL(request.url, "http://mock");
    const send = (status, type, body) => response.writeHead(status, { "content-type": type }).end(body);
    if (pathname === "/api/catalog") return send(200, "application/json", JSON.stringify(catalog));
    if (pathname === "/api/speak") {
      let body = "";
      for await (const chunk of request) body += chunk;
      const { text, rate = 16_000 } = JSON.parse(body);
      return send(200, "audio/wav", wav(speak(text, rate, 120).samples, rate));
    }
    if (pathname === "/dev/drop") {
      drop();
      return send(204, "text/plain");
    }
    try {
      const file = normalize(join(root, pathname === "/" ? "index.html" : pathname));
      if (!file.startsWith(root)) throw new Error("outside");
      send(200, types[extname(file)] ?? "application/octet-stream", await readFile(file));
    } catch {
      send(404, "text/plain", "not found");
    }
  }

  sockets.on("connection", (socket) => {
    let shaken = false;
    let session;
    let buffered = "";
    const raw = (message) => socket.readyState === 1 && socket.send(JSON.stringify(message) + separator);
    const link = { send: (target, ...args) => raw({ type: 1, target, arguments: args }) };
    const ping = setInterval(() => raw({ type: 6 }), 5000);

    const methods = {
      Open(request) {
        requests.push(request);
        if (mock.refuses) throw new Error(mock.refuses);
        const resume = request.resume;
        let known = resume && sessions.get(resume.session);
        if (resume && known?.token !== resume.token) throw new Error("session_unknown: There is no such session to resume");
        const restored = !!known && mock.restores;
        session = restored ? known.restore() : (known ?? new MockSession());
        if (restored) known = undefined;
        sessions.set(session.id, session);
        Object.assign(session.settings, request.settings);
        if (known && known.reply) known.reply.played = Math.max(known.reply.played, resume.generation === known.reply.generation ? resume.played : 0);
        queueMicrotask(() => (session.open(link), known || restored || session.start()));
        return {
          version: 1, session: session.id, token: session.token, outputRate: 24_000, frameSamples: 480, resumed: !!known, restored,
          lastSequence: session.lastSequence, history: session.history, settings: session.settings, resumeWithinSeconds: 30, gateways: mock.gateways,
        };
      },
      Audio: (sequence, pcm) => session?.audio(sequence, pcm),
      Played: (generation, samples) => session?.played(generation, samples),
      Text: (text) => session?.text(text),
      Configure(settings) {
        Object.assign(session.settings, settings);
        session.tell("settings", { settings: session.settings });
      },
      Close: () => session?.close("client"),
    };

    socket.on("message", (data) => {
      buffered += data;
      const messages = buffered.split(separator);
      buffered = messages.pop();
      for (const text of messages) {
        if (!shaken) {
          shaken = true;
          raw({});
          continue;
        }
        const message = JSON.parse(text);
        if (message.type !== 1) continue;
        let answer = {};
        try {
          answer = { result: methods[message.target](...message.arguments) ?? null };
        } catch (fault) {
          answer = { error: `An unexpected error occurred invoking '${message.target}' on the server. HubException: ${fault.message}` };
        }
        if (message.invocationId) raw({ type: 3, invocationId: message.invocationId, ...answer });
      }
    });
    socket.on("close", () => {
      clearInterval(ping);
      if (session?.link === link) session.link = undefined;
    });
  });

  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const die = async () => {
    sockets.close();
    drop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(mock, {
    url,
    drop,
    die,
    async close() {
      sessions.forEach((session) => clearInterval(session.timer));
      await die();
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock(Number(process.argv[2] ?? 5080));
  console.log(`mock at ${mock.url}`);
}
