/**
 * A trajectory whose numbers can be checked by hand: the same time for each joint line, constant speed along it.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";
import { JointPath } from "../../robot/joint-path.ts";
import type { Trajectory } from "../../robot/trajectory.ts";

export class LinearTrajectory implements Trajectory {
  readonly kind = "trajectory";
  readonly path: JointPath;
  readonly durationMs: number;

  constructor(path: JointPath, durationMs: number) {
    this.path = path;
    this.durationMs = durationMs;
    Object.freeze(this);
  }

  sampleInto(atMs: number, outRad: Float64Array, offset = 0): void {
    const { line, share } = this.#at(atMs);
    for (let j = 0; j < this.path.nJoints; j++) {
      const from = this.path.get(line, j);
      const to = this.path.get(Math.min(line + 1, this.path.nWaypoints - 1), j);
      outRad[offset + j] = share === 1 ? to : from + share * (to - from);
    }
  }

  sampleRowsInto(startMs: number, periodMs: number, nRows: number, outRad: Float64Array, offset = 0): void {
    for (let row = 0; row < nRows; row++) this.sampleInto(startMs + row * periodMs, outRad, offset + row * this.path.nJoints);
  }

  velocityInto(atMs: number, outRadPerS: Float64Array, offset = 0): void {
    const { line } = this.#at(atMs);
    const lineS = this.durationMs / 1000 / Math.max(1, this.path.nWaypoints - 1);
    for (let j = 0; j < this.path.nJoints; j++) {
      const change = this.path.get(Math.min(line + 1, this.path.nWaypoints - 1), j) - this.path.get(line, j);
      outRadPerS[offset + j] = change === 0 ? 0 : change / lineS;
    }
  }

  slowed(scale: number): Trajectory {
    return new LinearTrajectory(this.path, this.durationMs / scale);
  }

  toJSON(): JsonObject {
    return { kind: "linear", durationMs: this.durationMs };
  }

  #at(atMs: number): { line: number; share: number } {
    const lines = Math.max(1, this.path.nWaypoints - 1);
    const along = this.durationMs > 0 ? Math.min(Math.max(atMs / this.durationMs, 0), 1) * lines : lines;
    const line = Math.min(Math.floor(along), lines - 1);
    return { line, share: along - line };
  }
}

/** `rows`: joint positions, one row a waypoint. */
export function linearTrajectory(rows: readonly (readonly number[])[], durationMs: number): Trajectory {
  return new LinearTrajectory(new JointPath(rows[0]?.length ?? 0, rows.flat()), durationMs);
}
