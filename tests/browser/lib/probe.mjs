/** Has the page, from before its scripts, keep the settings given. */
export async function withSettings(page, settings) {
  await page.evaluate((value) => localStorage.setItem("conversation.settings", JSON.stringify(value)), settings);
  await page.reload();
}

/** Begins to keep what happens in the call: events, progress, and what leaves for the loudspeaker. */
export async function listen(page) {
  await page.waitForFunction(() => globalThis.conversation?.client.connection.state === "open", null, { timeout: 15_000 });
  await page.evaluate(() => {
    const { client, speaker } = globalThis.conversation;
    const seen = { events: [], progress: undefined, loud: [] };
    globalThis.seen = seen;
    client.on("any", (event) => seen.events.push({ ...event, received: performance.now() }));
    client.on("progress", (progress) => (seen.progress = progress));
    // What truly goes to the device, not what was meant to.
    const analyser = new AnalyserNode(speaker.context, { fftSize: 256 });
    speaker.node.connect(analyser);
    const samples = new Float32Array(256);
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      if (samples.some((sample) => Math.abs(sample) > 0.01)) {
        seen.loud.push(performance.now());
      }
    }, 5);
  });
}

/** Waits for an event of this type, after so many others of it, and gives it. */
export async function event(page, type, { after = 0, timeout = 25_000, ...fields } = {}) {
  const found = await page.waitForFunction(
    ([type, after, fields]) => globalThis.seen.events.filter((e) => e.type === type && Object.entries(fields).every(([name, value]) => e[name] === value))[after],
    [type, after, fields],
    { timeout },
  );
  return found.jsonValue();
}

export const floor = (page, state, timeout = 25_000) => page.waitForFunction((state) => document.documentElement.dataset.floor === state, state, { timeout });
