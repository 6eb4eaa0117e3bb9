import { expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { rotateVector, rotationAngleBetween, quatFromAxisAngle, quatMultiply } from "../core/pose.ts";
import { forwardKinematics, geometricJacobianInto, linkTwistsInto, tipMatrixInto, tipPose } from "./kinematics.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
import { pandaDh, pandaFlangeM, pandaHandM, pandaLike } from "./testing/panda-like.ts";
import { randomConfiguration, randomRobot } from "./testing/random-robot.ts";

type Matrix = readonly (readonly number[])[];
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, c) => row.reduce((sum, value, k) => sum + value * b[k]![c]!, 0)));
const translation = (x: number, y: number, z: number): Matrix => [
  [1, 0, 0, x],
  [0, 1, 0, y],
  [0, 0, 1, z],
  [0, 0, 0, 1],
];
/** Rodrigues, from the cross product matrix: another way than the code under test goes. */
function turn([x, y, z]: readonly number[], angle: number): Matrix {
  const k: Matrix = [
    [0, -z!, y!],
    [z!, 0, -x!],
    [-y!, x!, 0],
  ];
  const kk = product(k, k);
  const r = k.map((row, i) => row.map((v, j) => (i === j ? 1 : 0) + Math.sin(angle) * v + (1 - Math.cos(angle)) * kk[i]![j]!));
  return [...r.map((row) => [...row, 0]), [0, 0, 0, 1]];
}
const matrixOf = (m: Float64Array, o: number): Matrix => [
  Array.from(m.subarray(o, o + 4)),
  Array.from(m.subarray(o + 4, o + 8)),
  Array.from(m.subarray(o + 8, o + 12)),
  [0, 0, 0, 1],
];

function plainLinks(model: RobotModel, q: ArrayLike<number>): Matrix[] {
  const world: Matrix[] = [];
  for (let link = 0; link < model.nLinks; link++) {
    const parent = link === 0 ? translation(0, 0, 0) : world[model.parentOfLink[link]!]!;
    const axis = Array.from(model.axisInLink.subarray(link * 3, link * 3 + 3));
    const [ax, ay, az] = model.anchorInLink.subarray(link * 3, link * 3 + 3);
    const value = model.mimicScale[link]! * q[model.qIndexOfLink[link]!]! + model.mimicOffset[link]!;
    const kind = model.jointKindOfLink[link];
    let motion = translation(0, 0, 0);
    if (kind === JOINT_REVOLUTE) motion = product(product(translation(ax!, ay!, az!), turn(axis, value)), translation(-ax!, -ay!, -az!));
    else if (kind !== JOINT_FIXED) motion = translation(axis[0]! * value, axis[1]! * value, axis[2]! * value);
    world.push(product(product(parent, matrixOf(model.parentFromLink, link * 12)), motion));
  }
  return world;
}

function expectLinks(model: RobotModel, q: Float64Array): void {
  const worldFromLinks = new Float64Array(model.nLinks * 12);
  forwardKinematics(model, q, worldFromLinks);
  const plain = plainLinks(model, q);
  for (let link = 0; link < model.nLinks; link++) {
    for (let k = 0; k < 12; k++) {
      expect(Math.abs(worldFromLinks[link * 12 + k]! - plain[link]![k >> 2]![k & 3]!)).toBeLessThan(1e-12);
    }
  }
}

test("D4 forward kinematics equals plain matrix products of the published parameters", () => {
  const random = new Random(20261121);
  const model = pandaLike();
  for (let run = 0; run < 200; run++) {
    const q = randomConfiguration(random, model);
    let plain: Matrix = translation(0, 0, 0);
    pandaDh.forEach(([a, d, quarter], j) => {
      plain = product(plain, product(turn([1, 0, 0], (quarter * Math.PI) / 2), translation(a, 0, 0)));
      plain = product(plain, product(turn([0, 0, 1], q[j]!), translation(0, 0, d)));
    });
    plain = product(plain, product(translation(0, 0, pandaFlangeM), turn([0, 0, 1], -Math.PI / 4)));
    plain = product(plain, translation(0, 0, pandaHandM));
    const worldFromLinks = new Float64Array(model.nLinks * 12);
    const tip = new Float64Array(12);
    forwardKinematics(model, q, worldFromLinks);
    tipMatrixInto(model, worldFromLinks, tip);
    for (let k = 0; k < 12; k++) expect(Math.abs(tip[k]! - plain[k >> 2]![k & 3]!)).toBeLessThan(1e-12);
  }
});

test("D4 the arm stretched upward ends where the published lengths say", () => {
  const { position } = tipPose(pandaLike(), [0, 0, 0, 0, 0, 0, 0]);
  expect(position[0]).toBeCloseTo(0.088, 12);
  expect(position[1]).toBeCloseTo(0, 12);
  expect(position[2]).toBeCloseTo(0.333 + 0.316 + 0.384 - 0.107 - 0.1034, 12);
});

test("D4 oblique axes off the origin, branches, mimic and prismatic joints equal plain matrix products", () => {
  const random = new Random(20261121);
  for (let run = 0; run < 150; run++) {
    const model = randomRobot(random, { nLinks: 2 + random.integer(9), nJoints: 4 });
    expectLinks(model, randomConfiguration(random, model));
  }
});

test("runtime a joint value that is not finite comes out as a tip that is not finite", () => {
  const model = pandaLike();
  const worldFromLinks = new Float64Array(model.nLinks * 12);
  const tip = new Float64Array(12);
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    forwardKinematics(model, [0, 0, bad, 0, 0, 0, 0], worldFromLinks);
    tipMatrixInto(model, worldFromLinks, tip);
    expect(tip[3]).toBeNaN();
  }
  expect(() => tipPose(model, [0, 0, Number.NaN, 0, 0, 0, 0])).toThrow(/finite/);
  forwardKinematics(model, [1e308, 0, 0, -1, 0, 1, 0], worldFromLinks);
  tipMatrixInto(model, worldFromLinks, tip);
  expect(tip.every((value) => Math.abs(value) < 2)).toBe(true);
});

test("runtime the Jacobian is the derivative of the tip pose", () => {
  const random = new Random(20261121);
  const models = Array.from({ length: 60 }, () => randomRobot(random, { nLinks: 2 + random.integer(8), nJoints: 3 }));
  for (const model of [pandaLike(), pandaLike(), ...models]) {
    const q = randomConfiguration(random, model);
    const worldFromLinks = new Float64Array(model.nLinks * 12);
    const jacobian = new Float64Array(6 * model.nJoints);
    forwardKinematics(model, q, worldFromLinks);
    geometricJacobianInto(model, worldFromLinks, jacobian);
    const h = 1e-6;
    for (let j = 0; j < model.nJoints; j++) {
      const [plus, minus] = [h, -h].map((step) => tipPose(model, q.with(j, q[j]! + step)));
      const column = [0, 1, 2, 3, 4, 5].map((row) => jacobian[row * model.nJoints + j]!);
      for (const k of [0, 1, 2] as const) {
        expect(column[k]).toBeCloseTo((plus!.position[k] - minus!.position[k]) / (2 * h), 7);
      }
      // exp of the angular part over 2h takes the one orientation to the other.
      const [wx = 0, wy = 0, wz = 0] = column.slice(3);
      const size = Math.sqrt(wx * wx + wy * wy + wz * wz);
      const turned = size > 0 ? quatMultiply(quatFromAxisAngle([wx, wy, wz], size * 2 * h), minus!.orientation) : minus!.orientation;
      expect(rotationAngleBetween(turned, plus!.orientation)).toBeLessThan(1e-11);
    }
  }
});

test("runtime link twists give the velocity of any point of any link", () => {
  const random = new Random(20261121);
  for (let run = 0; run < 60; run++) {
    const model = randomRobot(random, { nLinks: 2 + random.integer(8), nJoints: 3 });
    const q = randomConfiguration(random, model);
    const dq = Float64Array.from(q, () => random.uniform(-1, 1));
    const links = new Float64Array(model.nLinks * 12);
    const twists = new Float64Array(model.nLinks * 6);
    forwardKinematics(model, q, links);
    linkTwistsInto(model, links, dq, twists);
    const h = 1e-6;
    const [plus, minus] = [h, -h].map((step) =>
      plainLinks(
        model,
        q.map((value, j) => value + step * dq[j]!),
      ),
    );
    const link = random.integer(model.nLinks);
    const point: Matrix = [[random.uniform(-1, 1)], [random.uniform(-1, 1)], [random.uniform(-1, 1)], [1]];
    const at = product(matrixOf(links, link * 12), point).map(([value]) => value!);
    const [wx, wy, wz, vx, vy, vz] = twists.subarray(link * 6, link * 6 + 6);
    const velocity = [vx! + wy! * at[2]! - wz! * at[1]!, vy! + wz! * at[0]! - wx! * at[2]!, vz! + wx! * at[1]! - wy! * at[0]!];
    const ahead = product(plus![link]!, point);
    const behind = product(minus![link]!, point);
    for (let k = 0; k < 3; k++) expect(velocity[k]).toBeCloseTo((ahead[k]![0]! - behind[k]![0]!) / (2 * h), 6);
  }
});

test("tip pose orientation turns the tip's axes as the matrix does", () => {
  const model = pandaLike();
  const links = new Float64Array(model.nLinks * 12);
  const tip = new Float64Array(12);
  forwardKinematics(model, model.homeRad, links);
  tipMatrixInto(model, links, tip);
  const down = rotateVector(tipPose(model, model.homeRad).orientation, [0, 0, 1]);
  expect([tip[2], tip[6], tip[10]].map((value, k) => Math.abs(value! - down[k]!)).every((d) => d < 1e-12)).toBe(true);
});
