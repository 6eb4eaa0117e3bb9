/**
 * Steps 7 to 11: whether the chunk has the shape its mode has, and whether every number in it is one.
 * @module
 */
import { JOINT_TRAJECTORY, N_MODES } from "../modes.ts";
import type { ChunkFrame } from "./chunk-frame.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import { code } from "./verdict-codes.ts";
import { NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

export function checkShape(limits: NumericLimits, chunk: ChunkFrame, record: VerdictRecord): number {
  record.step = 7;
  if (!(limits.nJoints >= 1)) return record.found(code.envelopeEmpty, NO_JOINT, 0, limits.nJoints, 1);
  return (
    checkJointCount(limits, chunk, record) ||
    checkLengths(limits, chunk, record) ||
    checkFinite(chunk, record) ||
    checkMode(limits, chunk, record)
  );
}

function checkJointCount({ nJoints }: NumericLimits, { mode, nDof }: ChunkFrame, record: VerdictRecord): number {
  record.step = 8;
  const joints = mode >= 0 && mode <= JOINT_TRAJECTORY;
  return !joints || nDof === nJoints ? code.pass : record.found(code.ndofMismatch, NO_JOINT, 0, nDof, nJoints);
}

/** `rows` is as long as `flatLength` says, or a check would read beyond it. */
function checkLengths({ maxRows }: NumericLimits, { rows, flatLength, horizon, nDof }: ChunkFrame, record: VerdictRecord): number {
  record.step = 9;
  if (!(horizon >= 1 && horizon <= maxRows))
    return record.found(code.horizonRange, NO_JOINT, 0, flatLength, (horizon > maxRows ? maxRows : 1) * nDof);
  if (!(nDof >= 1 && flatLength === horizon * nDof && flatLength <= rows.length))
    return record.found(code.flatMismatch, NO_JOINT, 0, flatLength, horizon * nDof);
  return code.pass;
}

function checkFinite({ rows, flatLength, nDof }: ChunkFrame, record: VerdictRecord): number {
  record.step = 10;
  // A finite number times 0 is 0; what is not finite gives NaN, and a sum keeps that.
  // Two sums, because each addition waits for the one before it.
  let even = 0;
  let odd = 0;
  const last = flatLength - 1;
  for (let i = 0; i < last; i += 2) {
    even += rows[i]! * 0;
    odd += rows[i + 1]! * 0;
  }
  if (even + odd + rows[last]! * 0 === 0) return code.pass;
  let i = 0;
  while (rows[i]! * 0 === 0) i++;
  return record.found(code.nanInAction, i % nDof, Math.floor(i / nDof), rows[i]!, 0);
}

function checkMode(limits: NumericLimits, chunk: ChunkFrame, record: VerdictRecord): number {
  record.step = 11;
  const { mode, nDof, periodMs } = chunk;
  const width = mode >= 0 && mode < N_MODES ? limits.widthOfMode[mode]! : 0;
  if (!(width >= 1)) return record.found(code.modeUnsupported, NO_JOINT, 0, mode, 0);
  if (!(nDof === width)) return record.found(code.widthMismatch, NO_JOINT, 0, nDof, width);
  if (!(periodMs > 0 && periodMs <= limits.maxPeriodMs)) return record.found(code.periodRange, NO_JOINT, 0, periodMs, limits.maxPeriodMs);
  return code.pass;
}
