import { expect, it } from "vitest";
import { Outbox } from "../client/connection/Outbox";

const frame = (id: number) => Int16Array.of(id);
const take = (box: Outbox) => {
  const taken: [sequence: number, id: number][] = [];
  for (let next = box.take(); next; next = box.take()) {
    taken.push([next.sequence, next.pcm[0]!]);
  }
  return taken;
};

it("numbers frames from 0 in the order they are sent", () => {
  const box = new Outbox(5);
  box.push(frame(10));
  box.push(frame(11));
  expect(take(box)).toEqual([[0, 10], [1, 11]]);
  box.push(frame(12));
  expect(take(box)).toEqual([[2, 12]]);
});

it("drops the oldest when full, tells of it, and leaves no hole in the numbers", () => {
  let told = 0;
  const box = new Outbox(3, (frames) => (told += frames));
  for (let i = 0; i < 8; i++) {
    box.push(frame(i));
  }
  expect(told).toBe(5);
  expect(box.dropped).toBe(5);
  expect(take(box)).toEqual([[0, 5], [1, 6], [2, 7]]);
});

it("what was sent is forgotten without a word", () => {
  let told = 0;
  const box = new Outbox(3, (frames) => (told += frames));
  for (let i = 0; i < 20; i++) {
    box.push(frame(i));
    box.take();
  }
  expect(told).toBe(0);
});

it("sends again what the server had not taken, numbered on from what it had", () => {
  const box = new Outbox(10);
  for (let i = 0; i < 6; i++) {
    box.push(frame(i));
  }
  take(box);
  box.push(frame(6));
  box.resume(3);
  expect(take(box)).toEqual([[4, 4], [5, 5], [6, 6]]);
});

it("numbers on from the server's last also where more was lost than it keeps", () => {
  const box = new Outbox(3);
  for (let i = 0; i < 10; i++) {
    box.push(frame(i));
    box.take();
  }
  box.push(frame(10));
  box.resume(4);
  expect(take(box)).toEqual([[5, 8], [6, 9], [7, 10]]);
});

it("begins at 0 with a session that has heard nothing", () => {
  const box = new Outbox(3);
  box.push(frame(1));
  take(box);
  box.resume(-1);
  expect(take(box)).toEqual([[0, 1]]);
});
