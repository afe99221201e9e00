// `npm run build`: the page, the SDK for pages and for Node, and ./call as one file.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const wanted = process.argv.slice(2);
const want = (name) => wanted.length === 0 || wanted.includes(name);

if (want("page")) {
  await build({ configFile: at("./vite.config.ts"), logLevel: "warn" });
}

if (want("client")) {
  await library("./client/node.ts", "./dist/client/", "node.mjs", "node");
  await library("./client/browser.ts", "./dist/client/", "browser.mjs", "browser");
}

if (want("call") && existsSync(at("./call/main.ts"))) {
  await library("./call/main.ts", "./dist/call/", "call.mjs", "node");
}

async function library(entry, outDir, fileName, platform) {
  await build({
    configFile: false,
    logLevel: "warn",
    root: at("./"),
    base: "./",
    publicDir: false,
    ...(platform === "node" ? { ssr: { noExternal: true, target: "node" } } : {}),
    worker: { format: "es" },
    build: {
      outDir: at(outDir),
      emptyOutDir: false,
      target: platform === "node" ? "node20" : "es2022",
      minify: platform !== "node",
      ...(platform === "node" ? { ssr: at(entry) } : { lib: { entry: at(entry), formats: ["es"], fileName: () => fileName } }),
      rollupOptions: { output: { entryFileNames: fileName, codeSplitting: false } },
    },
  });
}
