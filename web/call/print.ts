import type { TurnReport } from "./Exchange";
import type { LoadReport } from "./load";

/** A turn as a person reads it. */
export function printTurn(turn: TurnReport, index: number): string {
  const rows: [string, string][] = [
    ["heard", turn.heard === "" ? "(nothing)" : turn.heard + (turn.splits > 0 ? `  [taken as ${turn.splits + 1} turns]` : "")],
    ["answered", turn.reply === "" ? "(nothing)" : turn.reply],
  ];
  if (turn.replyHeard !== turn.reply && turn.reply !== "") {
    rows.push(["of it heard", turn.replyHeard === "" ? "(nothing)" : turn.replyHeard]);
  }
  rows.push(["speech end → first audio", ms(turn.speechEndToAudioMs)]);
  rows.push(["commit → first audio", ms(turn.commitToAudioMs) + (turn.speculation ? `  (speculation: ${turn.speculation})` : "")]);
  if (turn.interruption) {
    rows.push(["spoken over", turn.interruption.outcome]);
    rows.push(["onset → silence", ms(turn.interruption.onsetToSilenceMs)]);
    rows.push(["stale frames", String(turn.interruption.staleFrames)]);
  }
  const title = `${index + 1}. ${turn.file}${turn.over ? "  (spoken over the reply before)" : ""}`;
  return [title, ...rows.map(([name, value]) => `   ${name.padEnd(26)}${wrap(value, 29)}`)].join("\n");
}

export function printLoad(report: LoadReport): string {
  const { speechEndToAudioMs: latency, commitToAudioMs: commit } = report;
  return [
    `${report.callers} callers for ${report.seconds} s, each talking ${Math.round(report.talking * 100)} % of the time`,
    `   turns answered            ${report.answered} of ${report.turns}`,
    `   speech end → first audio  p50 ${ms(latency.p50)}, p95 ${ms(latency.p95)}, max ${ms(latency.max)}`,
    `   commit → first audio      p50 ${ms(commit.p50)}, p95 ${ms(commit.p95)}`,
    `   speculation hit           ${report.hits === null ? "-" : `${Math.round(report.hits * 100)} %`}`,
    ...(report.reconnected > 0 ? [`   connections taken up again ${report.reconnected}, of them sessions restored ${report.restored}`] : []),
  ].join("\n");
}

function ms(value: number | null): string {
  return value === null ? "-" : `${Math.round(value)} ms`;
}

function wrap(text: string, indent: number, width = 110): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
