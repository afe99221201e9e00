import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const places = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** An installed Chromium, or undefined. */
export const executable = places.find((path) => path && existsSync(path));

/** Opens the page with `microphone` (WAV bytes, played once) as the microphone; without it, with no microphone at all. `gesture`: it may sound only after one. */
export async function openPage(url, { microphone, viewport = { width: 1280, height: 800 }, colorScheme = "light", reducedMotion = "no-preference", deny = false, gesture = false } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "conversation-page-"));
  const wav = join(directory, "microphone.wav");
  if (microphone) {
    await writeFile(wav, microphone);
  }
  const context = await chromium.launchPersistentContext(join(directory, "profile"), {
    executablePath: executable,
    headless: false,
    ignoreDefaultArgs: ["--mute-audio", "--headless"],
    viewport,
    colorScheme,
    reducedMotion,
    args: [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", `--autoplay-policy=${gesture ? "document-user-activation-required" : "no-user-gesture-required"}`,
      ...(microphone ? ["--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${wav}%noloop`] : []),
      ...(microphone && !deny ? ["--use-fake-ui-for-media-stream"] : []),
      ...(deny ? ["--deny-permission-prompts"] : []),
    ],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (fault) => complaints.push(String(fault)));
  await page.goto(url);
  return {
    page,
    context,
    /** What the page wrote to the console as errors or warnings. */
    complaints,
    async close() {
      await context.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
