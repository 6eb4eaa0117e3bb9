/**
 * What can be said of a plan before any gate looks at it: frozen throughout, every number finite, every segment starting where the one
 * before ended. Judged once a plan, remembered by identity; a frozen plan cannot change afterwards.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import { deepFreeze } from "../core/json.ts";
import type { MotionSegment, Plan, Segment } from "../intent/plan.ts";
import type { JointPath } from "../robot/joint-path.ts";
import { firstNonFinite, sealFinite } from "./non-finite.ts";
import { describeThrown } from "./parse-verdict.ts";

/** Joint positions, rad or m, that count as the same configuration where two segments meet: rounding, nothing else. */
const JOIN_TOLERANCE_RAD = 1e-9;
/** How far a trajectory's own ends may be from its path's, and its duration in ms from its segment's. */
const TRAJECTORY_TOLERANCE = 1e-6;

export interface PlanProblem {
  readonly code: string;
  readonly reason: string;
}

export interface PlanFacts {
  readonly problem?: PlanProblem;
  readonly moves: boolean;
  /** Path of the first motion segment, undefined where nothing moves. */
  readonly firstPath?: JointPath;
}

const known = new LastSeen<Plan, PlanFacts>();

export function planFacts(plan: Plan): PlanFacts {
  let facts = known.get(plan);
  if (facts === undefined) {
    facts = judge(plan);
    known.set(plan, facts);
  }
  return facts;
}

/** The hardest grip of a plan, N; undefined where none has a force of its own. */
export function hardestGripN({ segments }: Plan): number | undefined {
  const forces = segments.flatMap((segment) => (segment.kind === "gripper" && segment.forceN !== undefined ? [segment.forceN] : []));
  return forces.length === 0 ? undefined : Math.max(...forces);
}

function judge(plan: Plan): PlanFacts {
  const firstPath = firstPathOf(plan);
  const problem = firstProblem(plan);
  const shape = firstPath === undefined ? { moves: false } : { moves: true, firstPath };
  return problem === undefined ? shape : { ...shape, problem };
}

function firstPathOf({ segments }: Plan): JointPath | undefined {
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    if (segment.kind === "motion") return segment.trajectory.path;
  }
  return undefined;
}

function firstProblem(plan: Plan): PlanProblem | undefined {
  try {
    return plainData(plan) ?? motions(plan);
  } catch (cause) {
    // Trajectories are code, and may come from a plug-in.
    return { code: "invalid_plan", reason: `the plan cannot be read: ${describeThrown(cause)}` };
  }
}

/** The plan itself must come frozen; plain data inside it that its author left open is frozen here, and its numbers looked at. */
function plainData(plan: Plan): PlanProblem | undefined {
  const { intent, segments, effects, declared, failure, durationMs } = plan;
  if (!(Object.isFrozen(plan) && Object.isFrozen(intent) && Object.isFrozen(segments)))
    return { code: "not_frozen", reason: "the plan or its intent can still be changed" };
  let finite = sealFinite(intent);
  finite = sealFinite(effects) && finite;
  finite = sealFinite(declared) && finite;
  if (failure !== undefined) deepFreeze(failure);
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    if (!Object.isFrozen(segment)) return { code: "not_frozen", reason: `segment "${segment.label}" can still be changed` };
    if (segment.kind !== "motion") continue;
    // The trajectory is left alone: it guards its numbers itself, and typed arrays cannot be frozen.
    deepFreeze(segment.mayTouch);
    if (segment.carrying !== undefined) deepFreeze(segment.carrying);
  }
  if (!(finite && Number.isFinite(durationMs))) {
    const { args, validForMs } = intent;
    return nonFinite(firstNonFinite({ args, validForMs, effects, declared, durationMs }) ?? "intent");
  }
  return durationMs >= 0 ? undefined : { code: "invalid_plan", reason: `durationMs is ${durationMs}` };
}

/** Every segment by itself, and that each motion starts where the one before ended. */
function motions({ segments }: Plan): PlanProblem | undefined {
  for (let i = 0; i < segments.length; i++) {
    const problem = segmentNumbers(segments[i]!);
    if (problem !== undefined) return problem;
  }
  let before: MotionSegment | undefined;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    if (segment.kind !== "motion") continue;
    const problem = before === undefined ? undefined : junction(before, segment);
    if (problem !== undefined) return problem;
    before = segment;
  }
  return undefined;
}

function segmentNumbers(segment: Segment): PlanProblem | undefined {
  const { label, durationMs } = segment;
  if (!Number.isFinite(durationMs)) return nonFinite(`segment "${label}" durationMs`);
  if (!(durationMs >= 0)) return { code: "invalid_plan", reason: `segment "${label}" durationMs is ${durationMs}` };
  switch (segment.kind) {
    case "hold":
      return undefined;
    case "gripper": {
      const { opening, forceN = 0 } = segment;
      if (!Number.isFinite(opening)) return nonFinite(`segment "${label}" opening`);
      if (!Number.isFinite(forceN)) return nonFinite(`segment "${label}" forceN`);
      if (opening >= 0 && opening <= 1 && forceN >= 0) return undefined;
      return {
        code: "invalid_plan",
        reason: `segment "${label}" asks for opening ${opening} with ${forceN} N`,
      };
    }
    case "motion":
      return motionNumbers(segment);
    default:
      segment satisfies never;
      return { code: "invalid_plan", reason: "a segment is of an unknown kind" };
  }
}

function motionNumbers(segment: MotionSegment): PlanProblem | undefined {
  const { label, durationMs, trajectory, carrying } = segment;
  const { path } = trajectory;
  for (let waypoint = 0; waypoint < path.nWaypoints; waypoint++)
    for (let joint = 0; joint < path.nJoints; joint++)
      if (!Number.isFinite(path.get(waypoint, joint))) return nonFinite(`segment "${label}" waypoint ${waypoint} joint ${joint}`);
  const carried = firstNonFinite(carrying?.capsuleInTip);
  if (carried !== undefined) return nonFinite(`segment "${label}" carrying ${carried}`);
  if (!(Math.abs(trajectory.durationMs - durationMs) <= TRAJECTORY_TOLERANCE))
    return {
      code: "invalid_plan",
      reason: `segment "${label}" lasts ${durationMs} ms, its trajectory ${trajectory.durationMs} ms`,
    };
  const sampled = new Float64Array(path.nJoints);
  trajectory.sampleInto(0, sampled);
  if (!isAt(path, 0, sampled)) return { code: "invalid_plan", reason: `segment "${label}" does not start where its path does` };
  trajectory.sampleInto(durationMs, sampled);
  if (!isAt(path, path.nWaypoints - 1, sampled))
    return { code: "invalid_plan", reason: `segment "${label}" does not end where its path does` };
  return undefined;
}

function isAt(path: JointPath, waypoint: number, qRad: Float64Array): boolean {
  let there = true;
  for (let joint = 0; joint < path.nJoints; joint++) there &&= Math.abs(qRad[joint]! - path.get(waypoint, joint)) <= TRAJECTORY_TOLERANCE;
  return there;
}

function junction(before: MotionSegment, after: MotionSegment): PlanProblem | undefined {
  const last = before.trajectory.path;
  const { path } = after.trajectory;
  for (let joint = 0; joint < path.nJoints; joint++)
    if (!(Math.abs(path.get(0, joint) - last.get(last.nWaypoints - 1, joint)) <= JOIN_TOLERANCE_RAD))
      return { code: "discontinuous", reason: `segment "${after.label}" does not start where "${before.label}" ends` };
  return path.nJoints === last.nJoints ? undefined : { code: "invalid_plan", reason: "segments move different numbers of joints" };
}

function nonFinite(where: string): PlanProblem {
  return { code: "non_finite", reason: `${where} is not a finite number` };
}
