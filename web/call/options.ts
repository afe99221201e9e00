import { parseArgs } from "node:util";

export interface CallOptions {
  files: string[];
  /** Gateways of one cluster, the first to be tried first. */
  urls: string[];
  tenant?: string;
  tenantKey?: string;
  /** Between the end of a reply and the next recording, in milliseconds. */
  pauseMs: number;
  /** The recording spoken over the reply to the n-th file, so many milliseconds after it began to sound. */
  overs: { afterMs: number; file: string }[];
  overGreeting: boolean;
  out: string | undefined;
  events: string | undefined;
  json: boolean;
  /** Rate at which the caller's audio is sent, in hertz. */
  rate: number;
  g711: boolean;
  greet: boolean;
  /** How long a reply may take from its beginning to its end, in milliseconds. */
  timeoutMs: number;
  /** How long after the end of speech a reply may be awaited, in milliseconds. */
  answerMs: number;
  settings: { voice?: string; tier?: string; responder?: string; endpointing?: string };
  listenOnlyMs: number | undefined;
  expectSilence: boolean;
  callers: number;
  forMs: number;
  duty: number;
}

/** Said of arguments that make no sense; the message is for a person. */
export class UsageFault extends Error {}

export const usage = `usage: ./call WAV... [OPTIONS]
Speaks recordings into a running server in real time, as the page would, and tells of each turn what was heard, what was answered and how long it took.
  --url URL[,URL...]   the server (default http://localhost:5080), or several gateways of one cluster: the call goes through the first that answers,
                       and on through another when that is gone; --callers are spread over them
  --tenant NAME  --tenant-key KEY
                       whose calls these are, where the server names tenants
  --pause MS           silence between the end of a reply and the next recording (default 500)
  --over MS:WAV        speak WAV over the reply, MS after it begins to sound; repeatable, one for each turn in order ("-" for none)
  --over-greeting      begin at once, over the greeting
  --no-greet           ask for no greeting
  --out FILE.wav       what was said and heard: caller left, reply right
  --events FILE.jsonl  every event, with the time it came
  --json               one JSON object instead of the tables
  --rate HZ            rate the audio is sent at (default 16000)
  --g711               put the recordings through a telephone line (8 kHz, mu-law) first
  --voice ID  --tier fast|expressive  --responder NAME  --endpointing quick|balanced|patient
  --timeout S          how long a reply may last (default 60)
  --listen-only S      after each recording listen S seconds instead of waiting for a reply
  --expect-silence     as --listen-only 4, and fail if anything was answered
  --callers N          N callers at once, for --for S seconds (default 60), each talking --duty of the time (default 0.5)
A recorded call is replayed by ./call --replay FILE.`;

const rates = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

export function parse(args: string[]): CallOptions | "help" {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: { type: "string" },
        tenant: { type: "string" },
        "tenant-key": { type: "string" },
        pause: { type: "string" },
        over: { type: "string", multiple: true },
        "over-greeting": { type: "boolean" },
        "no-greet": { type: "boolean" },
        out: { type: "string" },
        events: { type: "string" },
        json: { type: "boolean" },
        rate: { type: "string" },
        g711: { type: "boolean" },
        voice: { type: "string" },
        tier: { type: "string" },
        responder: { type: "string" },
        endpointing: { type: "string" },
        timeout: { type: "string" },
        answer: { type: "string" },
        "listen-only": { type: "string" },
        "expect-silence": { type: "boolean" },
        callers: { type: "string" },
        for: { type: "string" },
        duty: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (fault) {
    throw new UsageFault(fault instanceof Error ? fault.message : String(fault));
  }

  const { values, positionals } = parsed;
  if (values.help) {
    return "help";
  }
  if (positionals.length === 0) {
    throw new UsageFault("say which recordings to speak");
  }

  const rate = number("rate", values.rate, 16_000, 1);
  if (!rates.includes(rate)) {
    throw new UsageFault(`--rate ${rate} is not one the server takes: ${rates.join(", ")}`);
  }

  const silence = values["expect-silence"] ?? false;
  const listen = values["listen-only"] ?? (silence ? "4" : undefined);
  return {
    files: positionals,
    urls: (values.url ?? "http://localhost:5080").split(",").map((url) => address(url.trim())),
    ...(values.tenant === undefined ? {} : { tenant: values.tenant }),
    ...(values["tenant-key"] === undefined ? {} : { tenantKey: values["tenant-key"] }),
    pauseMs: number("pause", values.pause, 500, 0),
    overs: (values.over ?? []).map(over),
    overGreeting: values["over-greeting"] ?? false,
    out: values.out,
    events: values.events,
    json: values.json ?? false,
    rate,
    g711: values.g711 ?? false,
    greet: !(values["no-greet"] ?? false),
    timeoutMs: number("timeout", values.timeout, 60, 1) * 1000,
    answerMs: number("answer", values.answer, 8, 0.5) * 1000,
    settings: Object.fromEntries((["voice", "tier", "responder", "endpointing"] as const).flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]))),
    listenOnlyMs: listen === undefined ? undefined : number("listen-only", listen, 4, 0) * 1000,
    expectSilence: silence,
    callers: number("callers", values.callers, 0, 1),
    forMs: number("for", values.for, 60, 1) * 1000,
    duty: number("duty", values.duty, 0.5, 0.05, 0.95),
  };
}

function address(url: string): string {
  if (!/^https?:\/\/\S+$/.test(url)) {
    throw new UsageFault(`--url ${url} is not an address such as http://localhost:5080`);
  }
  return url.replace(/\/$/, "");
}

function over(text: string): { afterMs: number; file: string } {
  if (text === "-") {
    return { afterMs: 0, file: "" };
  }
  const match = /^(\d+):(.+)$/.exec(text);
  if (!match) {
    throw new UsageFault(`--over ${text} is not MS:WAV`);
  }
  return { afterMs: Number(match[1]), file: match[2]! };
}

function number(name: string, text: string | undefined, absent: number, least: number, most = Infinity): number {
  if (text === undefined) {
    return absent;
  }
  const value = Number(text);
  if (text === "" || !(value >= least) || !(value <= most)) {
    throw new UsageFault(`--${name} ${text}: give a number ${most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`}`);
  }
  return value;
}
