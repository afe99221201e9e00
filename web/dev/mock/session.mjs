import { randomUUID } from "node:crypto";
import { greeting, turns } from "./script.mjs";
import { speak, toPcm16 } from "./voice.mjs";

const rate = 24_000;
const frame = 480;
const lead = 0.2 * rate;

/** One scripted session: hears energy, says what the script says, holds and cancels as the real one does. */
export class MockSession {
  id = randomUUID();
  token = randomUUID();
  opened = performance.now();
  lastSequence = -1;
  history = [];
  settings = { tier: "fast", voice: "vits-3", speed: 1, responder: "clinic", endpointing: "balanced", timeZone: null, greet: true };
  link;
  backlog = [];
  turn = 0;
  generation = 0;
  reply;
  speaking = false;
  loud = 0;
  quiet = 0;
  heardSamples = 0;
  timer = setInterval(() => this.pace(), 10);

  /** What another process would make of it from the store: the same, as of its last completed turn. */
  restore() {
    clearInterval(this.timer);
    const { id, token, history, settings } = this;
    return Object.assign(new MockSession(), { id, token, history, settings, turn: history.at(-1)?.turn ?? 0 });
  }

  open(link) {
    this.link = link;
    this.backlog.splice(0).forEach((event) => link.send("event", event));
    if (this.reply) {
      this.reply.sent = Math.min(this.reply.sent, this.reply.played);
      this.reply.clock = performance.now();
      this.reply.offset = this.reply.sent;
    }
  }

  start() {
    if (this.settings.greet !== false) {
      setTimeout(() => this.turn === 0 && this.say("greeting", greeting), 250);
    }
  }

  tell(type, fields) {
    const event = { type, at: performance.now() - this.opened, ...fields };
    if (this.link) {
      this.link.send("event", event);
    } else {
      this.backlog.push(event);
    }
  }

  audio(sequence, base64) {
    this.lastSequence = Math.max(this.lastSequence, sequence);
    const bytes = Buffer.from(base64, "base64");
    const pcm = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
    let sum = 0;
    for (const s of pcm) sum += (s / 32768) ** 2;
    const loud = Math.sqrt(sum / pcm.length) > 0.012;
    this.heardSamples += pcm.length;
    this.loud = loud ? this.loud + 20 : 0;
    this.quiet = loud ? 0 : this.quiet + 20;
    if (!this.speaking && this.loud >= 60) this.speechStarted();
    else if (this.speaking) this.whileSpeaking();
  }

  speechStarted() {
    this.speaking = true;
    this.spokenMs = 0;
    this.tell("speech.started", { position: this.heardSamples });
    if (this.reply && !this.reply.done) {
      this.reply.paused = true;
      this.reply.offset = this.position();
      this.tell("playout.paused", { generation: this.reply.generation });
    } else {
      this.beginTurn();
    }
  }

  beginTurn() {
    this.turn++;
    this.script = turns[(this.turn - 1) % turns.length];
    this.words = this.script[0].split(" ");
    this.told = 0;
  }

  whileSpeaking() {
    this.spokenMs += 20;
    const reply = this.reply;
    if (reply?.paused && this.spokenMs >= 360) {
      this.tell("interruption", { generation: reply.generation, outcome: "interrupted" });
      this.cancel("interrupted");
      this.beginTurn();
    }
    if (this.words && !this.reply?.paused && this.spokenMs % 280 === 0 && this.told < this.words.length - 1) {
      const count = Math.min(2, this.words.length - 1 - this.told);
      const text = this.words.slice(this.told, this.told + count).map((w, i) => (this.told + i ? " " : "") + w).join("");
      this.told += count;
      this.tell("hypothesis.delta", { turn: this.turn, text });
    }
    if (this.quiet >= 450) {
      this.speaking = false;
      this.tell("speech.stopped", { position: this.heardSamples - this.quiet * 16 });
      if (reply?.paused) {
        this.tell("interruption", { generation: reply.generation, outcome: "backchannel" });
        reply.paused = false;
        reply.clock = performance.now();
        this.tell("playout.resumed", { generation: reply.generation });
      } else {
        this.answer(this.script[0], this.script[1]);
      }
    }
  }

  text(text) {
    if (this.reply && !this.reply.done) this.cancel("interrupted");
    this.beginTurn();
    this.answer(text, this.script[1]);
  }

  answer(user, text) {
    this.user = user;
    this.tell("hypothesis.final", { turn: this.turn, text: user });
    const speculation = ["hit", "hit", "revised", "none"][this.turn % 4];
    const dialog = speculation === "hit" ? 4 : 90;
    const synthesis = speculation === "hit" ? 6 : 130;
    const { turn } = this;
    setTimeout(() => {
      if (turn !== this.turn) return;
      this.say("answer", text);
      this.tell("turn.latency", {
        turn, generation: this.generation, speculation, speechEndToCommitMs: 452, commitToAudioMs: dialog + synthesis + 9, speechEndToAudioMs: 461 + dialog + synthesis,
        spans: [
          { name: "endpointing", startMs: 0, durationMs: 390 },
          { name: "recognition", startMs: 355, durationMs: 97 },
          { name: "dialog", startMs: 452, durationMs: dialog },
          { name: "synthesis", startMs: 452 + dialog, durationMs: synthesis },
          { name: "sending", startMs: 452 + dialog + synthesis, durationMs: 9 },
        ],
      });
    }, dialog + synthesis);
  }

  say(kind, text) {
    const { samples, words } = speak(text, rate, 150, this.settings.speed ?? 1);
    this.generation++;
    this.reply = { generation: this.generation, kind, turn: this.turn, pcm: toPcm16(samples), words, sent: 0, played: 0, offset: 0, clock: performance.now(), paused: false, done: false, ended: false };
    this.tell("reply.started", { turn: this.turn, generation: this.generation, kind });
    for (const clause of text.match(/[^.?!:]+[.?!:]?\s*/g)) {
      const count = clause.trim().split(/\s+/).length;
      this.tell("reply.text", { generation: this.generation, text: clause, words: words.splice(0, count).map((w) => (this.reply.all ??= []).push(w) && w) });
    }
  }

  position() {
    const reply = this.reply;
    return reply.paused ? reply.offset : reply.offset + ((performance.now() - reply.clock) * rate) / 1000;
  }

  pace() {
    const reply = this.reply;
    if (!reply || reply.done || reply.paused || !this.link) return;
    while (reply.sent < reply.pcm.length && reply.sent < this.position() + lead) {
      const pcm = reply.pcm.subarray(reply.sent, reply.sent + frame);
      this.link.send("audio", reply.generation, reply.sent, Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString("base64"));
      reply.sent += pcm.length;
    }
    if (reply.sent >= reply.pcm.length && !reply.ended) {
      reply.ended = true;
      this.tell("reply.ended", { generation: reply.generation, samples: reply.pcm.length });
    }
  }

  played(generation, samples) {
    const reply = this.reply;
    if (reply?.generation !== generation) return;
    reply.played = Math.max(reply.played, samples);
    if (!reply.done && reply.ended && reply.played >= reply.pcm.length) {
      this.complete(false);
    }
  }

  cancel(reason) {
    this.tell("playout.cancelled", { generation: this.reply.generation, reason });
    this.complete(reason === "interrupted");
  }

  complete(interrupted) {
    const reply = this.reply;
    reply.done = true;
    reply.paused = false;
    if (reply.kind === "greeting" && !interrupted) return;
    const heard = reply.all.filter((w) => w.start < reply.played || !interrupted).map((w) => w.text).join(" ");
    const line = { turn: reply.turn, user: reply.kind === "greeting" ? "" : this.user, reply: heard, interrupted };
    this.history.push(line);
    this.tell("turn.completed", line);
  }

  close(reason) {
    this.tell("closed", { reason });
    clearInterval(this.timer);
  }
}
