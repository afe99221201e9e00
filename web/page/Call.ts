import { type CapturedFrame, ConversationClient, Microphone, MicrophoneFault, type ResumeSession, type SessionSettings, Speaker } from "../client/browser";

/** A call to take up again, and where. */
export interface CallOrigin {
  resume: ResumeSession;
  gateways: readonly string[];
  muted: boolean;
}

export interface CallListener {
  onCaptured: (frame: CapturedFrame) => void;
  onPeaks: (peaks: number[]) => void;
  onMicrophoneLost: (fault: MicrophoneFault) => void;
  /** The client exists, and its session is not open yet. */
  onClient: (client: ConversationClient) => void;
}

/** One call from the button to its end: microphone, loudspeaker and session. */
export class Call {
  private wakeLock: WakeLockSentinel | undefined;

  private constructor(
    readonly client: ConversationClient,
    readonly speaker: Speaker,
    readonly microphone: Microphone | undefined,
  ) {
    // A telephone that goes dark while one talks to it ends the call.
    void navigator.wakeLock?.request("screen").then(
      (lock) => (this.wakeLock = lock),
      () => {},
    );
  }

  static async start(settings: SessionSettings, withMicrophone: boolean, listener: CallListener, from?: CallOrigin): Promise<Call> {
    let client: ConversationClient | undefined;
    // Both begin within the gesture that the browser asks for.
    const speaking = Speaker.create();
    speaking.catch(() => {});
    const microphone = withMicrophone
      ? await Microphone.open({
          onFrame: (frame) => {
            client?.sendAudio(frame.pcm);
            listener.onCaptured(frame);
          },
          onLost: listener.onMicrophoneLost,
        }).catch(async (fault) => {
          (await speaking).close();
          throw fault;
        })
      : undefined;

    if (microphone && from?.muted) {
      microphone.muted = true;
    }
    const speaker = await speaking;
    speaker.onPeaks = listener.onPeaks;
    client = new ConversationClient({ settings, playout: speaker, ...(from ? { url: [...from.gateways, location.origin] } : {}) });
    listener.onClient(client);
    try {
      await client.open(from?.resume);
    } catch (fault) {
      microphone?.close();
      throw fault;
    }
    return new Call(client, speaker, microphone);
  }

  get muted(): boolean {
    return this.microphone?.muted ?? true;
  }

  toggleMute(): void {
    if (this.microphone) {
      this.microphone.muted = !this.microphone.muted;
    }
  }

  async end(): Promise<void> {
    this.release();
    await this.client.close();
  }

  /** Gives the microphone and the screen back; the loudspeaker goes with the client. */
  release(): void {
    this.microphone?.close();
    void this.wakeLock?.release();
  }
}
