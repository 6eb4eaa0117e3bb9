import { assert, constantFrom, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { slowedPlan } from "../intent/make-plan.ts";
import { actionSmoothingGate } from "./action-smoothing-gate.ts";
import { createGateChain } from "./chain.ts";
import type { Ask } from "./gate.ts";
import { smoothTarget } from "./smooth-target.ts";
import { swingArmBody } from "./testing/swing-arm.ts";
import { askOf, moveAsk, noLimits, worldOf, type AskChoices } from "./testing/asks.ts";

const setpoint: AskChoices = { primitive: { timing: "setpoint" } };

describe("runtime row 18 smoothing, motion basis", () => {
  const gate = actionSmoothingGate({ maxVelocityMps: 1, maxAccelerationMps2: 5 });

  test("setpoint: the way from the measured tip, in one second", () => {
    expect(gate.check(askOf({ ...setpoint, points: [[1, 0, 1]] })).kind).toBe("allow");
    expect(gate.check(askOf({ ...setpoint, points: [[1.5, 0, 1]] }))).toMatchObject({
      kind: "deny",
      gate: "action_smoothing",
      reason: "velocity 1.5 exceeds cap 1",
    });
  });

  test("waiting, or alternating between names, never makes a jump legal", () => {
    for (const atMs of [0, 200]) expect(gate.check(askOf({ ...setpoint, points: [[1.5, 0, 1]], atMs })).kind).toBe("deny");
    const world = worldOf({ observation: { atMs: 3_600_000 } });
    for (const name of ["move_to", "goto", "fly_to"])
      expect(gate.check(askOf({ ...setpoint, name, world, points: [[1.5, 0, 1]], atMs: 3_600_000 })).kind).toBe("deny");
  });

  test("timed: the declared duration decides; acceleration is judged from the measured speed", () => {
    const timed = (duration: unknown, more: AskChoices = {}) =>
      gate.check(
        askOf({
          primitive: { timing: "timed" },
          args: { duration: duration as number },
          points: [[1.5, 0, 1]],
          ...more,
        }),
      );
    expect(timed(2).kind).toBe("allow");
    expect(timed(1)).toMatchObject({ reason: "velocity 1.5 exceeds cap 1" });
    expect(timed(0.1, { points: [[0.09, 0, 1]] })).toMatchObject({
      reason: "acceleration 9 exceeds cap 5",
    });
    expect(timed(0.1, { points: [[0.09, 0, 1]], observation: { tipSpeedMps: 0.9 } }).kind).toBe("allow");
    for (const bad of [Number.NaN, Infinity, "2", null]) expect(timed(bad)).toMatchObject({ reason: "duration is not a finite number" });
    for (const bad of [0, -0, -1]) expect(timed(bad)).toMatchObject({ kind: "deny", code: "invalid_duration" });
    expect(timed(2, { observation: { tipSpeedMps: Number.NaN } }).kind).toBe("deny");
  });

  test("several targets: the length of the way through them all", () => {
    const points: Vec3[] = [
      [0.6, 0, 1],
      [0, 0, 1],
    ];
    expect(gate.check(askOf({ ...setpoint, points }))).toMatchObject({
      reason: "velocity 1.2 exceeds cap 1",
    });
  });

  test("planned: allowed with the limits attached; the plan itself is slowed where they are not", () => {
    const limits = { ...noLimits, maxTipSpeedMps: 1, maxTipAccelerationMps2: 5 };
    expect(gate.check(moveAsk([1.5, 0, 1], { limits }))).toMatchObject({
      kind: "allow",
      reason: "planned within the attached limits",
    });
    const fast = moveAsk([1.5, 0, 1], { durationMs: 500 });
    const answer = gate.check(fast);
    expect(answer).toMatchObject({ kind: "slow", reason: "velocity 3 exceeds cap 1" });
    if (answer.kind !== "slow") return;
    expect(answer.scale).toBeCloseTo(1 / 3, 8);
    expect(gate.check({ ...fast, plan: slowedPlan(fast.plan, answer.scale) }).kind).toBe("allow");
    expect(actionSmoothingGate({ honoursLimits: false }).check(fast)).toMatchObject({
      kind: "deny",
      reason: "velocity 1.5 exceeds cap 1",
    });
  });

  test("planned: acceleration falls with the square of the scale", () => {
    // On a circle of 0.8 m at 0.8 m/s: 0.8 m/s².
    const turn = askOf({
      body: swingArmBody,
      qRad: [0, 0],
      rows: [
        [0, 0],
        [1, 0],
      ],
      durationMs: 1000,
    });
    const gentle = actionSmoothingGate({ maxAccelerationMps2: 0.2 });
    const answer = gentle.check(turn);
    const scale = answer.kind === "slow" ? answer.scale : 0;
    expect(scale).toBeCloseTo(0.5, 4);
    expect(gentle.check({ ...turn, plan: slowedPlan(turn.plan, scale) }).kind).toBe("allow");
  });

  test("max_velocity 0 means no motion, planned or not", () => {
    const still = actionSmoothingGate({ maxVelocityMps: 0 });
    expect(still.check(moveAsk([0.1, 0, 1])).kind).toBe("deny");
    expect(still.check(askOf({ ...setpoint, points: [[0.1, 0, 1]] })).kind).toBe("deny");
    expect(still.check(askOf({ name: "scan" })).kind).toBe("allow");
  });

  test("limits of one primitive", () => {
    const strict = actionSmoothingGate({ perPrimitive: { goto: { maxVelocityMps: 0.1 } } });
    expect(strict.check(askOf({ ...setpoint, name: "goto", points: [[0.5, 0, 1]] })).kind).toBe("deny");
    expect(strict.check(askOf({ ...setpoint, points: [[0.5, 0, 1]] })).kind).toBe("allow");
  });

  test("unmeasured joints and targets that are no numbers deny", () => {
    expect(gate.check(askOf({ ...setpoint, points: [[0.1, 0, 1]], observation: { ageMs: {} } }))).toMatchObject({
      reason: "joints unknown",
    });
    for (const bad of [Number.NaN, Infinity]) expect(gate.check(askOf({ ...setpoint, points: [[bad, 0, 1]] })).kind).toBe("deny");
  });

  test("allows exactly when length and change of speed stay within the caps, for any distance and speed", () => {
    const metres = double({ min: 0, max: 3, noNaN: true });
    assert(
      property(metres, metres, constantFrom(0.5, 1, 2), (lengthM, tipSpeedMps, horizonS) => {
        const own = actionSmoothingGate({
          maxVelocityMps: 0.8,
          maxAccelerationMps2: 1.1,
          horizonS,
        });
        const v = lengthM / horizonS;
        const fits = v <= 0.8 && Math.abs(v - tipSpeedMps) / horizonS <= 1.1;
        const ask = askOf({
          ...setpoint,
          qRad: [0, 0, 1],
          points: [[lengthM, 0, 1]],
          observation: { tipSpeedMps },
        });
        expect(own.check(ask).kind).toBe(fits ? "allow" : "deny");
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });
});

describe("runtime row 18 smoothing, interval basis", () => {
  const world = worldOf();
  const goto = (target: Vec3, atS: number, name = "move_to") => askOf({ world, name, points: [target], atMs: atS * 1000 });

  test("vmax .5, amax 2: the example of the requirement", () => {
    const chain = createGateChain([actionSmoothingGate({ basis: "interval", maxVelocityMps: 0.5, maxAccelerationMps2: 2 })]);
    const verdicts = [
      chain.clear(goto([0, 0, 0], 0)),
      chain.clear(goto([0.3, 0, 0], 1)),
      chain.clear(goto([0.3, 0.6, 0], 2)),
      chain.clear(goto([0.3, 0.6, 0], 2.5)),
      chain.clear(goto([0.3, 0.3, 0], 3)),
    ].map(({ verdict }) => [verdict.kind, verdict.reason.slice(0, 12)]);
    expect(verdicts.map(([kind]) => kind)).toEqual(["allow", "allow", "deny", "allow", "deny"]);
    expect(verdicts[2]?.[1]).toBe("velocity 0.6");
    expect(verdicts[4]?.[1]).toBe("velocity 0.6");
  });

  test("the speeds and accelerations of that example, to the last digit that is printed", () => {
    /** What the last of these calls is refused for under caps just below what it asks for. */
    const refusal = (maxVelocityMps: number, maxAccelerationMps2: number, last: Ask, ...before: readonly Ask[]): string => {
      const gate = actionSmoothingGate({ basis: "interval", maxVelocityMps, maxAccelerationMps2 });
      for (const ask of before) gate.commit?.(ask);
      return gate.check(last).reason;
    };
    const [first, second, fourth, fifth] = [goto([0, 0, 0], 0), goto([0.3, 0, 0], 1), goto([0.3, 0.6, 0], 2.5), goto([0.3, 0.3, 0], 3)];
    expect(refusal(0.29, 9, second, first)).toBe("velocity 0.3 exceeds cap 0.29");
    expect(refusal(9, 0.29, second, first)).toBe("acceleration 0.3 exceeds cap 0.29");
    expect(refusal(0.39, 9, fourth, first, second)).toBe("velocity 0.4 exceeds cap 0.39");
    expect(refusal(9, 0.06, fourth, first, second)).toBe("acceleration 0.0666667 exceeds cap 0.06");
    expect(refusal(0.5, 2, goto([0.3, 0.6, 0], 2), first, second)).toBe("velocity 0.6 exceeds cap 0.5");
    expect(refusal(0.5, 2, fifth, first, second, fourth)).toBe("velocity 0.6 exceeds cap 0.5");
  });

  test("acceleration, names apart, reset, fork, and no division by zero time", () => {
    const gate = actionSmoothingGate({
      basis: "interval",
      maxVelocityMps: 10,
      maxAccelerationMps2: 1,
    });
    gate.commit?.(goto([0, 0, 0], 0));
    expect(gate.check(goto([2, 0, 0], 1))).toMatchObject({
      reason: "acceleration 2 exceeds cap 1",
    });
    expect(gate.check(goto([2, 0, 0], 1, "fly_to")).kind).toBe("allow");
    const copy = gate.fork?.();
    gate.reset("fly_to");
    expect(gate.check(goto([2, 0, 0], 1)).kind).toBe("deny");
    expect(gate.check(goto([2, 0, 0], 0)).kind).toBe("deny");
    gate.reset();
    expect(gate.check(goto([2, 0, 0], 1)).kind).toBe("allow");
    expect(copy?.check(goto([2, 0, 0], 1)).kind).toBe("deny");
    for (const bad of [Number.NaN, Infinity]) {
      expect(gate.check(goto([bad, 0, 0], 0)).kind).toBe("deny");
      expect(gate.check(goto([0, 0, 0], bad)).kind).toBe("deny");
    }
  });
});

test("runtime row 18 hostile configuration is refused", () => {
  for (const bad of [Number.NaN, -1]) {
    expect(() => actionSmoothingGate({ maxVelocityMps: bad })).toThrow(/maxVelocityMps/);
    expect(() => actionSmoothingGate({ perPrimitive: { goto: { maxAccelerationMps2: bad } } })).toThrow(/of goto/);
  }
  for (const bad of [Number.NaN, 0, -1, Infinity]) expect(() => actionSmoothingGate({ horizonS: bad })).toThrow(/horizonS/);
});

describe("runtime row 19 smoothTarget", () => {
  test("((0,0,0), (1,0,0), .1) is (.1,0,0); within the step it is the target itself", () => {
    expect(smoothTarget([0, 0, 0], [1, 0, 0], 0.1)).toEqual([0.1, 0, 0]);
    expect(smoothTarget([0, 0, 0], [0.05, 0, 0], 0.1)).toEqual([0.05, 0, 0]);
    expect(smoothTarget([1, 2, 3], [1, 2, 3], 0)).toEqual([1, 2, 3]);
    for (const bad of [Number.NaN, -1]) expect(() => smoothTarget([0, 0, 0], [1, 0, 0], bad)).toThrow(/undefined/);
    expect(() => smoothTarget([0, 0, 0], [Number.NaN, 0, 0], 1)).toThrow(/undefined/);
  });

  test("never goes farther than the step", () => {
    const m = double({ min: -10, max: 10, noNaN: true });
    assert(
      property(m, m, m, double({ min: 0, max: 5, noNaN: true }), (x, y, z, step) => {
        const [a, b, c] = smoothTarget([1, 1, 1], [x, y, z], step);
        expect(Math.sqrt((a - 1) ** 2 + (b - 1) ** 2 + (c - 1) ** 2)).toBeLessThanOrEqual(step + 1e-12);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
