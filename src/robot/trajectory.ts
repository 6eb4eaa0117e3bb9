/**
 * When the robot is where along a joint path. Starts and ends at rest.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { JointPath } from "./joint-path.ts";

/** Immutable. Sampling outside `[0, durationMs]` clamps; a time that is not a number gives NaN, which the kernel refuses. */
export interface Trajectory {
  /** Tells it from the `failed` of `planTrajectory`. */
  readonly kind: "trajectory";
  readonly path: JointPath;
  readonly durationMs: number;
  /** Writes the joint positions at `atMs` (ms after the start) into `outRad[offset …]`; allocates nothing. */
  sampleInto(atMs: number, outRad: Float64Array, offset?: number): void;
  /**
   * Writes `nRows` rows of joint positions, row `i` at `startMs + i × periodMs`, into `outRad[offset …]`, shape
   * `[nRows, nJoints]`. The same numbers as `sampleInto`, several times faster; allocates nothing.
   */
  sampleRowsInto(startMs: number, periodMs: number, nRows: number, outRad: Float64Array, offset?: number): void;
  /** Writes the joint velocities, rad/s or m/s. At a corner of the path, those after it. */
  velocityInto(atMs: number, outRadPerS: Float64Array, offset?: number): void;
  /** The same path at `scale` times the speed, 0 < scale <= 1: duration / scale, velocity × scale, acceleration × scale². */
  slowed(scale: number): Trajectory;
  /** Everything that defines the timing, for hashing and the trace; the path is hashed beside it. */
  toJSON(): JsonObject;
}
