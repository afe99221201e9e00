import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClientEvents, ConversationClient, ConversationError } from "../client/node";
import { type Mock, startMock } from "../dev/mock.mjs";

// Over a real socket, against the mock of the protocol.
let mock: Mock;
let client: ConversationClient;

beforeEach(async () => {
  mock = await startMock();
  client = new ConversationClient({ url: mock.url });
});

afterEach(async () => {
  await client.close();
  await mock.close();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (condition: () => boolean, ms = 30_000) => {
  for (const end = performance.now() + ms; !condition() && performance.now() < end; ) {
    await sleep(10);
  }
  expect(condition()).toBe(true);
};
const session = () => [...mock.sessions.values()][0]!;
const reconnecting = () =>
  new Promise<void>((resolve) => {
    const off = client.on("connection", ({ state }) => {
      if (state === "reconnecting") {
        off();
        resolve();
      }
    });
  });
const record = <Type extends keyof ClientEvents>(type: Type) => {
  const seen: ClientEvents[Type][] = [];
  client.on(type, (event) => seen.push(event));
  return seen;
};

describe("a session", () => {
  it("opens, takes a typed turn, and reports what was heard until the turn is complete", async () => {
    const completed = record("turn.completed");
    const opened = await client.open();
    expect(opened).toMatchObject({ version: 1, resumed: false, outputRate: 24_000 });
    await client.configure({ speed: 2 });
    await client.sendText("What are your opening hours?");
    await until(() => completed.length === 1);
    expect(completed[0]).toMatchObject({ user: "What are your opening hours?", interrupted: false });
  });

  it("sends audio in 20 ms frames, numbered from 0", async () => {
    await client.open();
    client.sendAudio(new Int16Array(800));
    client.sendAudio(new Int16Array(160));
    await until(() => session().lastSequence === 2);
    expect(session().heardSamples).toBe(960);
  });

  it("that there is none to open says so", async () => {
    const lost = new ConversationClient({ url: "http://127.0.0.1:9" });
    await expect(lost.open()).rejects.toMatchObject({ code: "unreachable" });
    expect(lost.connection.state).toBe("closed");
  });

  it("that is unknown is refused with the server's code", async () => {
    const fault = await client.open({ session: "x", token: "y", generation: 0, played: 0 }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ConversationError);
    expect(fault).toMatchObject({ code: "session_unknown", message: "There is no such session to resume" });
  });
});

describe("a broken connection", () => {
  it("is taken up again: the same session, the rest of the reply, and the audio from where it broke", async () => {
    const states = record("connection");
    const audio = record("audio");
    await client.open();
    await until(() => session().reply !== undefined && audio.length > 10);
    client.sendAudio(new Int16Array(320 * 5));
    await until(() => session().lastSequence === 4);
    const { id } = session();
    const dropped = record("dropped");

    const lost = reconnecting();
    mock.drop();
    await lost;
    client.sendAudio(new Int16Array(320 * 3));
    await until(() => client.connection.state === "open");
    expect(client.opened).toMatchObject({ session: id, resumed: true });
    await until(() => session().lastSequence === 7);
    expect(dropped).toEqual([]);
    expect(states.map((s) => s.state)).toEqual(["connecting", "open", "reconnecting", "open"]);

    const buffer = (client.playout as import("../client/node").TimedPlayout).buffer!;
    await until(() => buffer.state === "done");
    expect(buffer.played).toBe(session().reply!.pcm.length);
  });

  it("for longer than a second costs the oldest audio, and tells", async () => {
    await client.open();
    const dropped = record("dropped");
    const url = mock.url;
    await mock.close();
    await until(() => client.connection.state === "reconnecting");
    for (let i = 0; i < 60; i++) {
      client.sendAudio(new Int16Array(320));
    }
    expect(dropped.reduce((sum, event) => sum + event.milliseconds, 0)).toBe(200);
    mock = await startMock(Number(new URL(url).port));
    // The new process knows no such session: that is said, not tried for ever.
    await until(() => client.connection.state === "closed");
    expect(client.connection).toMatchObject({ error: { code: "session_unknown" } });
  });

  it.each(["server_stopping", "slow_client", "client_timeout"])("closed by the server for %s is taken up again on another", async (reason) => {
    await client.open();
    const id = client.opened!.session;
    const lost = reconnecting();
    session().link.send("event", { type: "closed", reason, at: 0 });
    await lost;
    await until(() => client.connection.state === "open");
    expect(client.opened).toMatchObject({ session: id, resumed: true });
  });

  it("that took a reply's announcement with it still lets the reply be heard", async () => {
    await client.open();
    await until(() => session().reply !== undefined);
    session().link.send("audio", 7, 480, Buffer.alloc(960).toString("base64"));
    const buffer = (client.playout as import("../client/node").TimedPlayout).buffer!;
    await until(() => buffer.generation === 7);
    expect([buffer.played, buffer.buffered]).toEqual([480, 480]);
  });

  it("while closing stays closed", async () => {
    await client.open();
    const lost = reconnecting();
    mock.drop();
    await lost;
    await client.close();
    await sleep(400);
    expect(client.connection.state).toBe("closed");
  });
});

it("what is paused stands still, what is cancelled is over, and both are reported at once", async () => {
  const progress = record("progress");
  await client.open();
  await until(() => progress.some((p) => p.heard > 4000));
  const held = session();
  held.reply!.paused = true;
  held.tell("playout.paused", { generation: 1 });
  await until(() => progress.at(-1)!.state === "paused");
  const at = progress.at(-1)!;
  expect(at.urgent).toBe(true);
  await sleep(150);
  expect(progress.at(-1)!.heard).toBe(at.heard);
  await until(() => held.reply!.played === at.heard);
  held.tell("playout.cancelled", { generation: 1, reason: "interrupted" });
  await until(() => progress.at(-1)!.state === "cancelled");
  expect(progress.at(-1)!.heard).toBe(at.heard);
});
