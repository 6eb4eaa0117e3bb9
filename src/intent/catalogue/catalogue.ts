import type { Primitive } from "../primitive.ts";
import { pick, place, setGripper, toggleTool } from "./grasp.ts";
import { followTrajectory, goHome, moveRelative, moveTo, setJoint } from "./move.ts";
import { getStatus, scan, stop, wait } from "./sense.ts";

const everywhere = [moveTo, moveRelative, followTrajectory, goHome, setJoint, scan, wait, getStatus, stop];
const withGripper = [pick, place, setGripper, toggleTool];

/** The built-in primitives a robot can carry out. What it cannot is left out, so that asking for it is refused by name. */
export function cataloguePrimitives(robot: { readonly gripper: boolean }): readonly Primitive[] {
  return robot.gripper ? [...everywhere, ...withGripper] : everywhere;
}
