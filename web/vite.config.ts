import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const gateway = process.env.CONVERSATION_URL ?? "http://localhost:5080";

/** The page. `npm run dev` serves it with the gateway (or the mock) behind it. */
export default defineConfig({
  root: fileURLToPath(new URL("./page", import.meta.url)),
  base: "./",
  build: {
    outDir: fileURLToPath(new URL("./dist/page", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // A worklet or an icon as a data URL would need a looser content security policy than the page has.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: { proxy: { "/api": gateway, "/session": { target: gateway, ws: true } } },
});
