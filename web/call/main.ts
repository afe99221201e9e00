import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { ConversationError } from "../client/node";
import { CallRun, type Over } from "./CallRun";
import { report, type TurnReport } from "./Exchange";
import { load } from "./load";
import { type CallOptions, parse, usage, UsageFault } from "./options";
import { printLoad, printTurn } from "./print";
import { loadRecording } from "./Recording";
import { stereo } from "./stereo";

process.exitCode = await main(process.argv.slice(2));

/** 0: all well. 1: something did not happen as it should. 2: wrong arguments or no server. */
async function main(args: string[]): Promise<number> {
  try {
    const options = parse(args);
    if (options === "help") {
      console.log(usage);
      return 0;
    }
    return options.callers > 0 ? await runLoad(options) : await runCall(options);
  } catch (fault) {
    if (fault instanceof UsageFault) {
      console.error(`error: ${fault.message}\n./call --help tells what there is.`);
      return 2;
    }
    if (fault instanceof ConversationError) {
      console.error(`error: ${fault.code === "unreachable" ? `${fault.message}\nStart a server with ./run, or name one with --url.` : `${fault.code}: ${fault.message}`}`);
      return 2;
    }
    throw fault;
  }
}

async function runLoad(options: CallOptions): Promise<number> {
  const recordings = await Promise.all(options.files.map((file) => loadRecording(file, options.rate, options.g711)));
  const result = await load(recordings, options);
  console.log(options.json ? JSON.stringify(result, null, 2) : printLoad(result));
  if (!options.json) {
    result.errors.forEach((error) => console.error(`error: ${error}`));
  }
  return result.errors.length > 0 ? 1 : 0;
}

async function runCall(options: CallOptions): Promise<number> {
  const recordings = await Promise.all(options.files.map((file) => loadRecording(file, options.rate, options.g711)));
  const overs = await Promise.all(options.overs.map(async (over): Promise<Over | undefined> => (over.file === "" ? undefined : { afterMs: over.afterMs, recording: await loadRecording(over.file, options.rate, options.g711) })));
  const events = options.events ? createWriteStream(options.events) : undefined;
  const started = performance.now();
  const run = new CallRun(options, (event, at) => events?.write(`${JSON.stringify({ receivedMs: Math.round((at - started) * 10) / 10, ...event })}\n`));
  let printed = 0;
  const turns = (): TurnReport[] =>
    // What was spoken over a reply and taken for a backchannel or noise made no turn.
    run.exchanges.filter((exchange) => !exchange.over || exchange.turns.some((turn) => exchange.heard.has(turn))).map((exchange) => report(exchange, (generation) => run.ear.firstSound(generation)));
  const print = () => {
    if (!options.json) {
      turns().slice(printed).forEach((turn, index) => console.log(`${printTurn(turn, printed + index)}\n`));
      printed = turns().length;
    }
  };

  try {
    await run.open();
    for (const [index, recording] of recordings.entries()) {
      if (run.over) {
        run.errors.push(`${recording.name}: not spoken, the call was over`);
        continue;
      }
      if (index > 0) {
        await run.wait(options.pauseMs);
      }
      if (options.listenOnlyMs !== undefined) {
        await run.feed(recording, options.listenOnlyMs);
      } else {
        await run.converse(recording, overs[index]);
      }
      print();
    }
  } finally {
    await run.close();
    events?.end();
  }

  if (options.out) {
    await writeFile(options.out, stereo(run.mouth, options.rate, run.ear));
  }
  const result = turns();
  const answered = result.filter((turn) => turn.reply !== "" || turn.speechEndToAudioMs !== null).length;
  if (options.expectSilence && answered > 0) {
    run.errors.push(`${answered} of ${result.length} were answered where silence was expected`);
  }
  if (options.json) {
    console.log(JSON.stringify({ turns: result, ...(options.listenOnlyMs !== undefined ? { answered } : {}), reconnected: run.reconnected, restored: run.restored, errors: run.errors }, null, 2));
  } else {
    if (options.listenOnlyMs !== undefined) {
      console.log(`${answered} of ${result.length} answered`);
    }
    if (run.reconnected > 0) {
      console.log(`connections taken up again ${run.reconnected}, of them sessions restored ${run.restored}`);
    }
    run.errors.forEach((error) => console.error(`error: ${error}`));
  }
  return run.errors.length > 0 ? 1 : 0;
}
