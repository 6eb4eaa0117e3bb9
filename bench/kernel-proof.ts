import { performance } from "node:perf_hooks";
import { soundness } from "../src/kernel/geometry/testing/soundness.ts";
import type { BenchOptions } from "./main.ts";
import type { Row } from "./report.ts";

/**
 * A million random steps walked through in steps of 1e-4 rad. Prints to stderr how far it is; `--from N` goes on there, `--segments N`
 * does fewer. `--quick`: two thousand.
 */
export function kernelProofRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const firstSegment = numberAfter("--from") ?? 0;
  const segments = numberAfter("--segments") ?? (quick ? 2000 : 1_000_000);
  const startedMs = performance.now();
  const onProgress = (done: number): void => {
    const perS = (done - firstSegment) / ((performance.now() - startedMs) / 1000);
    process.stderr.write(`proof: ${done} segments, ${perS.toFixed(0)} /s; go on with --from ${done}\n`);
  };
  const report = soundness(segments, "bench", { firstSegment, onProgress });
  for (const lie of report.lies) process.stderr.write(`LIE ${lie}\n`);
  const perS = report.segments / ((performance.now() - startedMs) / 1000);
  return Promise.resolve([
    {
      what: `swept proof: lies in ${report.segments} random steps`,
      measured: report.lies.length,
      unit: "",
      limit: 0,
      note: `${report.accepted} accepted, ${report.unproven} unproven, ${report.samples} samples`,
    },
    { what: "swept proof: steps judged and walked through", measured: perS, unit: "/s" },
  ]);
}

function numberAfter(flag: string): number | undefined {
  const at = process.argv.indexOf(flag);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}
