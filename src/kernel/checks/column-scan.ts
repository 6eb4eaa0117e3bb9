/**
 * The fast way through position rows: each joint's column once, for its extremes and its longest step. It only ever says "all is
 * well"; where it does not, the checks that walk row by row say what is wrong, and theirs is the verdict.
 * @module
 */
import type { ChunkFrame } from "./chunk-frame.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import { MARGIN_POSITION, MARGIN_RATE, type VerdictRecord } from "./verdict-record.ts";

/** Whether every row is within the position limits. The rows are finite; `longestStep`, shape `[nJoints]`, is filled. */
export function columnsWithin(
  { nJoints, lowest, highest }: NumericLimits,
  { rows, flatLength }: ChunkFrame,
  longestStep: Float64Array,
  record: VerdictRecord,
): boolean {
  let left = Infinity;
  for (let j = 0; j < nJoints; j++) {
    let before = rows[j]!;
    let low = before;
    let high = before;
    let longest = 0;
    for (let i = j + nJoints; i < flatLength; i += nJoints) {
      const q = rows[i]!;
      if (q < low) low = q;
      if (q > high) high = q;
      const step = Math.abs(q - before);
      if (step > longest) longest = step;
      before = q;
    }
    longestStep[j] = longest;
    const above = low - lowest[j]!;
    const below = highest[j]! - high;
    if (!(above >= 0 && below >= 0)) return false;
    if (above < left) left = above;
    if (below < left) left = below;
  }
  record.margin(MARGIN_POSITION, left);
  return true;
}

/** Whether the longest steps keep to the speed caps, `periodS` apart. */
export function stepsWithin(
  { nJoints, velocityCap, rateTolerance }: NumericLimits,
  longestStep: Float64Array,
  periodS: number,
  factor: number,
  record: VerdictRecord,
): boolean {
  const scale = periodS * factor * rateTolerance;
  let left = Infinity;
  for (let j = 0; j < nJoints; j++) {
    const free = velocityCap[j]! * scale - longestStep[j]!;
    if (!(free >= 0)) return false;
    if (free < left) left = free;
  }
  record.margin(MARGIN_RATE, left / periodS);
  return true;
}
