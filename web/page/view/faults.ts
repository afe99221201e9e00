import type { MicrophoneFaultKind } from "../../client/browser";
import { byId, make } from "../dom";

interface Explanation {
  title: string;
  why: string;
  steps: string[];
}

const explanations: Record<MicrophoneFaultKind, Explanation> = {
  denied: {
    title: "The microphone is not allowed",
    why: "This page asked for the microphone and was refused, by you or by a setting of the browser.",
    steps: ["Open the site settings: the icon left of the address.", "Set Microphone to Allow.", "Try again. If it is still refused, allow the browser itself to use the microphone in the system's privacy settings."],
  },
  none: {
    title: "No microphone was found",
    why: "The browser sees no device that records.",
    steps: ["Plug in a headset or a microphone, or switch on Bluetooth.", "See in the system's sound settings that it is listed as an input.", "Try again."],
  },
  busy: {
    title: "The microphone is in use",
    why: "Another program or tab holds the microphone and does not share it.",
    steps: ["End other calls and recorders.", "Try again."],
  },
  insecure: {
    title: "This address has no microphone",
    why: "Browsers give the microphone only to pages loaded over HTTPS or from this computer.",
    steps: ["Open the page over https://, or", "open it at http://localhost on the computer that runs the server."],
  },
  unsupported: {
    title: "This browser cannot do it",
    why: "It has no microphone access or no AudioWorklet.",
    steps: ["Use a current Chrome, Edge, Firefox or Safari."],
  },
  lost: {
    title: "The microphone went away",
    why: "It was unplugged, or the system took it back.",
    steps: ["Connect it again.", "Start again; or go on by typing."],
  },
  other: { title: "The microphone did not start", why: "", steps: ["Try again.", "If it fails again, restart the browser."] },
};

/** Explains what went wrong and what to do. */
export function showMicrophoneFault(kind: MicrophoneFaultKind, detail: string): void {
  const { title, why, steps } = explanations[kind];
  show(title, kind === "other" ? detail : why, steps, kind === "other" ? "" : detail);
}

export function showServerFault(title: string, message: string): void {
  show(title, message, [], "");
}

export function hideFault(): void {
  byId("fault").hidden = true;
}

function show(title: string, why: string, steps: string[], detail: string): void {
  const box = byId("fault");
  const close = make("button", { type: "button", class: "icon-button", "aria-label": "Dismiss" }, "✕");
  close.addEventListener("click", hideFault);
  box.replaceChildren(
    make("h2", {}, title),
    close,
    make("p", {}, why),
    steps.length > 0 && make("ol", {}, ...steps.map((step) => make("li", {}, step))) || "",
    detail !== "" && make("p", { class: "fine" }, `The browser said: ${detail}`) || "",
  );
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}
