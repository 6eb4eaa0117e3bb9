/**
 * Steps 7 to 11: whether the chunk has the shape its mode has, and whether every number in it is one.
 * @module
 */
import { JOINT_TRAJECTORY, N_MODES } from "../modes.ts";
import type { ChunkFrame } from "./chunk-frame.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import { code } from "./verdict-codes.ts";
import { NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

/** Steps 7 to 9: from here on rows can be read. */
export function checkSizes(limits: NumericLimits, chunk: ChunkFrame, record: VerdictRecord): number {
  record.step = 7;
  if (!(limits.nJoints >= 1)) return record.found(code.envelopeEmpty, NO_JOINT, 0, limits.nJoints, 1);
  return checkJointCount(limits, chunk, record) || checkLengths(limits, chunk, record);
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

/** Step 10. */
export function checkFinite({ rows, flatLength, nDof }: ChunkFrame, record: VerdictRecord): number {
  record.step = 10;
  // What is not finite stays in a sum. Four sums, because each addition waits for the one before it.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (const whole = flatLength - 3; i < whole; i = (i + 4) | 0) {
    a += rows[i]!;
    b += rows[i + 1]!;
    c += rows[i + 2]!;
    d += rows[i + 3]!;
  }
  for (; i < flatLength; i++) a += rows[i]!;
  const sum = a + b + c + d;
  if (sum - sum === 0) return code.pass;
  // Sums of finite numbers can overflow: then there is nothing to find.
  i = 0;
  while (i < flatLength && rows[i]! * 0 === 0) i++;
  if (i === flatLength) return code.pass;
  return record.found(code.nanInAction, i % nDof, Math.floor(i / nDof), rows[i]!, 0);
}

/** Step 11. */
export function checkMode(limits: NumericLimits, chunk: ChunkFrame, record: VerdictRecord): number {
  record.step = 11;
  const { mode, nDof, periodMs } = chunk;
  const width = mode >= 0 && mode < N_MODES ? limits.widthOfMode[mode]! : 0;
  if (!(width >= 1)) return record.found(code.modeUnsupported, NO_JOINT, 0, mode, 0);
  if (!(nDof === width)) return record.found(code.widthMismatch, NO_JOINT, 0, nDof, width);
  if (!(periodMs > 0 && periodMs <= limits.maxPeriodMs)) return record.found(code.periodRange, NO_JOINT, 0, periodMs, limits.maxPeriodMs);
  return code.pass;
}
