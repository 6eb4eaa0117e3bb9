/**
 * Judges chunk after chunk and says what the heap held before and after: for a process of its own, with `--expose-gc`.
 * @module
 */
import { JudgeBench } from "./bench-arm.ts";

const SEVEN = 7;

/** Envelope only, 16 rows of 7 joints, one period at 30 Hz apart. */
export function sixteenRows(): JudgeBench {
  const bench = new JudgeBench({ joints: SEVEN });
  const rows = Array.from({ length: 16 * SEVEN }, (_, i) => 0.001 * Math.floor(i / SEVEN) + 0.0001 * (i % SEVEN));
  bench.load("joint_position", rows);
  return bench;
}

/** Benches whose chunks pass in some modes and fail each in another way, so that no path is left out. */
export function mixedBenches(): readonly JudgeBench[] {
  const loaded = (load: (bench: JudgeBench) => void): JudgeBench => {
    const bench = new JudgeBench({ joints: SEVEN });
    load(bench);
    return bench;
  };
  const unit = [0, 0, 0, 1];
  const zeros = new Array<number>(SEVEN).fill(0);
  return [
    sixteenRows(),
    loaded((b) => b.load("joint_velocity", [0.5, ...zeros.slice(1), 0.25, ...zeros.slice(1)])),
    loaded((b) => b.load("cartesian_pose", [...unit, 0.1, 0.1, 0.3, 0, 0, 0.001, 1, 0.101, 0.1, 0.3])),
    loaded((b) => b.load("cartesian_twist", [0.1, 0.2, 0.3, 0.1, 0.2, 0.3])),
    loaded((b) => b.load("body_twist", [0.1, 0.2, 0, 0, 0, 0.3])),
    loaded((b) => b.load("gripper_position", [0.25, 0.75])),
    loaded((b) => b.load("joint_position", [0.1, 0.2, 0, 0, 0, 0, 1.5])),
    loaded((b) => b.load("joint_position", [0.01, 0, 0, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 0, 0])),
    loaded((b) => b.load("cartesian_pose", [...unit, 0.1, 0.1, 0.3, 0, 0, 0.7, 0.7, 0.1, 0.1, 0.3])),
    loaded((b) => b.load("cartesian_delta", [0.04, 0.02, 0.05, 0, 0, 0])),
    loaded((b) => b.load("joint_torque", [0.5, 2, 4.5, 0, 0, 0, 0])),
    loaded((b) => b.load("joint_position", [0.01, Number.NaN, 0, 0, 0, 0, 0])),
    loaded((b) => (b.state.stampMs[3] = -500.5)),
    loaded((b) => (b.chunk.validUntilMs = 99.5)),
  ];
}

/** Judges `n` chunks in turn; every other call is a new chunk at a new time. How many passed. */
export function judgeMany(benches: readonly JudgeBench[], n: number): number {
  let passed = 0;
  for (let i = 0; i < n; i++) {
    const bench = benches[i % benches.length]!;
    bench.chunk.seq += 1;
    if (bench.judge.judge(bench.chunk, bench.state) === 0) passed++;
  }
  return passed;
}

export interface HeapGrowth {
  readonly passed: number;
  readonly failed: number;
  /** Bytes in use after, less before, both after a full collection. */
  readonly retainedBytes: number;
  /** Bytes in use after, less before, with no collection between. */
  readonly allocatedBytes: number;
}

/** @param collect a full collection, `globalThis.gc`. @param heapUsed bytes in use. */
export function heapGrowth(benches: readonly JudgeBench[], n: number, collect: () => void, heapUsed: () => number): HeapGrowth {
  // Long enough for every path to be compiled for good.
  judgeMany(benches, Math.max(200_000, n / 5));
  heapUsed();
  collect();
  const before = heapUsed();
  const passed = judgeMany(benches, n);
  const allocated = heapUsed();
  collect();
  const after = heapUsed();
  return { passed, failed: n - passed, retainedBytes: after - before, allocatedBytes: allocated - before };
}
