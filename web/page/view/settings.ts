import type { Catalog, SessionSettings } from "../../client/browser";
import { byId, make } from "../dom";

const key = "conversation.settings";

const pauses: [value: string, name: string, note: string][] = [
  ["quick", "Quick", "Answers at the first pause. For short commands."],
  ["balanced", "Balanced", "Weighs the pause, the words and the voice."],
  ["patient", "Patient", "Lets you think in the middle of a sentence."],
];

/** The panel of choices. Each takes effect with the next reply; they are kept for the next visit. */
export class Settings {
  present: SessionSettings;
  private readonly sheet = byId<HTMLDialogElement>("settings");
  private catalog: Catalog = { tiers: [], responders: [], device: "" };

  constructor(private readonly onChange: (changed: SessionSettings) => void) {
    this.present = { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...read() };
    byId("open-settings").addEventListener("click", () => {
      this.draw();
      this.sheet.showModal();
    });
    this.sheet.addEventListener("click", (event) => {
      if (event.target === this.sheet) {
        this.sheet.close();
      }
    });
  }

  offer(catalog: Catalog): void {
    this.catalog = catalog;
    const tier = catalog.tiers.find((known) => known.id === this.present.tier);
    if (this.present.tier && !tier) {
      delete this.present.tier;
      delete this.present.voice;
    } else if (this.present.voice && !tier?.voices.some((voice) => voice.id === this.present.voice)) {
      delete this.present.voice;
    }
    if (this.present.responder && !catalog.responders.includes(this.present.responder)) {
      delete this.present.responder;
    }
    this.redraw();
  }

  /** The server says what is in force. */
  adopt(inForce: SessionSettings): void {
    this.present = { ...this.present, ...Object.fromEntries(Object.entries(inForce).filter(([, value]) => value !== null && value !== undefined)) };
    this.redraw();
  }

  private redraw(): void {
    if (this.sheet.open && !this.sheet.contains(document.activeElement)) {
      this.draw();
    }
  }

  private change(changed: SessionSettings): void {
    this.present = { ...this.present, ...changed };
    localStorage.setItem(key, JSON.stringify(this.present));
    this.onChange(changed);
  }

  private draw(): void {
    const tiers = this.catalog.tiers;
    const tier = tiers.find((known) => known.id === this.present.tier) ?? tiers[0];
    const close = make("button", { type: "button", class: "icon-button", "aria-label": "Close settings" }, "✕");
    close.addEventListener("click", () => this.sheet.close());
    this.sheet.replaceChildren(
      make("div", { class: "sheet-top" }, make("h2", { id: "settings-title" }, "Settings"), close),
      make("p", { class: "fine" }, "Changes hold from the next reply on."),
      this.choices("Voice quality", "tier", tiers.map((known) => [known.id, known.name, ""]), tier?.id, (id) => {
        const voice = tiers.find((known) => known.id === id)?.voices[0]?.id;
        this.change({ tier: id, ...(voice ? { voice } : {}) });
        this.draw();
        byId(`tier-${id}`).focus();
      }),
      this.select("Voice", "voice", (tier?.voices ?? []).map((voice) => [voice.id, `${voice.name} (${language(voice.language)})`]), this.present.voice, (voice) =>
        this.change(tier ? { tier: tier.id, voice } : { voice }),
      ),
      this.speed(),
      this.select("Who answers", "responder", this.catalog.responders.map((name) => [name, name]), this.present.responder, (responder) => this.change({ responder })),
      this.choices("When you pause", "endpointing", pauses, this.present.endpointing ?? "balanced", (endpointing) => this.change({ endpointing })),
      this.catalog.device !== "" ? make("p", { class: "fine" }, `Runs on: ${this.catalog.device}`) : "",
    );
  }

  private choices(title: string, name: string, options: [string, string, string][], present: string | null | undefined, choose: (value: string) => void): HTMLElement {
    const group = make("fieldset", { class: options.some(([, , note]) => note) ? "choices tall" : "choices" }, make("legend", {}, title));
    for (const [value, label, note] of options) {
      const input = make("input", { type: "radio", name, id: `${name}-${value}`, value });
      input.checked = value === present;
      input.addEventListener("change", () => choose(value));
      group.append(make("label", { for: `${name}-${value}` }, input, make("span", { class: "choice" }, make("b", {}, label), note !== "" && make("small", {}, note))));
    }
    return group;
  }

  private select(title: string, name: string, options: [string, string][], present: string | null | undefined, choose: (value: string) => void): HTMLElement {
    const select = make("select", { id: `set-${name}` }, ...options.map(([value, label]) => make("option", { value }, label)));
    if (present) {
      select.value = present;
    }
    select.addEventListener("change", () => choose(select.value));
    return make("div", { class: "field" }, make("label", { for: `set-${name}` }, title), select);
  }

  private speed(): HTMLElement {
    const input = make("input", { id: "set-speed", type: "range", min: "0.5", max: "2", step: "0.05", value: String(this.present.speed ?? 1) });
    const shown = make("output", { for: "set-speed" }, pace(Number(input.value)));
    input.addEventListener("input", () => (shown.textContent = pace(Number(input.value))));
    input.addEventListener("change", () => this.change({ speed: Number(input.value) }));
    return make("div", { class: "field" }, make("label", { for: "set-speed" }, "Pace"), make("div", { class: "range" }, input, shown));
  }
}

function pace(value: number): string {
  return `${value.toFixed(2)}×`;
}

function language(tag: string): string {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function read(): SessionSettings {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}") as SessionSettings;
  } catch {
    return {};
  }
}
