import captureUrl from "./capture.worklet.ts?worker&url";
import type { CapturedFrame } from "./messages";
import { MicrophoneFault, toMicrophoneFault } from "./MicrophoneFault";

export interface MicrophoneOptions {
  deviceId?: string;
  onFrame: (frame: CapturedFrame) => void;
  /** The microphone went away while it was used. */
  onLost?: (fault: MicrophoneFault) => void;
}

/** The caller's voice: 20 ms PCM16 frames at 16 kHz, with the browser's echo cancellation, noise suppression and gain control. */
export class Microphone {
  private constructor(
    readonly stream: MediaStream,
    private readonly context: AudioContext,
  ) {}

  /** Asks for the microphone. Call it from a user's gesture. Rejects with a {@link MicrophoneFault}. */
  static async open(options: MicrophoneOptions): Promise<Microphone> {
    if (!globalThis.isSecureContext) {
      throw new MicrophoneFault("insecure", "a page that is neither HTTPS nor localhost has no microphone");
    }
    if (!navigator.mediaDevices?.getUserMedia || typeof AudioWorkletNode === "undefined") {
      throw new MicrophoneFault("unsupported", "this browser has no getUserMedia or no AudioWorklet");
    }

    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
          channelCount: 1,
          ...(options.deviceId ? { deviceId: { exact: options.deviceId } } : {}),
        },
      });
    } catch (fault) {
      throw toMicrophoneFault(fault);
    }

    // The device's own rate: a context at another one cannot take the stream in every browser. The worklet resamples.
    const context = new AudioContext({ latencyHint: "interactive" });
    try {
      await context.audioWorklet.addModule(captureUrl);
      const node = new AudioWorkletNode(context, "conversation-capture", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
      node.port.onmessage = (message: MessageEvent<CapturedFrame>) => options.onFrame(message.data);
      context.createMediaStreamSource(stream).connect(node);
      await context.resume();
    } catch (fault) {
      stream.getTracks().forEach((track) => track.stop());
      void context.close();
      throw toMicrophoneFault(fault);
    }

    stream.getAudioTracks()[0]?.addEventListener("ended", () => options.onLost?.(new MicrophoneFault("lost", "the microphone was taken away")));
    return new Microphone(stream, context);
  }

  /** A muted microphone goes on sending, silence. */
  get muted(): boolean {
    return !this.stream.getAudioTracks().some((track) => track.enabled);
  }

  set muted(value: boolean) {
    this.stream.getAudioTracks().forEach((track) => (track.enabled = !value));
  }

  close(): void {
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.context.state !== "closed") {
      void this.context.close();
    }
  }
}
