/**
 * A robot's capsules at one configuration, for offline work: exact distances, nothing skipped.
 * @module
 */
import { segmentSegmentDistance } from "../../geometry/capsule-distance.ts";
import { forwardKinematics } from "../kinematics.ts";
import type { RobotModel } from "../robot-model.ts";

export interface CapsuleSet {
  readonly nCapsules: number;
  /** Shape `[nCapsules]`. */
  readonly linkOfCapsule: Int32Array;
  /** Shape `[nCapsules, 7]`, as in `CollisionModel`. */
  readonly capsulesInLink: Float64Array;
}

export class CapsuleField {
  /** Shape `[nCapsules, 7]`: ax ay az bx by bz radius, world frame, m. */
  readonly placed: Float64Array;
  readonly #robot: RobotModel;
  readonly #set: CapsuleSet;
  readonly #worldFromLinks: Float64Array;

  constructor(robot: RobotModel, set: CapsuleSet) {
    this.#robot = robot;
    this.#set = set;
    this.#worldFromLinks = new Float64Array(robot.nLinks * 12);
    this.placed = Float64Array.from(set.capsulesInLink);
  }

  /** `q`: shape `[nJoints]`. */
  pose(q: ArrayLike<number>): void {
    const { nCapsules, linkOfCapsule, capsulesInLink: p } = this.#set;
    const w = this.#worldFromLinks;
    forwardKinematics(this.#robot, q, w);
    for (let c = 0; c < nCapsules; c++)
      for (let end = c * 7; end < c * 7 + 6; end += 3)
        for (let row = 0; row < 3; row++) {
          const m = linkOfCapsule[c]! * 12 + row * 4;
          this.placed[end + row] = w[m]! * p[end]! + w[m + 1]! * p[end + 1]! + w[m + 2]! * p[end + 2]! + w[m + 3]!;
        }
  }

  /** Between two capsules' surfaces at the configuration posed last, m; negative where they overlap. */
  distanceM(i: number, j: number): number {
    const c = this.placed;
    return segmentSegmentDistance(c, i * 7, c, j * 7) - c[i * 7 + 6]! - c[j * 7 + 6]!;
  }
}
