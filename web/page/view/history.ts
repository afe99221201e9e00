import { byId, make } from "../dom";
import type { ConversationModel, Turn } from "../model/ConversationModel";
import { waterfall } from "./waterfall";

/** The turns that are over: what was said, what was heard of the answer, and how long it took. */
export class History {
  private readonly list = byId("turns");
  private readonly shown = new Map<string, { element: HTMLElement; key: string }>();

  constructor(private readonly model: ConversationModel) {}

  show(): void {
    byId("record-empty").hidden = this.model.turns.length > 0;
    const last = this.model.turns.findLast((turn) => !turn.note);
    let added = false;
    const present = new Set(this.model.turns.map((turn) => turn.id));
    for (const [id, { element }] of this.shown) {
      if (!present.has(id)) {
        element.remove();
        this.shown.delete(id);
      }
    }
    for (const turn of this.model.turns) {
      const key = JSON.stringify([turn, turn === last]);
      const before = this.shown.get(turn.id);
      if (before?.key === key) {
        continue;
      }
      const element = row(turn, turn === last);
      if (before) {
        before.element.replaceWith(element);
      } else {
        this.list.append(element);
        added = true;
      }
      this.shown.set(turn.id, { element, key });
    }
    if (added) {
      const scroller = byId("record");
      scroller.scrollTo({ top: scroller.scrollHeight });
    }
  }

  clear(): void {
    this.shown.clear();
    this.list.replaceChildren();
  }
}

function row(turn: Turn, newest: boolean): HTMLElement {
  if (turn.note) {
    return make("li", { class: "note" }, turn.note);
  }

  const reply =
    turn.reply || turn.unheard
      ? make(
          "p",
          { class: "line they" },
          make("span", { class: "who" }, "Reply"),
          make(
            "span",
            { class: "what" },
            turn.reply,
            turn.interrupted && make("span", { class: "cut-mark" }, turn.reply ? " cut here" : "cut before its first word"),
            turn.unheard !== "" && make("del", {}, ` ${turn.unheard}`),
          ),
        )
      : undefined;
  return make(
    "li",
    { class: turn.interrupted ? "turn interrupted" : "turn" },
    turn.user !== "" && make("p", { class: "line you" }, make("span", { class: "who" }, "You"), make("span", { class: "what" }, turn.user)),
    reply,
    turn.latency && waterfall(turn.latency, newest),
  );
}
