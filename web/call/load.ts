import { CallRun } from "./CallRun";
import { report, round } from "./Exchange";
import type { CallOptions } from "./options";
import { percentile } from "./percentile";
import type { Recording } from "./Recording";

export interface LoadReport {
  callers: number;
  seconds: number;
  turns: number;
  answered: number;
  /** Of the time, over all callers. */
  talking: number;
  speechEndToAudioMs: { p50: number | null; p95: number | null; max: number | null };
  commitToAudioMs: { p50: number | null; p95: number | null };
  hits: number | null;
  reconnected: number;
  restored: number;
  errors: string[];
}

/** Callers at once, each talking `duty` of the time; one that is still being answered when its turn to speak comes speaks over it. */
export async function load(recordings: Recording[], options: CallOptions): Promise<LoadReport> {
  const started = performance.now();
  const until = started + options.forMs;
  const runs = await Promise.all(Array.from({ length: options.callers }, (_, index) => caller(index, recordings, options, until)));
  const elapsed = performance.now() - started;
  const exchanges = runs.flatMap((run) => run.exchanges.map((exchange) => ({ run, exchange, turn: report(exchange, (g) => run.ear.firstSound(g)) })));
  const turns = exchanges.map(({ turn }) => turn);
  const latencies = numbers(turns.map((turn) => turn.speechEndToAudioMs));
  const commits = numbers(turns.map((turn) => turn.commitToAudioMs));
  const measured = turns.filter((turn) => turn.speculation !== null);
  const talked = exchanges.reduce((sum, { exchange }) => sum + exchange.spoken.doneAt - exchange.spoken.onsetAt, 0);
  return {
    callers: options.callers,
    seconds: options.forMs / 1000,
    turns: turns.length,
    answered: latencies.length,
    talking: round((talked / (elapsed * options.callers)) * 100) / 100,
    speechEndToAudioMs: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95), max: percentile(latencies, 1) },
    commitToAudioMs: { p50: percentile(commits, 0.5), p95: percentile(commits, 0.95) },
    hits: measured.length > 0 ? round((measured.filter((turn) => turn.speculation === "hit").length / measured.length) * 100) / 100 : null,
    reconnected: runs.reduce((sum, run) => sum + run.reconnected, 0),
    restored: runs.reduce((sum, run) => sum + run.restored, 0),
    errors: runs.flatMap((run, index) => run.errors.map((error) => `caller ${index + 1}: ${error}`)),
  };
}

async function caller(index: number, recordings: Recording[], options: CallOptions, until: number): Promise<CallRun> {
  const first = index % options.urls.length;
  const run = new CallRun({ ...options, urls: [...options.urls.slice(first), ...options.urls.slice(0, first)], greet: false, out: undefined });
  try {
    await run.open();
    // Not all in step: no real callers are.
    await run.wait((index * 1700) % 4000);
    for (let turn = index; performance.now() < until && !run.over; turn++) {
      const recording = recordings[turn % recordings.length]!;
      const exchange = run.begin(recording, false);
      const length = exchange.spoken.doneAt - exchange.spoken.onsetAt;
      const nextAt = exchange.spoken.doneAt + length * (1 / options.duty - 1);
      await run.wait(nextAt - performance.now());
      const giveUp = exchange.spoken.endAt + options.answerMs;
      while (!run.answered(exchange) && performance.now() < giveUp && !run.over) {
        await run.wait(50);
      }
      if (!run.answered(exchange)) {
        run.errors.push(`${recording.name}: ${exchange.turns.length > 0 ? "heard but not answered" : "not heard"} within ${options.answerMs / 1000} s`);
      }
    }
  } catch (fault) {
    run.errors.push(fault instanceof Error ? fault.message : String(fault));
  } finally {
    await run.close();
  }
  return run;
}

function numbers(values: (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null);
}
