import { assert, double, oneof, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../core/json.ts";
import { forceCapGate, type ForceCapConfig } from "./force-cap-gate.ts";
import { askOf } from "./testing/asks.ts";

const judge = (config: ForceCapConfig, args: JsonObject) => forceCapGate(config).check(askOf({ args }));

describe("runtime row 17 caps", () => {
  test("velocity_max 1: speed 5; Velocity 5", () => {
    expect(judge({ velocityMaxMps: 1 }, { speed: 5 })).toMatchObject({
      kind: "deny",
      gate: "force_cap",
      reason: "speed=5 exceeds cap 1",
    });
    expect(judge({ velocityMaxMps: 1 }, { Velocity: 5 })).toMatchObject({
      kind: "deny",
      reason: "Velocity=5 exceeds cap 1",
    });
  });

  test("force cap 10: force high", () => {
    expect(judge({ forceMaxN: 10 }, { force: "high" })).toMatchObject({
      kind: "deny",
      reason: "force is not a finite number",
    });
  });

  test("runtime row 43 franka_arm set_gripper force 20", () => {
    expect(judge({ forceMaxN: 15 }, { state: "closed", force: 20 })).toMatchObject({
      kind: "deny",
      reason: "force=20 exceeds cap 15",
    });
    expect(judge({ forceMaxN: 15 }, { state: "closed", force: 15 }).kind).toBe("allow");
  });

  test.for([
    ["linear_x", "velocityMaxMps"],
    ["linear_y", "velocityMaxMps"],
    ["linear_z", "velocityMaxMps"],
    ["vx", "velocityMaxMps"],
    ["vy", "velocityMaxMps"],
    ["vz", "velocityMaxMps"],
    ["velocity", "velocityMaxMps"],
    ["speed", "velocityMaxMps"],
    ["angular_z", "angularVelocityMaxRadPerS"],
    ["wz", "angularVelocityMaxRadPerS"],
    ["yaw_rate", "angularVelocityMaxRadPerS"],
    ["force", "forceMaxN"],
    ["torque", "torqueMaxNm"],
    ["acceleration", "accelerationMaxMps2"],
    ["effort", "effortMax"],
  ] as const)("%s is capped by %s, by absolute value, in any case, at any depth", ([key, cap]) => {
    for (const named of [key, key.toUpperCase()]) {
      expect(judge({ [cap]: 1 }, { [named]: 1 }).kind).toBe("allow");
      expect(judge({ [cap]: 1 }, { [named]: 1.001 }).kind).toBe("deny");
      expect(judge({ [cap]: 1 }, { [named]: -1.001 }).kind).toBe("deny");
      expect(judge({ [cap]: 1 }, { plan: [{ deep: { [named]: -2 } }] })).toMatchObject({
        reason: `${named}=-2 exceeds cap 1`,
      });
      for (const bad of [Number.NaN, Infinity, "1", null, true, {}, [], [1, "2"], { x: null }])
        expect(judge({ [cap]: 1e9 }, { [named]: bad })).toMatchObject({
          reason: `${named} is not a finite number`,
        });
      const others = Object.fromEntries(
        ["forceMaxN", "velocityMaxMps", "angularVelocityMaxRadPerS"].filter((c) => c !== cap).map((c) => [c, 0]),
      );
      expect(judge(others, { [named]: 9 }).kind).toBe("allow");
    }
  });

  test("vectors by norm: lists, named components, and components side by side", () => {
    expect(judge({ velocityMaxMps: 5 }, { velocity: [3, 4, 0] }).kind).toBe("allow");
    expect(judge({ velocityMaxMps: 4.99 }, { velocity: [3, 4, 0] })).toMatchObject({
      reason: "velocity=5 exceeds cap 4.99",
    });
    expect(judge({ velocityMaxMps: 4.99 }, { velocity: { x: 3, y: -4 } }).kind).toBe("deny");
    expect(judge({ velocityMaxMps: 4.99 }, { vx: 3, vy: 4 })).toMatchObject({
      reason: "v=5 exceeds cap 4.99",
    });
    expect(judge({ velocityMaxMps: 5 }, { linear_x: 3, linear_y: 4 }).kind).toBe("allow");
    expect(judge({ velocityMaxMps: 5 }, { linear_x: 1e200, linear_y: 1e200 }).kind).toBe("deny");
  });

  test("unset is no cap, 0 lets zero pass and nothing else", () => {
    expect(judge({}, { force: 1e9, velocity: "fast" }).kind).toBe("allow");
    for (const still of [0, -0]) expect(judge({ velocityMaxMps: 0 }, { velocity: still }).kind).toBe("allow");
    expect(judge({ velocityMaxMps: 0 }, { velocity: 1e-300 }).kind).toBe("deny");
  });

  test("what the plan squeezes with counts, whatever the argument was called", () => {
    const grip = (forceN: number) => askOf({ segments: [{ kind: "gripper", label: "grip", durationMs: 1, opening: 0, forceN }] });
    expect(forceCapGate({ forceMaxN: 15 }).check(grip(20))).toMatchObject({
      reason: "force=20 exceeds cap 15",
    });
    expect(forceCapGate({ forceMaxN: 15 }).check(grip(15)).kind).toBe("allow");
    expect(forceCapGate({ forceMaxN: 15 }).check(grip(Number.NaN)).kind).toBe("deny");
  });

  test("timed joint moves by change over duration, from the measured joint", () => {
    const gate = forceCapGate({ jointVelocityMaxRadPerS: 0.5 });
    const set = (args: JsonObject, more = {}) => gate.check(askOf({ name: "set_joint", args, qRad: [1, 0, 1], ...more }));
    expect(set({ joint_name: "x", angle: 1.5, duration: 1 }).kind).toBe("allow");
    expect(set({ joint_name: "x", angle: 0, duration: 1 })).toMatchObject({
      reason: "joint_velocity=1 exceeds cap 0.5",
    });
    expect(set({ joint_name: "x", angle: 1, duration: 0 }).kind).toBe("allow");
    for (const duration of [0, -1, Number.NaN, Infinity, "1"]) expect(set({ joint_name: "x", angle: 1.1, duration }).kind).toBe("deny");
    for (const angle of [Number.NaN, Infinity, "1", null]) expect(set({ joint_name: "x", angle, duration: 1 }).kind).toBe("deny");
    expect(set({ joint_name: "w", angle: 1, duration: 1 })).toMatchObject({
      reason: "joint 'w' unknown",
    });
    expect(set({ joint_name: 7, angle: 1, duration: 1 }).kind).toBe("deny");
    expect(set({ joint_name: "x", angle: 1.1, duration: 1 }, { observation: { ageMs: {} } })).toMatchObject({ reason: "joints unknown" });
    // Without a duration of its own it takes as long as its plan.
    expect(
      set(
        { joint_name: "x", angle: 1.4 },
        {
          rows: [
            [1, 0, 1],
            [1.4, 0, 1],
          ],
          durationMs: 1000,
        },
      ).kind,
    ).toBe("allow");
    expect(
      set(
        { joint_name: "x", angle: 1.4 },
        {
          rows: [
            [1, 0, 1],
            [1.4, 0, 1],
          ],
          durationMs: 500,
        },
      ).kind,
    ).toBe("deny");
  });

  test("too deep to read is too much to allow", () => {
    let args: JsonObject = { force: 1 };
    for (let i = 0; i < 40; i++) args = { inner: args };
    expect(judge({ forceMaxN: 10 }, args).kind).toBe("deny");
  });

  test("allows exactly when |value| <= cap, for all numbers", () => {
    const number = oneof(double(), double({ min: -20, max: 20 }));
    assert(
      property(number, double({ min: 0, max: 20, noNaN: true }), (force, forceMaxN) => {
        expect(judge({ forceMaxN }, { force }).kind).toBe(Math.abs(force) <= forceMaxN ? "allow" : "deny");
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test("caps must be finite and not negative", () => {
    for (const bad of [Number.NaN, -1, Infinity]) {
      expect(() => forceCapGate({ forceMaxN: bad })).toThrow(/force_cap.forceMaxN/);
      expect(() => forceCapGate({ jointVelocityMaxRadPerS: bad })).toThrow(/jointVelocityMax/);
    }
  });
});
