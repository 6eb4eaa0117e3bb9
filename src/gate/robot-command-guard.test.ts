import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { box, sphere } from "../geometry/shapes.ts";
import { JointChain } from "../robot/joint-chain.ts";
import { SimpleKinematicModel } from "../robot/planar-arm.ts";
import { TenantBudgets } from "./budget-tenants.ts";
import { VelocityConstraint, WorkspaceConstraint } from "./constraint-limits.ts";
import { SpatialConstraint } from "./constraint-spatial.ts";
import { physicalAction } from "./physical-action.ts";
import { planVerdictJson, RobotCommandGuard, type RobotCommandGuardOptions } from "./robot-command-guard.ts";

const model = new SimpleKinematicModel(new JointChain([0, 0, 0], [2, 2]), { collisionMarginM: 0.02 });
const origin: Vec3 = [0, 0, 0];
const caps: RobotCommandGuardOptions = { maxStepDisplacementM: 0.5, maxPathLengthM: 0.75 };

function at(...xs: number[]): ReturnType<typeof physicalAction>[] {
  return xs.map((x) => physicalAction({ actuatorId: "arm", targetInWorld: [x, 0, 0] }));
}
function found(verdict: ReturnType<RobotCommandGuard["verifyPlan"]>): readonly (readonly [number, string, string])[] {
  return verdict.violations.map(({ stepIndex, constraint, reason }) => [stepIndex, constraint, reason]);
}

describe("far and long", () => {
  test("G46 steps and path against their caps, the path once", () => {
    const verdict = new RobotCommandGuard([], caps).verifyPlan(at(0.2, 1.0, 1.8), { from: origin });
    expect(found(verdict)).toEqual([
      [1, "max_step_displacement", "step displacement 0.800 exceeds limit 0.500"],
      [1, "max_path_length", "cumulative path 1.000 exceeds limit 0.750"],
      [2, "max_step_displacement", "step displacement 0.800 exceeds limit 0.500"],
    ]);
    expect(verdict).toMatchObject({ decision: "deny", safe: false, blocked: false, warnOnly: true, stepCount: 3, unverified: [] });
  });

  test("G47 without a start the first step is unverified", () => {
    const guard = new RobotCommandGuard([], caps);
    const verdict = guard.verifyPlan(at(0.2, 1.0, 1.8));
    expect(found(verdict)).toContainEqual([1, "max_path_length", "cumulative path 0.800 exceeds limit 0.750"]);
    expect(verdict.unverified).toEqual(["first_step"]);
    expect(verdict.decision).toBe("deny");
    expect(guard.verifyPlan(at(0.2))).toMatchObject({ decision: "unknown", safe: false, unverified: ["first_step"], violations: [] });
  });

  test("D21 the first step is measured from the current pose; equality passes", () => {
    const guard = new RobotCommandGuard([], { maxStepDisplacementM: 0.5 });
    expect(guard.verifyPlan(at(0.5, 1), { from: origin })).toMatchObject({ safe: true, decision: "allow" });
    expect(found(guard.verifyPlan(at(0.5, 1), { from: [-0.1, 0, 0] }))).toEqual([
      [0, "max_step_displacement", "step displacement 0.600 exceeds limit 0.500"],
    ]);
  });

  test("D21 highRisk blocks, otherwise violations warn; neither is safe", () => {
    const blocked = new RobotCommandGuard([], { ...caps, highRiskEnabled: true }).verifyPlan(at(3), { from: origin });
    expect(blocked).toMatchObject({ blocked: true, warnOnly: false, safe: false, decision: "deny" });
  });

  test("D21 property: safe exactly when every step and their sum keep to the caps", () => {
    const plan = fc.array(
      fc.integer({ min: -8, max: 8 }).map((n) => n / 8),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(plan, (xs) => {
        const steps = xs.map((x, i) => Math.abs(x - (i === 0 ? 0 : xs[i - 1]!)));
        const sum = steps.reduce((total, step) => total + step, 0);
        const verdict = new RobotCommandGuard([], caps).verifyPlan(at(...xs), { from: origin });
        expect(verdict.safe).toBe(Math.max(...steps) <= 0.5 && sum <= 0.75);
        expect(verdict.violations.filter(({ constraint }) => constraint === "max_path_length").length).toBe(sum <= 0.75 ? 0 : 1);
      }),
      { seed: 20261121 },
    );
  });
});

describe("fast", () => {
  const guard = new RobotCommandGuard([], { maxSpeedMps: 0.5 });

  test("D21 speed between targets, the first from the current pose", () => {
    expect(guard.verifyPlan(at(0.5, 1), { from: origin, timesS: [1, 2] }).safe).toBe(true);
    expect(found(guard.verifyPlan(at(0.5, 1), { from: origin, timesS: [0.5, 1.5] }))).toEqual([
      [0, "max_speed", "speed 1.000 exceeds limit 0.500"],
    ]);
    expect(found(guard.verifyPlan(at(0, 1), { from: origin, timesS: [0, 1] }))).toEqual([
      [1, "max_speed", "speed 1.000 exceeds limit 0.500"],
    ]);
  });

  test("D21 times must rise", () => {
    expect(found(guard.verifyPlan(at(0.1, 0.2, 0.3), { from: origin, timesS: [1, 1, 0.5] }))).toEqual([
      [1, "plan_times", "time 1.000 s is not after 1.000 s"],
      [2, "plan_times", "time 0.500 s is not after 1.000 s"],
    ]);
    expect(found(guard.verifyPlan(at(0.1), { from: origin, timesS: [0] }))).toEqual([
      [0, "plan_times", "time 0.000 s is not after 0.000 s"],
    ]);
    expect(found(guard.verifyPlan(at(0.1), { timesS: [-1] }))).toEqual([[0, "plan_times", "time -1.000 s is not after 0.000 s"]]);
  });

  test("D21 a speed cap without times is unverified", () => {
    expect(guard.verifyPlan(at(0.1), { from: origin })).toMatchObject({ decision: "unknown", safe: false, unverified: ["speed"] });
    expect(guard.verifyPlan(at(0.1))).toMatchObject({ unverified: ["first_step", "speed"] });
  });
});

describe("constraints", () => {
  const leg = new SpatialConstraint("leg", { boxes: [box([1.4, -0.1, -0.1], [1.6, 0.1, 0.1])] });

  test("D21 every step against every constraint and its reach, before the temporal ones", () => {
    const cage = new WorkspaceConstraint("cage", box([-1, -1, -1], [1, 1, 1]));
    const verdict = new RobotCommandGuard([cage, new VelocityConstraint("v", 1)], { model, maxStepDisplacementM: 0.5 }).verifyPlan(
      at(0.4, 2, 9),
      { from: origin },
    );
    expect(found(verdict).map(([step, constraint]) => [step, constraint])).toEqual([
      [1, "cage"],
      [2, "reachability"],
      [2, "cage"],
      [1, "max_step_displacement"],
      [2, "max_step_displacement"],
    ]);
  });

  test("D21 segments are checked, not only their ends, with the margin of the model", () => {
    const guard = new RobotCommandGuard([leg], { model });
    expect(guard.verifyPlan(at(1, 2)).violations).toMatchObject([
      {
        stepIndex: 1,
        constraint: "leg",
        reason: "end-effector path (1, 0, 0) to (2, 0, 0) collides with obstacle set 'leg'",
        undecided: false,
      },
    ]);
    expect(guard.verifyPlan(at(2), { from: [1, 0, 0] }).violations).toHaveLength(1);
    expect(guard.verifyPlan(at(2)).safe).toBe(true);
    const past = [1, 2].map((x) => physicalAction({ actuatorId: "arm", targetInWorld: [x, 0.1 + 0.019, 0] }));
    expect(guard.verifyPlan(past).safe).toBe(false);
    const farther = [1, 2].map((x) => physicalAction({ actuatorId: "arm", targetInWorld: [x, 0.1 + 0.021, 0] }));
    expect(guard.verifyPlan(farther).safe).toBe(true);
  });

  test("D21 a step that itself collides is reported once", () => {
    expect(found(new RobotCommandGuard([leg], { model }).verifyPlan(at(1, 1.5)))).toEqual([
      [1, "leg", "end-effector (1.5, 0, 0) collides with obstacle set 'leg'"],
    ]);
  });

  test("D21 the model's own obstacles bar the way, too", () => {
    const own = new SimpleKinematicModel(new JointChain([0, 0, 0], [2, 2]), { extraSpheres: [sphere([1.5, 0, 0], 0.1)] });
    expect(found(new RobotCommandGuard([new VelocityConstraint("v", 1)], { model: own }).verifyPlan(at(1, 2)))).toEqual([
      [1, "model_obstacles", "end-effector path (1, 0, 0) to (2, 0, 0) collides with the model's own obstacles"],
    ]);
  });

  test("D21 without a model, what needs one is undecided and not safe", () => {
    const verdict = new RobotCommandGuard([leg]).verifyPlan(at(3));
    expect(verdict).toMatchObject({ decision: "unknown", safe: false, violations: [{ reason: "no kinematic model", undecided: true }] });
  });

  test("D21 budgets are spent step by step", () => {
    const budget = new TenantBudgets({ limits: { action_validations: 2 } });
    const verdict = new RobotCommandGuard([new VelocityConstraint("v", 1)], { budget }).verifyPlan(at(1, 2, 3), { tenantId: "a" });
    expect(found(verdict).map(([step, constraint]) => [step, constraint])).toEqual([[2, "budget:action_validations"]]);
  });
});

describe("hostile", () => {
  test("D21 a guard that would check nothing, and an empty plan, are errors", () => {
    expect(() => new RobotCommandGuard()).toThrow(/needs constraints or caps/);
    expect(() => new RobotCommandGuard([], { model })).toThrow(/needs constraints or caps/);
    expect(() => new RobotCommandGuard([], caps).verifyPlan([])).toThrow("plan must contain at least one action");
  });

  test.for([Number.NaN, Infinity, -0.1])("D21 a cap of %d is an error", (cap) => {
    expect(() => new RobotCommandGuard([], { maxStepDisplacementM: cap })).toThrow(/maxStepDisplacementM/);
    expect(() => new RobotCommandGuard([], { maxPathLengthM: cap })).toThrow(/maxPathLengthM/);
    expect(() => new RobotCommandGuard([], { maxSpeedMps: cap })).toThrow(/maxSpeedMps/);
  });

  test("D21 starts and times must be finite and complete", () => {
    const guard = new RobotCommandGuard([], caps);
    expect(() => guard.verifyPlan(at(1), { from: [Number.NaN, 0, 0] })).toThrow(/Vec3/);
    expect(() => guard.verifyPlan(at(1), { timesS: [] })).toThrow(/one time per action/);
    expect(() => guard.verifyPlan(at(1), { timesS: [Number.NaN] })).toThrow(/timesS\[0\]/);
  });

  test("D21 numbers that slipped past the parser are never safe", () => {
    const [action] = at(0);
    const bad = [{ ...action!, targetInWorld: [Number.NaN, 0, 0] as const }];
    expect(new RobotCommandGuard([], caps).verifyPlan(bad, { from: origin }).safe).toBe(false);
  });
});

test("D21 the wire form keeps its compatible keys", () => {
  const verdict = new RobotCommandGuard([], caps).verifyPlan(at(3));
  expect(planVerdictJson(new RobotCommandGuard([], caps).verifyPlan(at(3), { from: origin }))).toMatchObject({
    blocked: false,
    warn_only: true,
    safe: false,
    step_count: 1,
    decision: "deny",
    violations: [
      { step_index: 0, constraint: "max_step_displacement", reason: "step displacement 3.000 exceeds limit 0.500" },
      { step_index: 0 },
    ],
  });
  expect(planVerdictJson(verdict)).toMatchObject({ unverified: ["first_step"], decision: "unknown", blocked: false, warn_only: false });
});
