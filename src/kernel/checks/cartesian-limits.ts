/**
 * Limits on rows in Cartesian coordinates: step 12 for poses, deltas, twists and base twists. What needs the robot's kinematics is
 * the geometry's.
 * @module
 */
import { asin } from "../../core/elementary.ts";
import { zoneAround } from "../envelope/no-go-zone.ts";
import type { ChunkFrame } from "./chunk-frame.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import { code } from "./verdict-codes.ts";
import { MARGIN_BOX, MARGIN_SPEED, MARGIN_STEP, NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

/** A row: quaternion x, y, z, w, then position x, y, z. */
const POSE_WIDTH = 7;
const POSITION_IN_POSE = 4;
const TWIST_WIDTH = 6;
const QUAT_TOLERANCE = 1e-3;

export function checkPoses(limits: NumericLimits, chunk: ChunkFrame, nRows: number, factor: number, record: VerdictRecord): number {
  const periodS = chunk.periodMs / 1000;
  for (let row = 0; row < nRows; row++) {
    const found =
      checkQuaternion(chunk.rows, row, record) ||
      checkPlace(limits, chunk.rows, row, record) ||
      (row === 0 ? code.pass : checkPoseStep(limits, chunk.rows, row, periodS, factor, record));
    if (found !== code.pass) return found;
  }
  return code.pass;
}

function checkQuaternion(rows: Float64Array, row: number, record: VerdictRecord): number {
  const at = row * POSE_WIDTH;
  const norm = Math.sqrt(
    rows[at]! * rows[at]! + rows[at + 1]! * rows[at + 1]! + rows[at + 2]! * rows[at + 2]! + rows[at + 3]! * rows[at + 3]!,
  );
  return Math.abs(norm - 1) <= QUAT_TOLERANCE ? code.pass : record.found(code.quatNorm, NO_JOINT, row, norm, 1);
}

function checkPlace({ boxMin, boxMax, zones }: NumericLimits, rows: Float64Array, row: number, record: VerdictRecord): number {
  const at = row * POSE_WIDTH + POSITION_IN_POSE;
  for (let axis = 0; axis < 3; axis++) {
    const x = rows[at + axis]!;
    const low = boxMin[axis]!;
    const high = boxMax[axis]!;
    if (!(x >= low && x <= high)) return record.found(code.workspaceXyz, axis, row, x, x < low ? low : high);
    record.margin(MARGIN_BOX, Math.min(x - low, high - x));
  }
  const zone = zoneAround(zones, rows, at);
  return zone < 0 ? code.pass : record.found(code.noGoZone, NO_JOINT, row, zone, 0);
}

function checkPoseStep(
  limits: NumericLimits,
  rows: Float64Array,
  row: number,
  periodS: number,
  factor: number,
  record: VerdictRecord,
): number {
  const at = row * POSE_WIDTH + POSITION_IN_POSE;
  const dx = rows[at]! - rows[at - POSE_WIDTH]!;
  const dy = rows[at + 1]! - rows[at + 1 - POSE_WIDTH]!;
  const dz = rows[at + 2]! - rows[at + 2 - POSE_WIDTH]!;
  const speed = Math.sqrt(dx * dx + dy * dy + dz * dz) / periodS;
  const cap = limits.maxEeSpeed * factor;
  if (!(speed <= cap)) return record.found(code.eeSpeed, NO_JOINT, row, speed, cap);
  record.margin(MARGIN_SPEED, cap - speed);
  const angularSpeed = turnBetween(rows, row * POSE_WIDTH, (row - 1) * POSE_WIDTH) / periodS;
  const angularCap = limits.maxEeAngularSpeed * factor;
  if (!(angularSpeed <= angularCap)) return record.found(code.eeAngularSpeed, NO_JOINT, row, angularSpeed, angularCap);
  return code.pass;
}

/**
 * Angle of the rotation from one quaternion to another, rad; both of norm 1 within the tolerance. From the chord between them on
 * the unit sphere, 2 sin(angle / 4), which unlike their product keeps its digits for small angles.
 */
function turnBetween(rows: Float64Array, a: number, b: number): number {
  let normA = 0;
  let normB = 0;
  for (let i = 0; i < 4; i++) {
    normA += rows[a + i]! * rows[a + i]!;
    normB += rows[b + i]! * rows[b + i]!;
  }
  normA = Math.sqrt(normA);
  normB = Math.sqrt(normB);
  let apart = 0;
  let opposite = 0;
  for (let i = 0; i < 4; i++) {
    const qa = rows[a + i]! / normA;
    const qb = rows[b + i]! / normB;
    apart += (qa - qb) * (qa - qb);
    opposite += (qa + qb) * (qa + qb);
  }
  return 4 * asin(Math.min(1, Math.sqrt(Math.min(apart, opposite)) / 2));
}

/** Steps of at most so many metres and radians, and no faster than the speeds of the tip. */
export function checkDeltas(limits: NumericLimits, chunk: ChunkFrame, nRows: number, factor: number, record: VerdictRecord): number {
  const { rows } = chunk;
  const periodS = chunk.periodMs / 1000;
  for (let row = 0; row < nRows; row++) {
    const length = norm3(rows, row * TWIST_WIDTH);
    const turn = norm3(rows, row * TWIST_WIDTH + 3);
    if (!(length <= limits.maxStepM)) return record.found(code.cartesianStep, NO_JOINT, row, length, limits.maxStepM);
    if (!(turn <= limits.maxStepRad)) return record.found(code.cartesianStepRot, NO_JOINT, row, turn, limits.maxStepRad);
    record.margin(MARGIN_STEP, limits.maxStepM - length);
    const found = checkSpeeds(limits, length / periodS, turn / periodS, row, factor, record);
    if (found !== code.pass) return found;
  }
  return code.pass;
}

export function checkTwists(limits: NumericLimits, { rows }: ChunkFrame, nRows: number, factor: number, record: VerdictRecord): number {
  for (let row = 0; row < nRows; row++) {
    const found = checkSpeeds(limits, norm3(rows, row * TWIST_WIDTH), norm3(rows, row * TWIST_WIDTH + 3), row, factor, record);
    if (found !== code.pass) return found;
  }
  return code.pass;
}

function checkSpeeds(
  limits: NumericLimits,
  speed: number,
  angularSpeed: number,
  row: number,
  factor: number,
  record: VerdictRecord,
): number {
  const cap = limits.maxEeSpeed * factor;
  if (!(speed <= cap)) return record.found(code.eeSpeed, NO_JOINT, row, speed, cap);
  const angularCap = limits.maxEeAngularSpeed * factor;
  if (!(angularSpeed <= angularCap)) return record.found(code.eeAngularSpeed, NO_JOINT, row, angularSpeed, angularCap);
  record.margin(MARGIN_SPEED, cap - speed);
  return code.pass;
}

export function checkBaseTwists(limits: NumericLimits, { rows }: ChunkFrame, nRows: number, factor: number, record: VerdictRecord): number {
  for (let row = 0; row < nRows; row++) {
    const at = row * TWIST_WIDTH;
    if (limits.planarBase) {
      // A base in its plane cannot rise, roll or pitch: columns z, ωx and ωy.
      for (let column = 2; column <= 4; column++)
        if (!(rows[at + column] === 0)) return record.found(code.baseComponent, column, row, rows[at + column]!, 0);
    }
    const speed = norm3(rows, at);
    const cap = limits.maxBaseLinearSpeed * factor;
    if (!(speed <= cap)) return record.found(code.baseLinearSpeed, NO_JOINT, row, speed, cap);
    const angularSpeed = norm3(rows, at + 3);
    const angularCap = limits.maxBaseAngularSpeed * factor;
    if (!(angularSpeed <= angularCap)) return record.found(code.baseAngularSpeed, NO_JOINT, row, angularSpeed, angularCap);
    record.margin(MARGIN_SPEED, cap - speed);
  }
  return code.pass;
}

function norm3(rows: Float64Array, at: number): number {
  return Math.sqrt(rows[at]! * rows[at]! + rows[at + 1]! * rows[at + 1]! + rows[at + 2]! * rows[at + 2]!);
}
