/**
 * What the judge asks of geometry: the forward-kinematic checks, collisions and their swept proof, and the rows that a mode in
 * other coordinates leads to. The judge knows geometry only by this.
 * @module
 */
import type { ControlMode } from "../command.ts";
import { code } from "./verdict-codes.ts";

/** What a judgement leaves behind; written over by the next. Numbers of codes, phases and kinds as below. */
export interface GeometryFinding {
  readonly code: number;
  /** As the phases of the verdict record. */
  readonly phase: number;
  readonly kind: number;
  /** -1 for the measured state. */
  readonly row: number;
  /** Where on the step to `row`, (0, 1]. */
  readonly fraction: number;
  /** The body of the robot; -1 for none. */
  readonly bodyA: number;
  /** By kind: the other body, the obstacle, the linear index of a cell, the zone, the axis of the box, a predicted joint. */
  readonly other: number;
  /** Of exactly that pair, m; for speeds, joints and box coordinates the value. */
  readonly distanceM: number;
  /** What the distance had to exceed, or the limit. */
  readonly limit: number;
}

export interface GeometryPort {
  /** Measured → row 0 → … → last row, swept; `nRows` 0 is the measured state alone. 0: proven clear, else a GEOMETRY_ code. */
  judge(measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number;
  /** The measured state, while each joint may travel up to `travelRad[joint]`. Without it torque is refused. */
  judgeTravel?(measuredRad: Float64Array, travelRad: Float64Array, nowMs: number): number;
  /** The whole robot at the measured state moved by twists of its base, shape `[nRows, 6]`. Without it body twists are refused. */
  judgeBase?(measuredRad: Float64Array, twists: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number;
  /** The measured state while the fingers move to the rows, shape `[nRows, width]`. Without it they count as still. */
  judgeFingers?(measuredRad: Float64Array, rows: Float64Array, nRows: number, width: number, nowMs: number): number;
  /** Foot points, shape `[nRows, width]`. Without it foot placements are refused. */
  judgeFeet?(measuredRad: Float64Array, rows: Float64Array, nRows: number, width: number, nowMs: number): number;
  /**
   * `judge` in recovery: what is violated where the robot was measured may stay so, and never gets nearer than the best so far; all
   * else as ever, at a tenth of every speed. Without it nothing moves in recovery.
   */
  judgeRecovery?(measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number;
  /** Whether world and voxels are there and young enough: 0 or a code. Asked before any prediction. */
  available?(nowMs: number): number;
  readonly finding: GeometryFinding;
  /** The nearest pair of the last judgement. */
  readonly nearest: GeometryFinding;
  /** `judge` for rows that were predicted: row s keeps its margin and `growthPerRowM` (s + 1) more. */
  judgePredicted?(
    measuredRad: Float64Array,
    rowsRad: Float64Array,
    nRows: number,
    rowPeriodS: number,
    nowMs: number,
    growthPerRowM: number,
    maxSteps: number,
  ): number;
  /** Words, outside the hot path. */
  nameOfBody?(body: number): string;
  nameOfObstacle?(index: number): string;
}

export interface PredictorPort {
  /** Joint rows, shape `[nRows, nJoints]`, that rows of a mode lead to: 0 or a GEOMETRY_ code. */
  predict(mode: ControlMode, rows: Float64Array, nRows: number, periodS: number, measuredRad: Float64Array, out: Float64Array): number;
  /** Margin that each predicted row adds, m. */
  growthOf?(mode: ControlMode): number;
  /** Which row a refusal is about, and where `other` is a joint, which. */
  readonly finding?: GeometryFinding;
}

/** Numbers of the geometry's codes and kinds that the judge tells apart; 0 is clear. */
const GEOMETRY_COLLISION = 2;
export const GEOMETRY_KIND_SELF = 1;
const GEOMETRY_KIND_VOXEL = 3;
const GEOMETRY_KIND_OUTSIDE = 4;
const GEOMETRY_KIND_ZONE = 5;
const GEOMETRY_KIND_BOX = 6;

/** Indexed by GEOMETRY_ code: what the judge makes of it. A collision is told apart by its kind. */
const verdictOfGeometry = Int32Array.of(
  code.pass,
  code.stateNotFinite,
  code.selfCollision,
  code.noGoZone,
  code.workspaceXyz,
  code.eeSpeed,
  code.eeAccel,
  code.sweepUnproven,
  code.worldUnavailable,
  code.worldOverflow,
  code.worldMalformed,
  code.voxelUnavailable,
  code.voxelOverflow,
  code.voxelMalformed,
  code.predictionFailed,
  code.predictionResidual,
  code.jointPosition,
  code.jointRate,
  code.recoveryNearer,
);

/** Rows of the order of checks, indexed likewise. */
const stepOfGeometry = Uint8Array.of(17, 13, 17, 17, 17, 17, 17, 17, 15, 15, 15, 15, 15, 15, 16, 16, 16, 16, 17);

/** The judge's code; one it does not know is a refusal. */
export function verdictCodeOf(geometryCode: number, kind: number): number {
  if (geometryCode === GEOMETRY_COLLISION) {
    if (kind === GEOMETRY_KIND_SELF) return code.selfCollision;
    return kind === GEOMETRY_KIND_VOXEL || kind === GEOMETRY_KIND_OUTSIDE ? code.voxelCollision : code.worldCollision;
  }
  return geometryCode >= 1 ? (verdictOfGeometry[geometryCode] ?? code.geometryUnknown) : code.geometryUnknown;
}

export function checkStepOf(geometryCode: number): number {
  return stepOfGeometry[geometryCode] ?? 17;
}

/** What was found against, for words: its own name, or a compatible one where it has none. */
export function nameOfOther(geometry: GeometryPort | undefined): string {
  const { kind = 0, other: index = -1 } = geometry?.finding ?? {};
  if (kind === GEOMETRY_KIND_SELF) return geometry?.nameOfBody?.(index) ?? `body_${index}`;
  if (kind === GEOMETRY_KIND_OUTSIDE) return "voxel_outside";
  if (kind === GEOMETRY_KIND_VOXEL) return index < 0 ? "voxel_outside" : `voxel_${index}`;
  if (kind === GEOMETRY_KIND_ZONE) return `zone_${index}`;
  if (kind === GEOMETRY_KIND_BOX) return `workspace_${"xyz"[index] ?? "box"}`;
  return geometry?.nameOfObstacle?.(index) || `world_${index}`;
}
