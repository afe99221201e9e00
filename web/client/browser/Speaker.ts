import type { Playout, PlayoutProgress } from "../playout/Playout";
import type { PlayoutCommand, PlayoutReport } from "./messages";
import playoutUrl from "./playout.worklet.ts?worker&url";

/** The loudspeaker, through an AudioWorklet. What it reports as heard allows for the way from the worklet to the ear, where the browser knows it. */
export class Speaker implements Playout {
  onProgress: ((progress: PlayoutProgress) => void) | undefined;
  /** Called with the greatest magnitude of each 5 ms that sounded. */
  onPeaks: ((peaks: number[]) => void) | undefined;

  private trail: PlayoutReport[] = [];
  private settle: ReturnType<typeof setTimeout> | undefined;

  private constructor(
    readonly context: AudioContext,
    readonly node: AudioWorkletNode,
  ) {
    // A telephone call or a lost device suspends the context; it comes back only if asked.
    context.addEventListener("statechange", () => {
      if (context.state !== "running" && context.state !== "closed") {
        void context.resume().catch(() => {});
      }
    });
    node.port.onmessage = (message: MessageEvent<PlayoutReport>) => this.onReport(message.data);
  }

  /** Call it from a user's gesture: a browser lets no page sound without one. */
  static async create(rate = 24_000): Promise<Speaker> {
    const context = contextAt(rate);
    const resumed = context.resume();
    await context.audioWorklet.addModule(playoutUrl);
    const node = new AudioWorkletNode(context, "conversation-playout", { numberOfInputs: 0, outputChannelCount: [1] });
    node.connect(context.destination);
    await resumed;
    return new Speaker(context, node);
  }

  /** Whether this page may sound without a gesture, as after a reload: the browser decides, and does not say. */
  static async allowed(): Promise<boolean> {
    const probe = new AudioContext();
    try {
      await Promise.race([probe.resume(), new Promise((resolve) => setTimeout(resolve, 700))]);
      return probe.state === "running";
    } finally {
      void probe.close();
    }
  }

  open(rate: number, fresh: boolean): void {
    this.trail = [];
    this.tell({ do: "open", rate, fresh });
  }

  expect(generation: number, from: number): void {
    this.tell({ do: "expect", generation, from });
  }

  push(generation: number, position: number, pcm: Int16Array): void {
    this.tell({ do: "push", generation, position, pcm });
  }

  end(generation: number, samples: number): void {
    this.tell({ do: "end", generation, samples });
  }

  pause(generation: number): void {
    this.tell({ do: "pause", generation });
  }

  resume(generation: number): void {
    this.tell({ do: "resume", generation });
  }

  cancel(generation: number): void {
    this.tell({ do: "cancel", generation });
  }

  close(): void {
    clearTimeout(this.settle);
    this.tell({ do: "close" });
    if (this.context.state !== "closed") {
      void this.context.close();
    }
  }

  /** From the worklet to the ear, in seconds. */
  private get latency(): number {
    return (this.context.baseLatency || 0) + (this.context.outputLatency || 0);
  }

  private tell(command: PlayoutCommand): void {
    this.node.port.postMessage(command);
  }

  private onReport(report: PlayoutReport): void {
    this.onPeaks?.(report.peaks);
    if (report.state === "idle") {
      return;
    }

    if (this.trail.at(-1)?.generation !== report.generation) {
      this.trail = [];
    }
    this.trail.push(report);
    if (this.trail.length > 64) {
      this.trail.shift();
    }

    if (report.changed) {
      clearTimeout(this.settle);
    }
    if (report.state === "done") {
      if (report.changed) {
        // The last samples are still on their way to the ear.
        this.settle = setTimeout(() => this.announce(report, report.played, true), this.latency * 1000);
      }
    } else if (report.changed && report.state !== "playing") {
      // Held or dropped: what has left the worklet will be heard, and nothing after it.
      this.announce(report, report.played, true);
    } else if (report.state === "playing") {
      this.announce(report, this.heardAt(report.time - this.latency), report.changed);
    }
  }

  private heardAt(time: number): number {
    let before: PlayoutReport | undefined;
    for (const after of this.trail) {
      if (after.time >= time) {
        if (!before || after.time === before.time) {
          return (before ?? after).played;
        }
        const share = (time - before.time) / (after.time - before.time);
        return Math.round(before.played + (after.played - before.played) * share);
      }
      before = after;
    }
    return before?.played ?? 0;
  }

  private announce(report: PlayoutReport, heard: number, urgent: boolean): void {
    const { generation, state, underruns, stale } = report;
    this.onProgress?.({ generation, heard, state, urgent, underruns, stale });
  }
}

/** A context at the replies' own rate needs no resampling; where the browser refuses one, the worklet resamples. */
function contextAt(rate: number): AudioContext {
  try {
    return new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}
