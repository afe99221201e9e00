import { make, milliseconds } from "../dom";
import type { Latency } from "../model/ConversationModel";

const speculations = {
  hit: "prepared while you spoke",
  revised: "prepared, then revised",
  none: "not prepared",
};

/** Where the time went between the end of speech and the first audio: one line to read at a glance, a waterfall to open. */
export function waterfall(latency: Latency, open: boolean): HTMLElement {
  const scale = Math.max(1000, ...latency.spans.map((span) => span.startMs + span.durationMs));
  const rows = latency.spans.map((span) =>
    make(
      "div",
      { class: "fall-row", role: "row" },
      make("span", { class: "fall-name", role: "rowheader" }, span.name),
      make("span", { class: "fall-track", "aria-hidden": "true" }, bar(span.startMs, span.durationMs, scale, span.name)),
      make("span", { class: "fall-time", role: "cell" }, milliseconds(span.durationMs)),
    ),
  );
  const summary = make(
    "summary",
    {},
    make("span", { class: "fall-total" }, milliseconds(latency.totalMs)),
    make("span", { class: "fall-said" }, ` to first audio, ${speculations[latency.speculation] ?? latency.speculation}`),
  );
  const details = make("details", { class: "fall" }, summary, make("div", { class: "fall-rows", role: "table", "aria-label": "Where the time went" }, ...rows));
  details.open = open;
  return details;
}

function bar(start: number, duration: number, scale: number, name: string): HTMLElement {
  const element = make("span", { class: `fall-bar ${name.replace(/[^a-z]/gi, "").toLowerCase()}` });
  element.style.left = `${(100 * Math.max(0, start)) / scale}%`;
  element.style.width = `${Math.max(0.6, (100 * duration) / scale)}%`;
  return element;
}
