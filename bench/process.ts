import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import type { BenchOptions } from "./main.ts";
import { median } from "./measure.ts";
import type { Row } from "./report.ts";

const cli = fileURLToPath(new URL("../bin/clearance.mjs", import.meta.url));

/** Whole processes, from the command line to the exit. Runs what `npx clearance` runs in a clone. */
export function processRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const n = quick ? 3 : 7;
  const folder = mkdtempSync(join(tmpdir(), "clearance-bench-"));
  try {
    const demo = (index: number): Run => run(["demo", "--quiet", "--trace", join(folder, `${index}.jsonl`)]);
    const demos = Array.from({ length: n }, (_, index) => demo(index));
    return Promise.resolve([
      {
        what: "clearance --help, whole process",
        measured: median(Array.from({ length: n }, () => run(["--help"]).seconds)),
        unit: "s",
        limit: 0.2,
      },
      { what: "clearance demo, whole process", measured: median(demos.map((one) => one.seconds)), unit: "s", limit: 6 },
      { what: "memory of the demo, peak", measured: median(demos.map((one) => one.peakMb)), unit: "MB", limit: 250 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Run {
  readonly seconds: number;
  readonly peakMb: number;
}

function run(args: readonly string[]): Run {
  const report = join(tmpdir(), `clearance-peak-${process.pid}`);
  const peak = `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)))`;
  const hook = `data:text/javascript,${encodeURIComponent(`import { createRequire } from "node:module"; const require = createRequire("/"); ${peak}`)}`;
  const startedMs = performance.now();
  const child = spawnSync(process.execPath, ["--import", hook, cli, ...args], { encoding: "utf8" });
  const seconds = (performance.now() - startedMs) / 1000;
  if (child.status !== 0) throw new Error(`clearance ${args.join(" ")} ended with ${child.status}: ${child.stderr}`);
  const peakMb = Number(readFileSync(report, "utf8")) / 1024;
  rmSync(report);
  return { seconds, peakMb };
}
