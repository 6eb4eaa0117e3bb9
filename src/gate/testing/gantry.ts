/**
 * A robot small enough to check by hand: three sliding joints, tip position = joint values.
 * @module
 */
import type { CollisionModel } from "../../robot/collision-model.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, type RobotModel } from "../../robot/robot-model.ts";

const nLinks = 4;
const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];

/** Joints x, y in [-2, 2], z in [0, 3]; 1 m/s, 2 m/s², 100 N each. */
export const gantry: RobotModel = Object.freeze({
  name: "gantry",
  nJoints: 3,
  nLinks,
  jointNames: Object.freeze(["x", "y", "z"]),
  linkNames: Object.freeze(["base", "bridge", "trolley", "mast"]),
  parentOfLink: Int32Array.of(-1, 0, 1, 2),
  jointKindOfLink: Uint8Array.of(JOINT_FIXED, JOINT_PRISMATIC, JOINT_PRISMATIC, JOINT_PRISMATIC),
  qIndexOfLink: Int32Array.of(-1, 0, 1, 2),
  mimicScale: new Float64Array(nLinks).fill(1),
  mimicOffset: new Float64Array(nLinks),
  parentFromLink: Float64Array.from({ length: 12 * nLinks }, (_, i) => identity[i % 12] ?? 0),
  axisInLink: Float64Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1),
  anchorInLink: new Float64Array(3 * nLinks),
  lowerRad: Float64Array.of(-2, -2, 0),
  upperRad: Float64Array.of(2, 2, 3),
  maxVelocityRadPerS: Float64Array.of(1, 1, 1),
  maxAccelerationRadPerS2: Float64Array.of(2, 2, 2),
  maxJerkRadPerS3: Float64Array.of(50, 50, 50),
  maxEffortNm: Float64Array.of(100, 100, 100),
  homeRad: Float64Array.of(0, 0, 1),
  tipLink: 3,
  tipLinkFromTip: new Float64Array(identity),
  warnings: Object.freeze([]),
});

/** One capsule on the mast, from the tip 0.4 m upwards, radius 0.05 m. */
export const gantryBody: CollisionModel = Object.freeze({
  robot: gantry,
  nCapsules: 1,
  linkOfCapsule: Int32Array.of(3),
  capsulesInLink: Float64Array.of(0, 0, 0.05, 0, 0, 0.45, 0.05),
  selfPairs: new Int32Array(0),
  allowedBecause: new Map(),
});
