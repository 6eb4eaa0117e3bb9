import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { box, sphere } from "../geometry/shapes.ts";
import type { KinematicModel } from "../robot/kinematic-model.ts";
import { TenantBudgets } from "./budget-tenants.ts";
import type { PhysicalConstraint } from "./constraint.ts";
import { TorqueConstraint, VelocityConstraint, WorkspaceConstraint } from "./constraint-limits.ts";
import { SpatialConstraint } from "./constraint-spatial.ts";
import { groundingGate } from "./grounding-gate.ts";
import { GroundingHook } from "./grounding-hook.ts";
import type { PhysicalAction } from "./physical-action.ts";
import { askOf, type AskChoices } from "./testing/asks.ts";

/** The gantry of the asks: the tip is where the joint values say. */
const gantry: KinematicModel = {
  jointCount: 3,
  forward: (q) => ({ kind: "position", positionInWorld: [q[0]!, q[1]!, q[2]!] }),
  inverse: (p) => ({ kind: "solution", anglesRad: [...p], residualM: 0 }),
  collidesWith: (p, boxes, spheres) => {
    const inBox = boxes.some(({ minM, maxM }) => p.every((value, axis) => value >= minM[axis]! && value <= maxM[axis]!));
    return inBox || spheres.some(({ centerM, radiusM }) => Math.hypot(...p.map((value, axis) => value - centerM[axis]!)) <= radiusM)
      ? "collides"
      : "free";
  },
};
const cell = new WorkspaceConstraint("cell", box([-1, -1, 0], [1, 1, 2]));

function gate(constraints: readonly PhysicalConstraint[] = [cell], model: KinematicModel = gantry): ReturnType<typeof groundingGate> {
  return groundingGate(new GroundingHook({ model, constraints }));
}
function move(rows: readonly Vec3[], more: AskChoices = {}): ReturnType<typeof askOf> {
  return askOf({ rows, points: [rows[rows.length - 1]!], qRad: rows[0]!, durationMs: 10_000, ...more });
}

/** Notes what it is asked about. */
function witness(): { constraint: PhysicalConstraint; seen: PhysicalAction[] } {
  const seen: PhysicalAction[] = [];
  const evaluate = (action: PhysicalAction): null => {
    seen.push(action);
    return null;
  };
  return { constraint: { name: "witness", evaluate }, seen };
}

describe("groundingGate", () => {
  test("D10 a grounded plan passes", () => {
    expect(
      gate().check(
        move([
          [0, 0, 1],
          [0.5, 0, 1],
        ]),
      ),
    ).toMatchObject({ kind: "allow", gate: "grounding" });
    expect(gate().check(askOf())).toMatchObject({ kind: "allow", reason: "no target in intent" });
  });

  test("D10 every waypoint is judged, not the goal alone; the evidence names the violations", () => {
    const verdict = gate().check(
      move([
        [0, 0, 1],
        [0, 1.5, 1],
        [0.5, 0, 1],
      ]),
    );
    expect(verdict).toMatchObject({
      kind: "deny",
      code: "grounding_violation",
      reason: "cell: end-effector (0, 1.5, 1) outside workspace 'cell' bounded by (-1, -1, 0)..(1, 1, 2)",
      evidence: { decision: "deny", violations: [{ constraint: "cell", undecided: false }] },
    });
  });

  test("D10 declared points are judged although the plan goes elsewhere, or nowhere", () => {
    expect(
      gate().check(
        move(
          [
            [0, 0, 1],
            [0.5, 0, 1],
          ],
          { points: [[5, 0, 1]] },
        ),
      ),
    ).toMatchObject({ kind: "deny", code: "grounding_violation" });
    expect(gate().check(askOf({ points: [[5, 0, 1]] }))).toMatchObject({ kind: "deny" });
    const short: KinematicModel = { ...gantry, inverse: () => ({ kind: "unreachable", proof: "beyond-reach" }) };
    expect(gate([cell], short).check(askOf({ points: [[0.5, 0, 1]] }))).toMatchObject({ reason: expect.stringMatching(/^reachability: /) });
  });

  test("D10 the planned joint angles must put the tip, by the hook's own model, where the plan says", () => {
    const shifted: KinematicModel = { ...gantry, forward: (q) => ({ kind: "position", positionInWorld: [q[0]! + 0.01, q[1]!, q[2]!] }) };
    expect(
      gate([cell], shifted).check(
        move([
          [0, 0, 1],
          [0.5, 0, 1],
        ]),
      ),
    ).toMatchObject({ kind: "deny", reason: expect.stringMatching(/^joint_target_mismatch: /) });
  });

  test("D10 a model that cannot say denies as unknown", () => {
    const blind: KinematicModel = { ...gantry, forward: () => ({ kind: "unsupported", why: "no model" }) };
    expect(
      gate([cell], blind).check(
        move([
          [0, 0, 1],
          [0.5, 0, 1],
        ]),
      ),
    ).toMatchObject({ kind: "deny", code: "grounding_unknown", evidence: { decision: "unknown" } });
  });

  test("D10 speed is the plan's or what the arguments ask for, whichever is more; torque what they ask for", () => {
    const { constraint, seen } = witness();
    gate([constraint]).check(
      move(
        [
          [0, 0, 1],
          [0.5, 0, 1],
        ],
        { durationMs: 1000 },
      ),
    );
    expect(seen[0]?.velocityMps).toBeCloseTo(0.5, 5);
    gate([constraint]).check(
      move(
        [
          [0, 0, 1],
          [0.5, 0, 1],
        ],
        { args: { speed: 3, torque: -2 } },
      ),
    );
    expect(seen.at(-1)).toMatchObject({ velocityMps: 3, torqueNm: 2, jointAnglesRad: [0.5, 0, 1] });
    const limits = [new VelocityConstraint("v", 1), new TorqueConstraint("t", 1)];
    expect(
      gate(limits).check(
        move(
          [
            [0, 0, 1],
            [0.5, 0, 1],
          ],
          { args: { speed: 3, torque: -2 } },
        ),
      ),
    ).toMatchObject({
      kind: "deny",
      evidence: { violations: [{ constraint: "v" }, { constraint: "t" }] },
    });
  });

  test("D10 a plan exactly at the limit is not denied for its rounding", () => {
    expect(
      gate([new VelocityConstraint("v", 0.05)]).check(
        move([
          [0, 0, 1],
          [0.5, 0, 1],
        ]),
      ),
    ).toMatchObject({ kind: "allow" });
    expect(
      gate([new VelocityConstraint("v", 0.0499)]).check(
        move([
          [0, 0, 1],
          [0.5, 0, 1],
        ]),
      ),
    ).toMatchObject({ kind: "deny" });
  });

  test("D10 the way between waypoints is swept where the model has a body", () => {
    const asked: unknown[] = [];
    const bodied: KinematicModel = {
      ...gantry,
      checkArm: (q, obstacles, start) => {
        asked.push([Array.from(start ?? []), Array.from(q), obstacles.length]);
        return { kind: "collides", link: "boom", against: "pole", atFraction: 0.25, nearestM: 0.01 };
      },
    };
    const pole = new SpatialConstraint("pole", { spheres: [sphere([9, 9, 9], 0.1)] });
    expect(
      gate([pole], bodied).check(
        move([
          [0, 0, 1],
          [0.5, 0, 1],
        ]),
      ),
    ).toMatchObject({
      kind: "deny",
      evidence: {
        violations: [
          { constraint: "path", reason: "boom collides with pole at 0.250 of the path", nearestM: 0.01 },
          { constraint: "path" },
        ],
      },
    });
    expect(asked[0]).toEqual([[0, 0, 1], [0.5, 0, 1], 1]);
  });

  test("D10 a plan that does not start where the robot is measured is denied", () => {
    expect(
      gate().check(
        move(
          [
            [0, 0, 1],
            [0.5, 0, 1],
          ],
          { qRad: [0.2, 0, 1] },
        ),
      ),
    ).toMatchObject({ kind: "deny", code: "wrong_start" });
  });

  test("D10 numbers that are none deny", () => {
    const good: readonly Vec3[] = [
      [0, 0, 1],
      [0.5, 0, 1],
    ];
    expect(gate().check(move(good, { args: { speed: Number.NaN } }))).toMatchObject({ kind: "deny", code: "non_finite" });
    expect(gate().check(move(good, { args: { speed: "fast" } }))).toMatchObject({ kind: "deny", code: "invalid_action" });
    expect(gate().check(askOf({ points: [[Number.NaN, 0, 1]] }))).toMatchObject({ kind: "deny", code: "non_finite" });
    for (const bad of [Number.NaN, Infinity])
      expect(
        gate().check(
          askOf({
            rows: [
              [0, 0, 1],
              [bad, 0, 1],
            ],
            qRad: [0, 0, 1],
          }),
        ),
      ).toMatchObject({ kind: "deny", code: "non_finite" });
  });

  test("D14 a hook with a budget is refused: looking must not spend", () => {
    const hook = new GroundingHook({ model: gantry, constraints: [cell], budget: new TenantBudgets() });
    expect(() => groundingGate(hook)).toThrow(/give the budget to budgetGate/);
  });
});
