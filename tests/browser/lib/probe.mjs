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
export async function event(page, type, { after = 0, timeout = 60_000, ...fields } = {}) {
  try {
    const found = await page.waitForFunction(
      ([type, after, fields]) => globalThis.seen.events.filter((e) => e.type === type && Object.entries(fields).every(([name, value]) => e[name] === value))[after],
      [type, after, fields],
      { timeout },
    );
    return await found.jsonValue();
  } catch (fault) {
    const seen = await page.evaluate(() => globalThis.seen.events.map((e) => `${Math.round(e.received)} ${e.type} ${e.generation ?? e.turn ?? ""} ${e.text ?? e.reason ?? e.outcome ?? e.kind ?? ""}`));
    throw new Error(`no ${type} ${JSON.stringify(fields)} after ${after}; seen:\n${seen.join("\n")}`, { cause: fault });
  }
}

/** Gives the page, from its next loading on, a microphone that is silent but for what `say` puts into it: for what must be said at its moment. */
export async function withVoice(page) {
  await page.addInitScript(() => {
    let context, into;
    navigator.mediaDevices.getUserMedia = async () => {
      context = new AudioContext({ sampleRate: 48_000 });
      into = new MediaStreamAudioDestinationNode(context);
      await context.resume();
      return into.stream;
    };
    globalThis.say = async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const source = new AudioBufferSourceNode(context, { buffer: await context.decodeAudioData(bytes.buffer) });
      source.connect(into);
      source.start();
      return performance.now();
    };
  });
}

/** Speaks a WAV into that microphone; when it began, on the page's clock. */
export const say = (page, wav) => page.evaluate((base64) => globalThis.say(base64), wav.toString("base64"));

export const floor = (page, state, timeout = 60_000) => page.waitForFunction((state) => document.documentElement.dataset.floor === state, state, { timeout });
