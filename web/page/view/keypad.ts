import type { SessionEvent } from "../../client/index";
import { byId, make } from "../dom";
import { Keys } from "../model/Keys";

const names: Record<string, string> = { "*": "star", "#": "hash" };

/** A telephone's keys, there while the dialog takes them. */
export class Keypad {
  private readonly keys = new Keys();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: (keys: string) => void) {
    // Where there is little room it opens when asked for; from then on it stays as it was left.
    byId<HTMLDetailsElement>("keypad").open = matchMedia("(min-width: 721px)").matches;
    for (const key of "123456789*0#") {
      const button = make("button", { type: "button", class: "key", ...(names[key] ? { "aria-label": names[key] } : {}) }, key);
      button.addEventListener("click", () => this.press(key));
      byId("keys").append(button);
    }
  }

  apply(event: SessionEvent): void {
    if (event.type === "keys.wanted") {
      this.settle(this.keys.expect(event));
    } else if (event.type === "reply.started" && event.kind !== "apology") {
      this.keys.begin();
      this.settle([]);
    }
  }

  /** A key of the pad or of the keyboard; false where it is none, or none is wanted. */
  press(key: string): boolean {
    if (!this.keys.isWanted || !/^[0-9*#]$/.test(key)) {
      return false;
    }
    this.settle(this.keys.press(key));
    return true;
  }

  /** The session is over, or another. */
  clear(): void {
    this.keys.clear();
    this.settle([]);
  }

  private settle(complete: string[]): void {
    complete.forEach(this.send);
    clearTimeout(this.timer);
    const pause = this.keys.pause;
    if (pause !== undefined) {
      this.timer = setTimeout(() => this.settle(this.keys.end()), pause * 1000);
    }
    byId("keypad").hidden = !this.keys.isWanted;
    byId("keyed").textContent = this.keys.pressed;
    byId("keypad-hint").textContent = this.keys.hint;
  }
}
