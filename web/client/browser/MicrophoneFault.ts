export type MicrophoneFaultKind = "insecure" | "unsupported" | "denied" | "none" | "busy" | "lost" | "other";

/** Why there is no microphone, in a form a page can explain. */
export class MicrophoneFault extends Error {
  constructor(
    readonly kind: MicrophoneFaultKind,
    detail: string,
  ) {
    super(detail);
    this.name = "MicrophoneFault";
  }
}

/** Names what getUserMedia rejected with. */
export function toMicrophoneFault(fault: unknown): MicrophoneFault {
  if (fault instanceof MicrophoneFault) {
    return fault;
  }

  const name = fault instanceof Error ? fault.name : "";
  const detail = fault instanceof Error ? fault.message : String(fault);
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return new MicrophoneFault("denied", detail);
    case "NotFoundError":
    case "OverconstrainedError":
      return new MicrophoneFault("none", detail);
    case "NotReadableError":
    case "AbortError":
      return new MicrophoneFault("busy", detail);
    default:
      return new MicrophoneFault("other", detail);
  }
}
