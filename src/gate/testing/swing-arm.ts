/**
 * Two turning joints in the horizontal plane, links of 0.5 m and 0.3 m: the tip moves on arcs between waypoints.
 * @module
 */
import type { CollisionModel } from "../../robot/collision-model.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "../../robot/robot-model.ts";

const at = (x: number): number[] => [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0];

export const swingArm: RobotModel = Object.freeze({
  name: "swing-arm",
  nJoints: 2,
  nLinks: 3,
  jointNames: Object.freeze(["shoulder", "elbow"]),
  linkNames: Object.freeze(["base", "upper", "fore"]),
  parentOfLink: Int32Array.of(-1, 0, 1),
  jointKindOfLink: Uint8Array.of(JOINT_FIXED, JOINT_REVOLUTE, JOINT_REVOLUTE),
  qIndexOfLink: Int32Array.of(-1, 0, 1),
  mimicScale: Float64Array.of(1, 1, 1),
  mimicOffset: new Float64Array(3),
  parentFromLink: Float64Array.from([...at(0), ...at(0), ...at(0.5)]),
  axisInLink: Float64Array.of(0, 0, 1, 0, 0, 1, 0, 0, 1),
  anchorInLink: new Float64Array(9),
  lowerRad: Float64Array.of(-3, -3),
  upperRad: Float64Array.of(3, 3),
  maxVelocityRadPerS: Float64Array.of(2, 2),
  maxAccelerationRadPerS2: Float64Array.of(4, 4),
  maxJerkRadPerS3: Float64Array.of(100, 100),
  maxEffortNm: Float64Array.of(50, 20),
  homeRad: Float64Array.of(0, 0),
  tipLink: 2,
  tipLinkFromTip: Float64Array.from(at(0.3)),
  warnings: Object.freeze([]),
});

/** One capsule along each link, radius 0.04 m. */
export const swingArmBody: CollisionModel = Object.freeze({
  robot: swingArm,
  nCapsules: 2,
  linkOfCapsule: Int32Array.of(1, 2),
  capsulesInLink: Float64Array.of(0, 0, 0, 0.5, 0, 0, 0.04, 0, 0, 0, 0.3, 0, 0, 0.04),
  selfPairs: new Int32Array(0),
  allowedBecause: new Map([["upper|fore", "adjacent" as const]]),
});
