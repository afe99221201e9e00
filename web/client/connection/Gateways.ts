/** The addresses at which the session can be reached: the one it goes through at present, then where else. */
export class Gateways {
  private known: string[];

  constructor(urls: string | readonly string[]) {
    this.known = distinct(typeof urls === "string" ? [urls] : urls);
    if (this.known.length === 0) {
      throw new RangeError("Give at least one gateway's address");
    }
  }

  get present(): string {
    return this.known[0]!;
  }

  /** The present one first. */
  get all(): readonly string[] {
    return this.known;
  }

  /** In the order to try them; `leaving` the present one, it comes last. */
  order(leaving: boolean): string[] {
    return leaving ? [...this.known.slice(1), this.present] : [...this.known];
  }

  /** The session is at `present`, which has told of others. Those known before are kept, behind: a gateway that is gone now may be back when this one goes. */
  adopt(present: string, told: readonly string[]): void {
    this.known = distinct([present, ...told, ...this.known]);
  }
}

function distinct(urls: readonly string[]): string[] {
  return [...new Set(urls.map((url) => url.trim().replace(/\/+$/, "")).filter((url) => url !== ""))];
}
