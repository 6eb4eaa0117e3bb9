/**
 * How far a robot's capsules reach down, and the height at which it stands clear of the ground.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { forwardKinematics } from "./kinematics.ts";
import type { LoweredLinks } from "./lowering.ts";
import type { RobotModel } from "./robot-model.ts";

/** Free height under what stands, m: margins of gates and the play of a controller fit in. */
export const standingClearanceM = 0.02;

/** How far above its lower limit a robot stands at home, m: what comes down on a stop there swings through it by less. */
const playM = 0.001;

/** Height of the lowest point of the capsules at `qRad`, m above the world's origin; Infinity for a robot without capsules. */
export function lowestPointM(
  robot: RobotModel,
  capsules: Pick<LoweredLinks, "nCapsules" | "linkOfCapsule" | "capsulesInLink">,
  qRad: ArrayLike<number>,
): number {
  const worldFromLinks = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, qRad, worldFromLinks);
  let lowest = Infinity;
  for (let c = 0; c < capsules.nCapsules; c++) {
    const [mx, my, mz, tz] = worldFromLinks.subarray(capsules.linkOfCapsule[c]! * 12 + 8);
    const radius = capsules.capsulesInLink[c * 7 + 6]!;
    for (const end of [0, 3]) {
      const [x, y, z] = capsules.capsulesInLink.subarray(c * 7 + end);
      lowest = Math.min(lowest, mx! * x! + my! * y! + mz! * z! + tz! - radius);
    }
  }
  return lowest;
}

/**
 * The robot with lower limit and home of `joint`, a slide along the world's z, where its capsules in the posture of home are just clear
 * of the ground at z = 0; home is a hair higher.
 * @throws ClearanceError `config.invalid` where the joint cannot go as high
 */
export function standingOn(robot: RobotModel, lowered: LoweredLinks, joint: string): RobotModel {
  const j = robot.jointNames.indexOf(joint);
  const lowest = lowestPointM(robot, lowered, robot.homeRad);
  if (!(lowest < Infinity)) return robot;
  const standing = robot.homeRad[j]! - lowest + standingClearanceM;
  if (!(standing + playM <= robot.upperRad[j]!)) {
    const problem = `it stands clear of the ground at ${joint} = ${standing.toFixed(3)} m, above the ${robot.upperRad[j]!.toFixed(3)} m that it may go`;
    throw new ClearanceError("config.invalid", `${robot.name}: ${problem}`, { source: robot.name, problems: [problem] });
  }
  const at = (values: Float64Array, value: number): Float64Array => values.map((old, k) => (k === j ? value : old));
  return Object.freeze({
    ...robot,
    lowerRad: at(robot.lowerRad, standing),
    homeRad: at(robot.homeRad, standing + playM),
  });
}
