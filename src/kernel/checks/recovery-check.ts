/**
 * Recovery (safety-kernel §8) on the numbers of joint rows: slow, and no farther beyond a joint's limit than the robot is.
 *
 *     lower ├────────── range ──────────┤ upper     ● measured, beyond     rows may go ◀── only, and once inside stay inside
 *
 * @module
 */
import { RECOVERY_ALLOWED, RecoveryLimits } from "../graded/recovery-limits.ts";
import { JOINT_POSITION, JOINT_TRAJECTORY } from "../modes.ts";
import type { ChunkFrame } from "./chunk-frame.ts";
import { shortest } from "./geometry-checks.ts";
import { checkRowTimes } from "./joint-limits.ts";
import type { MotionScratch } from "./joint-motion.ts";
import { UNSET, type NumericLimits } from "./numeric-limits.ts";
import type { StateFrame } from "./state-frame.ts";
import { code } from "./verdict-codes.ts";
import { NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

/** Rounding of positions, rad or m. */
const slack = 1e-9;

export class RecoveryCheck {
  readonly #limits = new RecoveryLimits();
  readonly #scratch: MotionScratch;
  /** Shape `[nJoints]`. */
  readonly #cap: Float64Array;

  constructor(nJoints: number, scratch: MotionScratch) {
    this.#scratch = scratch;
    this.#cap = new Float64Array(nJoints);
  }

  /** Only rows of joints say where each joint goes, and so whether it is away. */
  checkMode(limits: NumericLimits, chunk: ChunkFrame, record: VerdictRecord): number {
    record.step = 11;
    if (!(chunk.mode === JOINT_POSITION || chunk.mode === JOINT_TRAJECTORY))
      return record.found(code.recoveryMode, NO_JOINT, 0, chunk.mode, JOINT_POSITION);
    record.step = 12;
    return chunk.mode === JOINT_TRAJECTORY ? checkRowTimes(limits, chunk, chunk.horizon, record) : code.pass;
  }

  /** Needs the durations of the scratch. */
  checkRows(limits: NumericLimits, chunk: ChunkFrame, state: StateFrame, record: VerdictRecord): number {
    const { nJoints, velocityCap, rateTolerance } = limits;
    record.step = 12;
    for (let j = 0; j < nJoints; j++) {
      const positioned = returns(limits, chunk, state.measuredRad[j]!, j, record);
      if (positioned !== code.pass) return positioned;
    }
    record.step = 14;
    for (let j = 0; j < nJoints; j++) this.#cap[j] = velocityCap[j]! < UNSET ? velocityCap[j]! * rateTolerance : Infinity;
    const motion = {
      rows: chunk.rows,
      nRows: chunk.horizon,
      width: nJoints,
      periodS: shortest(this.#scratch.durationS, chunk.horizon),
      start: state.measuredRad,
      velocityCap: this.#cap,
    };
    if (this.#limits.checkSpeed(motion) === RECOVERY_ALLOWED) return code.pass;
    const { row, index, value, limit } = this.#limits;
    return record.found(code.jointRate, index, row, value, limit);
  }
}

/** Every row of one joint no farther beyond its limits than the best so far. */
function returns(
  { nJoints, lower, upper, lowest, highest }: NumericLimits,
  { rows, horizon }: ChunkFrame,
  measured: number,
  j: number,
  record: VerdictRecord,
): number {
  let best = Math.max(0, lowest[j]! - measured, measured - highest[j]!);
  for (let row = 0; row < horizon; row++) {
    const q = rows[row * nJoints + j]!;
    const beyond = Math.max(0, lowest[j]! - q, q - highest[j]!);
    if (!(beyond <= best + (best > 0 ? slack : 0)))
      return record.found(code.jointPosition, j, row, q, q < lower[j]! ? lower[j]! - best : upper[j]! + best);
    best = Math.min(best, beyond);
  }
  return code.pass;
}
