import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** True where the scripted mock of the protocol stands in for the platform: `CONVERSATION_SERVER=mock npm test`. */
export const mocked = process.env.CONVERSATION_SERVER === "mock";

/** Starts the platform on a free port, and waits until it takes calls; or takes the one that runs at `CONVERSATION_URL`. */
export async function startServer() {
  if (process.env.CONVERSATION_URL) {
    return { url: process.env.CONVERSATION_URL, close: () => {} };
  }
  if (mocked) {
    const { startMock } = await import("../../../web/dev/mock.mjs");
    return startMock();
  }

  const dll = [process.env.GATEWAY_DLL, ...["Release", "Debug"].map((name) => join(root, "src/Gateway/bin", name, "net10.0/Conversation.Gateway.dll"))].find((path) => path && existsSync(path));
  if (!dll) {
    throw new Error("the gateway is not built: dotnet build src/Gateway -c Release");
  }
  const url = `http://127.0.0.1:${await freePort()}`;
  const folder = await mkdtemp(join(tmpdir(), "conversation-server-"));
  const output = [];
  const server = spawn("dotnet", [dll, "--urls", url], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, Engines__Variation: "0", Gateway__PagePath: join(root, "web/dist/page") } });
  server.stdout.on("data", (data) => output.push(data));
  server.stderr.on("data", (data) => output.push(data));
  const gone = new Promise((resolve) => server.once("exit", resolve));
  const close = async () => {
    server.kill("SIGTERM");
    const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true });
  };
  for (const end = performance.now() + 120_000; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const healthy = await fetch(`${url}/health`).then((answer) => answer.status === 200, () => false);
    if (healthy) {
      return { url, close };
    }
    if (server.exitCode !== null || performance.now() > end) {
      await close();
      throw new Error(`the gateway did not become ready:\n${Buffer.concat(output).toString().slice(-4000)}`);
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
