// A third client that nobody here wrote for: Mastra's voice for the Realtime API, unmodified.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OpenAIRealtimeVoice } from "@mastra/voice-openai-realtime";
import { z } from "zod";
import { startChat } from "./lib/chat.mjs";
import { Events, microphone, startGateway } from "./lib/gateway.mjs";

const story = "Once upon a time there was a small house by the sea, and in it lived an old man who counted the waves, one by one, every day, until he fell asleep.";
let gateway, chat;
before(async () => {
  chat = await startChat((messages) => {
    const last = messages.at(-1);
    const repeat = /Repeat the following text: (.*)/.exec(messages[0].content);
    if (last.role === "tool") {
      return { text: `It is ${last.content} today.` };
    }
    return /weather/i.test(last.content) ? { call: { name: "weather", arguments: { city: "Oslo" } } } : { text: repeat?.[1] ?? (/story/i.test(last.content) ? story : "Of course.") };
  });
  Object.assign(process.env, { Dialog__Responders__model__Type: "openai", Dialog__Responders__model__BaseUrl: chat.url, Dialog__Responders__model__Model: "m", OPENAI_API_KEY: "none" });
  gateway = await startGateway();
});
after(async () => {
  await gateway?.close();
  chat?.close();
});

async function connect(tools) {
  const voice = new OpenAIRealtimeVoice({ url: gateway.ws, model: "model", apiKey: "any" });
  const events = new Events();
  const seen = { errors: [], audio: 0, said: "", heard: "" };
  for (const type of ["session.updated", "response.created", "response.done", "input_audio_buffer.speech_started", "error"]) {
    voice.on(`openAIRealtime:${type}`, (event) => events.take(event));
  }
  voice.on("error", (error) => seen.errors.push(error));
  voice.on("speaking", ({ audio }) => (seen.audio += audio.length));
  voice.on("writing", ({ text, role }) => (seen[role === "user" ? "heard" : "said"] += text));
  voice.addInstructions("You know the weather by asking for it.");
  voice.addTools(tools);
  await voice.connect();
  await events.of("session.updated");
  return { voice, events, seen };
}

test("@mastra/voice-openai-realtime speaks what it is given", async () => {
  const { voice, events, seen } = await connect();
  await voice.speak("Good morning, and welcome.");
  assert.equal((await events.of("response.done")).response.status, "completed");
  assert.match(seen.said, /good morning, and welcome/i);
  assert.ok(seen.audio > 24_000, `${seen.audio} bytes`);
  assert.deepEqual(seen.errors, []);
  voice.close();
});

test("@mastra/voice-openai-realtime converses, calls its tool, and is interrupted", async () => {
  const asked = [];
  const weather = { id: "weather", description: "Tells the weather.", inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => (asked.push(city), "raining") };
  const { voice, events, seen } = await connect({ weather });
  const mic = microphone((pcm) => voice.send(new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length))));
  mic.say(await gateway.speak("What is the weather in Oslo?"));
  const told = await events.of("response.done", { where: (e) => e.response.output.some((item) => item.type === "message") });
  assert.deepEqual(asked, ["Oslo"], `heard: ${seen.heard}`);
  assert.match(seen.heard, /weather/i);
  assert.match(seen.said, /raining/);

  const from = events.seen.length;
  mic.say(await gateway.speak("Please tell me a story."));
  const created = await events.of("response.created", { from });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  mic.say(await gateway.speak("Stop it please, I would like to book an appointment instead."));
  const cut = await events.of("response.done", { from: events.seen.indexOf(created) });
  assert.equal(cut.response.status, "cancelled");
  assert.ok(events.seen.slice(events.seen.indexOf(created)).some((e) => e.type === "input_audio_buffer.speech_started"));
  assert.equal((await events.of("response.done", { from: events.seen.indexOf(cut) + 1 })).response.status, "completed");
  mic.stop();
  assert.ok(told && seen.audio > 48_000);
  assert.deepEqual(seen.errors, []);
  voice.close();
});
