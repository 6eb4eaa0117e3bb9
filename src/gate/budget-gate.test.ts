import { describe, expect, test } from "vitest";
import { budgetGate, chargePlanning, countersOf } from "./budget-gate.ts";
import { TenantBudgets } from "./budget-tenants.ts";
import { createGateChain } from "./chain.ts";
import { askOf, type AskChoices } from "./testing/asks.ts";
import type { Ask } from "./gate.ts";

const move: AskChoices = {
  args: { x: 0.5, y: 0, z: 1 },
  points: [[0.5, 0, 1]],
  rows: [
    [0, 0, 0],
    [0.5, 0, 0],
  ],
};

function at(ask: Ask, atMs: number, tenant = "a"): Ask {
  return Object.freeze({ ...ask, atMs, actor: { ...ask.actor, tenant } });
}

describe("budgetGate", () => {
  const ask = at(askOf(move), 0);

  test("D14 looking charges nothing, committing charges what the plan made use of", () => {
    const budgets = new TenantBudgets();
    const gate = budgetGate(budgets);
    for (let i = 0; i < 500; i++) expect(gate.check(ask).kind).toBe("allow");
    gate.commit?.(ask);
    const { counters } = budgets.snapshot("a");
    expect(Object.values(counters).map(({ used }) => used)).toEqual([1, 1, 1, 0]);
  });

  test("D14 joint motion makes no use of inverse kinematics, no motion of nothing but the validation", () => {
    expect(countersOf(askOf({ ...move, declared: { kind: "joint", pointsInWorld: [], straight: false } }))).not.toContain(
      "inverse_kinematics",
    );
    expect(countersOf(askOf({ points: [[0, 0, 0]] }))).toEqual(["action_validations"]);
  });

  test("D14 an exhausted tenant is denied, and in time allowed again, others never notice", () => {
    const gate = budgetGate(new TenantBudgets({ limits: { inverse_kinematics: 2 } }));
    gate.commit?.(ask);
    gate.commit?.(ask);
    expect(gate.check(ask)).toMatchObject({
      kind: "deny",
      gate: "physical_budget",
      code: "budget:inverse_kinematics",
      reason: "physical budget exceeded for inverse_kinematics: limit 2 per 60.000s window",
      evidence: { tenant: "a", retryAfterMs: 30_000 },
    });
    expect(gate.check(at(ask, 0, "b")).kind).toBe("allow");
    expect(gate.check(at(ask, 29_999)).kind).toBe("deny");
    expect(gate.check(at(ask, 30_000)).kind).toBe("allow");
  });

  test("D14 what was prepaid is not charged again; a cost of one's own can be given", () => {
    const budgets = new TenantBudgets();
    budgetGate(budgets, { prepaid: ["action_validations", "inverse_kinematics"] }).commit?.(ask);
    budgetGate(budgets, { costOf: () => ["sensor_fusion"] }).commit?.(ask);
    expect(Object.values(budgets.snapshot("a").counters).map(({ used }) => used)).toEqual([0, 0, 1, 1]);
  });

  test("D14 stopping never waits for a budget", () => {
    const gate = budgetGate(new TenantBudgets({ limits: { action_validations: 1 } }));
    const land = at(askOf({ name: "land" }), 0);
    for (let i = 0; i < 3; i++) {
      expect(gate.check(land).kind).toBe("allow");
      gate.commit?.(land);
    }
    expect(gate.check(at(askOf(move), 0)).kind).toBe("allow");
  });

  test("D14 in a chain: denied asks are free, cleared ones pay, forks pay for themselves", () => {
    const budgets = new TenantBudgets({ limits: { action_validations: 2 } });
    const chain = createGateChain([budgetGate(budgets)]);
    const fork = chain.fork();
    expect(fork.clear(ask).cleared).toBeDefined();
    expect(fork.clear(ask).cleared).toBeDefined();
    expect(fork.clear(ask).verdict.kind).toBe("deny");
    for (let i = 0; i < 5; i++) expect(chain.judge(ask).verdict.kind).toBe("allow");
    expect(budgets.snapshot("a").counters.action_validations.used).toBe(0);
    expect(chain.clear(ask).cleared).toBeDefined();
    expect(budgets.snapshot("a").counters.action_validations.used).toBe(1);
  });

  test("D14 a nameless or a surplus tenant is denied where the budget says so", () => {
    expect(budgetGate(new TenantBudgets({ requireTenant: true })).check(at(ask, 0, ""))).toMatchObject({ code: "budget:tenant" });
    const crowded = new TenantBudgets({ maxTenants: 1 });
    crowded.consume("other", "sensor_fusion");
    expect(budgetGate(crowded).check(ask)).toMatchObject({ code: "budget:tenants" });
  });
});

describe("chargePlanning", () => {
  test("D14 charges before the work, all or none", () => {
    const budgets = new TenantBudgets({ limits: { inverse_kinematics: 1 } });
    const counters = ["action_validations", "inverse_kinematics", "action_validations"] as const;
    expect(chargePlanning(budgets, "a", counters)).toBeNull();
    expect(chargePlanning(budgets, "a", counters)).toMatchObject({ kind: "deny", code: "budget:inverse_kinematics" });
    expect(budgets.snapshot("a").counters.action_validations.used).toBe(1);
    expect(chargePlanning(budgets, "a", [])).toBeNull();
  });
});
