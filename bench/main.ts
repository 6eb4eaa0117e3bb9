/**
 * `npm run bench`: every published figure, in one run. `--quick` measures less, for CI; `--only GROUP,GROUP` picks.
 * @module
 */
import { spawnSync } from "node:child_process";
import { channelRows } from "./channel.ts";
import { hostFactor } from "./calibration.ts";
import { episodeRows } from "./episodes.ts";
import { gateRows } from "./gates.ts";
import { gradedRows } from "./graded.ts";
import { kernelGeometryRows } from "./kernel-geometry.ts";
import { kernelProofRows } from "./kernel-proof.ts";
import { kernelRows } from "./kernel.ts";
import { llmRows } from "./llm.ts";
import { mcpRows } from "./mcp.ts";
import { printReport, type Row } from "./report.ts";
import { processRows } from "./process.ts";
import { robotRows } from "./robot.ts";
import { runtimeRows } from "./runtime.ts";
import { stopRows } from "./stop.ts";
import { traceRows } from "./trace.ts";
import { twoChannelRows } from "./two-channel.ts";
import { vlaRows } from "./vla.ts";

export interface BenchOptions {
  readonly quick: boolean;
}

const groups: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Row[]>>> = {
  robot: robotRows,
  gates: gateRows,
  graded: gradedRows,
  geometry: kernelGeometryRows,
  kernel: kernelRows,
  runtime: runtimeRows,
  trace: traceRows,
  stop: stopRows,
  channel: channelRows,
  channels: twoChannelRows,
  process: processRows,
  vla: vlaRows,
  llm: llmRows,
  mcp: mcpRows,
  episodes: episodeRows,
};
/** Takes an hour, so it runs where it is asked for: `--only proof`. */
const onRequest: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Row[]>>> = { proof: kernelProofRows };

const quick = process.argv.includes("--quick");
const only = process.argv.includes("--only") ? (process.argv[process.argv.indexOf("--only") + 1] ?? "") : "";
const asked = only === "" ? Object.keys(groups) : only.split(",");
const unknown = asked.find((name) => !(name in groups) && !(name in onRequest));
if (unknown !== undefined)
  throw new Error(`there is no group '${unknown}'; groups: ${Object.keys({ ...groups, ...onRequest }).join(", ")}`);
if (asked.length > 1) {
  // Each in a process of its own: what one group teaches the compiler would slow the next one down.
  for (const name of asked) {
    const args = [...process.execArgv, import.meta.filename, "--only", name, ...(quick ? ["--quick"] : [])];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
} else {
  const [name = ""] = asked;
  const measure = groups[name] ?? onRequest[name];
  const factor = hostFactor();
  const host = `Node ${process.version}, ${process.platform} ${process.arch}`;
  console.log(`${name}${quick ? ", quick" : ""}: ${host}, ${factor.toFixed(1)} times slower than the host the limits were set on`);
  printReport((await measure?.({ quick })) ?? [], factor);
}
