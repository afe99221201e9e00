// Takes the README's picture from a running server: CONVERSATION_URL=http://localhost:5080 npm run picture
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openPage } from "./lib/chromium.mjs";
import { event, floor, listen } from "./lib/probe.mjs";
import { startServer } from "./lib/server.mjs";
import { silence, speech, wav } from "./lib/wav.mjs";

const file = fileURLToPath(new URL("../../docs/images/page.png", import.meta.url));
const server = await startServer();
const say = (text) => speech(server.url, text, { tier: "expressive", voice: "am_michael" });
const microphone = wav(silence(7), await say("What are your opening hours?"), silence(3.2), await say("Great. I would like to book an appointment."), silence(5.5), await say("Next Tuesday, in the morning."), silence(30));
const { page, close } = await openPage(server.url, { microphone, colorScheme: process.argv[2] ?? "light" });
try {
  await page.click("#start");
  await listen(page);
  await event(page, "reply.started", { kind: "answer", after: 2, timeout: 60_000 });
  await floor(page, "speaking");
  await page.waitForTimeout(1700);
  await mkdir(fileURLToPath(new URL(".", `file://${file}`)), { recursive: true });
  await page.screenshot({ path: file });
} finally {
  await close();
  await server.close();
}
