/**
 * Grounding as a gate of the chain: what the intent declares and what the plan does, put to the hook as physical actions.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { formatVec3, distance, type Vec3 } from "../core/vec3.ts";
import { tipPose } from "../robot/kinematics.ts";
import { cappedArgs, type Quantity } from "./capped-args.ts";
import type { Ask, Gate } from "./gate.ts";
import type { GroundingHook } from "./grounding-hook.ts";
import { messageOf } from "./grounding-meter.ts";
import { decisionOf, type GroundingViolation } from "./grounding-verdict.ts";
import { unlessGrounded } from "./measured.ts";
import { physicalAction, type PhysicalAction } from "./physical-action.ts";
import { planFacts } from "./plan-facts.ts";
import { SPEED_TOLERANCE, speedPeaks } from "./speed-peaks.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

export interface GroundingGateOptions {
  /** `actuator_id` of the actions; the robot's name unless given. */
  readonly actuatorId?: string;
}

/** One question to the hook. */
interface Question {
  readonly targetInWorld: Vec3;
  /** rad, where the hook's model has as many joints as the plan. */
  readonly anglesRad?: readonly number[];
  readonly startRad?: readonly number[];
}

const id = "grounding";

/**
 * Every waypoint of the planned motion, swept from the one before, with the planned joint angles where the hook's model has them, and
 * every declared point: where the plan ends a segment at it, with those angles, else whether it can be reached at all. A violation of
 * any denies, decided or not.
 * @throws ClearanceError `config.invalid` for a hook with a budget: a gate only looks. Give the budget to `budgetGate`.
 */
export function groundingGate(hook: GroundingHook, options: GroundingGateOptions = {}): Gate {
  if (hook.budget !== undefined) {
    const problem = "its hook has a budget, and a gate must not spend when asked; give the budget to budgetGate";
    throw new ClearanceError("config.invalid", `grounding gate: ${problem}`, { source: "grounding gate", problems: [problem] });
  }
  return Object.freeze({ id, check: (ask: Ask): Verdict => judge(hook, options, ask) });
}

function judge(hook: GroundingHook, options: GroundingGateOptions, ask: Ask): Verdict {
  const { problem } = planFacts(ask.plan);
  if (problem !== undefined) return deny(id, problem.code, problem.reason);
  const questions = [...plannedQuestions(hook, ask), ...declaredQuestions(hook, ask)];
  if (questions.length === 0) return allow(id, "no target in intent");
  const ungrounded = unlessGrounded(id, ask);
  if (ungrounded !== undefined) return ungrounded;
  const violations: GroundingViolation[] = [];
  const seen = new Set<string>();
  for (const question of questions) {
    let action: PhysicalAction;
    try {
      action = actionOf(ask, question, options);
    } catch (cause) {
      return deny(id, "invalid_action", messageOf(cause));
    }
    const { startRad } = question;
    const verdict = hook.evaluate(action, ask.actor.tenant, startRad === undefined ? {} : { startAngles: startRad });
    for (const violation of verdict.violations) {
      const key = `${violation.constraint}\n${violation.reason}`;
      if (!seen.has(key)) violations.push(violation);
      seen.add(key);
    }
  }
  return violations.length === 0 ? allow(id, `grounded at ${questions.length} point(s)`) : denied(violations);
}

function denied(violations: readonly GroundingViolation[]): Verdict {
  const decision = decisionOf(violations);
  const first = violations.find(({ undecided }) => !undecided || decision === "unknown") ?? violations[0];
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  return deny(id, decision === "unknown" ? "grounding_unknown" : "grounding_violation", `${first?.constraint}: ${first?.reason}${more}`, {
    decision,
    violations: violations.map(({ constraint, reason, undecided, evidence }) => ({ constraint, reason, undecided, ...evidence })),
  });
}

function actionOf(ask: Ask, { targetInWorld, anglesRad = [] }: Question, options: GroundingGateOptions): PhysicalAction {
  const { plan, world, intent } = ask;
  // What rounding adds to a plan made exactly at a limit is not what a limit is about.
  const plannedMps = speedPeaks(plan, world.robot).tip.mps / (1 + SPEED_TOLERANCE);
  return physicalAction({
    actuatorId: options.actuatorId ?? world.robot.name,
    targetInWorld,
    velocityMps: Math.max(plannedMps, askedFor(ask, "velocity")),
    torqueNm: askedFor(ask, "torque"),
    jointAnglesRad: anglesRad,
    label: `${intent.name} ${formatVec3(targetInWorld)}`,
  });
}

/** The largest magnitude among the arguments that ask for the quantity; NaN where one of them is not a number. */
function askedFor({ intent }: Ask, quantity: Quantity): number {
  let most = 0;
  for (const arg of cappedArgs(intent.args)) if (arg.quantity === quantity) most = Math.max(most, Math.abs(arg.value));
  return most;
}

function plannedQuestions(hook: GroundingHook, { plan, world }: Ask): readonly Question[] {
  const questions: Question[] = [];
  for (const segment of plan.segments) {
    if (segment.kind !== "motion") continue;
    const { path } = segment.trajectory;
    if (path.nJoints !== world.robot.nJoints) continue;
    const shared = hook.model.jointCount === path.nJoints;
    let startRad: number[] | undefined;
    for (let waypoint = 0; waypoint < path.nWaypoints; waypoint++) {
      const qRad = Array.from({ length: path.nJoints }, (_, joint) => path.get(waypoint, joint));
      const targetInWorld = tipPose(world.robot, qRad).position;
      // Where the motion starts the robot already is; the way from there is judged with the next waypoint.
      if (waypoint > 0 || path.nWaypoints === 1)
        questions.push({ targetInWorld, ...(shared ? { anglesRad: qRad, ...(startRad === undefined ? {} : { startRad }) } : {}) });
      startRad = qRad;
    }
  }
  return questions;
}

function declaredQuestions(hook: GroundingHook, ask: Ask): readonly Question[] {
  const { plan, world } = ask;
  const ends: { readonly positionM: Vec3; readonly qRad: readonly number[] }[] = [];
  for (const segment of plan.segments) {
    if (segment.kind !== "motion" || segment.trajectory.path.nJoints !== world.robot.nJoints) continue;
    const { path } = segment.trajectory;
    const qRad = Array.from({ length: path.nJoints }, (_, joint) => path.get(path.nWaypoints - 1, joint));
    ends.push({ positionM: tipPose(world.robot, qRad).position, qRad });
  }
  return plan.declared.pointsInWorld.map((targetInWorld) => {
    const end = ends.find(({ positionM }) => distance(positionM, targetInWorld) <= hook.jointTargetToleranceM);
    return { targetInWorld, ...(end !== undefined && hook.model.jointCount === end.qRad.length ? { anglesRad: end.qRad } : {}) };
  });
}
