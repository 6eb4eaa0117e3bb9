/**
 * What can be said of a plan before any gate looks at it: frozen throughout, every number finite, every segment starting where the one
 * before ended. Judged once a plan, remembered by identity; a frozen plan cannot change afterwards.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import { deepFreeze } from "../core/json.ts";
import type { MotionSegment, Plan, Segment } from "../intent/plan.ts";
import type { JointPath } from "../robot/joint-path.ts";
import { firstNonFinite } from "./non-finite.ts";
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

function judge(plan: Plan): PlanFacts {
  const first = plan.segments.find((segment) => segment.kind === "motion");
  const shape = first === undefined ? { moves: false } : { moves: true, firstPath: first.trajectory.path };
  const problem = firstProblem(plan);
  return problem === undefined ? shape : { ...shape, problem };
}

function firstProblem(plan: Plan): PlanProblem | undefined {
  try {
    return seal(plan) ?? numbers(plan) ?? joints(plan);
  } catch (cause) {
    // Trajectories are code, and may come from a plug-in.
    return { code: "invalid_plan", reason: `the plan cannot be read: ${describeThrown(cause)}` };
  }
}

/** The plan itself must come frozen; plain data inside it that its author left open is frozen here. */
function seal(plan: Plan): PlanProblem | undefined {
  const { intent, segments, effects, declared, failure } = plan;
  if (!(Object.isFrozen(plan) && Object.isFrozen(intent) && Object.isFrozen(segments)))
    return { code: "not_frozen", reason: "the plan or its intent can still be changed" };
  deepFreeze(intent);
  deepFreeze(effects);
  deepFreeze(declared);
  if (failure !== undefined) deepFreeze(failure);
  for (const segment of segments) {
    if (!Object.isFrozen(segment)) return { code: "not_frozen", reason: `segment "${segment.label}" can still be changed` };
    if (segment.kind !== "motion") continue;
    // The trajectory is left alone: it guards its numbers itself, and typed arrays cannot be frozen.
    deepFreeze(segment.mayTouch);
    if (segment.carrying !== undefined) deepFreeze(segment.carrying);
  }
  return undefined;
}

function numbers(plan: Plan): PlanProblem | undefined {
  const { intent, effects, declared, durationMs } = plan;
  const where = firstNonFinite({
    args: intent.args,
    validForMs: intent.validForMs,
    effects,
    declared,
    durationMs,
  });
  if (where !== undefined) return nonFinite(where);
  if (!(durationMs >= 0)) return { code: "invalid_plan", reason: `durationMs is ${durationMs}` };
  for (const segment of plan.segments) {
    const problem = segmentNumbers(segment);
    if (problem !== undefined) return problem;
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
  for (const end of [0, path.nWaypoints - 1]) {
    trajectory.sampleInto(end === 0 ? 0 : durationMs, sampled);
    for (let joint = 0; joint < path.nJoints; joint++) {
      const offRad = Math.abs((sampled[joint] ?? Number.NaN) - path.get(end, joint));
      if (!(offRad <= TRAJECTORY_TOLERANCE))
        return {
          code: "invalid_plan",
          reason: `segment "${label}" does not ${end === 0 ? "start" : "end"} where its path does`,
        };
    }
  }
  return undefined;
}

function joints(plan: Plan): PlanProblem | undefined {
  let before: MotionSegment | undefined;
  for (const segment of plan.segments) {
    if (segment.kind !== "motion") continue;
    const { path } = segment.trajectory;
    const last = before?.trajectory.path;
    if (last !== undefined) {
      for (let joint = 0; joint < path.nJoints; joint++)
        if (!(Math.abs(path.get(0, joint) - last.get(last.nWaypoints - 1, joint)) <= JOIN_TOLERANCE_RAD))
          return {
            code: "discontinuous",
            reason: `segment "${segment.label}" does not start where "${before?.label ?? ""}" ends`,
          };
      if (path.nJoints !== last.nJoints) return { code: "invalid_plan", reason: "segments move different numbers of joints" };
    }
    before = segment;
  }
  return undefined;
}

function nonFinite(where: string): PlanProblem {
  return { code: "non_finite", reason: `${where} is not a finite number` };
}
