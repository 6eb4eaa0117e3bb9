/**
 * Primitives that bring the tip or the joints somewhere.
 * @module
 */
import * as z from "zod";
import type { JsonObject } from "../../core/json.ts";
import { distance, type Vec3 } from "../../core/vec3.ts";
import { planCarrying } from "../carried-motion.ts";
import { definePrimitive } from "../define-primitive.ts";
import { carriedBody, levelled } from "../held-object.ts";
import { noMotion } from "../make-plan.ts";
import { planJointLeg, planJointsLeg, pointMotion, turnedAboutVertical, type Leg, type Planned } from "../motion-planner.ts";
import type { DeclaredMotion, Effect, Segment } from "../plan.ts";
import type { PlanDraft, Report, Seen } from "../primitive.ts";
import type { WorldView } from "../world-view.ts";
import { inWorld, metres, radians, seconds, worldPoint } from "./quantities.ts";

/** A move counts as done when the measured tip is this close to its target, m. */
export const tipToleranceM = 0.005;
/** The same for a joint, rad or m. */
const jointToleranceRad = 0.01;

const duration = seconds.optional().describe("take at least this long");

export const moveTo = definePrimitive({
  name: "move_to",
  summary: "Move the tip to a point, keeping its orientation; `yaw` turns it about the vertical.",
  risk: "move",
  args: z.strictObject({
    x: inWorld("tip x"),
    y: inWorld("tip y"),
    z: inWorld("tip z"),
    yaw: radians.optional().describe("turn by this much about the vertical while moving"),
    duration,
  }),
  plan: (args, world) => planTipMove(world, [args.x, args.y, args.z], args.yaw ?? 0, args.duration),
  report: (args, seen) => reportTipMove([args.x, args.y, args.z], seen),
});

export const moveRelative = definePrimitive({
  name: "move_relative",
  summary: "Move the tip by an offset along the world axes, from where it is measured.",
  risk: "move",
  args: z.strictObject({
    dx: metres.default(0),
    dy: metres.default(0),
    dz: metres.default(0),
    dyaw: radians.default(0).describe("turn about the vertical"),
    duration,
  }),
  plan: (args, world) => planTipMove(world, offset(world.observation.worldFromTip.position, args), args.dyaw, args.duration),
  report: (args, seen) => reportTipMove(offset(seen.before.worldFromTip.position, args), seen),
});

export const followTrajectory = definePrimitive({
  name: "follow_trajectory",
  summary: "Visit points one after the other, resting `dwell_s` at each.",
  risk: "move",
  timeoutMs: 120_000,
  args: z.strictObject({
    waypoints: z.array(worldPoint).min(1).max(1000),
    dwell_s: seconds.default(0),
  }),
  plan: ({ waypoints, dwell_s }, world) => {
    const declared = pointMotion(waypoints, "waypoints");
    const orientation = levelled(world.observation.worldFromTip.orientation);
    const carrying = carriedBody(world);
    const segments: Segment[] = [];
    let fromRad: ArrayLike<number> = world.observation.qRad;
    for (const [index, position] of waypoints.entries()) {
      const leg = planJointLeg(world, fromRad, { position, orientation }, { label: `waypoint ${index}`, carrying });
      if (!leg.ok) {
        const failure = { ...leg.failure, reason: `waypoint ${index}: ${leg.failure.reason}` };
        return { segments: [], declared, failure };
      }
      segments.push(leg.value.segment);
      if (dwell_s > 0) segments.push({ kind: "hold", label: `rest at waypoint ${index}`, durationMs: dwell_s * 1000 });
      fromRad = leg.value.endRad;
    }
    const last = waypoints[waypoints.length - 1] ?? world.observation.worldFromTip.position;
    return { segments, declared, effects: [{ kind: "tip-at", positionM: last, toleranceM: tipToleranceM }] };
  },
  report: ({ waypoints }, seen) => {
    const last = waypoints[waypoints.length - 1] ?? seen.before.worldFromTip.position;
    const errorM = distance(seen.after.worldFromTip.position, last);
    const ok = errorM <= tipToleranceM;
    return {
      ok,
      observation: {
        waypoints_visited: ok ? waypoints.length : waypoints.length - 1,
        n_waypoints: waypoints.length,
        elapsed_s: (seen.after.atMs - seen.before.atMs) / 1000,
        error_m: round6(errorM),
      },
      message: ok ? `visited ${waypoints.length} waypoints` : `ended ${errorM.toFixed(4)} m from the last waypoint`,
    };
  },
});

export const goHome = definePrimitive({
  name: "go_home",
  summary: "Bring every joint to the home position.",
  risk: "move",
  args: z.strictObject({}),
  plan: (_args, world) => {
    const toRad = world.robot.homeRad;
    const leg = planJointsLeg(world, world.observation.qRad, toRad, { label: "to home", carrying: carriedBody(world) });
    return draftOf(leg, noMotion);
  },
  report: (_args, seen) => reportJoints(Array.from(seen.world.robot.homeRad), seen),
});

export const setJoint = definePrimitive({
  name: "set_joint",
  summary: "Bring one joint to an angle (rad, or m for a sliding joint), the others still.",
  risk: "move",
  timing: "timed",
  args: z.strictObject({
    joint_name: z.string(),
    angle: z.number().min(-100).max(100).meta({ unit: "rad or m" }),
    duration: seconds.default(1).describe("take at least this long"),
  }),
  plan: (args, world) => {
    const toRad = jointTarget(args, world);
    if (toRad === undefined) {
      const names = world.robot.jointNames.join(", ");
      const reason = `the robot has no joint '${args.joint_name}'; it has ${names}`;
      return { segments: [], failure: { code: "unknown_joint", reason, evidence: {} } };
    }
    const draft = planCarrying(world, toRad, { label: `${args.joint_name} to ${args.angle}`, minDurationMs: args.duration * 1000 });
    return { ...draft, declared: { kind: "joint", pointsInWorld: [], straight: false } };
  },
  report: (args, seen) => reportJoints(jointTarget(args, seen.world) ?? [], seen),
});

function planTipMove(world: WorldView, target: Vec3, turnRad: number, durationS: number | undefined): PlanDraft {
  const orientation = turnedAboutVertical(levelled(world.observation.worldFromTip.orientation), turnRad);
  const leg = planJointLeg(
    world,
    world.observation.qRad,
    { position: target, orientation },
    {
      label: "move",
      carrying: carriedBody(world),
      minDurationMs: (durationS ?? 0) * 1000,
    },
  );
  return draftOf(leg, pointMotion([target]), [{ kind: "tip-at", positionM: target, toleranceM: tipToleranceM }]);
}

function draftOf(leg: Planned<Leg>, declared: DeclaredMotion, effects: readonly Effect[] = []): PlanDraft {
  return leg.ok ? { segments: [leg.value.segment], declared, effects } : { segments: [], declared, effects, failure: leg.failure };
}

function reportTipMove(target: Vec3, { before, after }: Seen): Report {
  const from = before.worldFromTip.position;
  const achieved = after.worldFromTip.position;
  const errorM = distance(achieved, target);
  const movedM = distance(from, achieved);
  const observation: JsonObject = {
    from,
    to: target,
    distance: round6(movedM),
    achieved,
    error_m: round6(errorM),
  };
  if (!(errorM <= tipToleranceM))
    return { ok: false, observation, message: `stopped ${errorM.toFixed(4)} m from the target, tolerance ${tipToleranceM} m` };
  return { ok: true, observation, message: `moved ${Number(movedM.toPrecision(4))} units` };
}

function reportJoints(wantedRad: readonly number[], { after }: Seen): Report {
  let worst = 0;
  for (const [joint, wanted] of wantedRad.entries()) worst = Math.max(worst, Math.abs((after.qRad[joint] ?? Number.NaN) - wanted));
  const ok = worst <= jointToleranceRad;
  const observation: JsonObject = { q: [...after.qRad], worst_joint_error: round6(worst) };
  return { ok, observation, message: ok ? "joints in place" : `worst joint error ${worst.toFixed(4)}, tolerance ${jointToleranceRad}` };
}

function jointTarget(args: { readonly joint_name: string; readonly angle: number }, world: WorldView): number[] | undefined {
  const joint = world.robot.jointNames.indexOf(args.joint_name);
  return joint < 0 ? undefined : world.observation.qRad.map((q, j) => (j === joint ? args.angle : q));
}

function offset(from: Vec3, by: { readonly dx: number; readonly dy: number; readonly dz: number }): Vec3 {
  return [from[0] + by.dx, from[1] + by.dy, from[2] + by.dz];
}

function round6(x: number): number {
  return Math.round(x * 1e6) / 1e6;
}
