/**
 * How a tip target becomes segments: inverse kinematics, a path, a trajectory. Answers values; a failure says what and by how much.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import { quatFromAxisAngle, quatMultiply, type Pose, type QuatWxyz } from "../core/pose.ts";
import { Random } from "../core/random.ts";
import { formatVec3, type Vec3 } from "../core/vec3.ts";
import type { AttachedBody } from "../robot/collision-model.ts";
import { IkSolver } from "../robot/inverse-kinematics.ts";
import type { JointPath } from "../robot/joint-path.ts";
import { planTrajectory } from "../robot/plan-trajectory.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import { straightJointPath, straightTipPath } from "../robot/tip-path.ts";
import type { DeclaredMotion, MotionSegment, PlanFailure } from "./plan.ts";
import type { WorldView } from "./world-view.ts";

export interface Leg {
  readonly segment: MotionSegment;
  /** Where the leg ends, shape `[nJoints]`. */
  readonly endRad: ArrayLike<number>;
}
export type Planned<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: PlanFailure };

export interface LegOptions {
  readonly label: string;
  readonly mayTouch?: readonly string[];
  readonly carrying?: AttachedBody | undefined;
  /** At least this long, ms. */
  readonly minDurationMs?: number;
}

/** Spacing of the solved points on a straight tip line, m. */
const lineStepM = 0.02;

const solvers = new WeakMap<RobotModel, IkSolver>();

/** One solver a robot; it holds buffers and a table of seeds, no state that changes an answer. */
function ikFor(robot: RobotModel): IkSolver {
  let solver = solvers.get(robot);
  if (solver === undefined) {
    solver = new IkSolver(robot);
    solvers.set(robot, solver);
  }
  return solver;
}

/** The tip goes to `target` along the straight line between the joint angles. */
export function planJointLeg(world: WorldView, fromRad: ArrayLike<number>, target: Pose, options: LegOptions): Planned<Leg> {
  const result = ikFor(world.robot).solve(
    { positionM: target.position, orientation: target.orientation },
    { seedRad: fromRad, random: new Random("inverse-kinematics") },
  );
  if (result.kind !== "solution") return { ok: false, failure: unreachable(target.position, result) };
  return timed(world, straightJointPath(fromRad, result.qRad), result.qRad, options);
}

/** The tip goes to `target` along the straight line between the two poses. */
export function planLineLeg(world: WorldView, fromRad: ArrayLike<number>, target: Pose, options: LegOptions): Planned<Leg> {
  const random = new Random("inverse-kinematics");
  const line = straightTipPath(world.robot, ikFor(world.robot), fromRad, target, { stepM: lineStepM, random });
  if (line.kind === "failed") {
    const { result, atFraction } = line;
    if (result.kind === "solution") return { ok: false, failure: discontinuous(target.position, atFraction) };
    return { ok: false, failure: unreachable(target.position, result, atFraction) };
  }
  return planPathLeg(world, line.path, options);
}

/** Every joint goes straight to `toRad`. */
export function planJointsLeg(world: WorldView, fromRad: ArrayLike<number>, toRad: ArrayLike<number>, options: LegOptions): Planned<Leg> {
  return timed(world, straightJointPath(fromRad, toRad), toRad, options);
}

/** Through every row of the path, at rest at its ends. */
export function planPathLeg(world: WorldView, path: JointPath, options: LegOptions): Planned<Leg> {
  const endRad = new Float64Array(path.nJoints);
  path.readInto(path.nWaypoints - 1, endRad);
  return timed(world, path, endRad, options);
}

function timed(world: WorldView, path: JointPath, endRad: ArrayLike<number>, options: LegOptions): Planned<Leg> {
  const planned = planTrajectory(path, { ...world.limits, model: world.robot });
  if (planned.kind === "failed") {
    const { code, reason } = planned;
    return { ok: false, failure: { code, reason, evidence: {} } };
  }
  const wantedMs = options.minDurationMs ?? 0;
  const trajectory = wantedMs > planned.durationMs && planned.durationMs > 0 ? planned.slowed(planned.durationMs / wantedMs) : planned;
  const { label, carrying } = options;
  const { durationMs } = trajectory;
  const mayTouch = options.mayTouch === undefined ? touchesNothing : Object.freeze([...options.mayTouch]);
  const segment: MotionSegment =
    carrying === undefined
      ? { kind: "motion", label, durationMs, trajectory, mayTouch }
      : { kind: "motion", label, durationMs, trajectory, mayTouch, carrying };
  return { ok: true, value: { segment, endRad } };
}

const touchesNothing: readonly string[] = Object.freeze([]);

type Unsolved = Exclude<ReturnType<IkSolver["solve"]>, { readonly kind: "solution" }>;

function unreachable(target: Vec3, result: Unsolved, atFraction?: number): PlanFailure {
  const where = atFraction === undefined ? "" : `, ${Math.floor(atFraction * 100)}% of the way along the line`;
  const why = result.kind === "unreachable" ? result.proof : result.why;
  const evidence: JsonObject = {
    targetM: [...target],
    bestErrorM: result.best.positionErrorM,
    bestErrorRad: result.best.orientationErrorRad,
    ...(atFraction === undefined ? {} : { atFraction }),
  };
  return {
    code: result.kind === "unreachable" ? "unreachable" : "no_solution",
    reason: `target ${formatVec3(target)} is outside the robot's reachable workspace${where} (${why}; nearest ${result.best.positionErrorM.toFixed(3)} m away)`,
    evidence,
  };
}

function discontinuous(target: Vec3, atFraction: number): PlanFailure {
  return {
    code: "no_path",
    reason: `no straight line to ${formatVec3(target)}: the arm would have to change its posture ${Math.floor(atFraction * 100)}% of the way`,
    evidence: { targetM: [...target], atFraction },
  };
}

/** The measured tip orientation, turned about the world's vertical so that the tip's yaw changes by `yawRad`. */
export function turnedAboutVertical(orientation: QuatWxyz, yawRad: number): QuatWxyz {
  return yawRad === 0 ? orientation : quatMultiply(quatFromAxisAngle([0, 0, 1], yawRad), orientation);
}

export function pointMotion(points: readonly Vec3[], kind: "point" | "waypoints" = "point"): DeclaredMotion {
  return Object.freeze({ kind, pointsInWorld: Object.freeze([...points]), straight: false });
}
