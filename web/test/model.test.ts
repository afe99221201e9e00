import { describe, expect, it } from "vitest";
import type { PlayoutState, SessionEvent } from "../client/index";
import { ConversationModel } from "../page/model/ConversationModel";

const words = (text: string) => text.split(" ").map((word, i) => ({ text: word, start: i * 100, end: i * 100 + 80 }));
type Bare = SessionEvent extends infer E ? (E extends { at: number } ? Omit<E, "at"> : never) : never;

function play(...events: Bare[]): ConversationModel {
  const model = new ConversationModel();
  events.forEach((event) => model.apply({ at: 0, ...event } as SessionEvent));
  return model;
}

const reply = (generation: number, turn: number, text: string): Bare[] => [
  { type: "reply.started", turn, generation, kind: "answer" },
  { type: "reply.text", generation, text, words: words(text) },
];
const heard = (generation: number, samples: number, state: PlayoutState = "playing") => ({ generation, heard: samples, state, urgent: false, underruns: 0, stale: 0 });

describe("what is heard", () => {
  it("firms up delta by delta and is replaced by the final", () => {
    const model = play({ type: "speech.started", position: 0 }, { type: "hypothesis.delta", turn: 1, text: "I would" }, { type: "hypothesis.delta", turn: 1, text: " like" });
    expect(model.floor).toBe("hearing");
    expect(model.hearing).toMatchObject({ confirmed: "I would", newest: " like", final: false });
    model.apply({ type: "hypothesis.final", at: 0, turn: 1, text: "I'd like." });
    expect(model.hearing).toMatchObject({ confirmed: "I'd like.", newest: "", final: true });
    expect(model.floor).toBe("thinking");
  });

  it("begins anew with the next turn", () => {
    const model = play({ type: "hypothesis.delta", turn: 1, text: "one" }, { type: "hypothesis.delta", turn: 2, text: "two" });
    expect(model.hearing).toMatchObject({ turn: 2, confirmed: "", newest: "two" });
  });
});

describe("a reply", () => {
  it("marks the word being spoken by what has been heard", () => {
    const model = play(...reply(1, 1, "Good morning to you"));
    expect(model.spokenWord).toBe(-1);
    model.progress(heard(1, 10));
    expect([model.floor, model.spokenWord]).toEqual(["speaking", 0]);
    model.progress(heard(1, 150));
    expect(model.spokenWord).toBe(1);
    model.progress(heard(1, 380, "done"));
    expect([model.floor, model.spokenWord]).toEqual(["listening", 4]);
  });

  it("that is paused and resumed goes on", () => {
    const model = play(...reply(1, 1, "Good morning to you"));
    model.progress(heard(1, 100));
    model.apply({ type: "playout.paused", at: 0, generation: 1 });
    expect(model.floor).toBe("paused");
    model.progress(heard(1, 110));
    expect(model.floor).toBe("paused");
    model.apply({ type: "playout.resumed", at: 0, generation: 1 });
    expect(model.floor).toBe("speaking");
  });

  it("that is interrupted is kept as far as it was heard", () => {
    const model = play(...reply(1, 1, "Good morning to you"));
    model.progress(heard(1, 100));
    model.apply({ type: "playout.cancelled", at: 0, generation: 1, reason: "interrupted" });
    expect(model.floor).toBe("interrupted");
    model.apply({ type: "turn.completed", at: 0, turn: 1, user: "Hello", reply: "Good morning", interrupted: true });
    expect(model.turns).toMatchObject([{ user: "Hello", reply: "Good morning", unheard: "to you", interrupted: true }]);
    model.apply({ type: "hypothesis.delta", at: 0, turn: 2, text: "Wait" });
    expect(model.floor).toBe("hearing");
  });

  it("hears no more progress after its cancel", () => {
    const model = play(...reply(1, 1, "Good morning"), { type: "playout.cancelled", generation: 1, reason: "interrupted" });
    model.progress(heard(1, 100));
    expect(model.floor).toBe("interrupted");
  });
});

describe("turns", () => {
  const latency: Bare = { type: "turn.latency", turn: 1, generation: 1, speculation: "hit", speechEndToCommitMs: 400, commitToAudioMs: 20, speechEndToAudioMs: 420, spans: [] };

  it("carry their latency, whichever comes first", () => {
    const completed: Bare = { type: "turn.completed", turn: 1, user: "a", reply: "b", interrupted: false };
    for (const model of [play(latency, completed), play(completed, latency)]) {
      expect(model.turns).toMatchObject([{ latency: { totalMs: 420, speculation: "hit" } }]);
    }
  });

  it("are taken up from a resumed session once", () => {
    const model = play({ type: "turn.completed", turn: 1, user: "a", reply: "b", interrupted: false });
    model.restore([{ turn: 1, user: "a", reply: "b", interrupted: false }, { turn: 2, user: "c", reply: "d", interrupted: true }]);
    expect(model.turns.map((turn) => turn.user)).toEqual(["a", "c"]);
  });

  it("of a session that was lost and restored begin anew, the rest kept", () => {
    const model = play({ type: "hypothesis.final", turn: 1, text: "Hello" }, ...reply(3, 1, "Good morning to you"));
    model.progress(heard(3, 150));
    model.restart();
    expect([model.floor, model.reply, model.hearing]).toEqual(["listening", undefined, undefined]);
    expect(model.turns).toHaveLength(1);
    expect(model.turns[0]).toMatchObject({ user: "Hello", reply: "Good morning", unheard: "to you" });
    model.apply({ type: "reply.started", at: 0, turn: 2, generation: 1, kind: "answer" });
    model.progress(heard(1, 10));
    expect(model.floor).toBe("speaking");
  });

  it("that a restored session does not know stay, though their numbers are given again", () => {
    const history = [{ turn: 1, user: "Hello", reply: "Good morning", interrupted: false }];
    const model = play(...reply(1, 0, "Hi").map((event) => (event.type === "reply.started" ? { ...event, kind: "greeting" as const } : event)));
    model.progress(heard(1, 80, "done"));
    model.apply({ type: "turn.completed", at: 0, ...history[0]! });
    model.apply({ type: "hypothesis.final", at: 0, turn: 2, text: "Are you open?" });
    reply(3, 2, "Until six today").forEach((event) => model.apply({ at: 0, ...event } as SessionEvent));
    model.apply({ type: "turn.latency", at: 0, turn: 2, generation: 3, speculation: "hit", speechEndToCommitMs: 1, commitToAudioMs: 1, speechEndToAudioMs: 2, spans: [] });
    model.progress(heard(3, 150));

    model.restore(history);
    model.restart(history);
    model.remark("Reconnected");
    model.apply({ type: "reply.started", at: 0, turn: 2, generation: 1, kind: "answer" });
    model.apply({ type: "turn.completed", at: 0, turn: 2, user: "And tomorrow?", reply: "Closed", interrupted: false });
    expect(model.turns.map((turn) => turn.note ?? `${turn.user}|${turn.reply}`)).toEqual(["|Hi", "Hello|Good morning", "Are you open?|Until six", "Reconnected", "And tomorrow?|Closed"]);
    expect(model.turns.at(-1)!.latency).toBeUndefined();
    expect(new Set(model.turns.map((turn) => turn.id)).size).toBe(5);
  });

  it("of a call that a reload broke off go on with the reply that was being heard", () => {
    const before = play({ type: "hypothesis.final", turn: 2, text: "Are you open?" }, ...reply(3, 2, "Until six today"));
    before.progress(heard(3, 150));
    const model = new ConversationModel();
    model.reply = JSON.parse(JSON.stringify(before.reply));
    model.restore([{ turn: 1, user: "Hello", reply: "Good morning", interrupted: false }]);
    model.progress(heard(3, 220));
    expect([model.floor, model.spokenWord, model.turns.length]).toEqual(["speaking", 2, 1]);
  });

  it("keep a greeting once, whether or not it comes as a turn too", () => {
    const model = play({ type: "reply.started", turn: 0, generation: 1, kind: "greeting" }, { type: "reply.text", generation: 1, text: "Hi", words: words("Hi") });
    model.progress(heard(1, 80, "done"));
    expect(model.turns).toHaveLength(1);
    model.apply({ type: "turn.completed", at: 0, turn: 0, user: "", reply: "Hi", interrupted: false });
    expect(model.turns).toMatchObject([{ user: "", reply: "Hi" }]);
  });

  it("that the call's end cuts short are kept as far as they were heard", () => {
    const model = play({ type: "hypothesis.final", turn: 1, text: "Hello" }, ...reply(1, 1, "Good morning to you"));
    model.progress(heard(1, 150));
    model.close();
    expect(model.turns).toMatchObject([{ user: "Hello", reply: "Good morning", unheard: "to you", interrupted: true }]);
  });
});
