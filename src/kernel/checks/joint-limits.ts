/**
 * Limits on the numbers of joint rows by themselves: step 12 for the modes whose columns are joints. Each check walks the rows,
 * step by step and joint by joint, and answers the first that is out of range. Every comparison states the safe condition and
 * negates it, so that NaN is out of range.
 * @module
 */
import type { ChunkFrame } from "./chunk-frame.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import { code } from "./verdict-codes.ts";
import { MARGIN_POSITION, MARGIN_TORQUE, MARGIN_VELOCITY, NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

export function checkPositions(limits: NumericLimits, chunk: ChunkFrame, record: VerdictRecord): number {
  const { nJoints, lowest, highest, lower, upper } = limits;
  const { rows, flatLength } = chunk;
  let left = Infinity;
  for (let from = 0; from < flatLength; from += nJoints) {
    for (let j = 0; j < nJoints; j++) {
      const q = rows[from + j]!;
      const above = q - lowest[j]!;
      const below = highest[j]! - q;
      if (!(above >= 0 && below >= 0)) return record.found(code.jointPosition, j, from / nJoints, q, q < lower[j]! ? lower[j]! : upper[j]!);
      if (above < left) left = above;
      if (below < left) left = below;
    }
  }
  record.margin(MARGIN_POSITION, left);
  return code.pass;
}

export function checkVelocities(limits: NumericLimits, chunk: ChunkFrame, factor: number, record: VerdictRecord): number {
  return checkMagnitudes(limits.velocityCap, factor, chunk, code.jointVelocity, MARGIN_VELOCITY, record);
}

export function checkTorques(limits: NumericLimits, chunk: ChunkFrame, record: VerdictRecord): number {
  return checkMagnitudes(limits.torqueCap, 1, chunk, code.jointTorque, MARGIN_TORQUE, record);
}

function checkMagnitudes(
  caps: Float64Array,
  factor: number,
  { rows, flatLength }: ChunkFrame,
  codeNumber: number,
  marginIndex: number,
  record: VerdictRecord,
): number {
  const width = caps.length;
  let left = Infinity;
  for (let from = 0; from < flatLength; from += width) {
    for (let j = 0; j < width; j++) {
      const magnitude = Math.abs(rows[from + j]!);
      const cap = caps[j]! * factor;
      if (!(magnitude <= cap)) return record.found(codeNumber, j, from / width, magnitude, cap);
      if (cap - magnitude < left) left = cap - magnitude;
    }
  }
  record.margin(marginIndex, left);
  return code.pass;
}

/** Row times must rise, and no two may be farther apart than the longest period. */
export function checkRowTimes(limits: NumericLimits, chunk: ChunkFrame, nRows: number, record: VerdictRecord): number {
  const { rowTimesMs, nRowTimes } = chunk;
  if (nRowTimes === 0) return code.pass;
  if (!(nRowTimes === nRows)) return record.found(code.rowTimes, NO_JOINT, 0, nRowTimes, nRows);
  let before = 0;
  for (let row = 0; row < nRows; row++) {
    const at = rowTimesMs[row]!;
    const apart = at - before;
    // The first row may be due at once; a later one that is due with its predecessor would need an infinite speed.
    if (!(row === 0 ? apart >= 0 : apart > 0)) return record.found(code.rowTimes, NO_JOINT, row, at, before);
    if (!(apart <= limits.maxPeriodMs)) return record.found(code.periodRange, NO_JOINT, row, apart, limits.maxPeriodMs);
    before = at;
  }
  return code.pass;
}
