/** What the dialog takes as keys: complete at `most` (0: no such number), at one of `terminators`, or after a pause of `timeout` seconds. */
export interface KeysWanted {
  most: number;
  terminators: string;
  timeout: number;
}

/** A pause after which keys are complete where the dialog names none. */
const usualPause = 2;

/** An answer that says nothing of keys in all that time never will. */
const patience = 5;

/** Longer than any number anybody is asked for. */
const longest = 64;

/** Keys pressed, made into what is sent as text. What is pressed before the dialog has said what it wants next is kept for it. No DOM and no clock. */
export class Keys {
  /** Pressed, and not complete yet. */
  pressed = "";
  private wanted: KeysWanted | undefined;
  private awaits = false;

  /** Whether any keys are wanted. */
  get isWanted(): boolean {
    return this.wanted !== undefined;
  }

  /** How to end them, in words. */
  get hint(): string {
    const { most, terminators } = this.wanted ?? { most: 0, terminators: "" };
    const end = terminators ? `end with ${[...terminators].join(" or ")}` : "";
    return most === 1 ? "One key answers" : most > 1 ? `${most} keys${end ? `, or ${end}` : ""}` : end ? end[0]!.toUpperCase() + end.slice(1) : "A pause ends them";
  }

  /** Seconds without a key after which they are complete; undefined where none wait. */
  get pause(): number | undefined {
    const timeout = this.wanted && this.wanted.timeout > 0 ? this.wanted.timeout : usualPause;
    return this.pressed === "" ? undefined : this.awaits ? Math.max(timeout, patience) : timeout;
  }

  /** The dialog begins to answer: what it wants it will say. */
  begin(): void {
    this.awaits = this.isWanted;
  }

  /** The dialog says what it wants, or that it wants none. Gives what is complete by that. */
  expect(wanted: KeysWanted): string[] {
    this.awaits = false;
    if (wanted.most <= 0 && wanted.terminators === "" && !(wanted.timeout > 0)) {
      this.clear();
      return [];
    }
    this.wanted = wanted;
    return this.look();
  }

  /** A key: 0 to 9, * or #. Gives what is complete by it. */
  press(key: string): string[] {
    if (!this.wanted || !/^[0-9*#]$/.test(key)) {
      return [];
    }
    this.pressed = (this.pressed + key).slice(0, longest);
    return this.look();
  }

  /** The pause is over: what was pressed is complete. */
  end(): string[] {
    return this.take(this.pressed.length, 0);
  }

  /** No keys are wanted any more. */
  clear(): void {
    [this.pressed, this.wanted, this.awaits] = ["", undefined, false];
  }

  private look(): string[] {
    const { most, terminators } = this.wanted!;
    while (!this.awaits && this.pressed !== "") {
      let end = 0;
      while (end < this.pressed.length && !terminators.includes(this.pressed[end]!) && (most <= 0 || end < most)) {
        end++;
      }
      if (end === this.pressed.length && !(most > 0 && end === most)) {
        return [];
      }
      // A terminator pressed out of habit behind the last key is no answer to what comes next; alone it is nothing.
      const complete = this.take(end, end < this.pressed.length && terminators.includes(this.pressed[end]!) ? 1 : 0);
      if (complete.length > 0) {
        return complete;
      }
    }
    return [];
  }

  private take(count: number, skipped: number): string[] {
    const keys = this.pressed.slice(0, count);
    this.pressed = this.pressed.slice(count + skipped);
    this.awaits ||= keys !== "";
    return keys === "" ? [] : [keys];
  }
}
