/**
 * Budgets at the door. What planning costs is charged before it is planned (`chargePlanning`); what else a cleared intent costs is
 * charged when it is cleared (`budgetGate`).
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { BudgetCounter, BudgetRefusal, TenantBudgets } from "./budget-tenants.ts";
import type { Ask, Gate } from "./gate.ts";
import { isStopClass } from "./stop-class.ts";
import { allow, deny, type Deny, type Verdict } from "./verdict.ts";

const id = "physical_budget";

export interface BudgetGateOptions {
  /** Counters that `chargePlanning` has charged already; the gate leaves them alone. */
  readonly prepaid?: readonly BudgetCounter[];
  /** What an ask costs, one unit each; `countersOf` unless given. */
  readonly costOf?: (ask: Ask) => readonly BudgetCounter[];
}

/**
 * Denies while the tenant of the ask cannot pay for it. Looking charges nothing: `commit` does, for cleared intents alone, so an ask
 * that others deny is free here. Denied asks cost planning time all the same, which `chargePlanning` is for.
 */
export function budgetGate(budgets: TenantBudgets, options: BudgetGateOptions = {}): Gate {
  const { prepaid = [], costOf = countersOf } = options;
  // Stopping never waits for a budget.
  const cost = (ask: Ask): readonly BudgetCounter[] =>
    isStopClass(ask) ? [] : costOf(ask).filter((counter) => !prepaid.includes(counter));
  return new BudgetGate(budgets, cost);
}

/**
 * Charges one unit of each counter, all or none, before the work is done. Null when paid; otherwise the denial to record, and
 * nothing was charged and nothing costly need run.
 */
export function chargePlanning(budgets: TenantBudgets, tenant: string, counters: readonly BudgetCounter[]): Deny | null {
  const distinct = new Set(counters);
  for (const counter of distinct) {
    const refusal = budgets.refusal(tenant, counter);
    if (refusal !== null) return denied(refusal);
  }
  for (const counter of distinct) budgets.consume(tenant, counter);
  return null;
}

/**
 * What an ask makes of the four counters: one validation; inverse kinematics where motion was planned for the tip; one simulation
 * check where anything moves, for its swept check. Gates read no sensors, so `sensor_fusion` is for those who do.
 */
export function countersOf({ plan }: Ask): readonly BudgetCounter[] {
  const moves = plan.segments.some((segment) => segment.kind === "motion");
  if (!moves) return validationOnly;
  return plan.declared.kind === "joint" || plan.declared.kind === "none" ? jointMotion : tipMotion;
}

const validationOnly: readonly BudgetCounter[] = Object.freeze(["action_validations"]);
const jointMotion: readonly BudgetCounter[] = Object.freeze(["action_validations", "simulation_checks"]);
const tipMotion: readonly BudgetCounter[] = Object.freeze(["action_validations", "inverse_kinematics", "simulation_checks"]);

class BudgetGate implements Gate {
  readonly id = id;
  readonly #budgets: TenantBudgets;
  readonly #cost: (ask: Ask) => readonly BudgetCounter[];

  constructor(budgets: TenantBudgets, cost: (ask: Ask) => readonly BudgetCounter[]) {
    this.#budgets = budgets;
    this.#cost = cost;
  }

  check(ask: Ask): Verdict {
    this.#budgets.advanceTo(ask.atMs);
    for (const counter of this.#cost(ask)) {
      const refusal = this.#budgets.refusal(ask.actor.tenant, counter);
      if (refusal !== null) return denied(refusal);
    }
    return allow(id, "within budget");
  }

  commit(ask: Ask): void {
    this.#budgets.advanceTo(ask.atMs);
    for (const counter of this.#cost(ask)) {
      const refusal = this.#budgets.consume(ask.actor.tenant, counter);
      // A commit that throws denies: somebody else spent the unit between the check and now.
      if (refusal !== null) throw new RangeError(refusal.message);
    }
  }

  fork(): Gate {
    return new BudgetGate(this.#budgets.fork(), this.#cost);
  }
}

function denied(refusal: BudgetRefusal): Deny {
  const { tenant, counter, limit, windowS, retryAfterMs, message } = refusal;
  const evidence: JsonObject = { tenant: tenant === "" ? "default" : tenant, counter, limit, windowS, retryAfterMs };
  return deny(id, `budget:${counter}`, message, evidence);
}
