/**
 * A gantry for tests: three linear axes x, y, z in m and a wrist that turns about z in rad. The tip is the wrist's own origin,
 * `tipOffsetM` along its x, so that by default joint values and tip coordinates are the same numbers.
 * @module
 */
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "../robot-model.ts";

export interface GantryOptions {
  readonly maxVelocity?: readonly [number, number, number, number];
  readonly maxAcceleration?: readonly [number, number, number, number];
  readonly maxJerk?: readonly [number, number, number, number];
  readonly home?: readonly [number, number, number, number];
  readonly tipOffsetM?: number;
}

const none: readonly [number, number, number, number] = [Infinity, Infinity, Infinity, Infinity];

export function gantry(options: GantryOptions = {}): RobotModel {
  const nLinks = 5;
  const parentFromLink = new Float64Array(nLinks * 12);
  for (let link = 0; link < nLinks; link++) parentFromLink.set([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0], link * 12);
  return {
    name: "gantry",
    nJoints: 4,
    nLinks,
    jointNames: ["x", "y", "z", "theta"],
    linkNames: ["base", "bridge", "trolley", "column", "wrist"],
    parentOfLink: Int32Array.of(-1, 0, 1, 2, 3),
    jointKindOfLink: Uint8Array.of(JOINT_FIXED, JOINT_PRISMATIC, JOINT_PRISMATIC, JOINT_PRISMATIC, JOINT_REVOLUTE),
    qIndexOfLink: Int32Array.of(-1, 0, 1, 2, 3),
    mimicScale: new Float64Array(nLinks).fill(1),
    mimicOffset: new Float64Array(nLinks),
    parentFromLink,
    axisInLink: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1),
    anchorInLink: new Float64Array(nLinks * 3),
    lowerRad: Float64Array.of(-2, -2, 0, -6.5),
    upperRad: Float64Array.of(2, 2, 3, 6.5),
    maxVelocityRadPerS: Float64Array.from(options.maxVelocity ?? [1, 1, 1, Math.PI]),
    maxAccelerationRadPerS2: Float64Array.from(options.maxAcceleration ?? [2, 2, 2, 2 * Math.PI]),
    maxJerkRadPerS3: new Float64Array(options.maxJerk ?? none),
    maxEffortNm: new Float64Array(none),
    homeRad: Float64Array.from(options.home ?? [0, 0, 1, 0]),
    tipLink: 4,
    tipLinkFromTip: Float64Array.of(1, 0, 0, options.tipOffsetM ?? 0, 0, 1, 0, 0, 0, 0, 1, 0),
    warnings: [],
  };
}
