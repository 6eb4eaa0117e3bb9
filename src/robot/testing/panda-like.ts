/**
 * A seven-joint arm for tests, from the dimensions and limits Franka Emika publishes for the Panda (modified Denavit-Hartenberg
 * parameters, Craig's convention) and capsules of our own. Not a description of the real robot.
 * @module
 */
import type { CollisionModel } from "../collision-model.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "../robot-model.ts";

/** Rows a (m), d (m), alpha / (π/2), joint by joint. */
export const pandaDh: readonly (readonly [aM: number, dM: number, alphaQuarterTurns: number])[] = [
  [0, 0.333, 0],
  [0, 0, -1],
  [0, 0.316, 1],
  [0.0825, 0, 1],
  [-0.0825, 0.384, -1],
  [0, 0, 1],
  [0.088, 0, 1],
];
export const pandaFlangeM = 0.107;
export const pandaHandM = 0.1034;
const halfSqrt2 = Math.sqrt(0.5);

/** Per capsule: link, ax ay az bx by bz radius, in the link frame, m. One for each of the nine links. */
const capsules: readonly (readonly number[])[] = [
  [0, -0.04, 0, 0.06, 0, 0, 0.06, 0.08],
  [1, 0, 0, -0.18, 0, 0, -0.02, 0.07],
  [2, 0, -0.16, 0, 0, 0.02, 0, 0.07],
  [3, 0, 0, -0.14, 0.05, 0, -0.02, 0.07],
  [4, -0.05, 0.02, 0, -0.08, 0.08, 0, 0.065],
  [5, 0, 0, -0.28, 0, 0.06, -0.02, 0.06],
  [6, 0, 0, 0, 0.07, 0, 0, 0.06],
  [7, 0, 0, -0.02, 0, 0, 0.06, 0.055],
  [8, 0, -0.07, 0.05, 0, 0.07, 0.05, 0.04],
];

/** Base, seven moving links, and a hand fixed to the last: 7 joints, 9 links. The tip lies between the fingers. */
export function pandaLike(): RobotModel {
  const nLinks = 9;
  const parentFromLink = new Float64Array(nLinks * 12);
  parentFromLink.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], 0);
  pandaDh.forEach(([a, d, quarter], joint) => {
    // Rx(alpha) · Tx(a) · Tz(d); the turn about z that follows commutes with Tz. The cosine of a quarter turn is exactly 0.
    const c = quarter === 0 ? 1 : 0;
    parentFromLink.set([1, 0, 0, a, 0, c, -quarter, -quarter * d, 0, quarter, c, c * d], (joint + 1) * 12);
  });
  parentFromLink.set([halfSqrt2, halfSqrt2, 0, 0, -halfSqrt2, halfSqrt2, 0, 0, 0, 0, 1, pandaFlangeM], 8 * 12);
  const axisInLink = new Float64Array(nLinks * 3);
  for (let link = 0; link < nLinks; link++) axisInLink[link * 3 + 2] = 1;
  return {
    name: "panda-like",
    nJoints: 7,
    nLinks,
    jointNames: ["joint1", "joint2", "joint3", "joint4", "joint5", "joint6", "joint7"],
    linkNames: ["base", "link1", "link2", "link3", "link4", "link5", "link6", "link7", "hand"],
    parentOfLink: Int32Array.of(-1, 0, 1, 2, 3, 4, 5, 6, 7),
    jointKindOfLink: Uint8Array.from({ length: nLinks }, (_, link) => (link >= 1 && link <= 7 ? JOINT_REVOLUTE : JOINT_FIXED)),
    qIndexOfLink: Int32Array.of(-1, 0, 1, 2, 3, 4, 5, 6, -1),
    mimicScale: new Float64Array(nLinks).fill(1),
    mimicOffset: new Float64Array(nLinks),
    parentFromLink,
    axisInLink,
    anchorInLink: new Float64Array(nLinks * 3),
    lowerRad: Float64Array.of(-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973),
    upperRad: Float64Array.of(2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973),
    maxVelocityRadPerS: Float64Array.of(2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61),
    maxAccelerationRadPerS2: Float64Array.of(15, 7.5, 10, 12.5, 15, 20, 20),
    maxJerkRadPerS3: Float64Array.of(7500, 3750, 5000, 6250, 7500, 10000, 10000),
    maxEffortNm: Float64Array.of(87, 87, 87, 87, 12, 12, 12),
    homeRad: Float64Array.of(0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4),
    tipLink: 8,
    tipLinkFromTip: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, pandaHandM),
    warnings: [],
  };
}

/** One capsule a link; the 15 self pairs whose links are four or more apart. */
export function pandaLikeCollision(robot: RobotModel = pandaLike()): CollisionModel {
  const pairs: number[] = [];
  for (let a = 0; a < capsules.length; a++) for (let b = a + 4; b < capsules.length; b++) pairs.push(a, b);
  return {
    robot,
    nCapsules: capsules.length,
    linkOfCapsule: Int32Array.from(capsules, ([link]) => link ?? 0),
    capsulesInLink: Float64Array.from(capsules.flatMap((row) => row.slice(1))),
    selfPairs: Int32Array.from(pairs),
    allowedBecause: new Map(),
  };
}
