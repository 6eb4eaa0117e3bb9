/**
 * Limits on how joint rows follow from the measured state and from each other: step 14.
 *
 *     measured ──jump──▶ row 0 ──rate──▶ row 1 ──rate──▶ row 2        rate r[s] = (q[s] − q[s−1]) / t[s],  s ≥ 1
 *                                                                    acceleration (r[s] − r[s−1]) / t[s],  s ≥ 2
 * @module
 */
import { JOINT_TRAJECTORY } from "../modes.ts";
import type { ChunkFrame } from "./chunk-frame.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import type { StateFrame } from "./state-frame.ts";
import { code } from "./verdict-codes.ts";
import {
  MARGIN_ACCEL,
  MARGIN_JERK,
  MARGIN_JUMP,
  MARGIN_POSITION,
  MARGIN_RATE,
  PHASE_PREDICTED,
  type VerdictRecord,
} from "./verdict-record.ts";

/** Memory for one chunk's rates. */
export class MotionScratch {
  /** Shape `[maxRows]`: seconds from the row before; row 0: from the measured state. */
  readonly durationS: Float64Array;
  /** Shape `[maxRows, nJoints]`: rows integrated from the measured state, or predicted. */
  readonly rows: Float64Array;
  /** Shape `[nJoints]`: the longest step between rows, of the columns last scanned. */
  readonly longestStep: Float64Array;
  /** Shape `[1]`: of the same, the least distance from a position limit. */
  readonly positionLeft = new Float64Array(1);

  constructor(maxRows: number, nJoints: number) {
    this.durationS = new Float64Array(maxRows);
    this.rows = new Float64Array(maxRows * nJoints);
    this.longestStep = new Float64Array(nJoints);
  }
}

/** Row times count in a trajectory alone; in every other mode rows are executed a period apart, whatever else the chunk says. */
export function hasRowTimes({ mode, nRowTimes }: ChunkFrame): boolean {
  return mode === JOINT_TRAJECTORY && nRowTimes > 0;
}

export function fillDurations(chunk: ChunkFrame, nRows: number, durationS: Float64Array): void {
  if (!hasRowTimes(chunk)) {
    const periodS = chunk.periodMs / 1000;
    for (let row = 0; row < nRows; row++) durationS[row] = periodS;
    return;
  }
  let before = 0;
  for (let row = 0; row < nRows; row++) {
    durationS[row] = (chunk.rowTimesMs[row]! - before) / 1000;
    before = chunk.rowTimesMs[row]!;
  }
}

/** |q[0] − q_measured| ≤ cap · (time to row 0 + age of the state) + tolerance. */
export function checkJump(
  limits: NumericLimits,
  { rows }: ChunkFrame,
  { nowMs, stampMs, measuredRad }: StateFrame,
  durationS: Float64Array,
  factor: number,
  record: VerdictRecord,
): number {
  const { nJoints, velocityCap, jumpTolerance, rateTolerance } = limits;
  const firstS = durationS[0]!;
  let left = Infinity;
  for (let j = 0; j < nJoints; j++) {
    const ageMs = nowMs - stampMs[j]!;
    const ageS = ageMs > 0 ? ageMs / 1000 : 0;
    const allowed = velocityCap[j]! * factor * (firstS + ageS) * rateTolerance + jumpTolerance[j]!;
    const jump = Math.abs(rows[j]! - measuredRad[j]!);
    // As a difference, so that an allowance and a jump that both overflowed do not pass.
    if (!(allowed - jump >= 0)) return record.found(code.jointJump, j, 0, jump, allowed);
    if (allowed - jump < left) left = allowed - jump;
  }
  record.margin(MARGIN_JUMP, left);
  return code.pass;
}

/** |q[s] − q[s−1]| ≤ cap · t[s]. */
export function checkRates(
  limits: NumericLimits,
  { rows }: ChunkFrame,
  nRows: number,
  durationS: Float64Array,
  factor: number,
  record: VerdictRecord,
): number {
  const { nJoints, velocityCap, rateTolerance } = limits;
  let left = Infinity;
  for (let row = 1; row < nRows; row++) {
    const from = row * nJoints;
    const t = durationS[row]!;
    const scale = t * factor * rateTolerance;
    let free = Infinity;
    for (let j = 0; j < nJoints; j++) {
      const step = Math.abs(rows[from + j]! - rows[from + j - nJoints]!);
      const allowed = velocityCap[j]! * scale;
      if (!(allowed - step >= 0)) return record.found(code.jointRate, j, row, step / t, velocityCap[j]! * factor);
      if (allowed - step < free) free = allowed - step;
    }
    if (free < left * t) left = free / t;
  }
  record.margin(MARGIN_RATE, left);
  return code.pass;
}

/** Second and third differences of the rows, where the envelope declares a limit on them. */
export function checkAccelerations(
  limits: NumericLimits,
  { rows }: ChunkFrame,
  nRows: number,
  durationS: Float64Array,
  record: VerdictRecord,
): number {
  const { nJoints, maxAcceleration, maxJerk, rateTolerance } = limits;
  for (let row = 2; row < nRows; row++) {
    const t = durationS[row]!;
    const tBefore = durationS[row - 1]!;
    for (let j = 0; j < nJoints; j++) {
      const at = row * nJoints + j;
      const acceleration = accelerationAt(rows, at, nJoints, t, tBefore);
      if (!(Math.abs(acceleration) <= maxAcceleration[j]! * rateTolerance))
        return record.found(code.jointAccel, j, row, Math.abs(acceleration), maxAcceleration[j]!);
      record.margin(MARGIN_ACCEL, maxAcceleration[j]! - Math.abs(acceleration));
      if (row < 3) continue;
      const jerk = Math.abs(acceleration - accelerationAt(rows, at - nJoints, nJoints, tBefore, durationS[row - 2]!)) / t;
      if (!(jerk <= maxJerk[j]! * rateTolerance)) return record.found(code.jointJerk, j, row, jerk, maxJerk[j]!);
      record.margin(MARGIN_JERK, maxJerk[j]! - jerk);
    }
  }
  return code.pass;
}

function accelerationAt(rows: Float64Array, at: number, nJoints: number, t: number, tBefore: number): number {
  const rate = (rows[at]! - rows[at - nJoints]!) / t;
  const rateBefore = (rows[at - nJoints]! - rows[at - 2 * nJoints]!) / tBefore;
  return (rate - rateBefore) / t;
}

/** Accelerations between rows of velocities; the first from the measured velocity, where that is known. */
export function checkVelocityChanges(
  limits: NumericLimits,
  { rows, periodMs }: ChunkFrame,
  nRows: number,
  state: StateFrame,
  record: VerdictRecord,
): number {
  const { nJoints, maxAcceleration, rateTolerance } = limits;
  const periodS = periodMs / 1000;
  for (let row = 0; row < nRows; row++) {
    for (let j = 0; j < nJoints; j++) {
      const before = row === 0 ? state.measuredRadPerS[j]! : rows[(row - 1) * nJoints + j]!;
      if (row === 0 && Number.isNaN(before)) continue;
      const acceleration = Math.abs(rows[row * nJoints + j]! - before) / periodS;
      if (!(acceleration <= maxAcceleration[j]! * rateTolerance))
        return record.found(code.jointAccel, j, row, acceleration, maxAcceleration[j]!);
      record.margin(MARGIN_ACCEL, maxAcceleration[j]! - acceleration);
    }
  }
  return code.pass;
}

/** q += v · t per row from the measured state, into `out`; every row must be within the position limits. */
export function checkIntegrated(
  limits: NumericLimits,
  { rows, periodMs }: ChunkFrame,
  nRows: number,
  state: StateFrame,
  out: Float64Array,
  record: VerdictRecord,
): number {
  const { nJoints, lowest, highest, lower, upper } = limits;
  const periodS = periodMs / 1000;
  for (let row = 0; row < nRows; row++) {
    for (let j = 0; j < nJoints; j++) {
      const at = row * nJoints + j;
      const q = (row === 0 ? state.measuredRad[j]! : out[at - nJoints]!) + rows[at]! * periodS;
      out[at] = q;
      if (!(q >= lowest[j]! && q <= highest[j]!)) {
        record.found(code.jointPosition, j, row, q, q < lower[j]! ? lower[j]! : upper[j]!);
        record.phase = PHASE_PREDICTED;
        return record.code;
      }
      record.margin(MARGIN_POSITION, Math.min(q - lower[j]!, upper[j]! - q));
    }
  }
  return code.pass;
}
