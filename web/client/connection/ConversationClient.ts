import { decodePcm, encodePcm } from "../audio/pcm";
import { Framer } from "../audio/framer";
import type { Playout, PlayoutProgress } from "../playout/Playout";
import { TimedPlayout } from "../playout/TimedPlayout";
import {
  type Catalog, inputRate as defaultInputRate, type OpenedSession, type OpenRequest, protocolVersion, type ResumeSession, type SessionEvent, type SessionSettings,
} from "../protocol";
import { ConversationError, toConversationError } from "./ConversationError";
import type { ClientEvents, ConnectionState, ConversationOptions } from "./ConversationOptions";
import { Emitter } from "./Emitter";
import { Gateways } from "./Gateways";
import { HubLink, type WebSocketConstructor } from "./HubLink";
import { Outbox } from "./Outbox";
import { within } from "./within";

const frameMs = 20;
const retryDelaysMs = [0, 250, 500, 1000, 2000];
/** With another gateway to try, how long each is waited for, round by round: a dead host must not hold up the next one, a slow network gets more time later. */
const roundStartMs = [1000, 2500, 5000];
/** A gateway that has not answered `Open` by then is passed over while there is another. */
const resumeAnswerMs = 8000;
const playedEveryMs = 100;
/** The server closes this connection and keeps the session: another connection takes it up. */
const resumableReasons = ["server_stopping", "session_lost", "slow_client", "client_timeout"];
/** Of them, those for which another gateway is the better one: this one stops, or cannot reach the session. */
const leavingReasons = ["server_stopping", "session_lost"];
/** To these the server would answer the same next time. */
const finalCodes = /^(bad_|session_unknown|resume_refused|websocket)/;
/** About a second of base64 frames: more than that waiting in the socket means the network has stalled. */
const backlogBytes = 48_000;

/** A conversation with the platform: opens it, carries audio and events both ways, and takes a broken connection up again within its grace time. */
export class ConversationClient extends Emitter<ClientEvents> {
  /** Where replies are played. */
  readonly playout: Playout;
  /** The session, once open. */
  opened: OpenedSession | undefined;
  connection: ConnectionState = { state: "idle" };

  private readonly gateways: Gateways;
  private readonly outbox: Outbox;
  private readonly inputRate: number;
  private readonly framer: Framer;
  private settings: SessionSettings;
  private link: HubLink | undefined;
  private generation = 0;
  private heard = 0;
  private playedAt = 0;
  private leaving = false;
  private wake: (() => void) | undefined;

  constructor(private readonly options: ConversationOptions = {}) {
    super();
    this.gateways = new Gateways(options.url ?? globalThis.location?.origin ?? "http://localhost:5080");
    this.settings = { ...options.settings };
    this.inputRate = options.inputRate ?? defaultInputRate;
    this.framer = new Framer(Math.round((this.inputRate * frameMs) / 1000), (frame) => this.offer(frame));
    this.outbox = new Outbox(Math.round(1000 / frameMs), (frames) => this.emit("dropped", { frames, milliseconds: frames * frameMs }));
    this.playout = options.playout ?? new TimedPlayout();
    this.playout.onProgress = (progress) => this.onProgress(progress);
    globalThis.addEventListener?.("online", () => this.wake?.());
  }

  /** The gateway it goes through at present. */
  get gateway(): string {
    return this.gateways.present;
  }

  /** Every gateway known of, the present one first. */
  get knownGateways(): readonly string[] {
    return this.gateways.all;
  }

  /** What there is to choose from. */
  async catalog(): Promise<Catalog> {
    const response = await fetch(`${this.gateway}/api/catalog`);
    if (!response.ok) {
      throw new ConversationError("catalog", `The catalogue could not be read: HTTP ${response.status}`);
    }
    return (await response.json()) as Catalog;
  }

  /** Connects and opens a session, or resumes the one given. Rejects with a {@link ConversationError}. */
  async open(resume?: ResumeSession): Promise<OpenedSession> {
    this.become({ state: "connecting" });
    try {
      const opened = await this.openAnywhere(resume);
      this.become({ state: "open", opened, gateway: this.gateway });
      return opened;
    } catch (fault) {
      const error = toConversationError(fault, "open");
      this.become({ state: "closed", reason: error.message, error });
      throw error;
    }
  }

  /** Sends the caller's audio, at 16 kHz unless told otherwise; any length, cut here into 20 ms frames. */
  sendAudio(pcm: Int16Array): void {
    this.framer.push(pcm);
  }

  /** Sends a turn typed instead of spoken. */
  async sendText(text: string): Promise<void> {
    await this.invoke("Text", text);
  }

  /** Changes voice, tier, pace, responder or endpointing from the next reply on. */
  async configure(settings: SessionSettings): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    await this.invoke("Configure", settings);
  }

  /** Ends the session. */
  async close(): Promise<void> {
    const link = this.link;
    if (this.connection.state === "closed") {
      return;
    }

    if (link && this.connection.state === "open") {
      await Promise.race([link.hub.invoke("Close").catch(() => {}), new Promise((resolve) => setTimeout(resolve, 500))]);
    }
    this.finish("client");
  }

  /** Breaks the connection as a network would, to try out resuming. */
  async breakConnection(): Promise<void> {
    await this.link?.stop();
  }

  /** What is needed to resume this session from elsewhere. */
  get resumption(): ResumeSession | undefined {
    return this.opened && { session: this.opened.session, token: this.opened.token, generation: this.generation, played: this.heard };
  }

  /** Tries the gateways in turn, once. */
  private async openAnywhere(resume: ResumeSession | undefined): Promise<OpenedSession> {
    const gateways = this.gateways.order(false);
    let told: ConversationError | undefined;
    for (const [index, gateway] of gateways.entries()) {
      try {
        return await this.connect(gateway, resume, index < gateways.length - 1 ? roundStartMs[1] : undefined);
      } catch (fault) {
        const error = toConversationError(fault, "open");
        // What a server said tells more than that another did not answer.
        told = !told || told.code === "unreachable" ? error : told;
        if (finalCodes.test(error.code)) {
          throw error;
        }
      }
    }
    throw told!;
  }

  /** `startMs`: where given, there is another gateway, and this one must be quick. */
  private async connect(gateway: string, resume: ResumeSession | undefined, startMs?: number): Promise<OpenedSession> {
    const webSocket = this.options.webSocket ?? (globalThis.WebSocket as WebSocketConstructor | undefined);
    if (!webSocket) {
      throw new ConversationError("websocket", "This platform has no WebSocket; give one as the webSocket option");
    }

    const longest = this.options.startTimeoutMs ?? 8000;
    const link = new HubLink({ url: `${gateway}/session`, webSocket, accessToken: this.options.accessToken, startTimeoutMs: Math.min(startMs ?? longest, longest) });
    // What the server says before its answer to Open has been read belongs after it.
    let early: (() => void)[] | undefined = [];
    const inOrder = (act: () => void) => (early ? early.push(act) : act());
    link.hub.on("audio", (generation: number, position: number, pcm: string) => inOrder(() => this.onAudio(generation, position, pcm)));
    link.hub.on("event", (event: SessionEvent) => inOrder(() => this.onEvent(event)));
    await link.start();
    let opened: OpenedSession;
    try {
      const answer = link.hub.invoke<OpenedSession>("Open", this.request(resume));
      opened = await (startMs === undefined ? answer : within(answer, resumeAnswerMs));
    } catch (fault) {
      void link.stop();
      throw toConversationError(fault, "open");
    }

    this.link = link;
    link.hub.onclose(() => this.onLost(link));
    this.leaving = false;
    this.knowGateways(gateway, opened.gateways ?? []);
    this.adopt(opened, resume);
    const waiting = early;
    early = undefined;
    waiting.forEach((act) => act());
    this.flush();
    return opened;
  }

  private request(resume: ResumeSession | undefined): OpenRequest {
    return {
      version: protocolVersion,
      inputRate: this.inputRate,
      outputRate: this.options.outputRate ?? 24_000,
      settings: this.settings,
      ...(resume ? { resume } : {}),
      ...(this.options.tenant === undefined ? {} : { tenant: this.options.tenant }),
      ...(this.options.tenantKey === undefined ? {} : { tenantKey: this.options.tenantKey }),
    };
  }

  private adopt(opened: OpenedSession, resume: ResumeSession | undefined): void {
    const fresh = !opened.resumed;
    this.opened = opened;
    this.settings = { ...this.settings, ...opened.settings };
    this.playout.open(opened.outputRate, fresh);
    if (fresh) {
      this.generation = 0;
      this.heard = 0;
    } else if (resume && resume.generation > this.generation) {
      // Resumed by another page than the one that heard the beginning.
      this.generation = resume.generation;
      this.heard = resume.played;
      this.playout.expect(resume.generation, resume.played);
    }

    if (fresh && !opened.restored) {
      this.outbox.reset();
    } else {
      this.outbox.resume(opened.lastSequence);
    }
  }

  private onAudio(generation: number, position: number, base64: string): void {
    const pcm = decodePcm(base64);
    if (generation > this.generation) {
      // Its announcement went down with the last connection.
      this.generation = generation;
      this.heard = position;
      this.playout.expect(generation, position);
    }
    this.emit("audio", { generation, position, pcm });
    this.playout.push(generation, position, pcm);
  }

  private onEvent(event: SessionEvent): void {
    // Playout first: silence must not wait for whoever else listens.
    switch (event.type) {
      case "reply.started":
        if (event.generation > this.generation) {
          this.generation = event.generation;
          this.heard = 0;
        }
        this.playout.expect(event.generation, 0);
        break;
      case "reply.ended":
        this.playout.end(event.generation, event.samples);
        break;
      case "playout.paused":
        this.playout.pause(event.generation);
        break;
      case "playout.resumed":
        this.playout.resume(event.generation);
        break;
      case "playout.cancelled":
        this.playout.cancel(event.generation);
        break;
      case "settings":
        this.settings = { ...this.settings, ...event.settings };
        break;
      case "gateways":
        this.knowGateways(this.gateways.present, event.gateways);
        break;
    }

    this.emit("any", event);
    this.emit(event.type, event as never);
    if (event.type === "closed") {
      if (resumableReasons.includes(event.reason)) {
        this.leaving = leavingReasons.includes(event.reason);
        void this.link?.stop();
      } else {
        this.finish(event.reason);
      }
    }
  }

  private knowGateways(present: string, told: readonly string[]): void {
    this.gateways.adopt(present, told);
    this.link?.patience(this.gateways.all.length > 1);
  }

  private onProgress(progress: PlayoutProgress): void {
    if (progress.generation === this.generation) {
      this.heard = Math.max(this.heard, progress.heard);
    }
    this.emit("progress", progress);
    const now = performance.now();
    if (progress.urgent || now - this.playedAt >= playedEveryMs) {
      this.playedAt = now;
      if (this.connection.state === "open") {
        this.link?.hub.send("Played", progress.generation, progress.heard).catch(() => {});
      }
    }
  }

  private offer(frame: Int16Array): void {
    if (this.connection.state === "open" || this.connection.state === "reconnecting") {
      this.outbox.push(frame);
      this.flush();
    }
  }

  private flush(): void {
    const link = this.link;
    while (link && link.hub.state === "Connected" && link.backlog < backlogBytes) {
      const frame = this.outbox.take();
      if (!frame) {
        return;
      }
      link.hub.send("Audio", frame.sequence, encodePcm(frame.pcm)).catch(() => {});
    }
  }

  private async invoke(method: string, argument: unknown): Promise<void> {
    if (!this.link || this.connection.state !== "open") {
      throw new ConversationError("connection", "There is no connection at the moment");
    }

    try {
      await this.link.hub.invoke(method, argument);
    } catch (fault) {
      throw toConversationError(fault, method.toLowerCase());
    }
  }

  private onLost(link: HubLink): void {
    if (link !== this.link || this.connection.state !== "open" || !this.opened) {
      return;
    }

    this.link = undefined;
    void this.reconnect(Date.now() + this.opened.resumeWithinSeconds * 1000);
  }

  private async reconnect(until: number): Promise<void> {
    this.become({ state: "reconnecting", until });
    for (let round = 0; Date.now() < until; round++) {
      await this.pause(retryDelaysMs[Math.min(round, retryDelaysMs.length - 1)]!);
      const gateways = this.gateways.order(this.leaving);
      const startMs = gateways.length > 1 ? roundStartMs[Math.min(round, roundStartMs.length - 1)] : undefined;
      for (const gateway of gateways) {
        if (this.connection.state !== "reconnecting") {
          return;
        }
        if (Date.now() < until && (await this.resumeAt(gateway, startMs))) {
          return;
        }
      }
    }

    this.finish("The connection was lost and did not come back in time", new ConversationError("lost", "The connection was lost and did not come back in time"));
  }

  /** True where there is no more to try: it is resumed there, or cannot be, or is not wanted any longer. */
  private async resumeAt(gateway: string, startMs: number | undefined): Promise<boolean> {
    try {
      const opened = await this.connect(gateway, this.resumption, startMs);
      // It may have been closed while it was coming back.
      if (this.connection.state !== "reconnecting") {
        void this.breakConnection();
        return true;
      }
      this.become({ state: "open", opened, gateway });
      this.flush();
      return true;
    } catch (fault) {
      const error = toConversationError(fault, "resume");
      if (finalCodes.test(error.code)) {
        this.finish(error.message, error);
        return true;
      }
      return false;
    }
  }

  /** Waits, but not once the network says that it is back. */
  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private finish(reason: string, error?: ConversationError): void {
    if (this.connection.state === "closed") {
      return;
    }

    const link = this.link;
    this.link = undefined;
    this.become({ state: "closed", reason, ...(error ? { error } : {}) });
    this.wake?.();
    this.playout.close();
    void link?.stop();
  }

  private become(connection: ConnectionState): void {
    this.connection = connection;
    this.emit("connection", connection);
  }
}
