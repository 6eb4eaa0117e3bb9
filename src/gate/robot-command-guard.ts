/**
 * Judges a plan of several actions before its first step: each as grounding does, then how far and how fast it goes from one to the next.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber, nonNegativeNumber } from "../core/finite.ts";
import type { JsonObject } from "../core/json.ts";
import { vec3, type Vec3 } from "../core/vec3.ts";
import type { KinematicModel } from "../robot/kinematic-model.ts";
import type { TenantBudgets } from "./budget-tenants.ts";
import { escapeName, type PhysicalConstraint } from "./constraint.ts";
import { GroundingEvaluation } from "./grounding-evaluation.ts";
import { checkedNames } from "./grounding-hook.ts";
import { GroundingMeter } from "./grounding-meter.ts";
import { decisionOf, type GroundingDecision, type GroundingViolation } from "./grounding-verdict.ts";
import type { PhysicalAction } from "./physical-action.ts";
import { sweepTip } from "./robot-command-sweep.ts";
import { temporalViolations, type PlanCaps } from "./robot-command-timing.ts";

export interface RobotCommandGuardOptions extends PlanCaps {
  readonly model?: KinematicModel;
  /** Violations then block; without it they only warn. Neither is safe. */
  readonly highRiskEnabled?: boolean;
  readonly budget?: TenantBudgets;
}

export interface VerifyPlanOptions {
  /** Where the tip is now, world frame, m; from here the first step is measured. */
  readonly from?: Vec3;
  /** When each action is reached, s from now; one per action. */
  readonly timesS?: readonly number[];
  readonly tenantId?: string;
}

export interface StepViolation extends GroundingViolation {
  /** 0-based. */
  readonly stepIndex: number;
}

export type Unverified = "first_step" | "speed";

export interface PlanVerdict {
  readonly decision: GroundingDecision;
  /** No violations and nothing unverified. */
  readonly safe: boolean;
  readonly blocked: boolean;
  readonly warnOnly: boolean;
  /** Of the steps in order, then of what lies between them. */
  readonly violations: readonly StepViolation[];
  /** What a cap asks for and could not be checked for want of a start or of times. */
  readonly unverified: readonly Unverified[];
  readonly stepCount: number;
}

export class RobotCommandGuard {
  readonly #evaluation: GroundingEvaluation;
  readonly #model: KinematicModel | undefined;
  readonly #names: readonly string[];
  readonly #caps: PlanCaps;
  readonly #highRisk: boolean;
  readonly #budget: TenantBudgets | undefined;

  /** @throws ClearanceError `value.invalid` for negative or non-finite caps, bad names, and for a guard that would check nothing. */
  constructor(constraints: readonly PhysicalConstraint[] = [], options: RobotCommandGuardOptions = {}) {
    const caps = checkedCaps(options);
    if (constraints.length === 0 && Object.keys(caps).length === 0)
      throw invalid("robot command guard", "needs constraints or caps: it would check nothing");
    this.#names = checkedNames(constraints);
    this.#model = options.model;
    this.#caps = caps;
    this.#highRisk = options.highRiskEnabled ?? false;
    this.#budget = options.budget;
    this.#evaluation = new GroundingEvaluation(options.model, Object.freeze([...constraints]), this.#names, {
      rejectOnUnreachable: true,
      onUnsupportedReachability: "deny",
      jointTargetToleranceM: 0.001,
    });
  }

  /** @throws ClearanceError `value.invalid` for an empty plan, a start or times that are not finite, or not one time per action. */
  verifyPlan(actions: readonly PhysicalAction[], options: VerifyPlanOptions = {}): PlanVerdict {
    if (!(actions.length > 0)) throw invalid("plan", "plan must contain at least one action");
    const from = options.from === undefined ? undefined : vec3(options.from[0], options.from[1], options.from[2]);
    const timesS = checkedTimes(options.timesS, actions.length);
    const violations: StepViolation[] = [];
    for (const [stepIndex, action] of actions.entries()) {
      const meter = new GroundingMeter(this.#budget, options.tenantId ?? "");
      const start = stepIndex === 0 ? from : actions[stepIndex - 1]?.targetInWorld;
      if (this.#evaluation.run(action, meter, undefined) && start !== undefined) this.#sweep(start, action, meter);
      for (const violation of meter.violations) violations.push({ stepIndex, ...violation });
    }
    const temporal = temporalViolations(
      actions.map(({ targetInWorld }) => targetInWorld),
      from,
      timesS,
      this.#caps,
    );
    for (const violation of temporal.violations) violations.push({ undecided: false, ...violation });
    return planVerdict(violations, temporal.unverified, actions.length, this.#highRisk);
  }

  /** The way to a target that is itself clear of a constraint's obstacles must be clear of them, too. */
  #sweep(start: Vec3, { targetInWorld }: PhysicalAction, meter: GroundingMeter): void {
    const failed = new Set(meter.violations.map(({ constraint }) => constraint));
    const clearanceM = this.#model?.tipClearanceM ?? 0;
    for (const [index, obstacles] of this.#evaluation.obstaclesOf.entries()) {
      const name = this.#names[index]!;
      if (!failed.has(name)) sweepTip(name, `obstacle set '${escapeName(name)}'`, start, targetInWorld, obstacles, clearanceM, meter);
    }
    const own = this.#model?.extraObstacles ?? [];
    if (!failed.has("model_obstacles"))
      sweepTip("model_obstacles", "the model's own obstacles", start, targetInWorld, own, clearanceM, meter);
  }
}

/** The wire form, compatible names. */
export function planVerdictJson(verdict: PlanVerdict): JsonObject {
  return {
    blocked: verdict.blocked,
    warn_only: verdict.warnOnly,
    safe: verdict.safe,
    violations: verdict.violations.map(({ stepIndex, constraint, reason }) => ({
      step_index: stepIndex,
      constraint,
      reason,
    })),
    step_count: verdict.stepCount,
    decision: verdict.decision,
    unverified: verdict.unverified,
  };
}

function planVerdict(
  violations: readonly StepViolation[],
  unverified: readonly Unverified[],
  stepCount: number,
  highRisk: boolean,
): PlanVerdict {
  const found = decisionOf(violations);
  const any = violations.length > 0;
  return Object.freeze({
    decision: found === "allow" && unverified.length > 0 ? "unknown" : found,
    safe: !any && unverified.length === 0,
    blocked: any && highRisk,
    warnOnly: any && !highRisk,
    violations: Object.freeze(violations),
    unverified: Object.freeze(unverified),
    stepCount,
  });
}

function checkedCaps({ maxStepDisplacementM, maxPathLengthM, maxSpeedMps }: PlanCaps): PlanCaps {
  return Object.freeze({
    ...(maxStepDisplacementM === undefined
      ? {}
      : { maxStepDisplacementM: nonNegativeNumber("maxStepDisplacementM", maxStepDisplacementM) }),
    ...(maxPathLengthM === undefined ? {} : { maxPathLengthM: nonNegativeNumber("maxPathLengthM", maxPathLengthM) }),
    ...(maxSpeedMps === undefined ? {} : { maxSpeedMps: nonNegativeNumber("maxSpeedMps", maxSpeedMps) }),
  });
}

function checkedTimes(timesS: readonly number[] | undefined, count: number): readonly number[] | undefined {
  if (timesS === undefined) return undefined;
  if (timesS.length !== count) throw invalid("timesS", `must hold one time per action: expected ${count}, got ${timesS.length}`);
  return timesS.map((time, index) => finiteNumber(`timesS[${index}]`, time));
}

function invalid(field: string, problem: string): ClearanceError {
  const message = problem.startsWith(field) ? problem : `${field} ${problem}`;
  return new ClearanceError("value.invalid", message, { field, problem });
}
