import { assert, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { JointPath } from "../robot/joint-path.ts";
import { planTrajectory } from "../robot/plan-trajectory.ts";
import type { Trajectory } from "../robot/trajectory.ts";
import { slowedPlan } from "../intent/make-plan.ts";
import { humanoidBody } from "../robot/testing/humanoid.ts";
import { actionSmoothingGate } from "./action-smoothing-gate.ts";
import { createGateChain } from "./chain.ts";
import { scaleWithin, within } from "./scale-within.ts";
import { speedPeaks } from "./speed-peaks.ts";
import { askOf, emptyWorld, intentOf, motionSegment, moveAsk, planOf } from "./testing/asks.ts";
import { gantry } from "./testing/gantry.ts";
import { swingArm, swingArmBody } from "./testing/swing-arm.ts";
import { torqueGate } from "./torque-gate.ts";
import { velocityGate } from "./velocity-gate.ts";

describe("speed peaks", () => {
  test("a gantry at constant speed: by hand", () => {
    const peaks = speedPeaks(
      planOf(intentOf(), {
        rows: [
          [0, 0, 1],
          [0.3, 0.4, 1],
        ],
        durationMs: 500,
      }),
      gantry,
    );
    expect(peaks.tip.mps).toBeCloseTo(1, 12);
    expect(peaks.tip.mps2).toBeCloseTo(0, 9);
    expect(Array.from(peaks.jointRadPerS)).toEqual([0.6, 0.8, 0].map((v) => expect.closeTo(v, 12)));
  });

  test("an arm: joint speed times lever", () => {
    const plan = planOf(intentOf(), {
      rows: [
        [0, 0],
        [1, 0],
      ],
      durationMs: 2000,
    });
    const peaks = speedPeaks(plan, swingArm);
    expect(peaks.tip.mps).toBeCloseTo(0.4, 12);
    expect(peaks.tip.radPerS).toBeCloseTo(0.5, 12);
    // v²/r of the circle, from differences.
    expect(peaks.tip.mps2).toBeCloseTo(0.2, 4);
    expect(speedPeaks(plan, swingArm)).toBe(peaks);
  });

  test("of every limb: a hand moves while the tip, the head, stands still", () => {
    const body = humanoidBody();
    const { robot } = body;
    const raised = Array.from(robot.homeRad);
    raised[robot.jointNames.indexOf("right_elbow")]! += 0.5;
    const ask = askOf({ body, rows: [Array.from(robot.homeRad), raised], durationMs: 200 });
    const { tip, ends, fastest } = speedPeaks(ask.plan, robot);
    expect(tip.mps).toBe(0);
    expect(ends.map(({ name }) => name)).toEqual(["tip", "right_hand", "left_hand"]);
    expect(fastest).toBe(ends[1]);
    expect(velocityGate({ maxTipSpeedMps: fastest.mps * 1.001 }).check(ask).kind).toBe("allow");
    const cap = fastest.mps * 0.9;
    const denied = velocityGate({ maxTipSpeedMps: cap }).check(ask);
    expect(denied).toMatchObject({ kind: "deny", code: "too_fast", reason: expect.stringMatching(/^right_hand speed/) });
    expect(velocityGate({ maxTipAngularSpeedRadPerS: 2 }).check(ask)).toMatchObject({
      reason: expect.stringMatching(/^right_hand angular/),
    });
    const smoothing = (maxVelocityMps: number) => actionSmoothingGate({ maxVelocityMps, maxAccelerationMps2: 1e6 });
    expect(smoothing(cap).check(ask)).toMatchObject({ kind: "slow" });
    expect(smoothing(fastest.mps * 1.001).check(ask).kind).toBe("allow");
  });

  test("a peak between samples is found", () => {
    // Speeds up to the apex and down again, the apex where no sample falls.
    const apex = 0.50123;
    const path = new JointPath(3, [0, 0, 1, 1, 0, 1]);
    const triangle: Trajectory = {
      kind: "trajectory",
      path,
      durationMs: 1000,
      sampleInto: (atMs, out) => {
        const t = atMs / 1000;
        out.set([t <= apex ? (t * t) / apex : 1 - (1 - t) ** 2 / (1 - apex), 0, 1]);
      },
      sampleRowsInto: () => undefined,
      velocityInto: (atMs, out) => {
        const t = atMs / 1000;
        out.set([2 * (t <= apex ? t / apex : (1 - t) / (1 - apex)), 0, 0]);
      },
      slowed: () => triangle,
      toJSON: () => ({}),
    };
    const segments = [
      {
        ...motionSegment(
          [
            [0, 0, 1],
            [1, 0, 1],
          ],
          1000,
        ),
        trajectory: triangle,
      },
    ];
    const peaks = speedPeaks(planOf(intentOf(), { segments }), gantry);
    expect(peaks.tip.mps).toBeCloseTo(2, 4);
    expect(peaks.jointRadPerS[0]).toBeCloseTo(2, 4);
    expect(peaks.tip.mps2).toBeCloseTo(2 / (1 - apex), 2);
  });

  test("a plan that does not fit the robot keeps no cap", () => {
    expect(
      speedPeaks(
        planOf(intentOf(), {
          rows: [
            [0, 0],
            [1, 0],
          ],
        }),
        gantry,
      ).tip.mps,
    ).toBeNaN();
  });

  test("scaled peaks keep the cap they were scaled for, for all peaks and caps", () => {
    const positive = double({ min: 1e-6, max: 1e6, noNaN: true });
    assert(
      property(positive, positive, (peak, cap) => {
        const scale = scaleWithin(peak, cap);
        expect(scale > 0 && scale <= 1 && within(peak * scale, cap)).toBe(true);
        expect(scale === 1 || !within(peak, cap)).toBe(true);
      }),
      { seed: 20261121, numRuns: 1000 },
    );
    for (const [peak, cap] of [
      [1, 0],
      [Number.NaN, 1],
      [1, Number.NaN],
      [Infinity, 1],
      [1, -1],
      [1e308, 1e-308],
    ] as const)
      expect(scaleWithin(peak, cap)).toBe(0);
    expect(scaleWithin(0, 0)).toBe(1);
    expect(scaleWithin(5, Infinity)).toBe(1);
  });
});

describe("velocity", () => {
  const fast = moveAsk([1.2, 0, 1], { durationMs: 1000 });

  test("tip speed, joint speed, angular speed", () => {
    expect(velocityGate({ maxTipSpeedMps: 0.5, jointSpeedScale: 1 }).check(fast)).toMatchObject({
      kind: "deny",
      gate: "velocity",
      code: "too_fast",
      reason: "tip speed 1.2 m/s exceeds cap 0.5 m/s",
    });
    expect(velocityGate().check(fast)).toMatchObject({
      reason: "x speed 1.2 rad/s exceeds cap 1 rad/s",
    });
    expect(velocityGate({ jointSpeedScale: 0.5 }).check(moveAsk([0.6, 0, 1])).kind).toBe("deny");
    expect(velocityGate({ maxTipSpeedMps: 1 }).check(moveAsk([1, 0, 1])).kind).toBe("allow");
    const turn = askOf({
      body: swingArmBody,
      qRad: [0, 0],
      rows: [
        [0, 0],
        [1, 1],
      ],
      durationMs: 1000,
    });
    expect(velocityGate({ maxTipAngularSpeedRadPerS: 1.9 }).check(turn)).toMatchObject({
      reason: "tip angular speed 2 rad/s exceeds cap 1.9 rad/s",
    });
    expect(velocityGate({ maxTipAngularSpeedRadPerS: 2 }).check(turn).kind).toBe("allow");
  });

  test("graded: the scale at which the slowed plan passes, for any distance and cap", () => {
    assert(
      property(double({ min: 0.01, max: 2, noNaN: true }), double({ min: 0.05, max: 2, noNaN: true }), (distanceM, maxTipSpeedMps) => {
        const gate = velocityGate({ maxTipSpeedMps, graded: true });
        const ask = moveAsk([distanceM, 0, 1], { durationMs: 400 });
        const answer = gate.check(ask);
        const fits = distanceM / 0.4 <= Math.min(1, maxTipSpeedMps) * (1 + 1e-6);
        expect(answer.kind).toBe(fits ? "allow" : "slow");
        const slowed = slowedPlan(ask.plan, answer.kind === "slow" ? answer.scale : 1);
        expect(gate.check({ ...ask, plan: slowed }).kind).toBe("allow");
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });

  test("what the planner plans at its limits passes the same limits, and slows exactly, jerk limits and corners included", () => {
    const path = new JointPath(3, [0, 0, 1, 0.5, 0, 1, 0.5, 0.01, 1, 0.2, 0.7, 1.4]);
    const limits = {
      jointSpeedScale: 1,
      jointAccelerationScale: 1,
      maxTipSpeedMps: 0.5,
      maxTipAccelerationMps2: Infinity,
      maxTipAngularSpeedRadPerS: Infinity,
    };
    const trajectory = planTrajectory(path, { model: gantry, ...limits });
    if (trajectory.kind !== "trajectory") throw new Error(trajectory.reason);
    const ask = askOf({ segments: [{ ...motionSegment([[0, 0, 1]], 1), trajectory, durationMs: trajectory.durationMs }] });
    expect(speedPeaks(ask.plan, gantry).tip.mps).toBeCloseTo(0.5, 6);
    expect(velocityGate({ maxTipSpeedMps: 0.5 }).check(ask).kind).toBe("allow");
    const graded = velocityGate({ maxTipSpeedMps: 0.2, graded: true });
    const answer = graded.check(ask);
    const scale = answer.kind === "slow" ? answer.scale : 1;
    expect(scale).toBeCloseTo(0.4, 6);
    expect(graded.check({ ...ask, plan: slowedPlan(ask.plan, scale) }).kind).toBe("allow");
    expect(createGateChain([graded]).clear(ask).cleared?.durationMs).toBeCloseTo(ask.plan.durationMs / scale, 6);
  });

  test("a cap of 0 means no motion: nothing to slow to", () => {
    expect(velocityGate({ maxTipSpeedMps: 0, graded: true }).check(moveAsk([0.1, 0, 1])).kind).toBe("deny");
    expect(velocityGate({ maxTipSpeedMps: 0 }).check(askOf({ name: "scan" })).kind).toBe("allow");
  });

  test("motion in no time, and numbers that are none", () => {
    for (const rows of [
      [
        [0, 0, 1],
        [Number.NaN, 0, 1],
      ],
      [
        [0, 0, 1],
        [Infinity, 0, 1],
      ],
    ])
      expect(velocityGate({ graded: true }).check(askOf({ rows })).kind).toBe("deny");
    expect(velocityGate({ graded: true }).check(moveAsk([0.5, 0, 1], { durationMs: 0 })).kind).toBe("deny");
    for (const bad of [Number.NaN, -1]) expect(() => velocityGate({ maxTipSpeedMps: bad })).toThrow(/maxTipSpeedMps/);
    for (const bad of [Number.NaN, 0, 1.5]) expect(() => velocityGate({ jointSpeedScale: bad })).toThrow(/jointSpeedScale/);
  });
});

describe("runtime row 17 torque", () => {
  test("declared torque and effort", () => {
    const gate = torqueGate({ torqueMaxNm: 2, effortMax: 0.5 });
    expect(gate.check(askOf({ args: { torque: -3 } }))).toMatchObject({
      kind: "deny",
      gate: "torque",
      reason: "torque=-3 exceeds cap 2",
    });
    expect(gate.check(askOf({ args: { arm: { Effort: 0.6 } } }))).toMatchObject({
      reason: "Effort=0.6 exceeds cap 0.5",
    });
    expect(gate.check(askOf({ args: { torque: 2, effort: -0.5, force: 1e9 } })).kind).toBe("allow");
    for (const bad of [Number.NaN, Infinity, "1", null]) expect(gate.check(askOf({ args: { torque: bad } })).kind).toBe("deny");
    for (const bad of [Number.NaN, -1, Infinity]) expect(() => torqueGate({ torqueMaxNm: bad })).toThrow(/torqueMaxNm/);
    for (const bad of [Number.NaN, 0, 1.1]) expect(() => torqueGate({ payloadEffortShare: bad })).toThrow(/payloadEffortShare/);
  });

  test("payload: a sliding joint holds the weight itself", () => {
    const box = {
      name: "box",
      aliases: [],
      shape: { kind: "sphere", radiusM: 0.05 },
      positionM: [0, 0, 1],
      yawRad: 0,
      rgba: [0, 0, 0, 1],
    } as const;
    const judge = (massKg: number, payloadEffortShare: number, name = "box") => {
      const carrying = { name, capsuleInTip: [0, 0, 0, 0, 0, 0, 0.05], mayTouch: [] } as const;
      const spec = { ...emptyWorld, objects: [{ ...box, massKg }] };
      return torqueGate({ payloadEffortShare }).check(moveAsk([0.5, 0, 1], { spec, motion: { carrying } }));
    };
    // The z joint may use 100 N.
    expect(judge(10, 1).kind).toBe("allow");
    expect(judge(10, 0.9)).toMatchObject({
      kind: "deny",
      code: "payload_too_heavy",
      evidence: { joint: "z" },
    });
    expect(judge(10.2, 1).kind).toBe("deny");
    for (const bad of [Number.NaN, Infinity, -1]) expect(judge(bad, 1)).toMatchObject({ kind: "deny", code: "mass_unknown" });
    expect(judge(1, 1, "vase")).toMatchObject({ reason: "mass of 'vase' unknown" });
  });
});
