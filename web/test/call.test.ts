import { describe, expect, it } from "vitest";
import { answerOf, newExchange, type ReplyRecord, report } from "../call/Exchange";
import { Mouth } from "../call/Mouth";
import { parse, UsageFault } from "../call/options";
import { percentile } from "../call/percentile";
import { loadRecording, prepare, speechBounds } from "../call/Recording";

const rate = 16_000;
const loud = (seconds: number) => Float32Array.from({ length: seconds * rate }, (_, i) => 0.4 * Math.sin(i * 0.3));
const quiet = (seconds: number) => Float32Array.from({ length: seconds * rate }, (_, i) => 0.001 * Math.sin(i * 0.7));
const join = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

const recording = prepare("a.wav", join(quiet(0.3), loud(0.5), quiet(0.4)), rate, rate, false);
const spoken = { recording, onsetAt: 1000, endAt: 1500, doneAt: 1900 };

function reply(generation: number, change: Partial<ReplyRecord> = {}): ReplyRecord {
  return {
    turn: 1, generation, kind: "answer", startedAt: 1800, words: [{ text: "Yes,", start: 0, end: 90 }, { text: "sir.", start: 100, end: 200 }], text: "Yes, sir.",
    heard: 200, state: "done", silentAt: 3000, cancelledAt: undefined, latency: undefined, completed: undefined, ...change,
  };
}

describe("speech by its energy", () => {
  it("begins and ends within 10 ms of where it does", () => {
    expect(speechBounds(join(quiet(0.3), loud(0.5), quiet(0.4)), rate)).toEqual({ onset: 0.3 * rate, end: 0.8 * rate });
  });

  it("is found in a recording whose noise lies above -40 dB", () => {
    const noise = Float32Array.from({ length: 1.2 * rate }, (_, i) => 0.015 * Math.sin(i * 1.1) * Math.sin(i * 0.013));
    const samples = noise.map((sample, i) => sample + (i >= 0.3 * rate && i < 0.8 * rate ? 0.4 * Math.sin(i * 0.3) : 0));
    expect(speechBounds(samples, rate)).toEqual({ onset: 0.3 * rate, end: 0.8 * rate });
  });

  it("is the whole of a recording of silence", () => {
    expect(speechBounds(new Float32Array(1600), rate)).toEqual({ onset: 0, end: 1600 });
  });

  it("lies where it lay after another rate and the telephone line", () => {
    const { onset, end } = prepare("a.wav", join(quiet(0.3), loud(0.5), quiet(0.4)), rate, 24_000, true);
    expect(Math.abs(onset / 24_000 - 0.3)).toBeLessThan(0.015);
    expect(Math.abs(end / 24_000 - 0.8)).toBeLessThan(0.025);
  });
});

describe("a turn's report", () => {
  it("counts from the true end of speech to the first sound of the answer", () => {
    const exchange = { ...newExchange(spoken, false), turns: [1], heard: new Map([[1, "Hello."]]), replies: [reply(4)] };
    expect(report(exchange, () => 2010.04)).toMatchObject({ heard: "Hello.", splits: 0, reply: "Yes, sir.", replyHeard: "Yes, sir.", speechEndToAudioMs: 510, commitToAudioMs: null });
  });

  it("joins what the server took for several turns", () => {
    const exchange = { ...newExchange(spoken, false), turns: [1, 2], heard: new Map([[1, "Hello,"], [2, "world."]]), replies: [reply(1, { state: "cancelled" }), reply(2)] };
    const sounded = (generation: number) => (generation === 1 ? 1200 : 2000);
    expect(answerOf(exchange, sounded)?.generation).toBe(2);
    expect(report(exchange, sounded)).toMatchObject({ heard: "Hello, world.", splits: 1, speechEndToAudioMs: 500 });
  });

  it("says of an interruption when the listener's silence began, and cuts the reply where it was", () => {
    const exchange = newExchange(spoken, false);
    exchange.replies = [reply(4, { heard: 95, state: "cancelled", silentAt: 2630, cancelledAt: 2900 })];
    exchange.interruption = { spoken: { ...spoken, onsetAt: 2500 }, generation: 4, outcome: "interrupted", staleFrames: 0 };
    expect(report(exchange, () => 2000)).toMatchObject({ replyHeard: "Yes,", interruption: { onsetToSilenceMs: 130, staleFrames: 0, outcome: "interrupted" } });
  });

  it("has no silence to tell of where the reply went on", () => {
    const exchange = newExchange(spoken, false);
    exchange.replies = [reply(4)];
    exchange.interruption = { spoken, generation: 4, outcome: "backchannel", staleFrames: 0 };
    expect(report(exchange, () => 2000).interruption).toEqual({ onsetToSilenceMs: null, staleFrames: 0, outcome: "backchannel" });
  });
});

describe("the mouth", () => {
  it("speaks on its clock, in whole frames, whenever it is called", async () => {
    const frames: Int16Array[] = [];
    const mouth = new Mouth(rate, (pcm) => frames.push(pcm));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const before = performance.now();
    const said = mouth.speak(recording);
    // On its own clock, which has whole frames.
    expect(said.onsetAt - before).toBeGreaterThan(260);
    expect(said.onsetAt - performance.now()).toBeLessThan(340);
    expect(said.endAt - said.onsetAt).toBeCloseTo(500, 3);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    mouth.stop();
    const sent = Int16Array.from(frames.flatMap((frame) => [...frame]));
    const at = Math.round(((said.doneAt - mouth.startedAt) * rate) / 1000) - recording.pcm.length;
    expect([...sent.subarray(at, at + recording.pcm.length)]).toEqual([...recording.pcm]);
    expect(frames.every((frame) => frame.length === 320)).toBe(true);
  });
});

describe("the arguments", () => {
  const options = (...args: string[]) => parse(["a.wav", ...args]);

  it("have their defaults", () => {
    expect(options()).toMatchObject({ files: ["a.wav"], urls: ["http://localhost:5080"], pauseMs: 500, rate: 16_000, greet: true, callers: 0, listenOnlyMs: undefined });
  });

  it("are read", () => {
    expect(options("--over", "800:b.wav", "--over", "-", "--no-greet", "--url", "http://h:1/", "--expect-silence", "--callers", "4")).toMatchObject({
      overs: [{ afterMs: 800, file: "b.wav" }, { file: "" }], greet: false, urls: ["http://h:1"], listenOnlyMs: 4000, expectSilence: true, callers: 4,
    });
  });

  it("name several gateways, and the tenant", () => {
    expect(options("--url", "http://a:1/, http://b:2", "--tenant", "clinic", "--tenant-key", "k")).toMatchObject({ urls: ["http://a:1", "http://b:2"], tenant: "clinic", tenantKey: "k" });
    expect(options()).not.toHaveProperty("tenant");
  });

  it.each([[["--url", "http://a:1,b"]], [["--rate", "12345"]], [["--over", "b.wav"]], [["--url", "nowhere"]], [["--pause", "x"]], [["--nonsense"]], [["--duty", "2"]]])("%j is refused with a word", (args) => {
    expect(() => options(...args)).toThrow(UsageFault);
  });

  it("need a recording that is one", async () => {
    expect(() => parse([])).toThrow(/which recordings/);
    await expect(loadRecording("there-is-none.wav", rate, false)).rejects.toThrow(/no file/);
    await expect(loadRecording("package.json", rate, false)).rejects.toThrow(/not a WAV/);
  });
});

it("percentiles are by nearest rank", () => {
  const values = Array.from({ length: 20 }, (_, i) => i + 1);
  expect([percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1), percentile([], 0.5)]).toEqual([10, 19, 20, null]);
});
