import { byId, make } from "../dom";
import type { ConversationModel } from "../model/ConversationModel";

/** What is being heard as it firms up, and what is being said with the spoken word marked. */
export class Captions {
  private readonly heard = byId("heard");
  private readonly said = byId("said");
  private words: HTMLSpanElement[] = [];
  private generation = -1;
  private marked = -2;

  constructor(private readonly model: ConversationModel) {}

  showHearing(): void {
    const hearing = this.model.hearing;
    this.heard.replaceChildren();
    if (hearing) {
      const newest = hearing.newest.trimStart();
      const space = hearing.newest.slice(0, hearing.newest.length - newest.length);
      this.heard.append(make("span", { class: hearing.final ? "final" : "confirmed" }, hearing.confirmed), space, make("span", { class: "newest" }, newest));
    }
    this.heard.scrollTop = this.heard.scrollHeight;
  }

  showReply(): void {
    const reply = this.model.reply;
    if (!reply) {
      if (this.generation !== -1) {
        this.generation = -1;
        this.words = [];
        this.said.replaceChildren();
      }
      return;
    }

    if (reply.generation !== this.generation) {
      this.generation = reply.generation;
      this.words = [];
      this.marked = -2;
      this.said.replaceChildren();
      this.said.scrollTop = 0;
    }

    for (const word of reply.words.slice(this.words.length)) {
      const span = make("span", { class: "word" }, word.text);
      this.words.push(span);
      this.said.append(span, " ");
    }
    this.said.parentElement!.classList.toggle("cut", reply.cancelled !== undefined);
    this.mark();
  }

  private mark(): void {
    const reply = this.model.reply!;
    const now = this.model.spokenWord;
    const cut = reply.cancelled !== undefined;
    if (now === this.marked && !cut) {
      return;
    }

    this.marked = now;
    this.words.forEach((word, index) => {
      word.className = index < now || (cut && index === now) ? "word spoken" : index === now ? "word now" : cut ? "word unheard" : "word";
    });
    const current = this.words[Math.min(Math.max(now, 0), this.words.length - 1)];
    if (current) {
      const line = current.offsetTop - this.said.offsetTop;
      if (line < this.said.scrollTop || line + current.offsetHeight > this.said.scrollTop + this.said.clientHeight) {
        this.said.scrollTop = Math.max(0, line - current.offsetHeight);
      }
    }
  }
}
