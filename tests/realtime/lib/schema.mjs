import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
// The schemas by which @openai/agents checks what it is sent; the package keeps them to itself.
import { realtimeServerEventSchema } from "../node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs";

const checked = new Map(realtimeServerEventSchema.options.map((schema) => [schema.shape.type.value, schema]));
const types = new Set(serverTypes(readFileSync(new URL("../node_modules/openai/resources/realtime/realtime.d.ts", import.meta.url), "utf8")));

/** Throws where an event is none that the openai package knows, or not as @openai/agents wants it. */
export function check(event) {
  assert.ok(types.has(event.type), `the openai package knows no event ${event.type}`);
  assert.match(event.event_id, /^event_/);
  const parsed = checked.get(event.type)?.safeParse(event);
  assert.ok(parsed?.success !== false, `${JSON.stringify(event).slice(0, 400)}: ${parsed?.error}`);
}

/** The names in RealtimeServerEvent. */
function serverTypes(source) {
  const union = /export type RealtimeServerEvent = ([^;]+);/.exec(source)[1].split("|").map((name) => name.trim().replace(/^RealtimeServerEvent\./, ""));
  return union.map((name) => {
    const [, indent, body] = new RegExp(`\\n( *)(?:export )?interface ${name} \\{([\\s\\S]*?)\\n\\1\\}`).exec(source) ?? assert.fail(`no ${name}`);
    return /\n\s*type: '((?:[a-z_]+\.)+[a-z_]+|error)';/.exec(body)?.[1] ?? assert.fail(`no type of ${name}${indent}`);
  });
}
