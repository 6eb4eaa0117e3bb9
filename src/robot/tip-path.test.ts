import { expect, test } from "vitest";
import { quatFromAxisAngle, quatMultiply, rotationAngleBetween, type Pose } from "../core/pose.ts";
import { Random } from "../core/random.ts";
import { distance, vec3, type Vec3 } from "../core/vec3.ts";
import { IkSolver, type IkResult } from "./inverse-kinematics.ts";
import type { JointPath } from "./joint-path.ts";
import { tipPose } from "./kinematics.ts";
import { TipBulge } from "./tip-bulge.ts";
import { straightJointPath, straightTipPath, type TipPathResult } from "./tip-path.ts";
import { gantry } from "./testing/gantry.ts";
import { pandaLike } from "./testing/panda-like.ts";
import { randomConfiguration, randomRobot } from "./testing/random-robot.ts";

const random = new Random(20261121);
const panda = pandaLike();
const ik = new IkSolver(panda);
const down = quatFromAxisAngle([1, 0, 0], Math.PI);

function fromLine(p: Vec3, a: Vec3, b: Vec3): number {
  const length = distance(a, b);
  if (length === 0) return distance(p, a);
  const u = [0, 1, 2].map((k) => (b[k]! - a[k]!) / length);
  const on = [0, 1, 2].reduce((sum, k) => sum + (p[k]! - a[k]!) * u[k]!, 0);
  const foot = vec3(a[0] + on * u[0]!, a[1] + on * u[1]!, a[2] + on * u[2]!);
  return distance(p, foot);
}

/** The farthest the tip is from the line between the path's first tip and `to`, densely sampled, and the largest joint step. */
function follow(path: JointPath, to: Vec3): { readonly deviationM: number; readonly jointStepRad: number; readonly end: Pose } {
  const row = (w: number): number[] => Array.from({ length: path.nJoints }, (_, j) => path.get(w, j));
  const start = tipPose(panda, row(0)).position;
  let deviationM = 0;
  let jointStepRad = 0;
  for (let w = 0; w + 1 < path.nWaypoints; w++) {
    const [a, b] = [row(w), row(w + 1)];
    jointStepRad = Math.max(jointStepRad, ...a.map((q, j) => Math.abs(b[j]! - q)));
    for (let s = 0; s <= 10; s++) {
      const q = a.map((value, j) => value + (s / 10) * (b[j]! - value));
      deviationM = Math.max(deviationM, fromLine(tipPose(panda, q).position, start, to));
    }
  }
  return { deviationM, jointStepRad, end: tipPose(panda, row(path.nWaypoints - 1)) };
}

const home = tipPose(panda, panda.homeRad);
const line = (target: Pose, stepM = 0.02, fromRad: ArrayLike<number> = panda.homeRad): TipPathResult =>
  straightTipPath(panda, ik, fromRad, target, { stepM, random });

test("R1 the tip keeps to the straight line within the stated deviation, which is at most 1 mm, and arrives", () => {
  let solved = 0;
  for (let run = 0; run < 60; run++) {
    const position = vec3(random.uniform(0.3, 0.65), random.uniform(-0.35, 0.35), random.uniform(0.1, 0.6));
    const orientation = quatMultiply(down, quatFromAxisAngle([0, 0, 1], random.uniform(-0.5, 0.5)));
    const result = line({ position, orientation }, run % 2 === 0 ? 0.02 : 0.08);
    if (result.kind === "failed") continue;
    solved += 1;
    const { deviationM, end } = follow(result.path, position);
    expect(result.deviationM).toBeLessThanOrEqual(0.001);
    expect(deviationM).toBeLessThanOrEqual(result.deviationM + 1e-4);
    expect(distance(end.position, position)).toBeLessThanOrEqual(2e-5);
    expect(rotationAngleBetween(end.orientation, orientation)).toBeLessThanOrEqual(2e-4);
    for (let j = 0; j < 7; j++) expect(result.path.get(0, j)).toBe(panda.homeRad[j]);
  }
  expect(solved).toBeGreaterThan(50);
});

test("R1 a coarse spacing is refined until the line is straight", () => {
  const target: Pose = { position: vec3(0.5, 0.3, 0.3), orientation: home.orientation };
  const coarse = line(target, 10);
  if (coarse.kind !== "path") return expect.fail("not solved");
  expect(coarse.path.nWaypoints).toBeGreaterThan(3);
  expect(follow(coarse.path, target.position).deviationM).toBeLessThan(0.001);
  const loose = straightTipPath(panda, ik, panda.homeRad, target, { stepM: 10, stepRad: 10, maxDeviationM: 0.05, random });
  expect(loose).toSatisfy((r: TipPathResult) => r.kind === "path" && r.path.nWaypoints < coarse.path.nWaypoints);
});

test("R1 between the ends the orientation turns evenly", () => {
  const target: Pose = { position: home.position, orientation: quatMultiply(home.orientation, quatFromAxisAngle([0, 0, 1], 1)) };
  const turning = line(target);
  if (turning.kind !== "path") return expect.fail("not solved");
  const { nWaypoints } = turning.path;
  expect(nWaypoints).toBeGreaterThanOrEqual(11);
  for (let w = 0; w < nWaypoints; w++) {
    const { orientation, position } = tipPose(
      panda,
      Array.from({ length: 7 }, (_, j) => turning.path.get(w, j)),
    );
    expect(rotationAngleBetween(home.orientation, orientation)).toBeCloseTo(w / (nWaypoints - 1), 3);
    expect(distance(position, home.position)).toBeLessThan(1e-3);
  }
});

test("R1 a line that leaves the reach fails, having said how far it goes", () => {
  const target: Pose = { position: vec3(1.3, 0, 0.5), orientation: home.orientation };
  const result = line(target);
  if (result.kind !== "failed") return expect.fail("solved");
  expect(result.result.kind).not.toBe("solution");
  expect(result.atFraction).toBeGreaterThan(0.3);
  expect(result.atFraction).toBeLessThan(0.7);
});

test("R1 no line is called followed across a change of posture: joints move on little where the tip does", { timeout: 60_000 }, () => {
  let failed = 0;
  for (let run = 0; run < 60; run++) {
    const fromRad = randomConfiguration(random, panda);
    const target = tipPose(panda, randomConfiguration(random, panda));
    const result = line(target, 0.02, fromRad);
    if (result.kind === "failed") {
      failed += 1;
      expect(result.atFraction).toBeGreaterThanOrEqual(0);
      expect(result.atFraction).toBeLessThan(1);
      continue;
    }
    expect(follow(result.path, target.position).deviationM).toBeLessThan(0.0011);
  }
  expect(failed).toBeGreaterThan(10);
});

test("R1 a line of no length is a path that stays", () => {
  const result = line(home);
  if (result.kind !== "path") return expect.fail("not solved");
  expect(result.path.nWaypoints).toBe(2);
  for (let j = 0; j < 7; j++) expect(result.path.get(1, j)).toBeCloseTo(panda.homeRad[j]!, 3);
});

test("R1 a gantry's lines need no refining", () => {
  const model = gantry();
  const target: Pose = { position: vec3(1, 1, 2), orientation: [1, 0, 0, 0] };
  const result = straightTipPath(model, new IkSolver(model), [0, 0, 1, 0], target, { stepM: 10, random });
  expect(result).toMatchObject({ kind: "path", deviationM: expect.closeTo(0, 6) });
});

test("R1 a solution a whole turn away keeps the tip in place and is still no line", () => {
  class Turning extends IkSolver {
    override solve(...question: Parameters<IkSolver["solve"]>): IkResult {
      const result = super.solve(...question);
      return result.kind === "solution" ? { ...result, qRad: result.qRad.with(3, 2 * Math.PI) } : result;
    }
  }
  const model = gantry();
  const target: Pose = { position: vec3(0, 0, 1.01), orientation: [1, 0, 0, 0] };
  const result = straightTipPath(model, new Turning(model), [0, 0, 1, 0], target, { stepM: 0.1, random });
  expect(result).toMatchObject({ kind: "failed", result: { kind: "solution" } });
});

test("R1 the bulge between two configurations is bounded from above", () => {
  for (let run = 0; run < 100; run++) {
    const model = run % 2 === 0 ? panda : randomRobot(random, { nLinks: 3 + random.integer(5), nJoints: 4 });
    const from = randomConfiguration(random, model);
    const to = from.map((q) => q + random.uniform(-0.3, 0.3));
    const [a, b] = [tipPose(model, from).position, tipPose(model, to).position];
    const length = distance(a, b) || 1;
    const along = [0, 1, 2].map((k) => (b[k]! - a[k]!) / length);
    const bound = new TipBulge(model).measure(from, to, a, along);
    for (let s = 0; s <= 50; s++) {
      const q = from.map((value, j) => value + (s / 50) * (to[j]! - value));
      expect(fromLine(tipPose(model, q).position, a, b)).toBeLessThanOrEqual(bound + 1e-9);
    }
  }
});

test("R1 straight in joint space is two waypoints, the ends exactly", () => {
  const path = straightJointPath([1, 2], Float64Array.of(3, -0));
  expect(path.toJSON()).toEqual([
    [1, 2],
    [3, -0],
  ]);
  expect(() => straightJointPath([1, 2], [3])).toThrow("toRad has 1 joints, fromRad has 2");
});

test.for([0, -1, Number.NaN, Infinity, 1e-12])("R1 a spacing of %s m is a mistake, not a path", (stepM) => {
  const target: Pose = { position: vec3(0.5, 0, 0.3), orientation: home.orientation };
  expect(() => line(target, stepM)).toThrow(/stepM/);
});

test("R1 a start that is not finite is an error", () => {
  expect(() => line(home, 0.02, [0, 0, 0, Number.NaN, 0, 0, 0])).toThrow(/finite/);
});
