/**
 * Whether planned joint positions stay inside the robot's own limits. Between waypoints joints move on straight lines, so the
 * waypoints are enough.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { formatG } from "../core/format.ts";
import type { Plan } from "../intent/plan.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import { deny, type Deny } from "./verdict.ts";

/** rad or m: a joint resting on its stop is measured a hair beyond it, and must be able to leave. */
const JOINT_LIMIT_TOLERANCE_RAD = 1e-6;

/** A denial by `gate` naming the first joint that leaves `[lower + margin, upper - margin]`; undefined when none does. */
export function outsideJointRange(gate: string, plan: Plan, robot: RobotModel, marginRad: number): Deny | undefined {
  for (let i = 0; i < plan.segments.length; i++) {
    const segment = plan.segments[i]!;
    if (segment.kind !== "motion") continue;
    const { path } = segment.trajectory;
    if (path.nJoints !== robot.nJoints)
      return deny(gate, "invalid_plan", `the plan moves ${path.nJoints} joints, the robot has ${robot.nJoints}`);
    for (let waypoint = 0; waypoint < path.nWaypoints; waypoint++)
      for (let joint = 0; joint < path.nJoints; joint++) {
        const valueRad = path.get(waypoint, joint);
        const lowerRad = robot.lowerRad[joint]! + marginRad;
        const upperRad = robot.upperRad[joint]! - marginRad;
        const slackRad = JOINT_LIMIT_TOLERANCE_RAD;
        if (Number.isFinite(valueRad) && valueRad >= lowerRad - slackRad && valueRad <= upperRad + slackRad) continue;
        const name = robot.jointNames[joint] ?? `joint ${joint}`;
        const [value, lower, upper] = [valueRad, lowerRad, upperRad].map(formatG);
        return deny(gate, "joint_limit", `${name}=${value} outside [${lower},${upper}] at waypoint ${waypoint} of "${segment.label}"`, {
          joint: name,
          valueRad: evidenceNumber(valueRad),
          lowerRad: evidenceNumber(lowerRad),
          upperRad: evidenceNumber(upperRad),
          waypoint,
        });
      }
  }
  return undefined;
}
