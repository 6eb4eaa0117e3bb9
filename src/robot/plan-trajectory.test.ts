import { array, assert, constantFrom, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../core/json.ts";
import { CONTROL_TICK_MS, TIP_ACCELERATION_WINDOW_MS } from "./path-jumps.ts";
import { JointPath } from "./joint-path.ts";
import { forwardKinematics, geometricJacobianInto, tipPose } from "./kinematics.ts";
import { planTrajectory, type TrajectoryLimits } from "./plan-trajectory.ts";
import type { RobotModel } from "./robot-model.ts";
import { gantry } from "./testing/gantry.ts";
import { pandaLike } from "./testing/panda-like.ts";
import type { Trajectory } from "./trajectory.ts";

const seed = 20261121;
/** Room for rounding, as the docstring of planTrajectory names it. */
const ROUNDING = 1e-6;

function limitsOf(model: RobotModel, more: Partial<TrajectoryLimits> = {}): TrajectoryLimits {
  return {
    model,
    jointSpeedScale: 1,
    jointAccelerationScale: 1,
    maxTipSpeedMps: Infinity,
    maxTipAccelerationMps2: Infinity,
    maxTipAngularSpeedRadPerS: Infinity,
    ...more,
  };
}

function planned(path: JointPath, limits: TrajectoryLimits): Trajectory {
  const result = planTrajectory(path, limits);
  if (result.kind === "failed") throw new Error(result.reason);
  return result;
}

function line(...rows: readonly (readonly number[])[]): JointPath {
  return new JointPath(rows[0]!.length, rows.flat());
}

const roboOs: Partial<TrajectoryLimits> = {
  maxTipSpeedMps: 0.5,
  maxTipAccelerationMps2: 1,
  maxTipAngularSpeedRadPerS: Math.PI / 4,
};

/** The largest part of each limit used, measured every `stepMs` and over the windows of the docstring; 1 is all of it. */
function partsUsed(trajectory: Trajectory, limits: TrajectoryLimits, stepMs: number): Record<string, number> {
  const { model } = limits;
  const n = model.nJoints;
  const count = Math.ceil(trajectory.durationMs / stepMs) + 1;
  const velocity = new Float64Array(count * n);
  const tip = new Float64Array(count * 3);
  const q = new Float64Array(n);
  const links = new Float64Array(model.nLinks * 12);
  const jacobian = new Float64Array(6 * n);
  const parts = { jointSpeed: 0, jointAcceleration: 0, tipSpeed: 0, tipAngularSpeed: 0, tipAcceleration: 0 };
  for (let i = 0; i < count; i++) {
    trajectory.sampleInto(i * stepMs, q);
    trajectory.velocityInto(i * stepMs, velocity, i * n);
    forwardKinematics(model, q, links);
    geometricJacobianInto(model, links, jacobian);
    const twist = Array.from({ length: 6 }, (_, row) => q.reduce((sum, _q, j) => sum + jacobian[row * n + j]! * velocity[i * n + j]!, 0));
    tip.set(twist.slice(0, 3), i * 3);
    parts.tipSpeed = Math.max(parts.tipSpeed, Math.hypot(...twist.slice(0, 3)) / limits.maxTipSpeedMps);
    parts.tipAngularSpeed = Math.max(parts.tipAngularSpeed, Math.hypot(...twist.slice(3)) / limits.maxTipAngularSpeedRadPerS);
    for (let j = 0; j < n; j++) {
      const allowed = model.maxVelocityRadPerS[j]! * limits.jointSpeedScale;
      parts.jointSpeed = Math.max(parts.jointSpeed, Math.abs(velocity[i * n + j]!) / allowed);
    }
  }
  const tick = Math.round(CONTROL_TICK_MS / stepMs);
  const window = Math.round(TIP_ACCELERATION_WINDOW_MS / stepMs);
  for (let i = 0; i < count; i++) {
    // Shorter than the window near the end, where no more may change than within a whole one.
    const to = Math.min(i + tick, count - 1);
    for (let j = 0; j < n; j++) {
      const change = Math.abs(velocity[to * n + j]! - velocity[i * n + j]!);
      const allowed = model.maxAccelerationRadPerS2[j]! * limits.jointAccelerationScale * (CONTROL_TICK_MS / 1000);
      parts.jointAcceleration = Math.max(parts.jointAcceleration, (change - 1e-12) / allowed);
    }
    const after = Math.min(i + window, count - 1);
    const change = Math.hypot(...[0, 1, 2].map((k) => tip[after * 3 + k]! - tip[i * 3 + k]!));
    const allowed = (limits.maxTipAccelerationMps2 * TIP_ACCELERATION_WINDOW_MS) / 1000;
    parts.tipAcceleration = Math.max(parts.tipAcceleration, change / allowed);
  }
  return parts;
}

function expectWithinLimits(trajectory: Trajectory, limits: TrajectoryLimits, stepMs: number): void {
  for (const [limit, part] of Object.entries(partsUsed(trajectory, limits, stepMs))) expect(part, limit).toBeLessThanOrEqual(1 + ROUNDING);
}

test("R6 H18 half a metre at 0.5 m/s and 1 m/s² takes 1.5 s; with a quarter turn at 45°/s at least 2 s", () => {
  const limits = limitsOf(gantry(), roboOs);
  expect(planned(line([0, 0, 1, 0], [0.5, 0, 1, 0]), limits).durationMs).toBeCloseTo(1500, 9);
  const turning = planned(line([0, 0, 1, 0], [0.5, 0, 1, Math.PI / 2]), limits);
  expect(turning.durationMs).toBeGreaterThanOrEqual(2000);
  expect(turning.durationMs).toBeLessThan(2300);
  expectWithinLimits(turning, limits, 1);
});

test("R6 the slowest joint sets the time and all finish together", () => {
  const model = gantry({ maxVelocity: [1, 0.2, 1, 1], maxAcceleration: [4, 0.4, 4, 4] });
  const trajectory = planned(line([0, 0, 1, 0], [0.1, 0.4, 1.2, -0.3]), limitsOf(model));
  // y alone: 0.4 m at 0.2 m/s and 0.4 m/s² is 0.4/0.2 + 0.2/0.4.
  expect(trajectory.durationMs).toBeCloseTo(2500, 9);
  const half = new Float64Array(4);
  trajectory.sampleInto(1250, half);
  [0.05, 0.2, 1.1, -0.15].forEach((expected, j) => expect(half[j]).toBeCloseTo(expected, 12));
});

test("R6 no faster motion exists along one line: a brute-force search over bang-cruise-bang profiles finds none", () => {
  const model = gantry({ maxVelocity: [0.7, 1, 1, 2], maxAcceleration: [1.3, 2, 2, 5] });
  const path = line([0, 0, 1, 0], [0.6, -0.9, 1.5, 1]);
  const durationS = planned(path, limitsOf(model)).durationMs / 1000;
  const travel = [0.6, 0.9, 0.5, 1];
  const speed = Math.min(...travel.map((d, j) => model.maxVelocityRadPerS[j]! / d));
  const acceleration = Math.min(...travel.map((d, j) => model.maxAccelerationRadPerS2[j]! / d));
  let best = Infinity;
  for (let i = 1; i <= 2000; i++) {
    const peak = (speed * i) / 2000;
    const ramp = peak / acceleration;
    if (peak * ramp <= 1) best = Math.min(best, 2 * ramp + (1 - peak * ramp) / peak);
  }
  expect(durationS).toBeLessThanOrEqual(best + 1e-12);
  expect(durationS).toBeGreaterThan(best - 2e-3);
});

const scales = record({
  jointSpeedScale: double({ min: 0.2, max: 1, noNaN: true }),
  jointAccelerationScale: double({ min: 0.2, max: 1, noNaN: true }),
});
const tipCaps = record({
  maxTipSpeedMps: constantFrom(0.25, 0.5, 2, Infinity),
  maxTipAccelerationMps2: constantFrom(0.5, 1, 3, Infinity),
  maxTipAngularSpeedRadPerS: constantFrom(0.3, 1, Infinity),
});

function withoutJerk(model: RobotModel): RobotModel {
  return { ...model, maxJerkRadPerS3: new Float64Array(model.nJoints).fill(Infinity) };
}

const robots: readonly (readonly [string, RobotModel])[] = [
  ["gantry", gantry()],
  ["gantry with an offset tip", gantry({ tipOffsetM: 0.3 })],
  ["gantry with jerk limits", gantry({ maxJerk: [5, 5, 5, 20] })],
  ["panda-like", pandaLike()],
  ["panda-like without jerk limits", withoutJerk(pandaLike())],
];

function waypoint(model: RobotModel) {
  return array(double({ min: 0, max: 1, noNaN: true }), { minLength: model.nJoints, maxLength: model.nJoints }).map((parts) =>
    parts.map((part, j) => model.lowerRad[j]! + part * (model.upperRad[j]! - model.lowerRad[j]!)),
  );
}

test.for(robots)("R6 limits hold at every instant between two random configurations: %s", ([, model]) => {
  assert(
    property(waypoint(model), waypoint(model), scales, tipCaps, (from, to, someScales, someCaps) => {
      const limits = limitsOf(model, { ...someScales, ...someCaps });
      const trajectory = planned(line(from, to), limits);
      expectWithinLimits(trajectory, limits, CONTROL_TICK_MS);
    }),
    { seed, numRuns: 8, endOnFailure: true },
  );
});

test.for(robots)("R6 limits hold round the corners of random paths, dense and coarse: %s", ([, model]) => {
  assert(
    property(array(waypoint(model), { minLength: 3, maxLength: 6 }), integer({ min: 1, max: 40 }), tipCaps, (corners, parts, someCaps) => {
      // Rounded by averaging neighbours, so that both sharp corners and runs of small ones occur.
      const rows: number[][] = [];
      for (let i = 0; i + 1 < corners.length; i++)
        for (let k = 0; k < parts; k++) {
          const t = k / parts;
          const next = corners[i + 2] ?? corners[i + 1]!;
          rows.push(corners[i]!.map((q, j) => 0.2 * (q * (1 - t) * (1 - t) + 2 * corners[i + 1]![j]! * t * (1 - t) + next[j]! * t * t)));
        }
      if (rows.length < 2) return;
      const limits = limitsOf(model, someCaps);
      const trajectory = planned(new JointPath(model.nJoints, rows.flat()), limits);
      expectWithinLimits(trajectory, limits, CONTROL_TICK_MS / 2);
    }),
    { seed, numRuns: 5, endOnFailure: true },
  );
});

/** A quarter of a circle in x and y, entered and left along straight runs, its middle going diagonally. */
function bend(nParts: number, radiusM: number, runM: number): JointPath {
  const rows: number[][] = [[-runM, -radiusM, 1, 0]];
  for (let i = 0; i <= nParts; i++) {
    const angle = (Math.PI / 2) * (i / nParts);
    rows.push([radiusM * Math.sin(angle), -radiusM * Math.cos(angle), 1, 0]);
  }
  rows.push([radiusM, runM, 1, 0]);
  return new JointPath(4, rows.flat());
}

test.for([
  // parts of the bend, its radius, what limits, and how much of that limit is used at least
  [60, 0.3, {}, "jointAcceleration", 0.8],
  [20, 0.5, {}, "jointAcceleration", 0.8],
  [200, 0.1, {}, "jointAcceleration", 0.5],
  [60, 0.3, { maxTipAccelerationMps2: 0.5 }, "tipAcceleration", 0.5],
  [30, 0.6, { maxTipAccelerationMps2: 0.5, maxTipSpeedMps: 0.4 }, "tipAcceleration", 0.5],
] as const)(
  "R6 a bend of %i parts, radius %f m, is passed near its limit, speeding up and turning at once",
  ([parts, radiusM, caps, limit, least]) => {
    const limits = limitsOf(gantry({ maxVelocity: [5, 5, 5, 5] }), caps);
    const path = bend(parts, radiusM, 0.02);
    const trajectory = planned(path, limits);
    expectWithinLimits(trajectory, limits, CONTROL_TICK_MS / 8);
    const used = partsUsed(trajectory, limits, CONTROL_TICK_MS / 8)[limit];
    expect(used).toBeGreaterThan(least);
  },
);

test("R6 waypoints on a straight line cost no time", () => {
  const model = gantry();
  const limits = limitsOf(model, roboOs);
  const rows = Array.from({ length: 51 }, (_, k) => [(k * k) / 2500, (-0.5 * k * k) / 2500, 1, 0]);
  const through = planned(new JointPath(4, rows.flat()), limits);
  expect(through.durationMs).toBeCloseTo(planned(line(rows[0]!, rows[50]!), limits).durationMs, 6);
});

test("R6 a gentle curve is followed without stopping, a right angle is stopped at", () => {
  const model = withoutJerk(pandaLike());
  const limits = limitsOf(model, { jointSpeedScale: 0.2 });
  const curve = Array.from({ length: 51 }, (_, k) =>
    Array.from(model.homeRad, (q, j) => q + 0.4 * (k / 50) + 0.02 * (j - 3) * (k / 50) ** 2),
  );
  const bent = planned(new JointPath(7, curve.flat()), limits);
  const straight = planned(line(curve[0]!, curve[50]!), limits);
  expect(bent.durationMs).toBeLessThan(straight.durationMs * 1.1);

  const corner = planned(line([0, 0, 1, 0], [0.5, 0, 1, 0], [0.5, 0.5, 1, 0]), limitsOf(gantry(), roboOs));
  expect(corner.durationMs).toBeCloseTo(3000, 6);
  const velocity = new Float64Array(4);
  corner.velocityInto(1500, velocity);
  expect(Math.max(...velocity.map(Math.abs))).toBeLessThan(1e-6);
});

test("R6 every sample lies on the polyline, slowed or not, and the ends are exact", () => {
  const model = gantry();
  const rows = [
    [0, 0, 1, 0],
    [0.3, 0.1, 1, 0.2],
    [0.3, 0.1, 1, 0.2],
    [0.2, 0.5, 1.4, -1],
    [0.1, 0.4, 1.3, 0.7],
  ];
  const fast = planned(line(...rows), limitsOf(model));
  const distanceToPath = (q: Float64Array): number =>
    Math.min(
      ...rows.slice(1).map((to, i) => {
        const from = rows[i]!;
        const d = to.map((value, j) => value - from[j]!);
        const dd = d.reduce((sum, x) => sum + x * x, 0);
        const f = dd === 0 ? 0 : Math.max(0, Math.min(1, d.reduce((sum, x, j) => sum + x * (q[j]! - from[j]!), 0) / dd));
        return Math.max(...d.map((x, j) => Math.abs(from[j]! + x * f - q[j]!)));
      }),
    );
  const q = new Float64Array(4);
  const other = new Float64Array(4);
  for (const scale of [1, 0.5, 0.37]) {
    const slow = fast.slowed(scale);
    expect(slow.path).toBe(fast.path);
    expect(slow.durationMs).toBeCloseTo(fast.durationMs / scale, 9);
    for (let i = 0; i <= 500; i++) {
      slow.sampleInto((slow.durationMs * i) / 500, q);
      fast.sampleInto((fast.durationMs * i) / 500, other);
      expect(distanceToPath(q)).toBeLessThan(1e-14);
      for (let j = 0; j < 4; j++) expect(q[j]).toBeCloseTo(other[j]!, 9);
    }
    slow.sampleInto(-5, q);
    expect([...q]).toEqual(rows[0]);
    slow.sampleInto(1e9, q);
    expect([...q]).toEqual(rows[4]);
    slow.velocityInto(slow.durationMs / 3, q);
    fast.velocityInto(fast.durationMs / 3, other);
    for (let j = 0; j < 4; j++) expect(q[j]).toBeCloseTo(other[j]! * scale, 9);
  }
  expect(fast.slowed(0.5).slowed(0.5).durationMs).toBeCloseTo(fast.durationMs * 4, 9);
});

test("R6 velocity is the derivative of position, and rows are the same numbers as single samples in any order", () => {
  const model = pandaLike();
  const path = line(
    [...model.homeRad],
    [...model.homeRad].map((q, j) => q + 0.1 * (j - 2)),
    [...model.homeRad].map((q, j) => q - 0.05 * j),
  );
  const trajectory = planned(path, limitsOf(model, roboOs));
  const rows = new Float64Array(7 * 300 + 2);
  trajectory.sampleRowsInto(-10, 7.3, 300, rows, 2);
  const q = new Float64Array(7);
  const next = new Float64Array(7);
  const velocity = new Float64Array(7);
  for (let k = 299; k >= 0; k -= 7) {
    trajectory.sampleInto(-10 + k * 7.3, q);
    expect([...q]).toEqual([...rows.subarray(2 + k * 7, 9 + k * 7)]);
    const atMs = -10 + k * 7.3;
    if (!(atMs > 1 && atMs < trajectory.durationMs - 1)) continue;
    trajectory.sampleInto(atMs + 1e-3, next);
    trajectory.velocityInto(atMs, velocity);
    for (let j = 0; j < 7; j++) expect((next[j]! - q[j]!) / 1e-6).toBeCloseTo(velocity[j]!, 4);
  }
});

test("R6 a path that goes nowhere takes no time, even where no motion is allowed", () => {
  const limits = limitsOf(gantry(), { maxTipSpeedMps: 0 });
  for (const path of [line([0, 0, 1, 0]), line([0, 0, 1, 0], [0, 0, 1, 0])]) {
    const still = planned(path, limits);
    expect(still.durationMs).toBe(0);
    const q = new Float64Array(4);
    still.sampleInto(5, q);
    expect([...q]).toEqual([0, 0, 1, 0]);
    still.velocityInto(0, q);
    expect([...q]).toEqual([0, 0, 0, 0]);
  }
});

const here = [0, 0, 1, 0];
const there = [0.5, 0, 1, 0];
test.for([
  ["tip speed 0", { maxTipSpeedMps: 0 }, there, "motion-not-allowed"],
  ["tip acceleration 0", { maxTipAccelerationMps2: 0 }, there, "motion-not-allowed"],
  ["angular speed 0 though nothing turns", { maxTipAngularSpeedRadPerS: 0 }, there, "motion-not-allowed"],
  ["tip speed -0", { maxTipSpeedMps: -0 }, there, "motion-not-allowed"],
  ["tip speed negative", { maxTipSpeedMps: -1 }, there, "invalid-limits"],
  ["tip speed NaN", { maxTipSpeedMps: NaN }, there, "invalid-limits"],
  ["tip acceleration NaN", { maxTipAccelerationMps2: NaN }, there, "invalid-limits"],
  ["angular speed NaN", { maxTipAngularSpeedRadPerS: NaN }, there, "invalid-limits"],
  ["joint scale 0", { jointSpeedScale: 0 }, there, "invalid-limits"],
  ["joint scale above 1", { jointSpeedScale: 1.01 }, there, "invalid-limits"],
  ["joint scale NaN", { jointSpeedScale: NaN }, there, "invalid-limits"],
  ["acceleration scale NaN", { jointAccelerationScale: NaN }, there, "invalid-limits"],
  ["acceleration scale infinite", { jointAccelerationScale: Infinity }, there, "invalid-limits"],
  ["waypoint NaN", {}, [NaN, 0, 1, 0], "invalid-path"],
  ["waypoint infinite", {}, [0, -Infinity, 1, 0], "invalid-path"],
  ["waypoint 1e308", {}, [1e308, 0, 1, 0], "motion-not-allowed"],
  ["speed limit NaN", { model: gantry({ maxVelocity: [NaN, 1, 1, 1] }) }, there, "motion-not-allowed"],
  ["speed limit 0", { model: gantry({ maxVelocity: [0, 1, 1, 1] }) }, there, "motion-not-allowed"],
  ["speed limit negative", { model: gantry({ maxVelocity: [-1, 1, 1, 1] }) }, there, "motion-not-allowed"],
  ["acceleration limit NaN", { model: gantry({ maxAcceleration: [NaN, 1, 1, 1] }) }, there, "motion-not-allowed"],
  ["jerk limit NaN", { model: gantry({ maxJerk: [NaN, 1, 1, 1] }) }, there, "motion-not-allowed"],
  ["nothing limits", { model: gantry({ maxVelocity: [Infinity, 1, 1, 1], maxAcceleration: [Infinity, 1, 1, 1] }) }, there, "unlimited"],
] as const)("R6 refuses as a value: %s", ([, more, to, code]) => {
  for (const path of [line(here, to), line(here, to, [0.5, 0.5, 1, 0]), line(here, [0.25, 0, 1, 0], to)]) {
    const result = planTrajectory(path, limitsOf(gantry(), more));
    expect(result).toMatchObject({ kind: "failed", code });
    expect("reason" in result && result.reason).toMatch(/^[^\n]+$/);
  }
});

test("R6 a joint without an acceleration limit still ramps up, and one without a speed limit still ends at rest", () => {
  const unbraked = gantry({ maxAcceleration: [Infinity, 1, 1, 1] });
  // 1 m at 1 m/s, a quarter of a second for each ramp.
  expect(planned(line(here, [1, 0, 1, 0]), limitsOf(unbraked)).durationMs).toBeCloseTo(1250, 9);
  const unlimited = gantry({ maxVelocity: [Infinity, 1, 1, 1], maxAcceleration: [1, 1, 1, 1] });
  expect(planned(line(here, [1, 0, 1, 0]), limitsOf(unlimited)).durationMs).toBeCloseTo(2000, 9);
  expect(planned(line(here, [0.5, 0, 1, 0], [1, 0, 1, 0]), limitsOf(unlimited)).durationMs).toBeCloseTo(2000, 3);
});

test("R6 a path for another robot is a mistake of the program", () => {
  expect(() => planTrajectory(line([0, 0]), limitsOf(gantry()))).toThrow("a path of 2 joints cannot be timed for gantry, which has 4");
  const trajectory = planned(line(here, there), limitsOf(gantry()));
  for (const scale of [0, -1, 1.5, NaN]) expect(() => trajectory.slowed(scale)).toThrow("(0, 1]");
});

test("R6 a time that is not a number gives no position", () => {
  const trajectory = planned(line(here, there), limitsOf(gantry()));
  const q = new Float64Array(4);
  trajectory.sampleInto(NaN, q);
  expect([...q]).toEqual([NaN, NaN, NaN, NaN]);
  trajectory.velocityInto(NaN, q);
  expect([...q]).toEqual([NaN, NaN, NaN, NaN]);
});

test("R6 timing is plain data, the same for the same input, and another for another speed", () => {
  const model = pandaLike();
  const path = line(
    [...model.homeRad],
    [...model.homeRad].map((q) => q + 0.3),
  );
  const text = (trajectory: Trajectory): string => canonicalJson(trajectory.toJSON());
  const one = planned(path, limitsOf(model, roboOs));
  expect(text(one)).toBe(text(planned(path, limitsOf(model, roboOs))));
  expect(text(one.slowed(0.5))).not.toBe(text(one));
  expect(text(planned(path, limitsOf(model, { ...roboOs, maxTipSpeedMps: 0.3 })))).not.toBe(text(one));
});

test("R6 the tip of the slowed path stays where the fast one was", () => {
  const model = pandaLike();
  const path = line(
    [...model.homeRad],
    [...model.homeRad].map((q) => q - 0.2),
  );
  const fast = planned(path, limitsOf(model));
  const slow = fast.slowed(0.25);
  const a = new Float64Array(7);
  const b = new Float64Array(7);
  fast.sampleInto(fast.durationMs * 0.4, a);
  slow.sampleInto(slow.durationMs * 0.4, b);
  tipPose(model, a).position.forEach((value, k) => expect(tipPose(model, b).position[k]).toBeCloseTo(value, 12));
});
