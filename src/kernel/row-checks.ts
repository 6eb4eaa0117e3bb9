/**
 * The checks of the numbers in a chunk. Each walks flat arrays, joint by joint so that the limits stay at hand, allocates nothing
 * unless it refuses, and answers the first fault, the one in the earliest row, or nothing. Every comparison states the safe condition and negates it, so that NaN is a fault.
 * @module
 */
import { formatPair } from "../core/format.ts";
import type { JsonObject } from "../core/json.ts";
import type { Envelope } from "./envelope.ts";

/** Why a chunk may not be executed. */
export interface Fault {
  readonly code: RefusalCode;
  readonly reason: string;
  /** Numbers with their units; nothing in it is infinite or NaN. */
  readonly evidence: JsonObject;
}

/** Compatible names where spec/safety-kernel.md has them. */
export type RefusalCode =
  | "closed"
  | "malformed"
  | "chunk_stale"
  | "chunk_out_of_order"
  | "dim_mismatch"
  | "period_range"
  | "nan_in_action"
  | "mode_unsupported"
  | "state_unavailable"
  | "joint_position"
  | "joint_velocity"
  | "joint_rate"
  | "joint_jump"
  | "gripper_range";

/** Factor on the speed limit between rows: rounding of setpoints and periods. */
export const RATE_TOLERANCE = 1.001;

export function nonFiniteRow(rows: Float64Array, width: number): Fault | undefined {
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]!;
    // Infinity - Infinity and NaN - NaN are NaN; every finite number less itself is 0.
    if (value - value === 0) continue;
    const row = Math.floor(i / width);
    return {
      code: "nan_in_action",
      reason: `value ${i % width} of row ${row} is ${value}`,
      evidence: { row, column: i % width, value: String(value) },
    };
  }
  return undefined;
}

export function jointPositionsOutOfRange(envelope: Envelope, rows: Float64Array): Fault | undefined {
  const { nJoints, lowest, highest } = envelope;
  let first = rows.length;
  for (let j = 0; j < nJoints; j++) {
    const low = lowest[j]!;
    const high = highest[j]!;
    for (let i = j; i < first; i += nJoints) {
      const q = rows[i]!;
      if (!(q >= low && q <= high)) first = i;
    }
  }
  return first < rows.length ? positionFault(envelope, Math.floor(first / nJoints), first % nJoints, rows[first]!) : undefined;
}

/** Speeds implied from the measured position to the first row, less what tracking may lag, and between consecutive rows. */
export function jointRatesTooHigh(
  envelope: Envelope,
  rows: Float64Array,
  measuredRad: ArrayLike<number>,
  periodMs: number,
): Fault | undefined {
  const { nJoints, maxVelocity, trackingError } = envelope;
  const periodS = periodMs / 1000;
  for (let j = 0; j < nJoints; j++) {
    const allowed = maxVelocity[j]! * periodS * RATE_TOLERANCE + trackingError[j]!;
    if (!(Math.abs(rows[j]! - measuredRad[j]!) <= allowed)) return jumpFault(envelope, j, rows[j]!, measuredRad[j]!, allowed);
  }
  let first = rows.length;
  for (let j = 0; j < nJoints; j++) {
    const maxStep = maxVelocity[j]! * periodS * RATE_TOLERANCE;
    let before = rows[j]!;
    for (let i = j + nJoints; i < first; i += nJoints) {
      const q = rows[i]!;
      if (!(Math.abs(q - before) <= maxStep)) first = i;
      before = q;
    }
  }
  if (first === rows.length) return undefined;
  const step = Math.abs(rows[first]! - rows[first - nJoints]!);
  return speedFault(envelope, "joint_rate", Math.floor(first / nJoints), first % nJoints, step / periodS);
}

export function jointVelocitiesTooHigh(envelope: Envelope, rows: Float64Array): Fault | undefined {
  const { nJoints, maxVelocity } = envelope;
  for (let from = 0; from < rows.length; from += nJoints) {
    for (let j = 0; j < nJoints; j++) {
      const speed = Math.abs(rows[from + j]!);
      if (!(speed <= maxVelocity[j]!)) return speedFault(envelope, "joint_velocity", from / nJoints, j, speed);
    }
  }
  return undefined;
}

/** Speeds that lead a joint over its position limit, integrated from where it is. */
export function jointVelocitiesLeadOut(
  envelope: Envelope,
  rows: Float64Array,
  measuredRad: ArrayLike<number>,
  periodMs: number,
): Fault | undefined {
  const { nJoints, lowest, highest } = envelope;
  for (let j = 0; j < nJoints; j++) {
    let q = measuredRad[j]!;
    for (let i = j; i < rows.length; i += nJoints) {
      q += rows[i]! * (periodMs / 1000);
      if (!(q >= lowest[j]! && q <= highest[j]!)) return positionFault(envelope, (i - j) / nJoints, j, q);
    }
  }
  return undefined;
}

export function gripperOutOfRange(rows: Float64Array, binary: boolean): Fault | undefined {
  for (let row = 0; row < rows.length; row++) {
    const opening = rows[row]!;
    if (binary ? opening === 0 || opening === 1 : opening >= 0 && opening <= 1) continue;
    const limit = binary ? "neither 0 nor 1" : "outside [0, 1]";
    return {
      code: "gripper_range",
      reason: `gripper opening ${opening} in row ${row} is ${limit}`,
      evidence: { row, value: opening, lower: 0, upper: 1 },
    };
  }
  return undefined;
}

export function stateMissing(envelope: Envelope, measuredRad: ArrayLike<number>): Fault | undefined {
  const { nJoints } = envelope;
  if (!(measuredRad.length === nJoints))
    return {
      code: "state_unavailable",
      reason: `${measuredRad.length} joints were measured, the robot has ${nJoints}`,
      evidence: { measured: measuredRad.length, joints: nJoints },
    };
  for (let j = 0; j < nJoints; j++) {
    const q = measuredRad[j]!;
    if (q - q === 0) continue;
    const joint = envelope.jointNames[j]!;
    return {
      code: "state_unavailable",
      reason: `the measured position of joint '${joint}' is ${String(q)}`,
      evidence: { joint, value: String(q) },
    };
  }
  return undefined;
}

function positionFault(envelope: Envelope, row: number, j: number, q: number): Fault {
  const joint = envelope.jointNames[j]!;
  const unit = envelope.units[j]!;
  const below = q < envelope.lower[j]!;
  const limit = below ? envelope.lower[j]! : envelope.upper[j]!;
  const [value, bound] = formatPair(q, limit);
  return {
    code: "joint_position",
    reason: `joint '${joint}' at ${value} ${unit} in row ${row}, limit ${below ? ">=" : "<="} ${bound} ${unit}`,
    evidence: { joint, row, value: jsonNumber(q), limit, unit },
  };
}

function speedFault(envelope: Envelope, code: RefusalCode, row: number, j: number, speed: number): Fault {
  const joint = envelope.jointNames[j]!;
  const unit = `${envelope.units[j]!}/s`;
  const limit = envelope.maxVelocity[j]!;
  const [value, bound] = formatPair(speed, limit);
  return {
    code,
    reason: `joint '${joint}' at ${value} ${unit} in row ${row}, limit ${bound} ${unit}`,
    evidence: { joint, row, value: jsonNumber(speed), limit, unit },
  };
}

function jumpFault(envelope: Envelope, j: number, commanded: number, measured: number, allowed: number): Fault {
  const joint = envelope.jointNames[j]!;
  const unit = envelope.units[j]!;
  const jump = Math.abs(commanded - measured);
  const [value, bound] = formatPair(jump, allowed);
  return {
    code: "joint_jump",
    reason: `joint '${joint}' would jump ${value} ${unit} from where it was measured, limit ${bound} ${unit}`,
    evidence: { joint, row: 0, value: jsonNumber(jump), limit: jsonNumber(allowed), commanded, measured, unit },
  };
}

/** JSON has no form for what is not finite; its text stands in. */
export function jsonNumber(value: unknown): number | string {
  return typeof value === "number" && Number.isFinite(value) ? value : String(value);
}
