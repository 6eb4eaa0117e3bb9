/**
 * Pays for grounding as it goes, and collects what it finds.
 * @module
 */
import type { Vec3 } from "../core/vec3.ts";
import type { AxisAlignedBox, Capsule, Shape, Sphere } from "../geometry/shapes.ts";
import type { JointLimit } from "../robot/joint-chain.ts";
import type { ArmAnswer, CollisionAnswer, ForwardAnswer, InverseAnswer, KinematicModel } from "../robot/kinematic-model.ts";
import type { BudgetCounter, TenantBudgets } from "./budget-tenants.ts";
import type { GroundingViolation } from "./grounding-verdict.ts";

/** One evaluation: whose budget it spends, and the violations so far. */
export class GroundingMeter {
  readonly violations: GroundingViolation[] = [];
  readonly #budget: TenantBudgets | undefined;
  readonly #tenant: string;

  constructor(budget: TenantBudgets | undefined, tenant: string) {
    this.#budget = budget;
    this.#tenant = tenant;
  }

  /** Charges one unit. False when refused; the refusal is then among the violations, once. */
  take(counter: BudgetCounter): boolean {
    const refusal = this.#budget?.consume(this.#tenant, counter) ?? null;
    if (refusal === null) return true;
    const constraint = `budget:${refusal.counter}`;
    if (!this.violations.some((violation) => violation.constraint === constraint)) this.deny(constraint, refusal.message);
    return false;
  }

  deny(constraint: string, reason: string): void {
    this.violations.push({ constraint, reason, undecided: false });
  }

  leaveUndecided(constraint: string, reason: string): void {
    this.violations.push({ constraint, reason, undecided: true });
  }
}

/** Thrown into a constraint that asks for more than its tenant can pay. */
class BudgetSpent extends Error {
  override readonly name = "BudgetSpent";
}

/**
 * The model as constraints see it. Looking at its properties and going forward is free; the first collision check of each constraint
 * costs a `simulation_checks`, every inverse an `inverse_kinematics`. So cost follows use.
 */
export class MeteredModel implements KinematicModel {
  readonly jointCount?: number;
  readonly jointLimitsRad?: readonly (JointLimit | undefined)[];
  readonly extraObstacles?: readonly Shape[];
  readonly tipClearanceM?: number;
  readonly linkCapsules?: (anglesRad: ArrayLike<number>) => readonly Capsule[];
  readonly collidesWithCapsules?: (point: Vec3, capsules: readonly Capsule[]) => CollisionAnswer;
  readonly checkArm?: (anglesRad: ArrayLike<number>, obstacles: readonly Shape[], startRad?: ArrayLike<number>) => ArmAnswer;
  readonly #model: KinematicModel;
  #meter: GroundingMeter | undefined;
  #charged = false;
  #refused = false;

  constructor(model: KinematicModel) {
    this.#model = model;
    if (model.jointCount !== undefined) this.jointCount = model.jointCount;
    if (model.jointLimitsRad !== undefined) this.jointLimitsRad = model.jointLimitsRad;
    if (model.extraObstacles !== undefined) this.extraObstacles = model.extraObstacles;
    if (model.tipClearanceM !== undefined) this.tipClearanceM = model.tipClearanceM;
    if (model.linkCapsules !== undefined) this.linkCapsules = (anglesRad) => model.linkCapsules?.(anglesRad) ?? [];
    if (model.collidesWithCapsules !== undefined)
      this.collidesWithCapsules = (point, capsules) => {
        this.#payForCheck();
        return model.collidesWithCapsules?.(point, capsules) ?? "unsupported";
      };
    if (model.checkArm !== undefined)
      this.checkArm = (anglesRad, obstacles, startRad) => {
        this.#payForCheck();
        return model.checkArm?.(anglesRad, obstacles, startRad) ?? { kind: "unsupported", why: "the model has no arm to check" };
      };
  }

  /** Opens the view for the next constraint. */
  begin(meter: GroundingMeter): void {
    this.#meter = meter;
    this.#charged = false;
    this.#refused = false;
  }

  /** Closes the view; true when the constraint was refused something, whatever it made of it. */
  end(): boolean {
    this.#meter = undefined;
    return this.#refused;
  }

  forward(anglesRad: ArrayLike<number>): ForwardAnswer {
    return this.#model.forward(anglesRad);
  }

  inverse(target: Vec3): InverseAnswer {
    this.#pay("inverse_kinematics");
    return this.#model.inverse(target);
  }

  collidesWith(point: Vec3, boxes: readonly AxisAlignedBox[], spheres: readonly Sphere[]): CollisionAnswer {
    this.#payForCheck();
    return this.#model.collidesWith(point, boxes, spheres);
  }

  #payForCheck(): void {
    if (this.#charged) return;
    this.#pay("simulation_checks");
    this.#charged = true;
  }

  #pay(counter: BudgetCounter): void {
    const meter = this.#meter;
    if (meter === undefined) throw new BudgetSpent("the model may be asked only while the constraint is evaluated");
    if (meter.take(counter)) return;
    this.#refused = true;
    throw new BudgetSpent(`budget for ${counter} is exhausted`);
  }
}

const maxMessageLength = 200;

/** At most 200 characters of a text that somebody else wrote. */
export function clip(text: unknown): string {
  return String(text).slice(0, maxMessageLength);
}

/** The text of anything thrown, clipped, however hostile. */
export function messageOf(cause: unknown): string {
  try {
    return clip(cause instanceof Error ? cause.message : cause);
  } catch {
    return "the thrown value cannot be described";
  }
}
