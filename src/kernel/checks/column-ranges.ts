/**
 * Ranges of columns that are no joints of the arm: grippers, hands, feet, the simulator's flag. Step 12.
 * @module
 */
import type { ChunkFrame } from "./chunk-frame.ts";
import { code } from "./verdict-codes.ts";
import { MARGIN_RANGE, NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

/** All columns share one range. `joint` of a finding is the column; where there is one column, none. */
export function checkRange(
  { rows, flatLength }: ChunkFrame,
  width: number,
  min: number,
  max: number,
  codeNumber: number,
  record: VerdictRecord,
): number {
  for (let i = 0; i < flatLength; i++) {
    const value = rows[i]!;
    if (!(value >= min && value <= max)) return outside(i, width, value, value < min ? min : max, codeNumber, record);
    record.margin(MARGIN_RANGE, Math.min(value - min, max - value));
  }
  return code.pass;
}

/** Exactly 0 or 1. */
export function checkBinary({ rows, flatLength }: ChunkFrame, width: number, record: VerdictRecord): number {
  for (let i = 0; i < flatLength; i++) {
    const value = rows[i]!;
    if (!(value === 0 || value === 1)) return outside(i, width, value, value < 0.5 ? 0 : 1, code.gripperRange, record);
  }
  return code.pass;
}

/** Each column has its own range; shape `[width]` each. */
export function checkDeclared({ rows, flatLength }: ChunkFrame, min: Float64Array, max: Float64Array, record: VerdictRecord): number {
  const width = min.length;
  for (let i = 0; i < flatLength; i++) {
    const column = i % width;
    const value = rows[i]!;
    const low = min[column]!;
    const high = max[column]!;
    if (!(value >= low && value <= high))
      return record.found(code.declaredRange, column, (i - column) / width, value, value < low ? low : high);
    record.margin(MARGIN_RANGE, Math.min(value - low, high - value));
  }
  return code.pass;
}

function outside(i: number, width: number, value: number, limit: number, codeNumber: number, record: VerdictRecord): number {
  const column = i % width;
  return record.found(codeNumber, width === 1 ? NO_JOINT : column, (i - column) / width, value, limit);
}
