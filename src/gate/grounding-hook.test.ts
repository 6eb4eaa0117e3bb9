import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { box, sphere } from "../geometry/shapes.ts";
import { JointChain, type JointLimit } from "../robot/joint-chain.ts";
import type { KinematicModel } from "../robot/kinematic-model.ts";
import { SimpleKinematicModel, type SimpleKinematicModelOptions } from "../robot/planar-arm.ts";
import { TenantBudgets, type BudgetUnits } from "./budget-tenants.ts";
import type { PhysicalConstraint } from "./constraint.ts";
import { TorqueConstraint, VelocityConstraint, WorkspaceConstraint } from "./constraint-limits.ts";
import { SpatialConstraint } from "./constraint-spatial.ts";
import { GroundingHook, type GroundingHookOptions } from "./grounding-hook.ts";
import { groundingVerdictJson, type GroundingVerdict } from "./grounding-verdict.ts";
import { physicalAction, type PhysicalActionFields } from "./physical-action.ts";

const PI = Math.PI;

function arm(options: SimpleKinematicModelOptions = {}, limits?: readonly (JointLimit | undefined)[]): SimpleKinematicModel {
  return new SimpleKinematicModel(new JointChain([0, 0, 0], [1, 1], limits), options);
}
function cell(half: number, name = "cell"): WorkspaceConstraint {
  return new WorkspaceConstraint(name, box([-half, -half, -half], [half, half, half]));
}
function hook(options: Partial<GroundingHookOptions> = {}): GroundingHook {
  return new GroundingHook({ model: arm(), constraints: [cell(5)], ...options });
}
function to(targetInWorld: Vec3, more: Partial<PhysicalActionFields> = {}): ReturnType<typeof physicalAction> {
  return physicalAction({ actuatorId: "arm", targetInWorld, ...more });
}
function names(verdict: GroundingVerdict): readonly string[] {
  return verdict.violations.map(({ constraint }) => constraint);
}
/** A model made of answers, and a count of its calls. */
function scripted(answers: Partial<KinematicModel> = {}): KinematicModel & { calls: string[] } {
  const calls: string[] = [];
  const logged =
    <Args extends unknown[], Out>(name: string, answer: (...args: Args) => Out) =>
    (...args: Args): Out => {
      calls.push(name);
      return answer(...args);
    };
  return {
    jointCount: 2,
    ...answers,
    calls,
    forward: logged("forward", answers.forward ?? (() => ({ kind: "position", positionInWorld: [1, 1, 0] }))),
    inverse: logged("inverse", answers.inverse ?? (() => ({ kind: "solution", anglesRad: [0, 0], residualM: 0 }))),
    collidesWith: logged("collidesWith", answers.collidesWith ?? (() => "free")),
  };
}

describe("verdicts", () => {
  test("D10 an action that keeps to everything is allowed", () => {
    const verdict = hook().evaluate(to([1, 1, 0], { velocityMps: 1 }), "a");
    expect(verdict).toEqual({ action: verdict.action, decision: "allow", allowed: true, violations: [], anyViolation: false });
    expect(Object.isFrozen(verdict) && Object.isFrozen(verdict.violations)).toBe(true);
  });

  test("G21 a joint vector does not bypass grounding", () => {
    const verdict = hook().evaluate(to([4, 4, 0], { jointAnglesRad: [0, 0] }));
    expect(verdict).toMatchObject({ allowed: false, decision: "deny" });
    expect(names(verdict)).toEqual(["joint_target_mismatch"]);
    expect(verdict.violations[0]?.reason).toBe("joint angles place the end-effector at (2, 0, 0), 4.472136 m from the target");
  });

  test("G23 four violations in order, with their texts", () => {
    const verdict = hook({
      constraints: [
        cell(1, "cage"),
        new VelocityConstraint("v", 0.1),
        new TorqueConstraint("t", 0.1),
        new SpatialConstraint("leg", { boxes: [box([1.4, -0.1, -0.1], [1.6, 0.1, 0.1])] }),
      ],
    }).evaluate(to([1.5, 0, 0], { velocityMps: 2, torqueNm: 5 }));
    expect(verdict.violations.map(({ constraint, reason }) => [constraint, reason])).toEqual([
      ["cage", "end-effector (1.5, 0, 0) outside workspace 'cage' bounded by (-1, -1, -1)..(1, 1, 1)"],
      ["v", "velocity 2.000 exceeds 'v' limit 0.100"],
      ["t", "torque 5.000 exceeds 't' limit 0.100"],
      ["leg", "end-effector (1.5, 0, 0) collides with obstacle set 'leg'"],
    ]);
    expect(verdict).toMatchObject({ allowed: false, decision: "deny", anyViolation: true });
  });

  test("G24 a constraint that throws has failed, undecided", () => {
    const boom: PhysicalConstraint = {
      name: "custom",
      evaluate: () => {
        throw new Error("boom");
      },
    };
    const verdict = hook({ constraints: [boom] }).evaluate(to([1, 1, 0]));
    expect(verdict.violations).toEqual([{ constraint: "custom", reason: "constraint error: boom", undecided: true }]);
    expect(verdict).toMatchObject({ allowed: false, decision: "unknown" });
  });

  test("G25 reachability, then the workspace", () => {
    const verdict = hook().evaluate(to([10, 10, 0]));
    expect(names(verdict)).toEqual(["reachability", "cell"]);
    expect(verdict.violations[0]?.reason).toBe("target (10, 10, 0) is outside the model's reachable workspace");
  });

  test("G26 a solver that fails leaves reach undecided, which does not move", () => {
    const limits: readonly JointLimit[] = [
      [0, 0.1],
      [0, 0.1],
      [0, 0.1],
    ];
    const model = new SimpleKinematicModel(new JointChain([0, 0, 0], [1, 0.8, 0.5], limits));
    const verdict = hook({ model }).evaluate(to([1.2, 0.5, 0]));
    expect(verdict).toMatchObject({ decision: "unknown", allowed: false });
    expect(names(verdict)).toEqual(["reachability"]);
    expect(verdict.violations[0]?.reason).toMatch(/^reachability could not be decided: /);
    expect(hook({ model, onUnsupportedReachability: "allow" }).evaluate(to([1.2, 0.5, 0])).allowed).toBe(true);
  });

  test("D10 a decided violation outweighs an undecided one", () => {
    const verdict = hook({ model: scripted({ inverse: () => ({ kind: "unknown", why: "later" }) }) }).evaluate(to([10, 0, 0]));
    expect(verdict).toMatchObject({ decision: "deny", allowed: false });
    expect(names(verdict)).toEqual(["reachability", "cell"]);
  });

  test("D10 the wire form", () => {
    const verdict = hook().evaluate(to([10, 10, 0]));
    expect(groundingVerdictJson(verdict)).toMatchObject({
      action: { actuator_id: "arm", target_position: { x: 10, y: 10, z: 0 } },
      allowed: false,
      decision: "deny",
      any_violation: true,
      violations: [{ constraint: "reachability", undecided: false }, { constraint: "cell" }],
    });
  });
});

describe("reachability", () => {
  test("D10 joint vectors: count, limits, agreement", () => {
    const limited = hook({ model: arm({}, [[-1, 1], undefined]) });
    expect(limited.evaluate(to([2, 0, 0], { jointAnglesRad: [0, 0] })).allowed).toBe(true);
    expect(limited.evaluate(to([2, 0, 0], { jointAnglesRad: [0] })).violations).toEqual([
      { constraint: "joint_vector", reason: "got 1 joint angles, the model has 2 joints", undecided: false },
    ]);
    expect(limited.evaluate(to([0, 2, 0], { jointAnglesRad: [PI / 2, 0] })).violations).toEqual([
      { constraint: "joint_limits", reason: "joint 1 at 1.571 rad is beyond its limit 1.000 rad", undecided: false },
    ]);
    expect(names(limited.evaluate(to([0, 0, 0], { jointAnglesRad: [PI / 2, 0] })))).toEqual(["joint_limits", "joint_target_mismatch"]);
  });

  test("D10 the tolerance of the joint target is inclusive and configurable", () => {
    const exact = hook({ jointTargetToleranceM: 0.125 });
    expect(exact.evaluate(to([2.125, 0, 0], { jointAnglesRad: [0, 0] })).allowed).toBe(true);
    expect(exact.evaluate(to([2.126, 0, 0], { jointAnglesRad: [0, 0] })).allowed).toBe(false);
    for (const bad of [Number.NaN, -1, Infinity]) expect(() => hook({ jointTargetToleranceM: bad })).toThrow(/jointTargetToleranceM/);
  });

  test("D10 given angles, inverse is never called; switched off, neither", () => {
    const model = scripted();
    expect(hook({ model }).evaluate(to([1, 1, 0], { jointAnglesRad: [0, 0] })).allowed).toBe(true);
    expect(model.calls).toEqual(["forward"]);
    const off = scripted();
    expect(hook({ model: off, rejectOnUnreachable: false }).evaluate(to([4, 4, 0])).allowed).toBe(true);
    expect(off.calls).toEqual([]);
  });

  test("D10 what cannot be decided does not move: unsupported, throwing, malformed", () => {
    const odd: readonly Partial<KinematicModel>[] = [
      { inverse: () => ({ kind: "unknown", why: "no solver" }) },
      {
        inverse: () => {
          throw new Error("lost");
        },
      },
      { inverse: () => undefined as never },
      { inverse: () => ({ kind: "maybe" }) as never },
      { inverse: () => ({ kind: "solution", anglesRad: [0, 0], residualM: 0.5 }) },
      { inverse: () => ({ kind: "solution", anglesRad: [0, 0], residualM: Number.NaN }) },
    ];
    for (const answers of odd)
      expect(hook({ model: scripted(answers) }).evaluate(to([1, 1, 0]))).toMatchObject({ decision: "unknown", allowed: false });
    const forwards: readonly Partial<KinematicModel>[] = [
      { forward: () => ({ kind: "unsupported", why: "no model" }) },
      {
        forward: () => {
          throw new Error("lost");
        },
      },
      { forward: () => null as never },
    ];
    for (const answers of forwards)
      expect(hook({ model: scripted(answers) }).evaluate(to([1, 1, 0], { jointAnglesRad: [0, 0] }))).toMatchObject({
        decision: "unknown",
        violations: [{ constraint: "joint_target_mismatch", undecided: true }],
      });
    const lost = scripted({ forward: () => ({ kind: "position", positionInWorld: [Number.NaN, 0, 0] }) });
    expect(hook({ model: lost }).evaluate(to([1, 1, 0], { jointAnglesRad: [0, 0] })).allowed).toBe(false);
  });

  test("D10 `allow` for unsupported reach never covers a model that throws", () => {
    const model = scripted({
      inverse: () => {
        throw new Error("lost");
      },
    });
    expect(hook({ model, onUnsupportedReachability: "allow" }).evaluate(to([1, 1, 0])).decision).toBe("unknown");
  });
});

describe("model obstacles and the whole arm", () => {
  test("D10 the model's own obstacles count although no constraint asks", () => {
    const model = arm({ extraSpheres: [sphere([1, 1, 0], 0.1)] });
    expect(hook({ model }).evaluate(to([1, 1, 0])).violations).toEqual([
      { constraint: "model_obstacles", reason: "end-effector (1, 1, 0) collides with the model's own obstacles", undecided: false },
    ]);
    const blind = scripted({ extraObstacles: [sphere([9, 9, 9], 1)], collidesWith: () => "unsupported" });
    expect(hook({ model: blind }).evaluate(to([1, 1, 0]))).toMatchObject({
      decision: "unknown",
      violations: [{ constraint: "model_obstacles" }],
    });
    const broken = scripted({
      extraObstacles: [sphere([9, 9, 9], 1)],
      collidesWith: () => {
        throw new Error("lost");
      },
    });
    expect(hook({ model: broken }).evaluate(to([1, 1, 0])).decision).toBe("unknown");
  });

  test("G20 the posture that IK chose collides although the tip is clear", () => {
    const model = arm({ linkRadiusM: 0.05, extraSpheres: [sphere([0, 1, 0], 0.1, { label: "lamp" })] });
    const verdict = hook({ model }).evaluate(to([1, 1, 0]));
    expect(verdict.violations).toMatchObject([
      { constraint: "path", reason: "link 1 collides with lamp in the goal posture", undecided: false },
    ]);
    expect(verdict.allowed).toBe(false);
  });

  test("D10 links are checked against the obstacles of constraints, too, and on the way from the start", () => {
    const pole = new SpatialConstraint("pole", { spheres: [sphere([0, 1.8, 0], 0.05, { label: "pole" })] });
    const swinging = hook({ model: arm({ linkRadiusM: 0.02, collisionMarginM: 0.01 }), constraints: [pole] });
    const back = to([-2, 0, 0], { jointAnglesRad: [PI, 0] });
    expect(swinging.evaluate(back).allowed).toBe(true);
    const swept = swinging.evaluate(back, "", { startAngles: [0, 0] });
    expect(names(swept)).toEqual(["path"]);
    expect(swept.violations[0]?.reason).toMatch(/^link 2 collides with pole at 0\.\d{3} of the path$/);
    expect(swept.violations[0]?.evidence).toMatchObject({ link: "link 2", against: "pole" });
    expect(swinging.evaluate(back, "", { startAngles: [0] })).toMatchObject({ decision: "unknown", violations: [{ constraint: "path" }] });
    expect(swinging.evaluate(back, "", { startAngles: [Number.NaN, 0] }).allowed).toBe(false);
  });

  test("D10 a model that only shows its capsules is checked at the goal; the way stays undecided", () => {
    const capsules = arm({ linkRadiusM: 0.05 });
    const shown: KinematicModel = {
      forward: (q) => capsules.forward(q),
      inverse: (p) => capsules.inverse(p),
      collidesWith: () => "free",
      linkCapsules: (q) => capsules.linkCapsules(q),
      jointCount: 2,
    };
    const lamp = new SpatialConstraint("lamp", { spheres: [sphere([0, 1, 0], 0.1, { label: "lamp" })] });
    const looking = hook({ model: shown, constraints: [lamp] });
    expect(looking.evaluate(to([1, 1, 0])).violations[0]).toMatchObject({
      constraint: "path",
      reason: "link 1 collides with lamp in the goal posture",
    });
    expect(looking.evaluate(to([1, -1, 0])).allowed).toBe(true);
    expect(looking.evaluate(to([1, -1, 0]), "", { startAngles: [0, 0] })).toMatchObject({ decision: "unknown" });
  });
});

describe("budgets", () => {
  function budgeted(limits: BudgetUnits, options: Partial<GroundingHookOptions> = {}): { budget: TenantBudgets; hook: GroundingHook } {
    const budget = new TenantBudgets({ limits });
    return { budget, hook: hook({ budget, ...options }) };
  }
  const leg = new SpatialConstraint("leg", { boxes: [box([4, 4, 4], [5, 5, 5])] });
  const far = new SpatialConstraint("far", { spheres: [sphere([8, 8, 8], 1)] });

  test("G33 without IK budget the free checks still run, and inverse is not called", () => {
    const model = scripted();
    const { budget, hook: h } = budgeted({ inverse_kinematics: 1 }, { model });
    budget.consume("a", "inverse_kinematics");
    const verdict = h.evaluate(to([10, 10, 0]), "a");
    expect(names(verdict)).toEqual(["budget:inverse_kinematics", "cell"]);
    expect(verdict.decision).toBe("deny");
    expect(model.calls).toEqual([]);
  });

  test("D14 no validation left: nothing else runs, nothing else is found", () => {
    const model = scripted();
    const { budget, hook: h } = budgeted({ action_validations: 1 }, { model });
    expect(h.evaluate(to([1, 1, 0]), "a").allowed).toBe(true);
    const before = [...model.calls];
    const verdict = h.evaluate(to([10, 10, 0]), "a");
    expect(verdict.violations).toEqual([
      {
        constraint: "budget:action_validations",
        reason: "physical budget exceeded for action_validations: limit 1 per 60.000s window",
        undecided: false,
      },
    ]);
    expect(model.calls).toEqual(before);
    expect(budget.snapshot("a").counters.inverse_kinematics.used).toBe(1);
    expect(h.evaluate(to([1, 1, 0]), "b").allowed).toBe(true);
  });

  test("D14 cost follows use: one simulation check per constraint that asks, however often, and one for the model's own", () => {
    const asking: PhysicalConstraint = {
      name: "asking",
      evaluate: (action, model) => {
        for (let i = 0; i < 3; i++) model?.collidesWith(action.targetInWorld, [], []);
        return null;
      },
    };
    const model = arm({ extraSpheres: [sphere([9, 9, 9], 0.1)] });
    const { budget, hook: h } = budgeted({}, { model, constraints: [cell(5), asking, leg, new VelocityConstraint("v", 1)] });
    expect(h.evaluate(to([1, 1, 0]), "a").allowed).toBe(true);
    expect(Object.values(budget.snapshot("a").counters).map(({ used }) => used)).toEqual([1, 1, 3, 0]);
  });

  test("D14 exhausted simulation checks are listed once, also when swallowed, and the others still run", () => {
    const swallowing: PhysicalConstraint = {
      name: "swallowing",
      evaluate: (action, model) => {
        try {
          model?.collidesWith(action.targetInWorld, [], []);
        } catch {
          return null;
        }
        return null;
      },
    };
    const { budget, hook: h } = budgeted(
      { simulation_checks: 1 },
      { constraints: [leg, swallowing, far, new VelocityConstraint("v", 0.1)] },
    );
    expect(names(h.evaluate(to([1, 1, 0], { velocityMps: 1 }), "a"))).toEqual(["budget:simulation_checks", "v"]);
    expect(names(h.evaluate(to([1, 1, 0]), "a"))).toEqual(["budget:simulation_checks"]);
    expect(budget.snapshot("a").counters.simulation_checks.used).toBe(1);
  });

  test("D14 a constraint that inverts pays for it each time", () => {
    const curious: PhysicalConstraint = {
      name: "curious",
      evaluate: (action, model) => {
        model?.inverse(action.targetInWorld);
        model?.inverse(action.targetInWorld);
        model?.forward([0, 0]);
        return null;
      },
    };
    const { budget, hook: h } = budgeted({ inverse_kinematics: 4 }, { constraints: [curious] });
    expect(h.evaluate(to([1, 1, 0]), "a").allowed).toBe(true);
    expect(budget.snapshot("a").counters.inverse_kinematics.used).toBe(3);
    expect(names(h.evaluate(to([1, 1, 0]), "a"))).toEqual(["budget:inverse_kinematics"]);
  });

  test("D14 tenants that are refused get no further", () => {
    const nameless = hook({ budget: new TenantBudgets({ requireTenant: true }) });
    expect(names(nameless.evaluate(to([1, 1, 0])))).toEqual(["budget:tenant"]);
    const crowded = new TenantBudgets({ maxTenants: 1 });
    crowded.consume("other", "sensor_fusion");
    expect(names(hook({ budget: crowded }).evaluate(to([1, 1, 0]), "a"))).toEqual(["budget:tenants"]);
  });

  test("D14 a view kept beyond the evaluation is worth nothing", () => {
    let kept: KinematicModel | undefined;
    const keeping: PhysicalConstraint = {
      name: "keeping",
      evaluate: (_action, model) => {
        kept = model;
        return null;
      },
    };
    const { budget, hook: h } = budgeted({}, { constraints: [keeping] });
    h.evaluate(to([1, 1, 0]), "a");
    expect(() => kept?.collidesWith([0, 0, 0], [], [])).toThrow(/only while/);
    expect(() => kept?.inverse([0, 0, 0])).toThrow(/only while/);
    expect(budget.snapshot("a").counters.simulation_checks.used).toBe(0);
  });

  test("D14 a constraint may ask the very hook it belongs to", () => {
    let depth = 0;
    const budget = new TenantBudgets();
    const recursive: PhysicalConstraint = {
      name: "recursive",
      evaluate: (action, model) => {
        depth += 1;
        const allowed = depth > 1 || self.evaluate(to([1, 1, 0]), "a").allowed;
        model?.collidesWith(action.targetInWorld, [], []);
        return allowed ? null : "not both";
      },
    };
    const self: GroundingHook = hook({ budget, constraints: [recursive] });
    expect(self.evaluate(to([1, 1, 0]), "a").violations).toEqual([]);
    expect(Object.values(budget.snapshot("a").counters).map(({ used }) => used)).toEqual([2, 2, 2, 0]);
  });

  test("D14 a constraint may ground another action meanwhile", () => {
    const { budget, hook: inner } = budgeted({}, { constraints: [leg] });
    const nested: PhysicalConstraint = {
      name: "nested",
      evaluate: (action, model) => {
        model?.collidesWith(action.targetInWorld, [], []);
        const allowed = inner.evaluate(to([1, 1, 0]), "a").allowed;
        model?.collidesWith(action.targetInWorld, [], []);
        return allowed ? null : "not both";
      },
    };
    const outer = hook({ budget, constraints: [nested] });
    expect(outer.evaluate(to([1, 1, 0]), "a").allowed).toBe(true);
    expect(Object.values(budget.snapshot("a").counters).map(({ used }) => used)).toEqual([2, 2, 2, 0]);
  });
});

describe("constraints as plug-ins", () => {
  test("D10 at least one, uniquely named, none reserved", () => {
    expect(() => hook({ constraints: [] })).toThrow(/constraints must be non-empty/);
    expect(() => hook({ constraints: [cell(1), cell(2)] })).toThrow(/constraint names must be unique/);
    expect(() => hook({ constraints: [{ name: "path", evaluate: () => null }] })).toThrow(/reserved/);
    expect(() => hook({ constraints: [{ name: " ", evaluate: () => null }] })).toThrow(/blank/);
    expect(() => Reflect.construct(GroundingHook, [{ model: arm(), constraints: [cell(1)], onUnsupportedReachability: "maybe" }])).toThrow(
      /deny or allow/,
    );
  });

  test("D9 only null passes", () => {
    for (const answer of [undefined, false, true, 0, {}, [], Promise.resolve(null)]) {
      const plain = { name: "odd", evaluate: () => answer as never };
      const detailed = { name: "odd", evaluate: () => null, evaluateDetailed: () => answer as never };
      for (const constraint of [plain, detailed]) expect(hook({ constraints: [constraint] }).evaluate(to([1, 1, 0])).allowed).toBe(false);
    }
    expect(hook({ constraints: [{ name: "odd", evaluate: () => "" }] }).evaluate(to([1, 1, 0]))).toMatchObject({ decision: "deny" });
  });

  test("D9 details are asked for where they exist, and their numbers kept", () => {
    const detailed: PhysicalConstraint = {
      name: "detailed",
      evaluate: () => null,
      evaluateDetailed: () => ({ reason: "too near", undecided: true, evidence: { nearestM: 0.25 } }),
    };
    expect(hook({ constraints: [detailed] }).evaluate(to([1, 1, 0])).violations).toEqual([
      { constraint: "detailed", reason: "too near", undecided: true, evidence: { nearestM: 0.25 } },
    ]);
  });

  test("D9 errors are clipped, whatever is thrown", () => {
    const hostile = Object.defineProperty(new Error(), "message", {
      get: () => {
        throw new Error("no");
      },
    });
    for (const [thrown, reason] of [
      [new Error("x".repeat(500)), `constraint error: ${"x".repeat(200)}`],
      ["text", "constraint error: text"],
      [undefined, "constraint error: undefined"],
      [Object.create(null), "constraint error: the thrown value cannot be described"],
      [hostile, "constraint error: the thrown value cannot be described"],
    ] as const) {
      const throwing: PhysicalConstraint = {
        name: "t",
        evaluate: () => {
          throw thrown;
        },
      };
      expect(hook({ constraints: [throwing] }).evaluate(to([1, 1, 0])).violations[0]?.reason).toBe(reason);
    }
  });

  test("D9 a name that changes later does not change in violations", () => {
    let name = "first";
    const shifty: PhysicalConstraint = {
      get name() {
        return name;
      },
      evaluate: () => "no",
    };
    const h = hook({ constraints: [shifty] });
    name = "path";
    expect(names(h.evaluate(to([1, 1, 0])))).toEqual(["first"]);
  });

  test("D10 property: allowed exactly when nothing was found, for any action", () => {
    const number = fc.oneof(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(0, -0, 1e308, -1e308, 5e-324));
    const h = hook({
      model: arm({ linkRadiusM: 0.02 }),
      constraints: [cell(1), new VelocityConstraint("v", 1), new SpatialConstraint("s", { spheres: [sphere([0.5, 0.5, 0], 0.2)] })],
    });
    let allowed = 0;
    fc.assert(
      fc.property(number, number, fc.constantFrom(0, 0, 0, 1), fc.double({ min: 0, max: 2, noNaN: true }), (x, y, z, v) => {
        const verdict = h.evaluate(to([x, y, z], { velocityMps: v }));
        expect(verdict.allowed).toBe(verdict.violations.length === 0);
        expect(verdict.allowed).toBe(verdict.decision === "allow");
        if (!verdict.allowed) return;
        allowed += 1;
        expect(Math.abs(x) <= 1 && Math.abs(y) <= 1 && z === 0 && v <= 1 && Math.hypot(x - 0.5, y - 0.5) > 0.2).toBe(true);
      }),
      { seed: 20261121, numRuns: 1000 },
    );
    expect(allowed).toBeGreaterThan(10);
  });
});
