import type { PlayoutState } from "./PlayoutBuffer";

export interface PlayoutProgress {
  generation: number;
  /** Samples of the reply that the listener has heard. */
  heard: number;
  state: PlayoutState;
  /** True where the server should know at once: playout paused, resumed, ran empty, ended or was cancelled. */
  urgent: boolean;
  /** Times replies ran dry so far. */
  underruns: number;
  /** Frames of cancelled replies dropped so far. */
  stale: number;
}

/** Where a client's replies are played: a loudspeaker through an AudioWorklet, or a simulated listener. */
export interface Playout {
  /** Called about every 20 ms while a reply is played, and at once on a change. Set by the client. */
  onProgress: ((progress: PlayoutProgress) => void) | undefined;
  /** The session is open and its replies come at `rate` hertz. `fresh`: generations begin again. */
  open(rate: number, fresh: boolean): void;
  expect(generation: number, from: number): void;
  push(generation: number, position: number, pcm: Int16Array): void;
  end(generation: number, samples: number): void;
  pause(generation: number): void;
  resume(generation: number): void;
  cancel(generation: number): void;
  close(): void;
}
