import { byId } from "../dom";
import type { FloorState } from "../model/ConversationModel";

const words: Record<FloorState | "connecting" | "muted" | "ended", [word: string, hint: string]> = {
  connecting: ["Connecting", "One moment"],
  listening: ["Listening", "Go ahead"],
  hearing: ["Hearing you", "Take your time"],
  thinking: ["Thinking", "It has heard you out"],
  speaking: ["Speaking", "Talk over it to interrupt"],
  paused: ["Paused", "Was that for me?"],
  interrupted: ["Interrupted", "Go on, it has stopped"],
  muted: ["Muted", "It cannot hear you"],
  ended: ["Ended", ""],
};

/** Who has the floor. Said by a word and a shape as well as a colour. */
export function showFloor(state: keyof typeof words, canHear: boolean): void {
  const [word, hint] = words[state];
  document.documentElement.dataset.floor = state;
  const element = byId("state-word");
  if (element.textContent !== word) {
    element.textContent = word;
    byId("state-hint").textContent = state === "listening" && !canHear ? "Type below" : hint;
  }
}
