/**
 * The mutable record a judgement leaves behind: numbers only, written in place.
 * @module
 */
import { GEOMETRY_CLEAR, KIND_NONE, PHASE_NONE } from "./codes.ts";

/** Row of the measured state. */
export const MEASURED_ROW = -1;
/** Stands for no capsule, no obstacle, no cell. */
export const NOBODY = -1;

export class GeometryFinding {
  code = GEOMETRY_CLEAR;
  phase = PHASE_NONE;
  kind = KIND_NONE;
  /** {@link MEASURED_ROW} or the row; for a sweep the row that the step leads to. */
  row = MEASURED_ROW;
  /** Where on the step, (0, 1]; 1 at the row itself. */
  fraction = Number.NaN;
  /** The body of the robot: a capsule, an attached capsule or a control point. */
  bodyA = NOBODY;
  /** By kind: the other capsule, the obstacle or, behind those, the fixture's shape, the linear index of the cell, the zone, the axis of the box. */
  other = NOBODY;
  /** Of exactly that pair, m; negative where they overlap. For a joint the value. */
  distanceM = Number.NaN;
  /** What the distance had to exceed, m: margin, tracking error and growth. For speeds and joints the limit. */
  limit = Number.NaN;

  clear(): void {
    this.code = GEOMETRY_CLEAR;
    this.phase = PHASE_NONE;
    this.kind = KIND_NONE;
    this.row = MEASURED_ROW;
    this.fraction = Number.NaN;
    this.bodyA = NOBODY;
    this.other = NOBODY;
    this.distanceM = Number.NaN;
    this.limit = Number.NaN;
  }

  copy(from: GeometryFinding): void {
    this.code = from.code;
    this.phase = from.phase;
    this.kind = from.kind;
    this.row = from.row;
    this.fraction = from.fraction;
    this.bodyA = from.bodyA;
    this.other = from.other;
    this.distanceM = from.distanceM;
    this.limit = from.limit;
  }
}
