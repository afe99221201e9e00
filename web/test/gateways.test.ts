import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ConnectionState, ConversationClient, type ConversationOptions, type SessionEvents, type TimedPlayout } from "../client/node";
import { CallRun } from "../call/CallRun";
import { report } from "../call/Exchange";
import { parse } from "../call/options";
import { prepare } from "../call/Recording";
import { Gateways } from "../client/connection/Gateways";
import { type Mock, startMock } from "../dev/mock.mjs";

// Mocks that share their sessions: to a client, the gateways of one cluster.
let first: Mock;
let second: Mock;
let client: ConversationClient | undefined;
const sockets = new Set<Socket>();
const servers = new Set<Server>();

beforeEach(async () => {
  const sessions = new Map();
  [first, second] = await Promise.all([startMock(0, { sessions }), startMock(0, { sessions })]);
  first.gateways.push(second.url);
  second.gateways.push(first.url);
});

afterEach(async () => {
  await client?.close();
  sockets.forEach((socket) => socket.destroy());
  servers.forEach((server) => server.close());
  await Promise.all([first.close(), second.close()].map((closing) => closing.catch(() => {})));
});

const until = async (condition: () => boolean, ms = 30_000) => {
  for (const end = performance.now() + ms; !condition() && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(condition()).toBe(true);
};
const session = () => [...first.sessions.values()][0]!;
const states: { state: string; gateway: string | undefined; at: number }[] = [];
const open = async (options: ConversationOptions = {}) => {
  client = new ConversationClient({ url: first.url, ...options });
  states.length = 0;
  client.on("connection", (connection: ConnectionState) => states.push({ state: connection.state, gateway: connection.state === "open" ? connection.gateway : undefined, at: performance.now() }));
  await client.open();
  return client;
};
/** A host that takes connections and never answers, as one that is hung or behind a dead router. */
const hangingHost = async () => {
  const server = createServer((socket) => sockets.add(socket));
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};
const moved = (to: string) => until(() => states.at(-1)!.state === "open" && states.at(-1)!.gateway === to);
/** From the loss to being open again. */
const gap = () => states.at(-1)!.at - states.findLast(({ state }) => state === "reconnecting")!.at;

describe("the gateways known", () => {
  it("begin with the present one, are told of once, and are kept when no longer told of", () => {
    const gateways = new Gateways(["http://a/", "http://b", "http://a"]);
    expect(gateways.order(false)).toEqual(["http://a", "http://b"]);
    gateways.adopt("http://b", ["http://c/"]);
    expect([gateways.present, gateways.order(false), gateways.order(true)]).toEqual(["http://b", ["http://b", "http://c", "http://a"], ["http://c", "http://a", "http://b"]]);
  });

  it("are at least one", () => {
    expect(() => new Gateways([])).toThrow(RangeError);
  });
});

describe("a gateway that dies", () => {
  it("is left for one that came after the call had begun", async () => {
    first.gateways.length = 0;
    const talking = await open();
    expect(talking.knownGateways).toEqual([first.url]);
    session().tell("gateways", { gateways: [second.url] });
    await until(() => talking.knownGateways.includes(second.url));
    await first.die();
    await moved(second.url);
  });

  it("in mid-reply costs neither the session nor the rest of the reply, and the caller is heard at the other", async () => {
    const talking = await open();
    const completed: SessionEvents["turn.completed"][] = [];
    talking.on("turn.completed", (event) => completed.push(event));
    await talking.sendText("What are your opening hours?");
    await until(() => (session().reply?.played ?? 0) > 2400 && session().lastSequence === -1);
    const { id } = session();
    talking.sendAudio(new Int16Array(320 * 5));
    await until(() => session().lastSequence === 4);

    await first.die();
    await moved(second.url);
    expect(talking.opened).toMatchObject({ session: id, resumed: true, restored: false });
    expect([talking.gateway, talking.knownGateways]).toEqual([second.url, [second.url, first.url]]);
    talking.sendAudio(new Int16Array(320 * 3));
    await until(() => session().lastSequence === 7);
    await until(() => completed.length > 0);
    const { buffer } = talking.playout as TimedPlayout;
    expect([buffer!.state, buffer!.played]).toEqual(["done", session().reply!.pcm.length]);
  });

  it("is not gone back to, though it is back", async () => {
    const talking = await open();
    const port = Number(new URL(first.url).port);
    await first.die();
    await moved(second.url);
    first = await startMock(port, { sessions: second.sessions });
    second.drop();
    await until(() => states.filter(({ state }) => state === "open").length === 3);
    expect(talking.gateway).toBe(second.url);
    expect(first.requests).toEqual([]);
  });

  it("and hangs is given up for the other", async () => {
    await open();
    const { port } = new URL(first.url);
    await first.die();
    const dead = createServer((socket) => sockets.add(socket)).listen(Number(port), "127.0.0.1");
    servers.add(dead);
    await moved(second.url);
  });

  it("with another that hangs leads on to a third", async () => {
    const hanging = await hangingHost();
    first.gateways.unshift(hanging);
    await open();
    await first.die();
    await moved(second.url);
    expect(gap()).toBeGreaterThan(900);
  });

  it("and its cluster's refusals for now are tried again", async () => {
    await open();
    second.refuses = "cluster_unavailable: No silo could open the session";
    await first.die();
    await until(() => second.requests.length >= 2);
    second.refuses = undefined;
    await moved(second.url);
  });
});

describe("a gateway that says it", () => {
  it.each(["server_stopping", "session_lost"])("for %s is left for the other at once", async (reason) => {
    const talking = await open();
    const id = talking.opened!.session;
    session().link.send("event", { type: "closed", reason, at: 0 });
    await moved(second.url);
    expect(talking.opened).toMatchObject({ session: id, resumed: true });
    expect(first.requests).toHaveLength(1);
  });

  it("for slow_client is taken again", async () => {
    const talking = await open();
    session().link.send("event", { type: "closed", reason: "slow_client", at: 0 });
    await until(() => first.requests.length === 2 && talking.connection.state === "open");
    expect(talking.gateway).toBe(first.url);
  });

  it("is taken again where the other is gone", async () => {
    await open();
    await second.die();
    session().link.send("event", { type: "closed", reason: "server_stopping", at: 0 });
    await until(() => first.requests.length === 2 && client!.connection.state === "open");
  });
});

it("what was restored begins anew at the other gateway: the history is there, and the caller goes on being heard", async () => {
  const talking = await open();
  await talking.configure({ speed: 2 });
  await talking.sendText("What are your opening hours?");
  const completed = await talking.once("turn.completed");
  talking.sendAudio(new Int16Array(320 * 5));
  await until(() => session().lastSequence === 4);
  second.restores = true;
  await first.die();
  await moved(second.url);
  expect(talking.opened).toMatchObject({ resumed: false, restored: true, history: [{ turn: completed.turn, user: completed.user }] });
  // The last second, sent to the session that is gone, is sent again to this one.
  await until(() => session().lastSequence === 4);
  talking.sendAudio(new Int16Array(320));
  await until(() => session().lastSequence === 5);
  await talking.sendText("And on Saturday?");
  expect(await talking.once("turn.completed")).toMatchObject({ turn: completed.turn + 1, user: "And on Saturday?" });
});

it("a call whose session is restored in mid-reply ends that reply, and measures the next by its own sound", async () => {
  const options = parse(["a.wav", "--url", `${first.url},${second.url}`, "--no-greet"]);
  if (options === "help") {
    throw new Error();
  }
  const run = new CallRun(options);
  client = run.client;
  await run.open();
  const tone = Float32Array.from({ length: 16_000 * 1.2 }, (_, i) => 0.3 * Math.sin(i * 0.3));
  const recording = prepare("a.wav", tone, 16_000, 16_000, false);
  const cut = run.converse(recording);
  await until(() => run.exchanges[0]!.replies.length > 0 && run.exchanges[0]!.replies[0]!.heard > 36_000);
  second.restores = true;
  await first.die();
  await cut;
  expect([run.reconnected, run.restored, run.over]).toEqual([1, 1, false]);
  await run.converse(recording);
  await run.close();
  const [lost, next] = run.exchanges.map((exchange) => report(exchange, (generation) => run.ear.firstSound(generation)));
  expect(next).toMatchObject({ splits: 0 });
  expect(next!.reply).toBe(lost!.reply);
  expect(next!.speechEndToAudioMs).toBeGreaterThan(200);
  expect(lost!.replyHeard.length).toBeLessThan(lost!.reply.length);
  expect(run.errors).toEqual([]);
});

describe("the first opening", () => {
  it("takes the first gateway that answers", async () => {
    const talking = await open({ url: ["http://127.0.0.1:9", second.url, first.url] });
    expect([talking.gateway, first.requests.length]).toEqual([second.url, 0]);
  });

  it("passes over one that has no room, and says so where none has", async () => {
    first.refuses = "too_many_sessions: 64 sessions are open";
    const talking = await open({ url: [first.url, second.url] });
    expect(talking.gateway).toBe(second.url);
    await expect(new ConversationClient({ url: [first.url, "http://127.0.0.1:9"] }).open()).rejects.toMatchObject({ code: "too_many_sessions" });
  });

  it("asks no other what the first has refused for good", async () => {
    first.refuses = "bad_tenant: There is no such tenant";
    await expect(new ConversationClient({ url: [first.url, second.url] }).open()).rejects.toMatchObject({ code: "bad_tenant" });
    expect(second.requests).toEqual([]);
  });

  it("names the tenant and gives its key, when resuming too", async () => {
    await open({ tenant: "clinic", tenantKey: "k" });
    first.drop();
    await until(() => first.requests.length === 2);
    expect(first.requests).toMatchObject([{ tenant: "clinic", tenantKey: "k" }, { tenant: "clinic", tenantKey: "k", resume: {} }]);
  });
});
