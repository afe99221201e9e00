import { describe, expect, it } from "vitest";
import { Keys } from "../page/model/Keys";

function wanting(most: number, terminators: string, timeout = 2): Keys {
  const keys = new Keys();
  expect(keys.expect({ most, terminators, timeout })).toEqual([]);
  return keys;
}
const press = (keys: Keys, pressed: string) => [...pressed].flatMap((key) => keys.press(key));

describe("keys", () => {
  it("are nothing where none are wanted", () => {
    const keys = new Keys();
    expect([press(keys, "12#"), keys.isWanted, keys.pressed, keys.pause]).toEqual([[], false, "", undefined]);
  });

  it("are complete at their number, and the habit of a terminator behind it is no answer", () => {
    const keys = wanting(4, "#");
    expect(press(keys, "123")).toEqual([]);
    expect([keys.pressed, keys.pause]).toEqual(["123", 2]);
    expect(press(keys, "4")).toEqual(["1234"]);
    expect(press(keys, "#")).toEqual([]);
    expect(keys.expect({ most: 4, terminators: "#", timeout: 2 })).toEqual([]);
    expect(keys.pressed).toBe("");
  });

  it("are complete at a terminator, which alone is nothing", () => {
    const keys = wanting(0, "#*");
    expect(press(keys, "#*")).toEqual([]);
    expect(press(keys, "42*")).toEqual(["42"]);
  });

  it("are complete after a pause", () => {
    const keys = wanting(0, "#", 3);
    press(keys, "7");
    expect(keys.pause).toBe(3);
    expect(keys.end()).toEqual(["7"]);
    expect(keys.pause).toBeUndefined();
  });

  it("pressed ahead wait for what is wanted next", () => {
    const keys = wanting(1, "");
    expect(press(keys, "10930")).toEqual(["1"]);
    expect([keys.pressed, keys.pause]).toEqual(["0930", 5]);
    keys.begin();
    expect(keys.expect({ most: 4, terminators: "", timeout: 2 })).toEqual(["0930"]);
  });

  it("are not wanted any more where another answers", () => {
    const keys = wanting(1, "");
    keys.begin();
    press(keys, "1");
    expect(keys.expect({ most: 0, terminators: "", timeout: 0 })).toEqual([]);
    expect([keys.isWanted, keys.pressed]).toEqual([false, ""]);
  });

  it("are described", () => {
    expect([wanting(1, "").hint, wanting(8, "").hint, wanting(8, "#").hint, wanting(0, "#").hint, wanting(0, "#*").hint, wanting(0, "").hint]).toEqual([
      "One key answers",
      "8 keys",
      "8 keys, or end with #",
      "End with #",
      "End with # or *",
      "A pause ends them",
    ]);
  });
});
