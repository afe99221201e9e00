import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { executable, openPage } from "./lib/chromium.mjs";
import { event, floor, listen, withSettings } from "./lib/probe.mjs";
import { mocked, startServer } from "./lib/server.mjs";
import { silence, wav } from "./lib/wav.mjs";

const options = { skip: executable ? false : "no Chromium here", timeout: 180_000 };
const shots = fileURLToPath(new URL("./screenshots/", import.meta.url));
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let server;

before(async () => {
  await mkdir(shots, { recursive: true });
  server = executable && (await startServer());
}, { timeout: 150_000 });
after(() => server?.close());

/** What axe finds wrong, a line each. */
async function faults(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) {
    // Past the page's content security policy, which is right not to let a test in.
    const { readFile } = await import("node:fs/promises");
    await page.evaluate(await readFile(axe, "utf8"));
  }
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map((v) => `${v.id} (${v.impact}): ${v.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
}

for (const { name, ...look } of [
  { name: "light", colorScheme: "light" },
  { name: "dark", colorScheme: "dark" },
  { name: "phone", colorScheme: "dark", viewport: { width: 360, height: 740 } },
  { name: "still", colorScheme: "light", reducedMotion: "reduce" },
]) {
test(`nothing keeps anyone out, and nothing overflows: ${name}`, options, async () => {
    const { page, complaints, close } = await openPage(server.url, { ...look, microphone: wav(silence(60)) });
    const check = async (moment) => {
      await page.screenshot({ path: `${shots}${name}-${moment}.png` });
      assert.deepEqual(await faults(page), [], moment);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, `${moment} scrolls sideways`);
    };
    try {
      assert.equal(await page.getAttribute("html", "data-theme"), look.colorScheme);
      await withSettings(page, { greet: false });
      await check("1-welcome");
      await page.click("#start");
      await listen(page);
      await page.fill("#text", "What are your opening hours?");
      await page.keyboard.press("Enter");
      await floor(page, "speaking");
      await page.waitForTimeout(900);
      await check("2-speaking");
      await page.fill("#text", "And I would like to book an appointment");
      await page.keyboard.press("Enter");
      await event(page, "turn.completed");
      await event(page, "reply.started", { after: 1 });
      await floor(page, "speaking");
      await check("3-turns");
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("button, select, input:not([type=radio])")]
          .filter((element) => element.checkVisibility())
          .filter((element) => Math.min(element.getBoundingClientRect().width, element.getBoundingClientRect().height) < 40 && !element.closest(".typing"))
          .map((element) => element.id),
      );
      assert.deepEqual(small, [], "too small to touch");
      await page.click("#open-settings");
      await page.waitForTimeout(300);
      await check("4-settings");
      await page.keyboard.press("Escape");
      await page.click("#end");
      await page.getByText("Start again").waitFor();
      await check("5-ended");
      assert.deepEqual(complaints, []);
    } finally {
      await close();
    }
});
}

for (const { name, ...look } of [
  { name: "light", colorScheme: "light" },
  { name: "dark", colorScheme: "dark" },
  { name: "phone", colorScheme: "dark", viewport: { width: 360, height: 740 } },
  { name: "phone-light", colorScheme: "light", viewport: { width: 360, height: 740 } },
]) {
  test(`keys are there where the dialog takes them, and answer it: ${name}`, { ...options, skip: options.skip || (mocked && "the mock takes no keys") }, async () => {
    const { page, complaints, close } = await openPage(server.url, look);
    try {
      await withSettings(page, { greet: false });
      await page.click("#start-typing");
      await listen(page);
      assert.equal(await page.locator("#keypad").isVisible(), false);
      await page.fill("#text", "Hello");
      await page.keyboard.press("Enter");
      const menu = await event(page, "keys.wanted");
      assert.equal(menu.most, 1);
      await page.locator("#keypad").getByText("One key answers").waitFor();
      const closed = look.viewport !== undefined;
      assert.equal(await page.locator("#keys").isVisible(), !closed);
      if (closed) {
        await page.click("#keypad summary");
      }
      await page.getByRole("button", { name: "1", exact: true }).click();
      await event(page, "hypothesis.final", { text: "1" });
      // The first thing asked for is keyed in by the keyboard; what is typed in the field is no key.
      const next = await event(page, "keys.wanted", { after: 1 });
      assert.ok(next.generation > menu.generation);
      await page.fill("#text", "12");
      assert.equal(await page.textContent("#keyed"), "");
      await page.fill("#text", "");
      await page.getByRole("button", { name: "hash" }).focus();
      await page.keyboard.press("1");
      await floor(page, "speaking");
      await page.screenshot({ path: `${shots}keys-${name}.png` });
      assert.deepEqual(await faults(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, "scrolls sideways");
      assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(".key")].filter((key) => Math.min(key.getBoundingClientRect().width, key.getBoundingClientRect().height) < 40).length), 0);
      await page.click("#end");
      await page.getByText("Start again").waitFor();
      assert.equal(await page.locator("#keypad").isVisible(), false);
      assert.deepEqual(complaints, []);
    } finally {
      await close();
    }
  });
}

test("a microphone that is refused is explained, and typing goes on", options, async () => {
  const { page, close } = await openPage(server.url, { microphone: wav(silence(5)), deny: true });
  try {
    await page.click("#start");
    await page.getByRole("alert").getByText("The microphone is not allowed").waitFor();
    assert.ok((await page.locator("#fault li").count()) >= 2);
    await page.screenshot({ path: `${shots}fault-denied.png` });
    assert.deepEqual(await faults(page), []);
    await page.click("#start-typing");
    await listen(page);
    await floor(page, "listening");
    assert.equal(await page.locator("#mute").isVisible(), false);
  } finally {
    await close();
  }
});

test("a computer without a microphone is told so", options, async () => {
  const { page, close } = await openPage(server.url);
  try {
    await page.click("#start");
    await page.getByRole("alert").getByText(/No microphone was found|The microphone is not allowed/).waitFor();
  } finally {
    await close();
  }
});

test("a server that is gone is told so, and the theme is kept", options, async () => {
  const { page, context, close } = await openPage(server.url, { colorScheme: "light" });
  try {
    await page.click("#theme");
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
    await page.reload();
    assert.equal(await page.getAttribute("html", "data-theme"), "dark");
    await context.setOffline(true);
    await page.evaluate(() => (globalThis.WebSocket = class extends WebSocket { constructor() { super("ws://127.0.0.1:9/"); } }));
    await page.click("#start-typing");
    await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
  } finally {
    await close();
  }
});
