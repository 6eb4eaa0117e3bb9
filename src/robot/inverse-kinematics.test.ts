import { expect, test } from "vitest";
import { quatFromAxisAngle, quatMultiply, rotationAngleBetween, type Pose } from "../core/pose.ts";
import { Random } from "../core/random.ts";
import { distance } from "../core/vec3.ts";
import { IkSolver, type IkResult, type IkTarget } from "./inverse-kinematics.ts";
import { tipPose } from "./kinematics.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, type RobotModel } from "./robot-model.ts";
import { gantry } from "./testing/gantry.ts";
import { pandaLike } from "./testing/panda-like.ts";
import { randomConfiguration, randomRobot, randomVec3 } from "./testing/random-robot.ts";

const random = new Random(20261121);
const panda = pandaLike();
const solver = new IkSolver(panda);
const targetOf = ({ position, orientation }: Pose): IkTarget => ({ positionM: position, orientation });

/** A solution is what forward kinematics, called anew, says it is. */
function expectSolution(model: RobotModel, target: IkTarget, result: IkResult, positionM = 1e-4, orientationRad = 1e-3): void {
  if (result.kind !== "solution") return expect.fail(`${result.kind}, ${result.best.positionErrorM} m away`);
  const { qRad, positionErrorM, orientationErrorRad } = result;
  for (let j = 0; j < model.nJoints; j++) {
    expect(qRad[j]).toBeGreaterThanOrEqual(model.lowerRad[j]!);
    expect(qRad[j]).toBeLessThanOrEqual(model.upperRad[j]!);
  }
  const { position, orientation } = tipPose(model, qRad);
  expect(distance(position, target.positionM)).toBeLessThanOrEqual(positionM);
  expect(positionErrorM).toBeCloseTo(distance(position, target.positionM), 10);
  if (target.orientation === undefined) return;
  expect(rotationAngleBetween(orientation, target.orientation)).toBeLessThanOrEqual(orientationRad);
  expect(orientationErrorRad).toBeCloseTo(rotationAngleBetween(orientation, target.orientation), 7);
}

test(
  "D6 at least 99% of random reachable poses of a seven-axis arm are solved, each within limits and tolerances",
  { timeout: 60_000 },
  () => {
    let solved = 0;
    for (let run = 0; run < 1000; run++) {
      const target = targetOf(tipPose(panda, randomConfiguration(random, panda)));
      const result = solver.solve(target, { seedRad: panda.homeRad, random });
      expect(result.kind).not.toBe("unreachable");
      if (result.kind === "solution") {
        solved += 1;
        expectSolution(panda, target, result);
      }
    }
    expect(solved).toBeGreaterThanOrEqual(990);
  },
);

test("D6 positions alone are solved too", () => {
  for (let run = 0; run < 300; run++) {
    const { position } = tipPose(panda, randomConfiguration(random, panda));
    const result = solver.solve({ positionM: position }, { seedRad: panda.homeRad, random });
    expectSolution(panda, { positionM: position }, result);
    expect(result).toMatchObject({ orientationErrorRad: 0 });
  }
});

test("D6 the tighter tolerances of the published rule are met when asked for: 1e-6 m, 1e-4 rad", () => {
  let solved = 0;
  for (let run = 0; run < 200; run++) {
    const target = targetOf(tipPose(panda, randomConfiguration(random, panda)));
    const tight = { positionToleranceM: 1e-6, orientationToleranceRad: 1e-4 };
    const result = solver.solve(target, { seedRad: panda.homeRad, random, ...tight });
    if (result.kind !== "solution") continue;
    solved += 1;
    expectSolution(panda, target, result, 1e-6, 1e-4);
  }
  expect(solved).toBeGreaterThan(195);
});

test("D6 a target near the seed is solved near the seed, in a few steps", () => {
  for (let run = 0; run < 100; run++) {
    const seedRad = randomConfiguration(random, panda).map((q, j) => 0.8 * q + 0.2 * panda.homeRad[j]!);
    const near = seedRad.map((q) => q + random.uniform(-0.03, 0.03));
    const result = solver.solve(targetOf(tipPose(panda, near)), { seedRad, random, restarts: 0 });
    if (result.kind !== "solution") return expect.fail("not solved");
    expect(result.iterations).toBeLessThanOrEqual(8);
    expect(Math.max(...result.qRad.map((q, j) => Math.abs(q - seedRad[j]!)))).toBeLessThan(0.6);
  }
});

test("D6 a top-down grasp from home takes a handful of steps", () => {
  const down = quatMultiply(quatFromAxisAngle([1, 0, 0], Math.PI), quatFromAxisAngle([0, 0, 1], 0.3));
  for (const [x, y] of [
    [0.45, -0.2],
    [0.5, 0.2],
    [0.65, 0],
    [0.55, 0.1],
  ] as const) {
    const target: IkTarget = { positionM: [x, y, 0.05], orientation: down };
    const result = solver.solve(target, { seedRad: panda.homeRad, random, restarts: 0 });
    expectSolution(panda, target, result);
    expect(result).toSatisfy((r: IkResult) => r.kind === "solution" && r.iterations <= 10);
  }
});

test("D6 unreachable is never claimed for a pose that some configuration reaches", () => {
  for (let run = 0; run < 250; run++) {
    const prismatic = run % 3 === 0;
    let model = randomRobot(random, { nLinks: 2 + random.integer(7), nJoints: 4, prismatic: run % 2 === 0 });
    if (prismatic)
      model = { ...model, jointKindOfLink: model.jointKindOfLink.map((kind) => (kind === JOINT_FIXED ? kind : JOINT_PRISMATIC)) };
    const { position, orientation } = tipPose(model, randomConfiguration(random, model));
    const target: IkTarget = run % 2 === 0 ? { positionM: position, orientation } : { positionM: position };
    const result = new IkSolver(model).solve(target, { seedRad: model.homeRad, random, restarts: 1, maxIterations: 40 });
    expect(result.kind).not.toBe("unreachable");
    if (result.kind === "solution") expectSolution(model, target, result);
  }
});

test("D6 unreachable is never claimed at the very edge of what two crossing axes reach", () => {
  // Joint 1 about z, joint 2 about x, 1 m to the tip: the bounds are exact, every edge of them is reached.
  const model: RobotModel = {
    ...gantry(),
    jointKindOfLink: Uint8Array.of(0, 1, 1, 0, 0),
    axisInLink: Float64Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1),
    lowerRad: new Float64Array(4).fill(-3.2),
    upperRad: new Float64Array(4).fill(3.2),
    tipLinkFromTip: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0),
  };
  const edge = new IkSolver(model);
  for (let k = 0; k <= 24; k++) {
    const position = tipPose(model, [(k * Math.PI) / 12 - Math.PI, (k * Math.PI) / 6 - Math.PI, 0, 0]).position;
    for (const positionM of [position, [0, 0, 1], [0, 0, -1]] as const) {
      expect(edge.solve({ positionM }, { seedRad: [0.3, 0.2, 0, 0], random }).kind).not.toBe("unreachable");
    }
  }
  for (const z of [1.001, -1.001]) {
    expect(edge.solve({ positionM: [0, 0, z] }, { seedRad: [0, 0, 0, 0], random })).toMatchObject({ kind: "unreachable" });
  }
});

test("D6 beyond the sum of the links is unreachable, with the nearest that was found", () => {
  for (const positionM of [
    [2, 0, 0.3],
    [0, 0, -1],
    [0, 0, 1.6],
    [1e6, 1e6, 0],
  ] as const) {
    const result = solver.solve({ positionM }, { seedRad: panda.homeRad, random });
    if (result.kind !== "unreachable") return expect.fail(result.kind);
    expect(result.proof).toBe("beyond-reach");
    expect(result.best.positionErrorM).toBeCloseTo(distance(tipPose(panda, result.best.qRad).position, positionM), 9);
  }
  const best = solver.solve({ positionM: [1.2, 0, 0.333] }, { seedRad: panda.homeRad, random });
  expect(best).toMatchObject({ kind: "unreachable", best: { positionErrorM: expect.closeTo(0.26, 1) } });
});

test("D6 nearer to the base than the longest link leaves is unreachable", () => {
  const long = gantry();
  const links = { ...long, jointKindOfLink: Uint8Array.of(0, 1, 0, 0, 1), tipLinkFromTip: long.tipLinkFromTip.with(3, 0.1) };
  const model = { ...links, parentFromLink: long.parentFromLink.with(2 * 12 + 3, 0.5) };
  const inside = new IkSolver(model).solve({ positionM: [0.2, 0, 0] }, { seedRad: [0, 0, 0, 0], random });
  expect(inside).toMatchObject({ kind: "unreachable", proof: "inside-hole" });
  const reached = new IkSolver(model).solve({ positionM: [0.45, 0, 0] }, { seedRad: [0, 0, 0, 0.4], random });
  expect(reached.kind === "unreachable").toBe(false);
});

test("D6 within reach but not found is unknown, and says after how much", () => {
  // At arm's length, pointing back at the base: the wrist would have to be beyond the reach, which the bounds do not see.
  const target: IkTarget = { positionM: [0.8, 0, 0.4], orientation: quatFromAxisAngle([0, 1, 0], -Math.PI / 2) };
  const result = solver.solve(target, { seedRad: panda.homeRad, random, maxIterations: 20, restarts: 2 });
  expect(result).toMatchObject({ kind: "unknown", why: expect.stringMatching(/iterations from 3 starts/) });
});

test("D6 a gantry is solved in one step, and outside its travel is proved so", () => {
  const model = gantry();
  const axes = { ...model, jointKindOfLink: Uint8Array.of(0, 2, 2, 2, 0) };
  const ik = new IkSolver(axes);
  for (let run = 0; run < 100; run++) {
    const p = randomVec3(random, 1.4);
    const target: IkTarget = { positionM: [p[0], p[1], p[2] + 1.5] };
    const result = ik.solve(target, { seedRad: axes.homeRad, random });
    expectSolution(axes, target, result);
    expect(result).toSatisfy((r: IkResult) => r.kind === "solution" && r.iterations <= 2);
  }
  for (const positionM of [
    [2.1, 0, 1],
    [0, 0, -0.01],
    [-3, 3, 5],
  ] as const) {
    expect(ik.solve({ positionM }, { seedRad: axes.homeRad, random })).toMatchObject({ kind: "unreachable", proof: "beyond-travel" });
  }
  const corner = ik.solve({ positionM: [2, -2, 3] }, { seedRad: axes.homeRad, random });
  expectSolution(axes, { positionM: [2, -2, 3] }, corner);
  const turned: IkTarget = { positionM: [0, 0, 1], orientation: quatFromAxisAngle([0, 0, 1], 0.01) };
  expect(ik.solve(turned, { seedRad: axes.homeRad, random })).toMatchObject({ kind: "unreachable", proof: "fixed-orientation" });
  expect(ik.solve({ ...turned, orientation: [-1, 0, 0, 0] }, { seedRad: axes.homeRad, random }).kind).toBe("solution");
});

test("D6 a gantry with a turning wrist is solved with its orientation, the turn nearest to the seed", () => {
  const model = gantry();
  const target: IkTarget = { positionM: [0.5, -0.5, 1], orientation: quatFromAxisAngle([0, 0, 1], 0.2) };
  const result = new IkSolver(model).solve(target, { seedRad: [0, 0, 1, 6], random });
  expectSolution(model, target, result);
  if (result.kind === "solution") expect(result.qRad[3]).toBeCloseTo(0.2 + 2 * Math.PI, 2);
  // The turn after this one would be beyond the limit of 6.5 rad.
  const last: IkTarget = { ...target, orientation: quatFromAxisAngle([0, 0, 1], 0.5) };
  expectSolution(model, last, new IkSolver(model).solve(last, { seedRad: [0, 0, 1, 6.4], random }));
});

test.for([
  ["a position that is not a number", { positionM: [Number.NaN, 0, 0.5] }],
  ["an endless position", { positionM: [0, -Infinity, 0.5] }],
  ["a position beyond squaring", { positionM: [0, 0, 1e308] }],
  ["an orientation that is not a number", { positionM: [0.4, 0, 0.5], orientation: [Number.NaN, 0, 0, 0] }],
  ["an orientation that is none", { positionM: [0.4, 0, 0.5], orientation: [0, 0, 0, 0] }],
] as const)("D6 %s is unknown, never a solution", ([, target]) => {
  const result = solver.solve(target, { seedRad: panda.homeRad, random });
  expect(result).toMatchObject({ kind: "unknown", best: { positionErrorM: Infinity } });
});

test("D6 hostile seeds change nothing: outside the limits, not finite, of the wrong length", () => {
  const target = targetOf(tipPose(panda, panda.homeRad));
  for (const bad of [1e308, -1e308, Number.NaN, Infinity, -0]) {
    expectSolution(panda, target, solver.solve(target, { seedRad: new Float64Array(7).fill(bad), random }));
  }
  expect(() => solver.solve(target, { seedRad: [0, 0], random })).toThrow("seedRad has 2 joints, the robot has 7");
});

test("D6 the same question has the same answer, whatever was asked before", () => {
  const target = targetOf(tipPose(panda, [2, -1.5, 2.5, -0.3, -2.6, 0.2, 2.5]));
  const ask = (ik: IkSolver): IkResult => ik.solve(target, { seedRad: panda.homeRad, random: new Random(1) });
  const used = new IkSolver(panda);
  for (let run = 0; run < 20; run++)
    used.solve(targetOf(tipPose(panda, randomConfiguration(random, panda))), { seedRad: panda.homeRad, random });
  expect(ask(used)).toEqual(ask(new IkSolver(panda)));
  expect(ask(used)).toEqual(ask(used));
});
