const secondsPerBar = 0.03;
const barWidth = 2;
const barStep = 3;

interface Mark {
  /** The bar at which it stands. */
  bar: number;
  kind: "latency" | "cut" | "held";
  milliseconds?: number;
}

interface Track {
  bars: Float32Array;
  pending: number;
  count: number;
}

/**
 * The tape: what the caller and the reply sounded like over the last seconds, the caller above the line and the reply below it, with the
 * gap between them measured. It runs towards the left; with reduced motion it stands still and is written over from the left instead.
 */
export class Tape {
  private readonly context: CanvasRenderingContext2D;
  private readonly you = track();
  private readonly they = track();
  private readonly marks: Mark[] = [];
  private now = 0;
  private carried = 0;
  private last = 0;
  private width = 0;
  private height = 0;
  private running = false;
  private awaited: number | undefined;
  private colours: Record<string, string> = {};
  private readonly still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext("2d")!;
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.fit();
  }

  /** Runs from here on. */
  start(): void {
    this.you.bars.fill(0);
    this.they.bars.fill(0);
    this.marks.length = 0;
    this.now = 0;
    this.running = true;
    this.last = performance.now();
    requestAnimationFrame(() => this.frame());
  }

  stop(): void {
    this.running = false;
    this.draw();
  }

  hearYou(peaks: number[]): void {
    take(this.you, peaks);
  }

  hearThem(peaks: number[]): void {
    take(this.they, peaks);
    if (this.awaited !== undefined && this.they.pending > 0.02) {
      this.marks.push({ bar: this.now, kind: "latency", milliseconds: this.awaited });
      this.awaited = undefined;
    }
  }

  /** The next sound of the reply came so long after the caller's end of speech. */
  latency(milliseconds: number): void {
    this.awaited = milliseconds;
  }

  mark(kind: "cut" | "held"): void {
    this.marks.push({ bar: this.now, kind });
  }

  /** Reads the colours again, after the theme has changed. */
  repaint(): void {
    const style = getComputedStyle(this.canvas);
    for (const name of ["you", "they", "line", "muted", "ink", "surface"]) {
      this.colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
    this.draw();
  }

  private fit(): void {
    const box = this.canvas.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    this.width = box.width;
    this.height = box.height;
    this.canvas.width = Math.round(box.width * ratio);
    this.canvas.height = Math.round(box.height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.repaint();
  }

  private frame(): void {
    if (!this.running) {
      return;
    }

    const time = performance.now();
    this.carried += Math.min(1, (time - this.last) / 1000);
    this.last = time;
    while (this.carried >= secondsPerBar) {
      this.carried -= secondsPerBar;
      advance(this.you, this.now);
      advance(this.they, this.now);
      this.now++;
    }
    while (this.marks[0] && this.marks[0].bar < this.now - 1000) {
      this.marks.shift();
    }
    this.draw();
    requestAnimationFrame(() => this.frame());
  }

  private draw(): void {
    const { context, width, height } = this;
    context.clearRect(0, 0, width, height);
    if (!this.running && this.now === 0) {
      this.drawExample();
      return;
    }

    const edge = width - (this.still.matches ? 0 : 26);
    const shown = Math.floor(edge / barStep);
    const slide = this.still.matches ? 0 : (this.carried / secondsPerBar) * barStep;
    const x = (bar: number) => (this.still.matches ? (bar % shown) * barStep : edge - (this.now - bar) * barStep - slide);
    const first = Math.max(0, this.still.matches ? this.now - (this.now % shown) : this.now - shown);
    this.drawLine(first, x, edge);
    for (let bar = first; bar < this.now; bar++) {
      const at = x(bar);
      // What leaves on the left leaves softly.
      context.globalAlpha = this.still.matches ? 1 : Math.min(1, Math.max(0, at / 60));
      this.bar(at, value(this.you, bar), -1, this.colours.you!);
      this.bar(at, value(this.they, bar), 1, this.colours.they!);
    }
    context.globalAlpha = 1;
    for (const mark of this.marks) {
      if (mark.bar >= first) {
        this.drawMark(mark, x(mark.bar));
      }
    }
    this.drawNow(this.still.matches ? x(this.now) : edge);
  }

  private drawLine(first: number, x: (bar: number) => number, edge: number): void {
    const { context } = this;
    context.fillStyle = this.colours.line!;
    context.fillRect(0, this.height / 2 - 0.5, edge, 1);
    const perSecond = Math.round(1 / secondsPerBar);
    for (let bar = Math.ceil(first / perSecond) * perSecond; bar <= this.now; bar += perSecond) {
      context.fillRect(x(bar), this.height / 2 - 4, 1, 8);
    }
  }

  private bar(x: number, level: number, side: -1 | 1, colour: string): void {
    const length = Math.max(0, Math.pow(level, 0.62) * (this.height / 2 - 14));
    if (length < 1) {
      return;
    }

    this.context.fillStyle = colour;
    this.context.beginPath();
    const top = side < 0 ? this.height / 2 - 3 - length : this.height / 2 + 3;
    this.context.roundRect(x, top, barWidth, length, 1);
    this.context.fill();
  }

  private drawMark(mark: Mark, x: number): void {
    const { context, height } = this;
    context.font = "600 11px ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace";
    context.textAlign = "center";
    context.textBaseline = "middle";
    if (mark.kind === "latency") {
      const span = Math.max(10, ((mark.milliseconds! / 1000 / secondsPerBar) * barStep));
      const y = height - 9;
      context.strokeStyle = this.colours.muted!;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x - span, y - 4);
      context.lineTo(x - span, y);
      context.lineTo(x, y);
      context.lineTo(x, y - 4);
      context.stroke();
      const label = `${Math.round(mark.milliseconds!)} ms`;
      const wide = context.measureText(label).width + 8;
      context.fillStyle = this.colours.surface!;
      context.fillRect(x - span / 2 - wide / 2, y - 14 - (wide > span ? 2 : -7), wide, 14);
      context.fillStyle = this.colours.muted!;
      context.fillText(label, x - span / 2, wide > span ? y - 9 : y);
      return;
    }

    context.fillStyle = this.colours.ink!;
    context.globalAlpha = mark.kind === "cut" ? 1 : 0.5;
    context.fillRect(x - 0.5, height / 2, 1, height / 2 - 26);
    if (mark.kind === "cut") {
      const y = height / 2;
      context.fillStyle = this.colours.surface!;
      context.fillRect(x - 7, y - 7, 14, 14);
      context.lineWidth = 2;
      context.lineCap = "round";
      context.strokeStyle = this.colours.ink!;
      context.beginPath();
      context.moveTo(x - 4, y - 4);
      context.lineTo(x + 4, y + 4);
      context.moveTo(x + 4, y - 4);
      context.lineTo(x - 4, y + 4);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  /** The present, with the two levels beside it. */
  private drawNow(x: number): void {
    const { context, height } = this;
    context.fillStyle = this.colours.ink!;
    context.fillRect(x, 6, 1.5, height - 12);
    if (this.still.matches) {
      return;
    }

    for (const [source, side, colour] of [[this.you, -1, this.colours.you!], [this.they, 1, this.colours.they!]] as const) {
      const level = this.running ? Math.max(value(source, this.now - 1), value(source, this.now - 2), value(source, this.now - 3)) : 0;
      const reach = height / 2 - 10;
      const length = Math.pow(level, 0.62) * reach;
      context.fillStyle = this.colours.line!;
      context.beginPath();
      context.roundRect(x + 10, side < 0 ? 7 : height / 2 + 3, 6, reach, 3);
      context.fill();
      context.fillStyle = colour;
      context.beginPath();
      context.roundRect(x + 10, side < 0 ? height / 2 - 3 - length : height / 2 + 3, 6, length, 3);
      context.fill();
    }
  }

  /** Before the first call: how a conversation looks here. */
  private drawExample(): void {
    const { context, width, height } = this;
    context.fillStyle = this.colours.line!;
    context.fillRect(0, height / 2 - 0.5, width, 1);
    const bars = Math.floor(width / barStep);
    const voice = (bar: number, from: number, to: number, seed: number) => {
      const place = (bar / bars - from) / (to - from);
      if (place <= 0 || place >= 1) {
        return 0;
      }
      const word = Math.abs(Math.sin(bar * 0.21 + seed) * Math.sin(bar * 0.083 + seed * 2));
      return (0.06 + 0.62 * word * (0.7 + 0.3 * Math.sin(bar * 1.7 + seed))) * Math.min(1, place * 12, (1 - place) * 12);
    };
    context.globalAlpha = 0.55;
    for (let bar = 0; bar < bars; bar++) {
      this.bar(bar * barStep, Math.max(voice(bar, 0.1, 0.36, 1), voice(bar, 0.66, 0.8, 4)), -1, this.colours.you!);
      this.bar(bar * barStep, Math.max(voice(bar, 0.4, 0.68, 2), voice(bar, 0.84, 1.02, 5)), 1, this.colours.they!);
    }
    context.globalAlpha = 1;
  }
}

function track(): Track {
  return { bars: new Float32Array(1024), pending: 0, count: 0 };
}

/** Peaks come in bursts of 20 ms; the bars go by the page's clock. The greatest since the last bar is the bar. */
function take(target: Track, peaks: number[]): void {
  for (const level of peaks) {
    target.pending = Math.max(target.pending, level);
    target.count++;
  }
}

function advance(target: Track, bar: number): void {
  const fresh = target.count > 0;
  target.bars[bar % target.bars.length] = fresh ? target.pending : value(target, bar - 1) * 0.6;
  target.pending = 0;
  target.count = 0;
}

function value(source: Track, bar: number): number {
  return bar < 0 ? 0 : (source.bars[bar % source.bars.length] ?? 0);
}
