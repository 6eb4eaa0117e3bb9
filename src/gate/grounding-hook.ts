/**
 * Grounding: whether a proposed physical action can be done here, and keeps to every constraint.
 *
 *     validation paid ─▶ reachability ─▶ model's obstacles ─▶ constraints, in order ─▶ whole arm and path ─▶ verdict
 *
 * Costly steps are paid for before they run; what costs nothing is checked whatever is exhausted.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { nonNegativeNumber } from "../core/finite.ts";
import type { KinematicModel } from "../robot/kinematic-model.ts";
import type { TenantBudgets } from "./budget-tenants.ts";
import { checkConstraintName, type PhysicalConstraint } from "./constraint.ts";
import { GroundingEvaluation } from "./grounding-evaluation.ts";
import { GroundingMeter } from "./grounding-meter.ts";
import { groundingVerdict, type GroundingVerdict } from "./grounding-verdict.ts";
import type { PhysicalAction } from "./physical-action.ts";

export interface GroundingHookOptions {
  readonly model: KinematicModel;
  readonly constraints: readonly PhysicalConstraint[];
  /** True unless given. False leaves targets without joint angles unchecked for reach, and their posture unknown. */
  readonly rejectOnUnreachable?: boolean;
  /** `deny` unless given: a reach that cannot be decided stays undecided. */
  readonly onUnsupportedReachability?: "deny" | "allow";
  /** How far from the target the given joint angles may put the tip, m; 0.001 unless given. */
  readonly jointTargetToleranceM?: number;
  readonly budget?: TenantBudgets;
}

export interface EvaluateOptions {
  /** Measured posture, rad: the way from it to the goal is checked, too. */
  readonly startAngles?: ArrayLike<number>;
}

export class GroundingHook {
  readonly model: KinematicModel;
  readonly constraints: readonly PhysicalConstraint[];
  readonly jointTargetToleranceM: number;
  readonly budget: TenantBudgets | undefined;
  readonly #evaluation: GroundingEvaluation;

  /** @throws ClearanceError `value.invalid` without constraints, for names that repeat or are reserved, and for a bad tolerance. */
  constructor(options: GroundingHookOptions) {
    const { model, constraints, rejectOnUnreachable = true, onUnsupportedReachability = "deny", budget } = options;
    const names = checkedNames(constraints);
    if (names.length === 0) throw invalid("constraints", "must be non-empty");
    if (onUnsupportedReachability !== "deny" && onUnsupportedReachability !== "allow")
      throw invalid("onUnsupportedReachability", "must be deny or allow");
    this.model = model;
    this.constraints = Object.freeze([...constraints]);
    this.jointTargetToleranceM = nonNegativeNumber("jointTargetToleranceM", options.jointTargetToleranceM ?? 0.001);
    this.budget = budget;
    const evaluation = { rejectOnUnreachable, onUnsupportedReachability, jointTargetToleranceM: this.jointTargetToleranceM };
    this.#evaluation = new GroundingEvaluation(model, this.constraints, names, evaluation);
    Object.freeze(this);
  }

  /** Never throws for what the action, the model or a constraint does. */
  evaluate(action: PhysicalAction, tenantId = "", options: EvaluateOptions = {}): GroundingVerdict {
    const meter = new GroundingMeter(this.budget, tenantId);
    this.#evaluation.run(action, meter, options.startAngles);
    return groundingVerdict(action, meter.violations);
  }
}

/** The names of constraints, in order. @throws ClearanceError `value.invalid` for names that repeat or may not be borne. */
export function checkedNames(constraints: readonly PhysicalConstraint[]): readonly string[] {
  const names = constraints.map(({ name }) => checkConstraintName(name));
  if (new Set(names).size < names.length) throw invalid("constraint names", "must be unique");
  return names;
}

function invalid(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
