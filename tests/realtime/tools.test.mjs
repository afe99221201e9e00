// Function calling with both packages: a chat model by script asks for a function that the client has.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from "@openai/agents/realtime";
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { z } from "zod";
import { startChat } from "./lib/chat.mjs";
import { Events, startGateway } from "./lib/gateway.mjs";

const instructions = "You know the weather by asking for it.";
let gateway, chat;
before(async () => {
  chat = await startChat((messages) => {
    const last = messages.at(-1);
    return last.role === "tool" ? { text: `It is ${last.content} today.` } : { call: { name: "weather", arguments: { city: "Oslo" } } };
  });
  Object.assign(process.env, { Dialog__Responders__model__Type: "openai", Dialog__Responders__model__BaseUrl: chat.url, Dialog__Responders__model__Model: "m", OPENAI_API_KEY: "none" });
  gateway = await startGateway();
});
after(async () => {
  await gateway?.close();
  chat?.close();
});

test("openai: a function is called, and its result answered from", async () => {
  const realtime = new OpenAIRealtimeWS({ model: "model", options: { rejectUnauthorized: false } }, new OpenAI({ apiKey: "any", baseURL: gateway.baseURL }));
  const events = new Events();
  const errors = [];
  realtime.on("event", (event) => events.take(event));
  realtime.on("error", (error) => errors.push(error));
  await events.of("session.created");
  realtime.send({ type: "session.update", session: { type: "realtime", instructions, tools: [{ type: "function", name: "weather", description: "Tells the weather.", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } }] } });
  await events.of("session.updated");
  realtime.send({ type: "conversation.item.create", item: { type: "message", role: "user", content: [{ type: "input_text", text: "What is the weather in Oslo?" }] } });
  realtime.send({ type: "response.create" });
  const asked = await events.of("response.done");
  assert.equal(asked.response.status, "completed");
  const [call] = asked.response.output;
  assert.equal(call.type, "function_call");
  assert.equal(call.name, "weather");
  assert.deepEqual(JSON.parse(call.arguments), { city: "Oslo" });
  const first = events.types().slice(events.types().indexOf("response.created"));
  assert.deepEqual(first.slice(0, 8), ["response.created", "response.output_item.added", "conversation.item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done", "conversation.item.done", "response.done"]);

  const from = events.seen.length;
  realtime.send({ type: "conversation.item.create", item: { type: "function_call_output", call_id: call.call_id, output: "sunny" } });
  realtime.send({ type: "response.create" });
  const told = await events.of("response.done", { from });
  assert.equal(told.response.status, "completed");
  assert.notEqual(told.response.id, asked.response.id);
  assert.match(told.response.output[0].content[0].transcript, /sunny/);
  assert.ok(events.seen.some((e) => e.type === "response.output_audio.delta" && e.response_id === told.response.id));
  assert.match(chat.seen[0].messages[0].content, new RegExp(instructions));
  assert.ok(chat.seen[0].tools.some((t) => t.function.name === "weather" && t.function.parameters.required[0] === "city"));
  assert.deepEqual(errors, []);
  realtime.close();
});

test("openai: what is asked for once reaches the model once", async () => {
  const realtime = new OpenAIRealtimeWS({ model: "model", options: { rejectUnauthorized: false } }, new OpenAI({ apiKey: "any", baseURL: gateway.baseURL }));
  const events = new Events();
  const errors = [];
  realtime.on("event", (event) => events.take(event));
  realtime.on("error", (error) => errors.push(error));
  await events.of("session.created");
  realtime.send({ type: "session.update", session: { type: "realtime", instructions } });
  const say = (role, text, more = {}) => realtime.send({ type: "conversation.item.create", item: { type: "message", role, content: [{ type: "input_text", text }] }, ...more });
  say("user", "What is the weather?");
  say("system", "The caller is called Ada.", { previous_item_id: "root" });
  const from = chat.seen.length;
  realtime.send({ type: "response.create", response: { instructions: "Only this once.", tool_choice: "required", tools: [{ type: "function", name: "weather", parameters: { type: "object", properties: {} } }] } });
  const done = await events.of("response.done");
  assert.equal(done.response.output[0].type, "function_call");
  const [asked] = chat.seen.slice(from);
  assert.equal(asked.choice, "required");
  assert.deepEqual(asked.tools.map((tool) => tool.function.name), ["weather"]);
  assert.match(asked.messages[0].content, /Only this once/);
  assert.doesNotMatch(asked.messages[0].content, new RegExp(instructions));
  assert.deepEqual(asked.messages.slice(1).map(({ role, content }) => [role, content]), [["system", "The caller is called Ada."], ["user", "What is the weather?"]]);
  assert.deepEqual(errors, []);
  realtime.close();
});

test("@openai/agents: its tool runs, and the conversation goes on", async () => {
  const asked = [];
  const weather = tool({ name: "weather", description: "Tells the weather.", parameters: z.object({ city: z.string() }), execute: async ({ city }) => (asked.push(city), "raining") });
  const session = new RealtimeSession(new RealtimeAgent({ name: "Desk", instructions, tools: [weather] }), { transport: new OpenAIRealtimeWebSocket({ url: `${gateway.ws}?model=model` }), model: "model" });
  const events = new Events();
  const errors = [];
  session.on("transport_event", (event) => events.take(event));
  session.on("error", (error) => errors.push(error));
  await session.connect({ apiKey: "any" });
  await events.of("session.updated", { where: (e) => e.session.tools.length > 0 });
  session.sendMessage("What is the weather in Oslo?");
  const told = await events.of("response.done", { where: (e) => e.response.output.some((item) => item.type === "message") });
  assert.match(told.response.output[0].content[0].transcript, /raining/);
  assert.deepEqual(asked, ["Oslo"]);
  session.sendMessage("And now?");
  await events.of("response.done", { from: events.seen.indexOf(told) + 1, where: (e) => e.response.output.some((item) => item.type === "message") });
  assert.deepEqual(asked, ["Oslo", "Oslo"]);
  assert.deepEqual(errors, []);
  session.close();
});
