import { assert, double, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { jointLimitsGate } from "./joint-limits-gate.ts";
import { reachabilityGate } from "./reachability-gate.ts";
import { stepSizeGate } from "./step-size-gate.ts";
import { askOf, moveAsk, motionSegment } from "./testing/asks.ts";
import { swingArmBody } from "./testing/swing-arm.ts";

describe("reachability", () => {
  const gate = reachabilityGate();

  test("what the planner proved or could not decide, with its numbers", () => {
    for (const code of ["unreachable", "no_solution", "no_path"]) {
      const failure = { code, reason: "too far", evidence: { bestErrorM: 0.12 } };
      expect(gate.check(askOf({ draft: { failure } }))).toEqual({
        kind: "deny",
        gate: "reachability",
        ...failure,
      });
    }
    const failure = { code: "nothing_held", reason: "nothing to place", evidence: {} };
    expect(gate.check(askOf({ draft: { failure } })).kind).toBe("allow");
  });

  test("joint limits of every waypoint, and the measured start", () => {
    expect(gate.check(moveAsk([2, -2, 3])).kind).toBe("allow");
    expect(
      gate.check(
        askOf({
          rows: [
            [0, 0, 1],
            [0, 0, 3.5],
            [0, 0, 1],
          ],
        }),
      ),
    ).toMatchObject({
      kind: "deny",
      code: "joint_limit",
      reason: 'z=3.5 outside [0,3] at waypoint 1 of "move"',
      evidence: { joint: "z", valueRad: 3.5, lowerRad: 0, upperRad: 3, waypoint: 1 },
    });
    expect(
      gate.check(
        askOf({
          rows: [
            [0.02, 0, 1],
            [0, 0, 1],
          ],
        }),
      ),
    ).toMatchObject({ code: "wrong_start", evidence: { joint: "x" } });
    expect(
      gate.check(
        askOf({
          rows: [
            [0.009, 0, 1],
            [0, 0, 1],
          ],
        }),
      ).kind,
    ).toBe("allow");
    expect(gate.check(moveAsk([0, 0, 1], { atMs: 400 }))).toMatchObject({
      reason: "joints is 400 ms old",
    });
  });
});

describe("joint limits", () => {
  test("a margin narrows the range on both sides", () => {
    const gate = jointLimitsGate({ marginRad: 0.1 });
    expect(gate.check(moveAsk([1.9, -1.9, 0.1])).kind).toBe("allow");
    expect(gate.check(moveAsk([1.91, 0, 1]))).toMatchObject({
      kind: "deny",
      gate: "joint_limits",
      evidence: { upperRad: 1.9 },
    });
    expect(gate.check(moveAsk([0, 0, 0.09])).kind).toBe("deny");
    for (const bad of [Number.NaN, -0.1, Infinity]) expect(() => jointLimitsGate({ marginRad: bad })).toThrow(/marginRad/);
  });

  test.for([Number.NaN, Infinity, -Infinity, 1e308])("a joint at %s denies", (bad) => {
    expect(
      jointLimitsGate().check(
        askOf({
          rows: [
            [0, 0, 1],
            [0, bad, 1],
          ],
        }),
      ).kind,
    ).toBe("deny");
  });

  test("another robot's plan denies", () => {
    expect(
      jointLimitsGate().check(
        askOf({
          rows: [
            [0, 0],
            [1, 0],
          ],
        }),
      ).kind,
    ).toBe("deny");
  });

  test("allows exactly what lies in every joint's range", () => {
    const angle = double({ min: -4, max: 4, noNaN: true });
    assert(
      property(tuple(angle, angle), (to) => {
        const inside = to.every((value) => Math.abs(value) <= 3);
        const ask = askOf({ body: swingArmBody, qRad: [0, 0], rows: [[0, 0], to] });
        expect(jointLimitsGate().check(ask).kind).toBe(inside ? "allow" : "deny");
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});

describe("R6 step size", () => {
  const gate = stepSizeGate({ maxStepM: 0.5 });
  const from = (x: number, to: number) => gate.check(askOf({ qRad: [x, 0, 1], points: [[to, 0, 1]] }));

  test("R6 H16 at (1.1, 0, 1): move_to x = 1.6, 0.6, 0.59", () => {
    expect([1.6, 0.6, 0.59].map((to) => from(1.1, to).kind)).toEqual(["allow", "allow", "deny"]);
    expect(from(1.1, 0.59)).toMatchObject({
      gate: "step_size",
      code: "step_too_large",
      reason: "Movement too large: 0.51m > 0.50m safe limit",
    });
  });

  test("R6 the words of the reference", () => {
    expect(from(0, 1.2)).toMatchObject({
      reason: "Movement too large: 1.20m > 0.50m safe limit",
      evidence: { suggestion: "Break movement into smaller steps (< 0.5m each)" },
    });
    expect(from(0, 0.5 + 1e-8)).toMatchObject({
      reason: "Movement too large: 0.50000001m > 0.50000000m safe limit",
    });
    expect(from(0, 0.5 + 1e-10).kind).toBe("allow");
  });

  test("R6 every leg of several, and every planned segment", () => {
    expect(
      gate.check(
        askOf({
          points: [
            [0.4, 0, 1],
            [0.8, 0, 1],
          ],
        }),
      ).kind,
    ).toBe("allow");
    expect(
      gate.check(
        askOf({
          points: [
            [0.4, 0, 1],
            [1, 0, 1],
          ],
        }),
      ).kind,
    ).toBe("deny");
    const detour = [
      motionSegment(
        [
          [0, 0, 1],
          [0.6, 0, 1],
        ],
        1000,
      ),
      motionSegment(
        [
          [0.6, 0, 1],
          [0.4, 0, 1],
        ],
        1000,
      ),
    ];
    expect(gate.check(askOf({ points: [[0.4, 0, 1]], segments: detour }))).toMatchObject({
      evidence: { stepM: 0.6 },
    });
    expect(
      gate.check(
        moveAsk([0.4, 0, 1], {
          rows: [
            [0, 0, 1],
            [0, 0.6, 1],
            [0.4, 0, 1],
          ],
        }),
      ).kind,
    ).toBe("deny");
    expect(gate.check(moveAsk([0.3, 0, 1])).kind).toBe("allow");
  });

  test("R6 hostile numbers, stale joints, configuration", () => {
    for (const bad of [Number.NaN, Infinity, -Infinity, 1e308]) expect(from(0, bad).kind).toBe("deny");
    expect(
      gate.check(
        askOf({
          rows: [
            [0, 0, 1],
            [Number.NaN, 0, 1],
          ],
        }),
      ).kind,
    ).toBe("deny");
    expect(gate.check(askOf({ points: [[0.1, 0, 1]], observation: { ageMs: {} } }))).toMatchObject({
      reason: "joints unknown",
    });
    for (const bad of [Number.NaN, 0, -1, Infinity]) expect(() => stepSizeGate({ maxStepM: bad })).toThrow(/maxStepM/);
    expect(gate.check(askOf({ name: "scan", observation: { ageMs: {} } })).kind).toBe("allow");
  });
});
