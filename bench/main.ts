/**
 * `npm run bench`: every published figure, in one run. `--quick` measures less, for CI; `--only GROUP,GROUP` picks.
 * @module
 */
import { channelRows } from "./channel.ts";
import { hostFactor } from "./calibration.ts";
import { episodeRows } from "./episodes.ts";
import { gateRows } from "./gates.ts";
import { gradedRows } from "./graded.ts";
import { kernelGeometryRows } from "./kernel-geometry.ts";
import { kernelProofRows } from "./kernel-proof.ts";
import { kernelRows } from "./kernel.ts";
import { printReport, type Row } from "./report.ts";
import { processRows } from "./process.ts";
import { robotRows } from "./robot.ts";
import { runtimeRows } from "./runtime.ts";
import { stopRows } from "./stop.ts";
import { traceRows } from "./trace.ts";
import { twoChannelRows } from "./two-channel.ts";

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
  episodes: episodeRows,
};
/** Takes an hour, so it runs where it is asked for: `--only proof`. */
const onRequest: Readonly<Record<string, (options: BenchOptions) => Promise<readonly Row[]>>> = { proof: kernelProofRows };

const quick = process.argv.includes("--quick");
const only = process.argv.includes("--only") ? (process.argv[process.argv.indexOf("--only") + 1] ?? "") : "";
console.log(`Node ${process.version}, ${process.platform} ${process.arch}${quick ? ", quick" : ""}`);
const asked = only === "" ? Object.keys(groups) : only.split(",");
for (const name of asked) {
  const measure = groups[name] ?? onRequest[name];
  if (measure === undefined) throw new Error(`there is no group '${name}'; groups: ${Object.keys({ ...groups, ...onRequest }).join(", ")}`);
  const factor = hostFactor();
  console.log(`${name}: this host is ${factor.toFixed(1)} times slower than the one the limits were set on`);
  printReport(await measure({ quick }), factor);
}
