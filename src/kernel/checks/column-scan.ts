/**
 * The fast way through position rows: each joint's column once, for its extremes and its longest step. It only ever says "all is
 * well"; where it does not, the checks that walk row by row say what is wrong, and theirs is the verdict.
 * @module
 */
import type { ChunkFrame } from "./chunk-frame.ts";
import type { MotionScratch } from "./joint-motion.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import { MARGIN_RATE, type VerdictRecord } from "./verdict-record.ts";

/**
 * Whether every number of the rows is one and within the position limits. `longestStep`, shape `[nJoints]`, is filled, and
 * `positionLeft[0]` is what is left to the nearest limit. The sizes have been checked.
 */
export function columnsWithin(
  { nJoints, lowest, highest }: NumericLimits,
  { rows, flatLength }: ChunkFrame,
  { longestStep, positionLeft }: MotionScratch,
): boolean {
  let left = Infinity;
  // A NaN in the first row stays an extreme; no comparison would see one in the others, but in a sum it stays.
  let sum = 0;
  const lastPair = flatLength - nJoints;
  const twoRows = 2 * nJoints;
  for (let j = 0; j < nJoints; j++) {
    let before = rows[j]!;
    let low = before;
    let high = before;
    let longest = 0;
    let i = (j + nJoints) | 0;
    // Two rows at a time: three comparisons then tell the extremes, not four.
    while (i < lastPair) {
      const q = rows[i]!;
      const after = rows[(i + nJoints) | 0]!;
      sum += q + after;
      if (q < after) {
        if (q < low) low = q;
        if (after > high) high = after;
      } else {
        if (after < low) low = after;
        if (q > high) high = q;
      }
      const step = Math.abs(q - before);
      if (step > longest) longest = step;
      const stepAfter = Math.abs(after - q);
      if (stepAfter > longest) longest = stepAfter;
      before = after;
      i = (i + twoRows) | 0;
    }
    if (i < flatLength) {
      const q = rows[i]!;
      sum += q;
      if (q < low) low = q;
      if (q > high) high = q;
      const step = Math.abs(q - before);
      if (step > longest) longest = step;
    }
    longestStep[j] = longest;
    const above = low - lowest[j]!;
    const below = highest[j]! - high;
    if (!(above >= 0 && below >= 0)) return false;
    if (above < left) left = above;
    if (below < left) left = below;
  }
  positionLeft[0] = left;
  return sum - sum === 0;
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
