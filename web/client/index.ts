// The SDK as it runs anywhere: in a page, in a worker, in Node.
export * from "./audio/framer";
export * from "./audio/g711";
export * from "./audio/pcm";
export * from "./audio/resampler";
export * from "./audio/wav";
export * from "./connection/ConversationClient";
export * from "./connection/ConversationError";
export * from "./connection/ConversationOptions";
export * from "./playout/Playout";
export * from "./playout/PlayoutBuffer";
export * from "./playout/TimedPlayout";
export * from "./protocol";
