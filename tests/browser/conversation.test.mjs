import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { executable, openPage } from "./lib/chromium.mjs";
import { event, floor, listen, say, withSettings, withVoice } from "./lib/probe.mjs";
import { startProxy } from "./lib/proxy.mjs";
import { mocked, startServer } from "./lib/server.mjs";
import { silence, speech, wav } from "./lib/wav.mjs";

const options = { skip: executable ? false : "no Chromium here", timeout: 240_000 };
let server;

before(async () => {
  server = executable && (await startServer());
}, { timeout: 150_000 });
after(() => server?.close());

test("a WAV for a microphone is heard as it firms up, answered aloud, and kept with the time it took", options, async () => {
  const microphone = wav(silence(2.5), await speech(server.url, "Good morning, I was wondering whether you could please tell me what your opening hours are during the week."), silence(40));
  const { page, complaints, close } = await openPage(server.url, { microphone });
  try {
    await withSettings(page, { greet: false });
    await page.click("#start");
    await listen(page);

    await event(page, "speech.started");
    await event(page, "hypothesis.delta");
    await page.waitForFunction(() => document.querySelector("#heard").textContent !== "");
    const heard = await event(page, "hypothesis.final");
    assert.match(await page.textContent("#heard"), mocked ? /\w/ : /opening hours/i);
    await floor(page, "speaking");
    await page.waitForFunction(() => globalThis.seen.loud.length > 0);
    await page.waitForSelector("#said .word.now");
    const latency = await event(page, "turn.latency");
    assert.ok(latency.speechEndToAudioMs > 0);
    assert.equal(latency.turn, heard.turn);

    const { turn, interrupted } = await event(page, "turn.completed");
    assert.deepEqual([turn, interrupted], [heard.turn, false]);
    const kept = page.locator(".turn").first();
    assert.match(await kept.textContent(), mocked ? /\w/ : /opening hours.*half past/is);
    assert.ok((await kept.locator(".fall-row").count()) > 0);
    await floor(page, "listening");
    await page.click("#end");
    await page.getByText("Start again").waitFor();
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});

test("speaking over a reply silences it, cuts it where it was heard, and is answered itself", options, async () => {
  const over = wav(await speech(server.url, "Sorry, I would like to book an appointment."));
  const { page, close } = await openPage(server.url);
  try {
    await withVoice(page);
    await withSettings(page, { greet: false });
    await page.click("#start");
    await listen(page);
    await page.fill("#text", "What are your opening hours?");
    await page.keyboard.press("Enter");
    const first = await event(page, "reply.started");
    await page.waitForFunction(() => globalThis.seen.progress?.heard > 12_000);

    await say(page, over);
    const paused = await event(page, "playout.paused", { generation: first.generation });
    const cancelled = await event(page, "playout.cancelled", { reason: "interrupted" });
    assert.equal(cancelled.generation, first.generation);
    await event(page, "interruption", { outcome: "interrupted" });
    const next = await event(page, "reply.started", { after: 1 });
    const last = await page.evaluate(([from, to]) => globalThis.seen.loud.filter((at) => at > from && at < to).at(-1) ?? 0, [first.received, next.received]);
    // The analyser is polled every 5 ms and holds 11 ms; the fade takes 4. The rest is room for a busy machine.
    assert.ok(last < paused.received + 300, `sounded for ${last - paused.received} ms after the pause`);

    await event(page, "turn.completed", { after: 1 });
    const turns = page.locator(".turn");
    await turns.nth(1).waitFor();
    assert.equal(await turns.first().locator(".cut-mark").count(), 1);
    assert.notEqual(await turns.first().locator("del").textContent(), "");
    assert.match(await turns.nth(1).textContent(), mocked ? /\w/ : /appointment/i);
    assert.equal(await page.evaluate(() => globalThis.seen.progress.stale), 0);
  } finally {
    await close();
  }
});

test("a broken network is told, taken up again, and the rest of the reply is heard", options, async () => {
  const proxy = await startProxy(server.url);
  const { page, close } = await openPage(proxy.url);
  try {
    await withSettings(page, { greet: false });
    await page.click("#start-typing");
    await listen(page);
    await page.fill("#text", "What are your opening hours?");
    await page.keyboard.press("Enter");
    const reply = await event(page, "reply.started");
    await page.waitForFunction(() => globalThis.seen.progress?.heard > 6000);
    const session = await page.evaluate(() => globalThis.conversation.client.opened.session);

    const dropping = proxy.drop(1200);
    await page.waitForSelector("#connection.lost");
    assert.match(await page.textContent("#connection"), /Connection lost/);
    await dropping;
    await page.getByText("The conversation goes on where it was").waitFor();
    assert.equal(await page.evaluate(() => globalThis.conversation.client.opened.session), session);

    const ended = await event(page, "reply.ended", { generation: reply.generation });
    await page.waitForFunction(({ generation, samples }) => globalThis.seen.progress.generation === generation && globalThis.seen.progress.heard === samples, ended);
    await event(page, "turn.completed", { interrupted: false });
    await floor(page, "listening");
  } finally {
    await close();
    await proxy.close();
  }
});

test("a reload in mid-reply takes the same call up again, and the rest of the reply is heard", options, async () => {
  const { page, complaints, close } = await openPage(server.url);
  try {
    await withSettings(page, { greet: false });
    await page.click("#start-typing");
    await listen(page);
    await page.fill("#text", "What are your opening hours?");
    await page.keyboard.press("Enter");
    const reply = await event(page, "reply.started");
    await page.waitForFunction(() => globalThis.seen.progress?.heard > 12_000);
    const session = await page.evaluate(() => globalThis.conversation.client.opened.session);

    await page.reload();
    await listen(page);
    assert.deepEqual(await page.evaluate(() => [globalThis.conversation.client.opened.session, globalThis.conversation.client.opened.resumed, globalThis.conversation.client.opened.gateways]), [session, true, []]);
    assert.equal(await page.textContent("#turns .note"), "Resumed after reload");
    assert.equal(await page.locator("#gateway").isVisible(), false);
    await page.waitForFunction((generation) => globalThis.seen.progress?.generation === generation && globalThis.seen.progress.state === "playing", reply.generation);
    assert.ok((await page.locator("#said .word.spoken").count()) > 1);
    await event(page, "turn.completed", { interrupted: false });
    await floor(page, "listening");
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});

test("the whole of it goes by keyboard", options, async () => {
  const { page, complaints, close } = await openPage(server.url, { microphone: wav(silence(30)) });
  try {
    const focused = () => page.evaluate(() => document.activeElement?.id);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
    for (let presses = 0; (await focused()) !== "start" && presses < 10; presses++) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await listen(page);
    assert.equal(await focused(), "state");

    await page.keyboard.press("Space");
    assert.equal(await page.getAttribute("#mute", "aria-pressed"), "true");
    await page.keyboard.press("Space");
    assert.equal(await page.getAttribute("#mute", "aria-pressed"), "false");

    await page.focus("#text");
    await page.keyboard.type("Good morning to you");
    await page.keyboard.press("Enter");
    await event(page, "reply.started", { kind: "answer" });
    assert.equal(await page.inputValue("#text"), "");
    assert.equal(await page.getAttribute("#mute", "aria-pressed"), "false");

    await page.focus("#open-settings");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#settings[open]");
    await page.focus("#endpointing-balanced");
    await page.keyboard.press("ArrowDown");
    await event(page, "settings");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#settings[open]").count(), 0);
    assert.equal(await focused(), "open-settings");

    await page.keyboard.press("Escape");
    await page.getByText("Start again").waitFor();
    assert.equal(await focused(), "start");
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});
