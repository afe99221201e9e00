// The SDK for pages: everything portable, and the microphone and loudspeaker.
export * from "./index";
export * from "./browser/Microphone";
export * from "./browser/MicrophoneFault";
export * from "./browser/Speaker";
export type { CapturedFrame } from "./browser/messages";
