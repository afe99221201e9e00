// The openai package's own realtime client, unmodified.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { Events, microphone, startGateway } from "./lib/gateway.mjs";

let gateway;
before(async () => (gateway = await startGateway()));
after(() => gateway?.close());

async function open(session = {}) {
  const client = new OpenAI({ apiKey: "any key at all", baseURL: gateway.baseURL });
  const realtime = new OpenAIRealtimeWS({ model: "echo", options: { rejectUnauthorized: false } }, client);
  const events = new Events();
  const errors = [];
  realtime.on("event", (event) => events.take(event));
  realtime.on("error", (error) => errors.push(error));
  await events.of("session.created");
  realtime.send({ type: "session.update", session: { type: "realtime", ...session } });
  await events.of("session.updated");
  return { realtime, events, errors, close: () => realtime.close() };
}

const heard = (events) => Buffer.concat(events.seen.filter((e) => e.type === "response.output_audio.delta").map((e) => Buffer.from(e.delta, "base64")));

test("a typed turn is answered in text", async () => {
  const { realtime, events, errors, close } = await open({ output_modalities: ["text"] });
  realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "hello there" }] } });
  realtime.send({ type: "response.create", response: { metadata: { topic: "greeting" } } });
  const done = await events.of("response.done");
  assert.equal(done.response.status, "completed");
  assert.deepEqual(done.response.metadata, { topic: "greeting" });
  assert.match(done.response.output[0].content[0].text, /hello there/i);
  assert.equal(heard(events).length, 0);
  assert.deepEqual(errors, []);
  close();
});

test("a typed turn is answered in speech, in the order of the dialect", async () => {
  const { realtime, events, errors, close } = await open();
  realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "good morning" }] } });
  realtime.send({ type: "response.create" });
  await events.of("rate_limits.updated");
  const once = events.types().filter((type, at, all) => !(type.endsWith(".delta") && all.slice(0, at).includes(type)));
  assert.deepEqual(once.filter((type) => !type.endsWith(".delta")), [
    "session.created", "session.updated", "conversation.item.added", "conversation.item.done",
    "response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added",
    "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done", "response.output_item.done",
    "conversation.item.done", "response.done", "rate_limits.updated",
  ]);
  assert.ok(heard(events).length > 24_000, `${heard(events).length} bytes of audio`);
  assert.match((await events.of("response.output_audio_transcript.done")).transcript, /good morning/i);
  assert.deepEqual(errors, []);
  close();
});

for (const [format, rate, bytes] of [["audio/pcm", 24_000, 2], ["audio/pcmu", 8_000, 1], ["audio/pcma", 8_000, 1]]) {
  test(`a spoken turn is heard and answered in ${format}`, async () => {
    const shape = bytes === 2 ? { type: format, rate } : { type: format };
    const { realtime, events, errors, close } = await open({ audio: { input: { format: shape, transcription: { model: "any" }, turn_detection: { type: "semantic_vad" } }, output: { format: shape } } });
    const mic = microphone((pcm) => realtime.send({ type: "input_audio_buffer.append", audio: (bytes === 2 ? pcm : g711(pcm, format)).toString("base64") }), rate);
    mic.say(await gateway.speak("What are your opening hours?", rate));
    const done = await events.of("response.done");
    mic.stop();
    assert.equal(done.response.status, "completed");
    const transcript = (await events.of("conversation.item.input_audio_transcription.completed")).transcript;
    assert.match(transcript, /opening hours/i);
    const order = ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added", "response.created"].map((type) => events.types().indexOf(type));
    assert.deepEqual(order, [...order].sort((a, b) => a - b), events.types().join(" "));
    assert.ok(!order.includes(-1));
    const item = (await events.of("input_audio_buffer.committed")).item_id;
    assert.equal((await events.of("input_audio_buffer.speech_started")).item_id, item);
    assert.ok(heard(events).length > rate * bytes * 0.5);
    assert.deepEqual(errors, []);
    close();
  });
}

test("speaking over a response cancels it, and truncating keeps what was heard", async () => {
  const { realtime, events, errors, close } = await open({ audio: { input: { transcription: { model: "any" } } } });
  const mic = microphone((pcm) => realtime.send({ type: "input_audio_buffer.append", audio: pcm.toString("base64") }));
  realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen" }] } });
  realtime.send({ type: "response.create" });
  await events.of("response.output_audio.delta");
  const over = await gateway.speak("Wait a moment, please, I would like to book an appointment instead.");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  mic.say(over);
  const done = await events.of("response.done");
  assert.equal(done.response.status, "cancelled");
  assert.equal(done.response.status_details.reason, "turn_detected");
  const types = events.types();
  assert.ok(types.indexOf("input_audio_buffer.speech_started") < types.indexOf("response.done"));
  const item = done.response.output[0].id;
  realtime.send({ type: "conversation.item.truncate", item_id: item, content_index: 0, audio_end_ms: 1_000 });
  assert.equal((await events.of("conversation.item.truncated")).audio_end_ms, 1_000);
  realtime.send({ type: "conversation.item.retrieve", item_id: item });
  const kept = (await events.of("conversation.item.retrieved")).item.content[0].transcript;
  assert.match(kept, /one/i);
  assert.doesNotMatch(kept, /ten/i);
  const next = await events.of("response.done", { from: events.seen.indexOf(done) + 1 });
  mic.stop();
  assert.match(next.response.output[0].content[0].transcript, /appointment/i);
  const late = events.seen.slice(events.seen.indexOf(done)).filter((e) => e.type === "response.output_audio.delta" && e.response_id === done.response.id);
  assert.equal(late.length, 0);
  assert.deepEqual(errors, []);
  close();
});

test("a response is cancelled by the client, and the next turn is answered", async () => {
  const { realtime, events, errors, close } = await open();
  const say = (text) => {
    realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text }] } });
    realtime.send({ type: "response.create" });
  };
  say("one two three four five six seven eight nine ten eleven twelve thirteen");
  await events.of("response.output_audio.delta");
  realtime.send({ type: "response.cancel" });
  const done = await events.of("response.done");
  assert.equal(done.response.status, "cancelled");
  assert.equal(done.response.status_details.reason, "client_cancelled");
  const from = events.seen.length;
  say("and now this");
  const next = await events.of("response.done", { from });
  assert.equal(next.response.status, "completed");
  assert.match(next.response.output[0].content[0].transcript, /and now this/i);
  assert.deepEqual(errors, []);
  close();
});

test("what is wrong is told with the client's event_id, and the connection lives", async () => {
  const { realtime, events, errors, close } = await open();
  realtime.send({ type: "response.cancel", event_id: "mine_1" });
  realtime.send({ type: "no.such.event", event_id: "mine_2" });
  await events.of("error", { where: (e) => e.error.event_id === "mine_2" });
  assert.equal((await events.of("error")).error.code, "response_cancel_not_active");
  assert.equal((await events.of("error")).error.event_id, "mine_1");
  realtime.send({ type: "input_audio_buffer.clear" });
  await events.of("input_audio_buffer.cleared");
  assert.equal(errors.length, 2);
  close();
});

/** G.711 by its definition (ITU-T G.711), for a test that does not take the server's word for it. */
function g711(pcm, format) {
  const out = Buffer.alloc(pcm.length / 2);
  for (let n = 0; n < out.length; n++) {
    const sample = pcm.readInt16LE(n * 2);
    const sign = sample < 0 ? 0x80 : 0;
    if (format === "audio/pcmu") {
      const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
      const segment = 31 - Math.clz32(magnitude) - 7;
      out[n] = ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 15)) & 255;
    } else {
      const magnitude = Math.min(Math.abs(sample), 32_767) >> 3;
      const segment = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude) - 4;
      out[n] = ((sign ^ 0x80) | (segment << 4) | ((segment ? magnitude >> segment : magnitude >> 1) & 15)) ^ 0x55;
    }
  }
  return out;
}
