import type { PlayoutState } from "../playout/PlayoutBuffer";

/** From the page to the playout worklet. */
export type PlayoutCommand =
  | { do: "open"; rate: number; fresh: boolean }
  | { do: "expect"; generation: number; from: number }
  | { do: "push"; generation: number; position: number; pcm: Int16Array }
  | { do: "end"; generation: number; samples: number }
  | { do: "pause" | "resume" | "cancel"; generation: number }
  | { do: "close" };

/** From the playout worklet to the page, every 20 ms. */
export interface PlayoutReport {
  generation: number;
  played: number;
  state: PlayoutState;
  changed: boolean;
  underruns: number;
  stale: number;
  /** The context's time at the end of what was rendered, in seconds. */
  time: number;
  /** The greatest magnitude in each 5 ms rendered since the last report. */
  peaks: number[];
}

/** From the capture worklet to the page: 20 ms of PCM16 at 16 kHz and the greatest magnitude in each 5 ms. */
export interface CapturedFrame {
  pcm: Int16Array;
  peaks: number[];
}
