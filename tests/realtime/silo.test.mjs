// The same clients against a silo, whose sessions are grains.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const built = ["Release", "Debug"].map((name) => fileURLToPath(new URL(`../../src/Silo/bin/${name}/net10.0/Conversation.Silo.dll`, import.meta.url)));
// Where the feed has no Orleans it is an empty library, which nothing can start.
const silo = [process.env.SILO_DLL, ...built].find((path) => path && existsSync(path) && existsSync(path.replace(/dll$/, "runtimeconfig.json")));

test("the clients work with a silo too", { skip: silo ? false : "no silo is built here: the feed has no Orleans" }, async () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const files = ["openai", "manual", "tools", "mastra"].map((name) => `${name}.test.mjs`);
  const child = spawn(process.execPath, ["--test", "--test-force-exit", "--test-concurrency=1", ...files], { cwd: fileURLToPath(new URL(".", import.meta.url)), env: { ...env, GATEWAY_DLL: silo } });
  const output = [];
  child.stdout.on("data", (data) => output.push(data));
  child.stderr.on("data", (data) => output.push(data));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) {
    throw new Error(Buffer.concat(output).toString().slice(-6_000));
  }
});
