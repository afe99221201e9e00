// What the openai package can ask for besides: turns by hand, responses of one's own, items, transcription.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { Events, startGateway } from "./lib/gateway.mjs";

let gateway;
before(async () => (gateway = await startGateway()));
after(() => gateway?.close());

async function open(session = {}) {
  const realtime = new OpenAIRealtimeWS({ model: "echo", options: { rejectUnauthorized: false } }, new OpenAI({ apiKey: "any", baseURL: gateway.baseURL }));
  const events = new Events();
  const errors = [];
  realtime.on("event", (event) => events.take(event));
  realtime.on("error", (error) => errors.push(error));
  await events.of("session.created");
  realtime.send({ type: "session.update", session: { type: "realtime", ...session } });
  await events.of("session.updated");
  return { realtime, events, errors };
}

const append = (realtime, pcm) => {
  for (let at = 0; at < pcm.length; at += 9_600) {
    realtime.send({ type: "input_audio_buffer.append", audio: pcm.subarray(at, at + 9_600).toString("base64") });
  }
};

test("turns are committed by hand and answered when asked", async () => {
  const { realtime, events, errors } = await open({ audio: { input: { turn_detection: null, transcription: { model: "any" } } } });
  for (const [words, heard] of [["What are your opening hours?", /opening hours/i], ["I need an appointment on Thursday.", /appointment/i]]) {
    const from = events.seen.length;
    append(realtime, await gateway.speak(words));
    realtime.send({ type: "input_audio_buffer.commit" });
    realtime.send({ type: "response.create" });
    const done = await events.of("response.done", { from });
    assert.equal(done.response.status, "completed");
    assert.match(done.response.output[0].content[0].transcript, heard);
    assert.match((await events.of("conversation.item.input_audio_transcription.completed", { from })).transcript, heard);
    assert.ok(done.response.usage.input_token_details.audio_tokens > 10 && done.response.usage.output_token_details.audio_tokens > 20);
  }
  assert.ok(!events.types().some((type) => type.includes("speech_")));
  assert.deepEqual(errors, []);
  realtime.close();
});

test("a commit of nothing is an error with the client's event_id", async () => {
  const { realtime, events, errors } = await open({ audio: { input: { turn_detection: null } } });
  realtime.send({ type: "input_audio_buffer.commit", event_id: "mine" });
  const { error } = await events.of("error");
  assert.deepEqual([error.code, error.event_id], ["input_audio_buffer_commit_empty", "mine"]);
  assert.equal(errors.length, 1);
  realtime.close();
});

test("audio in an item is heard, and a response may be cut by its tokens", async () => {
  const { realtime, events, errors } = await open({ audio: { input: { transcription: { model: "any" } } } });
  const pcm = await gateway.speak("What are your opening hours?");
  realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_audio", audio: pcm.toString("base64") }] } });
  realtime.send({ type: "response.create", response: { max_output_tokens: 15 } });
  const done = await events.of("response.done");
  assert.deepEqual([done.response.status, done.response.status_details.reason], ["incomplete", "max_output_tokens"]);
  assert.ok(done.response.usage.output_token_details.audio_tokens <= 15);
  assert.match((await events.of("conversation.item.input_audio_transcription.completed")).transcript, /opening hours/i);
  const from = events.seen.length;
  realtime.send({ type: "response.create", response: { conversation: "none", output_modalities: ["text"], metadata: { topic: "aside" }, input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "just this" }] }] } });
  const aside = await events.of("response.done", { from });
  assert.match(aside.response.output[0].content[0].text, /just this/);
  assert.deepEqual([aside.response.conversation_id, aside.response.metadata], [null, { topic: "aside" }]);
  assert.deepEqual(errors, []);
  realtime.close();
});

test("a transcription session hears and does not answer", async () => {
  const { realtime, events, errors } = await open({ type: "transcription", audio: { input: { transcription: { model: "any" }, turn_detection: { type: "server_vad" } } } });
  append(realtime, Buffer.concat([await gateway.speak("What are your opening hours?"), Buffer.alloc(96_000)]));
  assert.match((await events.of("conversation.item.input_audio_transcription.completed")).transcript, /opening hours/i);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.ok(!events.types().includes("response.created"));
  assert.deepEqual(errors, []);
  realtime.close();
});
