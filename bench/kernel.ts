import { createKernel } from "../src/kernel/index.ts";
import { heapGrowth, judgeMany, mixedBenches, sixteenRows } from "../src/kernel/testing/allocation.ts";
import { pandaLike } from "../src/robot/testing/panda-like.ts";
import type { BenchOptions } from "./main.ts";
import { timeBatches } from "./measure.ts";
import type { Row } from "./report.ts";

export function kernelRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  return Promise.resolve([envelopeOnly(quick), vetted(quick), ...growth(quick)]);
}

function envelopeOnly(quick: boolean): Row {
  const benches = [sixteenRows()];
  const timing = timeBatches(quick ? 200 : 2000, 20, () => judgeMany(benches, 25));
  return {
    what: "kernel: envelope only, 16 x 7 rows",
    measured: timing.medianUs / 25,
    unit: "µs",
    limit: 0.3,
    note: `p99 ${(timing.p99Us / 25).toFixed(2)} µs`,
  };
}

/** The same with the words' side: reading the command, copying it, marking it as vetted. */
function vetted(quick: boolean): Row {
  const robot = pandaLike();
  const kernel = createKernel({ robot, gripper: false, modes: ["joint_position"] });
  const rows = Float64Array.from({ length: 16 * 7 }, (_, i) => robot.homeRad[i % 7]! + 0.0001 * Math.floor(i / 7));
  let seq = 0;
  let refused = 0;
  const timing = timeBatches(quick ? 200 : 2000, 200, () => {
    seq += 1;
    const command = { mode: "joint_position", rows, width: 7, periodMs: 20, seq, basedOnSeq: 0, validUntilMs: 1 } as const;
    if (kernel.vet(command, { nowMs: 0, measuredRad: robot.homeRad }).kind !== "vetted") refused += 1;
  });
  return {
    what: "kernel: vet, 16 x 7 rows, minted",
    measured: timing.medianUs,
    unit: "µs",
    note: refused === 0 ? "all vetted" : `${refused} refused`,
  };
}

function growth(quick: boolean): readonly Row[] {
  const collect = globalThis.gc;
  if (collect === undefined) return [];
  const n = quick ? 100_000 : 1_000_000;
  const heapUsed = (): number => process.memoryUsage().heapUsed;
  const one = heapGrowth([sixteenRows()], n, () => collect(), heapUsed);
  const all = heapGrowth(mixedBenches(), n, () => collect(), heapUsed);
  return [
    {
      what: `kernel: heap growth over ${n} chunks that pass`,
      measured: Math.max(0, one.retainedBytes) / 1024,
      unit: "KiB",
      limit: 64,
      note: `${(one.allocatedBytes / n).toFixed(3)} bytes a chunk before collection`,
    },
    {
      what: `kernel: heap growth over ${n} chunks of 8 modes, ${all.failed} refused`,
      measured: Math.max(0, all.retainedBytes) / 1024,
      unit: "KiB",
      limit: 64,
      note: `${(all.allocatedBytes / n).toFixed(3)} bytes a chunk before collection`,
    },
  ];
}
