import { type CapturedFrame, type ConnectionState, type ConversationClient, ConversationError, MicrophoneFault, type SessionEvent, Speaker } from "../client/browser";
import { Call } from "./Call";
import { byId } from "./dom";
import { forgetCall, keepCall, type KeptCall, keptCall } from "./KeptCall";
import { ConversationModel } from "./model/ConversationModel";
import { setUpTheme } from "./theme";
import { Captions } from "./view/captions";
import { ConnectionBanner } from "./view/connection";
import { hideFault, showMicrophoneFault, showServerFault } from "./view/faults";
import { showFloor } from "./view/floor";
import { showGateway } from "./view/gateway";
import { History } from "./view/history";
import { Keypad } from "./view/keypad";
import { Settings } from "./view/settings";
import { Tape } from "./view/tape";

let call: Call | undefined;
let starting = false;
let began = 0;
/** The call that a reload broke off, until it is taken up. */
let kept = keptCall();
let model = new ConversationModel();
let captions = new Captions(model);
let history = new History(model);
/** The session about to be opened is one that a reload broke off. */
let reloaded = false;
const goOnLabel = "Go on with the call";

const tape = new Tape(byId<HTMLCanvasElement>("tape"));
const banner = new ConnectionBanner();
const keypad = new Keypad((keys) => void call?.client.sendText(keys).catch(explain));
const settings = new Settings((changed) => void call?.client.configure(changed).catch(explain));

setUpTheme(() => tape.repaint());
byId("start").addEventListener("click", () => begin(true));
byId("start-typing").addEventListener("click", () => begin(false));
byId("end").addEventListener("click", () => void end());
byId("mute").addEventListener("click", toggleMute);
byId("typing").addEventListener("submit", (event) => {
  event.preventDefault();
  sendTyped();
});
addEventListener("keydown", onKey);
addEventListener("pagehide", keep);
setInterval(() => {
  showClock();
  keep();
}, 500);
void fetchCatalog();
if (kept) {
  void goOn(kept);
}

/** Takes up the call that the reload broke off; where the browser wants a gesture first, the button asks for it. */
async function goOn(from: KeptCall): Promise<void> {
  byId("start-label").textContent = goOnLabel;
  if (await Speaker.allowed()) {
    if (kept === from) {
      kept = undefined;
      await start(from.microphone, from);
    }
  } else {
    byId("start").focus();
    setTimeout(() => {
      if (kept === from) {
        kept = undefined;
        byId("start-label").textContent = "Start talking";
      }
    }, from.until - Date.now());
  }
}

function begin(withMicrophone: boolean): void {
  const from = kept && kept.until > Date.now() ? kept : undefined;
  kept = undefined;
  void start(withMicrophone && (from?.microphone ?? true), from);
}

async function start(withMicrophone: boolean, from?: KeptCall): Promise<void> {
  if (starting || call) {
    return;
  }

  starting = true;
  hideFault();
  byId("start").setAttribute("aria-busy", "true");
  byId("start-label").textContent = withMicrophone && !from ? "Allow the microphone…" : "Connecting…";
  model = new ConversationModel();
  captions = new Captions(model);
  history.clear();
  history = new History(model);
  model.reply = from?.reply;
  reloaded = from !== undefined;
  const listener = {
    onCaptured: (frame: CapturedFrame) => tape.hearYou(frame.peaks),
    onPeaks: (peaks: number[]) => tape.hearThem(peaks),
    onMicrophoneLost: (fault: MicrophoneFault) => showMicrophoneFault(fault.kind, fault.message),
    onClient: follow,
  };
  try {
    call = await Call.start(settings.present, withMicrophone, listener, from);
    began = from?.began ?? Date.now();
    // For the curious, at the console.
    Object.assign(globalThis, { conversation: call });
    showLive(withMicrophone);
  } catch (fault) {
    if (from && fault instanceof ConversationError && ["session_unknown", "resume_refused"].includes(fault.code)) {
      showServerFault("The call could not be taken up again", fault.message);
    } else {
      explain(fault);
    }
  } finally {
    starting = false;
    byId("start").removeAttribute("aria-busy");
    byId("start-label").textContent = "Start talking";
  }
}

async function end(): Promise<void> {
  await call?.end();
}

function follow(client: ConversationClient): void {
  client.on("any", (event) => {
    const before = model.floor;
    model.apply(event);
    onEvent(event);
    showAll(before);
  });
  client.on("progress", (progress) => {
    const before = model.floor;
    const turns = model.turns.length;
    model.progress(progress);
    captions.showReply();
    if (before !== model.floor || turns !== model.turns.length) {
      showAll(before);
    }
  });
  client.on("connection", (connection) => onConnection(client, connection));
}

function onEvent(event: SessionEvent): void {
  keypad.apply(event);
  switch (event.type) {
    case "turn.latency":
      tape.latency(event.speechEndToAudioMs);
      break;
    case "playout.paused":
      tape.mark("held");
      break;
    case "playout.cancelled":
      if (event.reason === "interrupted") {
        tape.mark("cut");
      }
      break;
    case "settings":
      settings.adopt(event.settings);
      break;
    case "error":
      if (["server_stopping", "slow_client", "client_timeout"].includes(event.code)) {
        // The banner tells of it while the client resumes.
        break;
      }
      showServerFault("Something went wrong", event.message);
      break;
    case "action":
      announce(event.name === "transfer" ? `You are being transferred to ${event.target}.` : "The call is ended.");
      banner.tell(event.name === "transfer" ? `Transferring to ${event.target}` : "The other side hangs up");
      break;
    case "turn.completed":
      announce([event.user && `You: ${event.user}`, event.reply && `Reply${event.interrupted ? ", cut" : ""}: ${event.reply}`].filter(Boolean).join(". "));
      break;
  }
}

function onConnection(client: ConversationClient, connection: ConnectionState): void {
  banner.show(connection);
  showGateway(connection.state === "closed" ? undefined : client);
  document.documentElement.dataset.connection = connection.state;
  if (connection.state === "open") {
    const { opened } = connection;
    model.restore(opened.history);
    if (!opened.resumed) {
      keypad.clear();
      model.restart(opened.history);
    }
    if (reloaded || opened.restored) {
      const what = reloaded ? "Resumed after reload" : "Reconnected";
      const line = opened.restored ? `${what}. What was said last may be lost` : what;
      model.remark(line);
      announce(line);
    }
    reloaded = false;
    showAll("");
    settings.adopt(opened.settings);
    history.show();
  } else if (connection.state === "closed") {
    forgetCall();
    keypad.clear();
    const error = connection.error;
    const wasLive = call !== undefined;
    call?.release();
    call = undefined;
    if (wasLive) {
      model.close();
      history.show();
      showEnded(error ? undefined : connection.reason);
      if (error) {
        explain(error);
      }
    }
  }
}

function showAll(before: string): void {
  captions.showHearing();
  captions.showReply();
  history.show();
  if (before !== model.floor) {
    showState();
  }
}

function showState(): void {
  if (call || starting) {
    const muted = call?.microphone !== undefined && call.muted && model.floor === "listening";
    showFloor(muted ? "muted" : model.floor, call?.microphone !== undefined);
  }
}

function showLive(withMicrophone: boolean): void {
  document.documentElement.dataset.phase = "live";
  byId("welcome").hidden = true;
  byId("start-block").hidden = true;
  for (const id of ["live", "captions", "record", "controls"]) {
    byId(id).hidden = false;
  }
  byId("mute").hidden = !withMicrophone;
  showMute();
  captions.showHearing();
  captions.showReply();
  tape.start();
  showState();
  if (withMicrophone) {
    byId("state").focus();
  } else {
    byId("text").focus();
  }
}

/** What the server's reasons mean to whoever talked; others, the client's own and a dialog's, are words already. */
const endings: Record<string, string> = {
  client: "Your conversation is kept on this page until you leave it",
  idle: "Nothing was said for a long time",
  client_lost: "The connection did not come back in time",
  taken_over: "The conversation goes on in another window",
  overloaded: "The server could not keep up",
  internal: "The server failed at this conversation",
  flood: "Too much was sent at once",
  too_many_errors: "The server did not understand this page",
};

function showEnded(reason: string | undefined): void {
  document.documentElement.dataset.phase = "ended";
  tape.stop();
  byId("controls").hidden = true;
  byId("captions").hidden = true;
  byId("start-block").hidden = false;
  byId("start-label").textContent = "Start again";
  showFloor("ended", true);
  byId("state-hint").textContent = (reason && endings[reason]) ?? reason ?? endings.client!;
  byId("start").focus();
}

function toggleMute(): void {
  call?.toggleMute();
  showMute();
  showState();
}

function showMute(): void {
  const muted = call?.muted ?? false;
  byId("mute").setAttribute("aria-pressed", String(muted));
  byId("mute-label").textContent = muted ? "Unmute" : "Mute";
}

function sendTyped(): void {
  const input = byId<HTMLInputElement>("text");
  const text = input.value.trim();
  if (text !== "" && call) {
    input.value = "";
    call.client.sendText(text).catch((fault) => {
      input.value = text;
      explain(fault);
    });
  }
}

function onKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (!call || event.repeat || event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) {
    return;
  }

  if (!target.closest("input, select, textarea") && keypad.press(event.key)) {
    event.preventDefault();
  } else if (event.key === " " && !target.closest("button, input, select, textarea, summary, a") && call.microphone) {
    event.preventDefault();
    toggleMute();
  } else if (event.key === "Escape") {
    void end();
  }
}

/** Notes what a reload would need. */
function keep(): void {
  const { client } = call ?? {};
  const { connection, resumption } = client ?? {};
  if (call && client && resumption && (connection?.state === "open" || connection?.state === "reconnecting")) {
    keepCall({
      resume: resumption,
      gateways: client.knownGateways,
      until: connection.state === "open" ? Date.now() + connection.opened.resumeWithinSeconds * 1000 : connection.until,
      began,
      microphone: call.microphone !== undefined,
      muted: call.muted,
      ...(model.reply && !model.reply.finished && !model.reply.cancelled ? { reply: model.reply } : {}),
    });
  }
}

function showClock(): void {
  if (call) {
    const seconds = Math.floor((Date.now() - began) / 1000);
    byId("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}

/** For screen readers: what is final, never each delta. */
function announce(text: string): void {
  byId("announce").textContent = text;
}

function explain(fault: unknown): void {
  if (fault instanceof MicrophoneFault) {
    showMicrophoneFault(fault.kind, fault.message);
  } else if (fault instanceof ConversationError && (fault.code === "unreachable" || fault.code === "lost")) {
    showServerFault("The server cannot be reached", "It may have been stopped, or the network is down. See that it runs, then start again.");
  } else {
    showServerFault("That did not work", fault instanceof Error ? fault.message : String(fault));
  }
}

async function fetchCatalog(): Promise<void> {
  try {
    const response = await fetch("/api/catalog");
    if (response.ok) {
      const catalog = await response.json();
      settings.offer(catalog);
      byId("device").textContent = catalog.device;
      byId("device").hidden = !catalog.device;
    }
  } catch {
    // The page is of use without it; starting will tell what is wrong with the server.
  }
}
