// The Agents SDK's RealtimeSession over a WebSocket, unmodified.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from "@openai/agents/realtime";
import { Events, microphone, startGateway } from "./lib/gateway.mjs";

let gateway;
before(async () => (gateway = await startGateway()));
after(() => gateway?.close());

async function connect(config = {}, apiKey = "any key at all") {
  const agent = new RealtimeAgent({ name: "Desk", instructions: "Be brief." });
  const session = new RealtimeSession(agent, { transport: new OpenAIRealtimeWebSocket({ url: `${gateway.ws}?model=echo` }), model: "echo", config });
  const events = new Events();
  const errors = [];
  const seen = { audio: 0, interrupted: 0 };
  session.on("transport_event", (event) => events.take(event));
  session.on("error", (error) => errors.push(error));
  session.on("audio", ({ data }) => (seen.audio += data.byteLength));
  session.on("audio_interrupted", () => seen.interrupted++);
  await session.connect({ apiKey });
  await events.of("session.updated");
  return { session, events, errors, seen };
}

/** What the SDK itself keeps of the conversation. */
const said = (session, role) => session.history.filter((item) => item.type === "message" && item.role === role).map((item) => item.content.map((part) => part.transcript ?? part.text ?? "").join(" "));

test("converses by text", async () => {
  const { session, events, errors, seen } = await connect();
  session.sendMessage("hello from the agents package");
  const done = await events.of("response.done");
  assert.equal(done.response.status, "completed");
  await events.of("rate_limits.updated");
  assert.match(said(session, "user").join(), /hello from the agents package/);
  assert.match(said(session, "assistant").join(), /hello from the agents package/i);
  assert.ok(seen.audio > 24_000);
  assert.deepEqual(errors, []);
  session.close();
});

test("converses by speech, with a client secret, and interrupts", async () => {
  const minted = await fetch(`${gateway.url}/v1/realtime/client_secrets`, {
    method: "POST",
    headers: { authorization: "Bearer any", "content-type": "application/json" },
    body: JSON.stringify({ expires_after: { anchor: "created_at", seconds: 60 }, session: { type: "realtime", model: "echo" } }),
  }).then((answer) => answer.json());
  assert.match(minted.value, /^ek_/);
  const { session, events, errors, seen } = await connect({ audio: { input: { turnDetection: { type: "server_vad" } } } }, minted.value);
  const mic = microphone((pcm) => session.sendAudio(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length)));
  mic.say(await gateway.speak("Please say after me that the office is open on Monday, Tuesday and Thursday, and that there is free parking behind the building."));
  await events.of("response.output_audio.delta", { timeout: 90_000 });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  mic.say(await gateway.speak("Wait a moment, please, I would like to book an appointment instead."));
  const cut = await events.of("response.done", { where: (e) => e.response.status === "cancelled" });
  await events.of("conversation.item.truncated");
  const next = await events.of("response.done", { from: events.seen.indexOf(cut) + 1 });
  mic.stop();
  assert.match(next.response.output[0].content[0].transcript, /appointment/i);
  assert.ok(seen.interrupted >= 1);
  assert.match(said(session, "user").join(), /appointment/i);
  assert.deepEqual(errors, []);
  session.close();
});

test("interrupts by hand", async () => {
  const { session, events, errors, seen } = await connect();
  session.sendMessage("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen");
  await events.of("response.output_audio.delta");
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  session.interrupt();
  const done = await events.of("response.done");
  assert.equal(done.response.status, "cancelled");
  await events.of("conversation.item.truncated");
  assert.equal(seen.interrupted, 1);
  const from = events.seen.length;
  session.sendMessage("and another thing");
  assert.match((await events.of("response.done", { from })).response.output[0].content[0].transcript, /another thing/i);
  assert.deepEqual(errors, []);
  session.close();
});
