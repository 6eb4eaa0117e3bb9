import { array, assert, boolean, double, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { forwardKinematics, geometricJacobianInto } from "./kinematics.ts";
import { JOINT_PRISMATIC, type RobotModel } from "./robot-model.ts";
import { gantry } from "./testing/gantry.ts";
import { pandaLike } from "./testing/panda-like.ts";
import { TipMotionBound } from "./tip-motion-bound.ts";

const seed = 20261121;
const caps = { fastestPerS: 1, maxTipSpeedMps: 1, maxTipAccelerationMps2: 1 };

/** The panda-like arm with joint 4 a slide, joint 2 off its origin and joint 6 coupled to joint 1. */
function oddArm(): RobotModel {
  const model = pandaLike();
  const kinds = Uint8Array.from(model.jointKindOfLink);
  kinds[4] = JOINT_PRISMATIC;
  const anchors = Float64Array.from(model.anchorInLink);
  anchors.set([0.03, -0.02, 0.05], 6);
  const joints = Int32Array.from(model.qIndexOfLink);
  joints[6] = 0;
  const scales = Float64Array.from(model.mimicScale);
  scales[6] = -0.5;
  return { ...model, jointKindOfLink: kinds, anchorInLink: anchors, qIndexOfLink: joints, mimicScale: scales };
}

/** dp/df and ω per f, measured at `f`. */
function twistAt(model: RobotModel, rows: Float64Array, f: number): number[] {
  const n = model.nJoints;
  const q = Array.from({ length: n }, (_, j) => rows[j]! + (rows[n + j]! - rows[j]!) * f);
  const links = new Float64Array(model.nLinks * 12);
  const jacobian = new Float64Array(6 * n);
  forwardKinematics(model, q, links);
  geometricJacobianInto(model, links, jacobian);
  return Array.from({ length: 6 }, (_, row) => q.reduce((sum, _q, j) => sum + jacobian[row * n + j]! * (rows[n + j]! - rows[j]!), 0));
}

const length = (v: readonly number[]): number => Math.hypot(...v);

test.for([
  ["panda-like", pandaLike()],
  ["slide, mimic and anchor", oddArm()],
  ["gantry with an offset tip", gantry({ tipOffsetM: 0.2 })],
] as const)("R6 tip speed, turn and curvature never exceed the bound: %s", ([, model]) => {
  const bound = new TipMotionBound(model);
  const n = model.nJoints;
  const value = double({ min: -3, max: 3, noNaN: true });
  const travel = tuple(double({ min: -3, max: 3, noNaN: true }), boolean());
  assert(
    property(array(value, { minLength: n, maxLength: n }), array(travel, { minLength: n, maxLength: n }), (from, travels) => {
      const rows = Float64Array.from([...from, ...from.map((q, j) => (travels[j]![1] ? q + travels[j]![0] : q))]);
      bound.measure(rows, 0, caps);
      const step = 1e-3;
      const most = { speed: 0, angular: 0, curvature: 0 };
      for (let i = 0; i < 200; i++) {
        const here = twistAt(model, rows, i / 200);
        const next = twistAt(model, rows, i / 200 + step);
        most.speed = Math.max(most.speed, length(here.slice(0, 3)));
        most.angular = Math.max(most.angular, length(here.slice(3)));
        most.curvature = Math.max(most.curvature, length([0, 1, 2].map((k) => (next[k]! - here[k]!) / step)));
      }
      expect(most.speed).toBeLessThanOrEqual(bound.speedPerF * (1 + 1e-9) + 1e-12);
      expect(most.angular).toBeLessThanOrEqual(bound.angularPerF * (1 + 1e-9) + 1e-12);
      expect(most.curvature).toBeLessThanOrEqual(bound.curvaturePerF2 + 1e-9);
    }),
    { seed, numRuns: 25, endOnFailure: true },
  );
});

test("R6 the bound is exact where the tip goes straight at constant speed", () => {
  const bound = new TipMotionBound(gantry());
  bound.measure(Float64Array.of(0, 0, 1, 0, 0.3, -0.4, 1, 2), 0, caps);
  expect(bound.speedPerF).toBe(0.5);
  expect(bound.curvaturePerF2).toBe(0);
  expect(bound.angularPerF).toBe(2);
  expect([...bound.startVelocity]).toEqual([0.3, -0.4, 0]);
});

test("R6 the bound is tight on an arm: within 0.5 % of the truth for moderate moves", () => {
  const model = pandaLike();
  const bound = new TipMotionBound(model);
  const rows = Float64Array.from([...model.homeRad, ...model.homeRad.map((q, j) => q + [0.5, 0.3, -0.2, 0.3, 0.1, 0.4, 0.2][j]!)]);
  bound.measure(rows, 0, caps);
  let fastest = 0;
  for (let i = 0; i <= 1000; i++) fastest = Math.max(fastest, length(twistAt(model, rows, i / 1000).slice(0, 3)));
  expect(bound.speedPerF).toBeGreaterThanOrEqual(fastest);
  expect(bound.speedPerF).toBeLessThan(fastest * 1.006);
});
