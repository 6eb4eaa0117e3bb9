/**
 * Caps on declared torque and effort, and whether the joints can hold what is carried.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import type { MotionSegment } from "../intent/plan.ts";
import { forwardKinematics, geometricJacobianInto } from "../robot/kinematics.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import { cappedArgs } from "./capped-args.ts";
import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Deny, type Verdict } from "./verdict.ts";

export interface TorqueConfig {
  readonly torqueMaxNm?: number;
  readonly effortMax?: number;
  /**
   * When given, the weight of what is carried may take at most this share of each joint's effort limit, at every waypoint. The arm's
   * own weight is not in it: leave room.
   */
  readonly payloadEffortShare?: number;
}

const id = "torque";
/** Standard gravity, m/s². */
const GRAVITY_MPS2 = 9.80665;

export function torqueGate(config: TorqueConfig = {}): Gate {
  const { torqueMaxNm, effortMax, payloadEffortShare } = config;
  const problems: string[] = [];
  for (const [field, cap] of Object.entries({ torqueMaxNm, effortMax }))
    if (cap !== undefined && !(cap >= 0 && cap < Infinity)) problems.push(`${field} is ${cap}; give a finite number of 0 or more`);
  if (payloadEffortShare !== undefined && !(payloadEffortShare > 0 && payloadEffortShare <= 1))
    problems.push(`payloadEffortShare is ${payloadEffortShare}; give a number in (0, 1]`);
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `torque: ${problems.join("; ")}`, {
      source: id,
      problems,
    });
  const passed = allow(id);
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      for (const { key, quantity, value } of cappedArgs(ask.intent.args)) {
        const cap = quantity === "torque" ? torqueMaxNm : quantity === "effort" ? effortMax : undefined;
        if (cap === undefined) continue;
        if (!Number.isFinite(value)) return deny(id, "non_finite", `${key} is not a finite number`, { key });
        if (!(Math.abs(value) <= cap))
          return deny(id, "over_cap", `${key}=${formatG(value)} exceeds cap ${formatG(cap)}`, {
            key,
            value,
            cap,
          });
      }
      return (payloadEffortShare === undefined ? undefined : tooHeavy(ask, payloadEffortShare)) ?? passed;
    },
  });
}

function tooHeavy({ plan, world }: Ask, share: number): Deny | undefined {
  const { robot, spec } = world;
  for (const segment of plan.segments) {
    if (segment.kind !== "motion" || segment.carrying === undefined) continue;
    const { name } = segment.carrying;
    const massKg = spec.objects.find((object) => object.name === name)?.massKg ?? Number.NaN;
    if (!(massKg >= 0 && massKg < Infinity)) return deny(id, "mass_unknown", `mass of '${name}' unknown`, { object: name });
    const over = overloaded(segment, robot, massKg * GRAVITY_MPS2, share);
    if (over !== undefined) return over;
  }
  return undefined;
}

/** Static effort of a weight at the tip: minus the vertical row of the Jacobian times the force, by virtual work. */
function overloaded({ trajectory, label }: MotionSegment, robot: RobotModel, weightN: number, share: number): Deny | undefined {
  const { path } = trajectory;
  const { nJoints } = robot;
  if (path.nJoints !== nJoints) return deny(id, "invalid_plan", `the plan moves ${path.nJoints} joints, the robot has ${nJoints}`);
  const qRad = new Float64Array(nJoints);
  const worldFromLinks = new Float64Array(12 * robot.nLinks);
  const jacobian = new Float64Array(6 * nJoints);
  for (let waypoint = 0; waypoint < path.nWaypoints; waypoint++) {
    path.readInto(waypoint, qRad);
    forwardKinematics(robot, qRad, worldFromLinks);
    geometricJacobianInto(robot, worldFromLinks, jacobian);
    for (let joint = 0; joint < nJoints; joint++) {
      const effortNm = Math.abs(jacobian[2 * nJoints + joint]! * weightN);
      const capNm = share * (robot.maxEffortNm[joint] ?? Number.NaN);
      if (effortNm <= capNm) continue;
      const name = robot.jointNames[joint] ?? `joint ${joint}`;
      const reason = `${name} would hold ${formatG(effortNm)} Nm of payload, cap ${formatG(capNm)} Nm, at waypoint ${waypoint} of "${label}"`;
      return deny(id, "payload_too_heavy", reason, {
        joint: name,
        effortNm: evidenceNumber(effortNm),
        capNm: evidenceNumber(capNm),
        weightN,
      });
    }
  }
  return undefined;
}
