/**
 * Which joints of a robot carry all of it through the world.
 * @module
 */
import { forwardKinematics } from "./kinematics.ts";
import { JOINT_PRISMATIC, type RobotModel } from "./robot-model.ts";

/** Names of joints: slides along the world's axes, and a heading about its vertical. */
export interface BodyChain {
  readonly x: string;
  readonly y: string;
  readonly z?: string;
  readonly heading: string;
}

const parallel = 1 - 1e-6;
/** From the world's origin to where the body is at 0, 0, m. */
const atOriginM = 1e-6;

/**
 * The robot's first joints, where they are slides along x and y, perhaps z, in any order and then a hinge about z, all of them in the
 * positive sense, with the body over the world's origin at 0. Undefined for any other robot.
 */
export function bodyChainOf(robot: RobotModel): BodyChain | undefined {
  const worldFromLinks = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, new Float64Array(robot.nJoints), worldFromLinks);
  const found = new Map<"x" | "y" | "z", string>();
  for (const [joint, name] of robot.jointNames.entries()) {
    const link = robot.qIndexOfLink.indexOf(joint);
    const frame = worldFromLinks.subarray(link * 12, link * 12 + 12);
    const axis = robot.axisInLink.subarray(link * 3, link * 3 + 3);
    const along = (row: number): number => frame[row * 4]! * axis[0]! + frame[row * 4 + 1]! * axis[1]! + frame[row * 4 + 2]! * axis[2]!;
    const which = (["x", "y", "z"] as const).find((_, row) => along(row) > parallel);
    if (which === undefined) return undefined;
    if (robot.jointKindOfLink[link] === JOINT_PRISMATIC) {
      if (found.has(which)) return undefined;
      found.set(which, name);
      continue;
    }
    const [x, y, z] = [found.get("x"), found.get("y"), found.get("z")];
    const centred = Math.abs(frame[3]!) <= atOriginM && Math.abs(frame[7]!) <= atOriginM;
    if (which !== "z" || x === undefined || y === undefined || !centred) return undefined;
    return { x, y, ...(z === undefined ? {} : { z }), heading: name };
  }
  return undefined;
}
