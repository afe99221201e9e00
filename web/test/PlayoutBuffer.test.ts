import { describe, expect, it } from "vitest";
import { PlayoutBuffer } from "../client/index";

const rate = 1000; // One sample a millisecond makes positions easy to read.
const level = 16_384; // Reads back as 0.5.

function buffer() {
  return new PlayoutBuffer({ rate, startThresholdMs: 40, fadeMs: 4 });
}

/** Samples that tell their own position: n reads back as n / 32768. */
function ramp(from: number, length: number): Int16Array {
  return Int16Array.from({ length }, (_, i) => from + i + 1);
}

function constant(length: number): Int16Array {
  return new Int16Array(length).fill(level);
}

function read(target: PlayoutBuffer, length: number): number[] {
  const out = new Float32Array(length);
  target.read(out);
  return [...out].map((sample) => Math.round(sample * 32_768));
}

describe("a reply", () => {
  it("waits for the start threshold and then plays from its first sample", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, ramp(0, 20));
    expect(read(b, 10)).toEqual(new Array(10).fill(0));
    expect(b.state).toBe("waiting");
    b.push(1, 20, ramp(20, 20));
    expect(read(b, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(b.played).toBe(5);
    expect(b.underruns).toBe(0);
  });

  it("shorter than the threshold plays once its end is known", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, ramp(0, 3));
    b.end(1, 3);
    expect(read(b, 5)).toEqual([1, 2, 3, 0, 0]);
    expect(b.state).toBe("done");
    expect(b.played).toBe(3);
  });

  it("is done when its last sample is played, also where the end is told afterwards", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, ramp(0, 50));
    read(b, 50);
    b.end(1, 50);
    expect(b.state).toBe("done");
    expect(b.underruns).toBe(0);
  });

  it("with no samples at all is done at once", () => {
    const b = buffer();
    b.expect(1);
    b.end(1, 0);
    expect(b.state).toBe("done");
  });

  it("plays frames in the order of their positions, each sample once", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 40, ramp(40, 20));
    b.push(1, 0, ramp(0, 20));
    expect(b.push(1, 0, ramp(0, 20))).toBe("duplicate");
    b.push(1, 10, ramp(10, 30));
    expect(read(b, 60)).toEqual([...ramp(0, 60)]);
  });

  it("sent again from the middle goes on without a sample lost or doubled", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, ramp(0, 60));
    const first = read(b, 30);
    for (let at = 20; at < 120; at += 20) {
      b.push(1, at, ramp(at, 20));
    }
    expect([...first, ...read(b, 90)]).toEqual([...ramp(0, 120)]);
  });
});

describe("a pause", () => {
  it("is silence after the fade, holds the exact sample, and resumes from it", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, constant(200));
    read(b, 50);
    expect(b.pause(1)).toBe(true);
    expect(b.state).toBe("paused");
    const held = read(b, 10);
    expect(held.slice(0, 4)).toEqual([12_288, 8_192, 4_096, 0]);
    expect(held.slice(4)).toEqual(new Array(6).fill(0));
    expect(b.played).toBe(50);
    expect(read(b, 20)).toEqual(new Array(20).fill(0));
    expect(b.resume(1)).toBe(true);
    const resumed = read(b, 10);
    expect(resumed.slice(0, 4)).toEqual([0, 4_096, 8_192, 12_288]);
    expect(resumed.slice(4)).toEqual(new Array(6).fill(level));
    expect(b.played).toBe(60);
  });

  it("takes frames that come meanwhile", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, ramp(0, 40));
    read(b, 20);
    b.pause(1);
    read(b, 10);
    b.push(1, 40, ramp(40, 40));
    b.resume(1);
    read(b, 4);
    expect(read(b, 56)).toEqual([...ramp(24, 56)]);
  });

  it("before the first sample keeps the reply from starting", () => {
    const b = buffer();
    b.expect(1);
    b.pause(1);
    b.push(1, 0, ramp(0, 80));
    expect(read(b, 10)).toEqual(new Array(10).fill(0));
    b.resume(1);
    expect(read(b, 3)).toEqual([1, 2, 3]);
  });

  it("told twice, resumed twice, or of another reply changes nothing", () => {
    const b = buffer();
    b.expect(2);
    b.push(2, 0, ramp(0, 100));
    read(b, 10);
    expect(b.pause(1)).toBe(false);
    expect(b.pause(2)).toBe(true);
    expect(b.pause(2)).toBe(false);
    expect(b.resume(1)).toBe(false);
    expect(b.resume(2)).toBe(true);
    expect(b.resume(2)).toBe(false);
    expect(b.played).toBe(10);
  });
});

describe("a cancel", () => {
  it("fades, drops the buffer and what still comes, and keeps the count", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, constant(100));
    read(b, 30);
    expect(b.cancel(1)).toBe(true);
    expect(b.push(1, 100, constant(20))).toBe("stale");
    expect(b.stale).toBe(1);
    expect(read(b, 8)).toEqual([12_288, 8_192, 4_096, 0, 0, 0, 0, 0]);
    expect(b.played).toBe(30);
    expect(b.state).toBe("cancelled");
    expect(b.resume(1)).toBe(false);
  });

  it("during a pause sounds no more", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, constant(100));
    read(b, 30);
    b.pause(1);
    read(b, 10);
    b.cancel(1);
    expect(read(b, 10)).toEqual(new Array(10).fill(0));
  });

  it("told before the reply begins keeps it from ever beginning", () => {
    const b = buffer();
    b.cancel(3);
    b.expect(3);
    expect(b.push(3, 0, constant(80))).toBe("stale");
    expect(read(b, 10)).toEqual(new Array(10).fill(0));
  });

  it("lets the next reply play from its first sample", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, constant(100));
    read(b, 30);
    b.cancel(1);
    b.expect(2);
    b.push(2, 0, ramp(0, 50));
    expect(read(b, 10).slice(4)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(b.generation).toBe(2);
  });
});

describe("generations", () => {
  it("a newer reply supersedes an older one, never the other way round", () => {
    const b = buffer();
    b.expect(2);
    b.push(2, 0, ramp(0, 80));
    b.expect(1);
    expect(b.generation).toBe(2);
    expect(b.push(1, 0, ramp(0, 20))).toBe("stale");
    b.expect(3);
    expect(b.push(2, 80, ramp(80, 20))).toBe("stale");
    expect(b.push(3, 0, ramp(0, 20))).toBe("taken");
  });

  it("begin again after a reset", () => {
    const b = buffer();
    b.expect(9);
    b.cancel(9);
    b.reset();
    b.expect(1);
    expect(b.push(1, 0, ramp(0, 50))).toBe("taken");
    expect(read(b, 2)).toEqual([1, 2]);
  });
});

describe("running dry", () => {
  it("is counted once, fades out, and goes on with the next sample", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, constant(50));
    const out = read(b, 60);
    expect(out.slice(46, 50)).toEqual([12_288, 8_192, 4_096, 0]);
    expect(out.slice(50)).toEqual(new Array(10).fill(0));
    read(b, 30);
    expect(b.underruns).toBe(1);
    expect(b.state).toBe("waiting");
    b.push(1, 50, constant(30));
    expect(read(b, 5)).toEqual([0, 0, 0, 0, 0]);
    b.push(1, 80, constant(30));
    expect(read(b, 6)).toEqual([0, 4_096, 8_192, 12_288, level, level]);
    expect(b.played).toBe(56);
  });

  it("over a hole becomes silence of the same length once enough lies beyond it", () => {
    const b = buffer();
    b.expect(1);
    b.push(1, 0, constant(50));
    b.push(1, 60, constant(40));
    read(b, 50);
    expect(read(b, 10)).toEqual(new Array(10).fill(0));
    expect(b.played).toBe(50);
    b.push(1, 100, constant(60));
    const out = read(b, 20);
    expect(out.slice(0, 10)).toEqual(new Array(10).fill(0));
    expect(out.slice(14)).toEqual(new Array(6).fill(level));
    expect(b.played).toBe(70);
  });
});

it("whatever comes in whatever order, plays each sample at most once, in order, and nothing of what was cancelled", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed % below;
  };
  for (let round = 0; round < 300; round++) {
    const b = new PlayoutBuffer({ rate, startThresholdMs: 10, fadeMs: 1 });
    let played = 0;
    let generation = 1;
    b.expect(1);
    for (let step = 0; step < 60; step++) {
      switch (random(8)) {
        case 0:
          b.pause(generation);
          break;
        case 1:
          b.resume(generation);
          break;
        case 2:
          if (random(6) === 0) {
            b.cancel(generation);
            expect(b.read(new Float32Array(64))).toBe(0);
            b.expect(++generation);
            played = 0;
          }
          break;
        case 3:
          b.end(generation, 400);
          break;
        default:
          b.push(generation - (random(9) === 0 ? 1 : 0), random(20) * 20, ramp(0, 20));
      }
      const made = b.read(new Float32Array(random(40)));
      expect(b.played).toBe(played + made);
      played = b.played;
      expect(played).toBeLessThanOrEqual(400);
    }
  }
});
