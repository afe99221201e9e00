import type { ResumeSession } from "../client/browser";
import type { Reply } from "./model/ConversationModel";

/** What a reload needs to take the call up again. */
export interface KeptCall {
  resume: ResumeSession;
  /** The gateway it went through, then the others. */
  gateways: readonly string[];
  /** When the server gives it up, on `Date.now`'s clock. */
  until: number;
  /** When it began. */
  began: number;
  microphone: boolean;
  muted: boolean;
  /** The reply that was being heard: its words are not told again. */
  reply?: Reply;
}

const key = "conversation.call";

/** Keeps it for this tab: its token is as good as a password. */
export function keepCall(call: KeptCall): void {
  sessionStorage.setItem(key, JSON.stringify(call));
}

export function forgetCall(): void {
  sessionStorage.removeItem(key);
}

/** The call that this page's reload broke off, while it can still be taken up. A duplicate of the tab must not take it from the tab that has it. */
export function keptCall(): KeptCall | undefined {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const call = navigation?.type === "reload" ? read() : undefined;
  if (call && call.until > Date.now()) {
    return call;
  }
  forgetCall();
  return undefined;
}

function read(): KeptCall | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? "null") as KeptCall | null) ?? undefined;
  } catch {
    return undefined;
  }
}
