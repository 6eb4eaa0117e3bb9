import { expect, test } from "vitest";
import { quatFromAxisAngle } from "../core/index.ts";
import { Random } from "../core/random.ts";
import {
  box,
  capsule,
  capsuleCapsuleDistance,
  capsuleToShapeDistance,
  cylinder,
  floorAt,
  orientedBox,
  SHAPE_STRIDE,
  sphere,
} from "../geometry/index.ts";
import type { AttachedBody, CollisionModel } from "./collision-model.ts";
import { JointPath } from "./joint-path.ts";
import { forwardKinematics } from "./kinematics.ts";
import { ObstacleSet, type NamedShape } from "./obstacle-set.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
import { SweptChecker, type SweptReport } from "./swept-checker.ts";
import { gantry } from "./testing/gantry.ts";
import { pandaLike, pandaLikeCollision } from "./testing/panda-like.ts";
import { randomCollision, randomConfiguration, randomRobot, randomVec3 } from "./testing/random-robot.ts";

/** Links in a row, each turning about `axis` at (x, 0, z) of the one before; link 0 is the base. */
function chain(axis: readonly number[], offsets: readonly (readonly [x: number, z: number])[]): RobotModel {
  const nLinks = offsets.length + 1;
  const links = Array.from({ length: nLinks }, (_, i) => i);
  const nJoints = offsets.length;
  const perJoint = (value: number): Float64Array => new Float64Array(nJoints).fill(value);
  return {
    name: "chain",
    nJoints,
    nLinks,
    jointNames: offsets.map((_, j) => `joint${j + 1}`),
    linkNames: links.map((i) => (i === 0 ? "base" : `link${i}`)),
    parentOfLink: Int32Array.from(links, (i) => i - 1),
    jointKindOfLink: Uint8Array.from(links, (i) => (i === 0 ? JOINT_FIXED : JOINT_REVOLUTE)),
    qIndexOfLink: Int32Array.from(links, (i) => i - 1),
    mimicScale: new Float64Array(nLinks).fill(1),
    mimicOffset: new Float64Array(nLinks),
    parentFromLink: Float64Array.from(
      links.flatMap((i) => {
        const [x, z] = offsets[i - 1] ?? [0, 0];
        return [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, z];
      }),
    ),
    axisInLink: Float64Array.from(links.flatMap(() => axis)),
    anchorInLink: new Float64Array(nLinks * 3),
    lowerRad: perJoint(-4),
    upperRad: perJoint(4),
    maxVelocityRadPerS: perJoint(1),
    maxAccelerationRadPerS2: perJoint(1),
    maxJerkRadPerS3: perJoint(1),
    maxEffortNm: perJoint(1),
    homeRad: perJoint(0),
    tipLink: nLinks - 1,
    tipLinkFromTip: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0),
    warnings: [],
  };
}
function collisionOf(robot: RobotModel, capsules: readonly (readonly number[])[], selfPairs: readonly number[]): CollisionModel {
  return {
    robot,
    nCapsules: capsules.length,
    linkOfCapsule: Int32Array.from(capsules, ([link]) => link!),
    capsulesInLink: Float64Array.from(capsules.flatMap((row) => row.slice(1))),
    selfPairs: Int32Array.from(selfPairs),
    allowedBecause: new Map(),
  };
}
const oneLink = collisionOf(chain([0, 1, 0], [[0, 0]]), [[1, 0, 0, 0.02, 0, 0, 0.38, 0.05]], []);
const ball = new ObstacleSet([{ name: "ball", shape: sphere([0.2, 0, 0.2], 0.03) }]);
const path = (...rows: readonly (readonly number[])[]): JointPath => new JointPath(rows[0]!.length, rows.flat());

/** Every pair measured, no culling, no table: what the checker must agree with. */
function bruteForce(collision: CollisionModel, obstacles: ObstacleSet, q: Float64Array, body?: AttachedBody): number {
  const { robot, nCapsules, linkOfCapsule, capsulesInLink, selfPairs } = collision;
  const w = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, q, w);
  const moves = (link: number): boolean => {
    for (let at = link; at > 0; at = robot.parentOfLink[at]!) if (robot.jointKindOfLink[at] !== JOINT_FIXED) return true;
    return false;
  };
  const root = (link: number): number => (link > 0 && robot.jointKindOfLink[link] === JOINT_FIXED ? root(robot.parentOfLink[link]!) : link);
  const placed = new Float64Array((nCapsules + 1) * 7);
  const place = (slot: number, link: number, c: ArrayLike<number>): void => {
    for (let end = 0; end < 6; end += 3) {
      for (let r = 0; r < 3; r++) {
        const o = link * 12 + r * 4;
        placed[slot * 7 + end + r] = w[o]! * c[end]! + w[o + 1]! * c[end + 1]! + w[o + 2]! * c[end + 2]! + w[o + 3]!;
      }
    }
    placed[slot * 7 + 6] = c[6]!;
  };
  for (let c = 0; c < nCapsules; c++) place(c, linkOfCapsule[c]!, capsulesInLink.subarray(c * 7, c * 7 + 7));
  let nearest = Infinity;
  const world = (slot: number, skip: readonly string[]): void => {
    for (let row = 0; row < obstacles.count; row++) {
      if (skip.includes(obstacles.nameOfRow[row]!)) continue;
      const { kinds, params } = obstacles.shapes;
      nearest = Math.min(nearest, capsuleToShapeDistance(kinds[row]!, params, row * SHAPE_STRIDE, placed, slot * 7));
    }
  };
  for (let c = 0; c < nCapsules; c++) if (moves(linkOfCapsule[c]!)) world(c, body === undefined ? [] : [body.name]);
  for (let k = 0; k < selfPairs.length; k += 2) {
    const [a, b] = [selfPairs[k]!, selfPairs[k + 1]!];
    if (root(linkOfCapsule[a]!) === root(linkOfCapsule[b]!)) continue;
    nearest = Math.min(nearest, capsuleCapsuleDistance(placed, a * 7, placed, b * 7));
  }
  if (body !== undefined) {
    const t = robot.tipLinkFromTip;
    const at = (e: number, r: number): number =>
      t[r * 4]! * body.capsuleInTip[e]! +
      t[r * 4 + 1]! * body.capsuleInTip[e + 1]! +
      t[r * 4 + 2]! * body.capsuleInTip[e + 2]! +
      t[r * 4 + 3]!;
    place(nCapsules, robot.tipLink, [at(0, 0), at(0, 1), at(0, 2), at(3, 0), at(3, 1), at(3, 2), body.capsuleInTip[6]]);
    if (moves(robot.tipLink)) world(nCapsules, [...body.mayTouch, body.name]);
    for (let c = 0; c < nCapsules; c++) {
      if (root(linkOfCapsule[c]!) !== root(robot.tipLink))
        nearest = Math.min(nearest, capsuleCapsuleDistance(placed, c * 7, placed, nCapsules * 7));
    }
  }
  return nearest;
}

function between(a: Float64Array, b: Float64Array, t: number): Float64Array {
  return a.map((value, j) => value + t * (b[j]! - value));
}

function scatter(random: Random, count: number): NamedShape[] {
  return Array.from({ length: count }, (_, i) => {
    const r = random.uniform(0.4, 0.9);
    const c = randomVec3(random, 1);
    const size = Math.hypot(c[0], c[1]) || 1;
    const at = [(c[0] / size) * r, (c[1] / size) * r, random.uniform(0, 0.9)] as const;
    if (i === 0) return { name: "floor", shape: floorAt(-0.1) };
    if (i % 3 === 0) return { name: `o${i}`, shape: sphere(at, 0.04) };
    if (i % 3 === 1)
      return { name: `o${i}`, shape: box([at[0] - 0.03, at[1] - 0.05, at[2] - 0.04], [at[0] + 0.03, at[1] + 0.05, at[2] + 0.04]) };
    return { name: `o${i}`, shape: cylinder(at, 0.03, 0.06) };
  });
}

test("runtime 15 the published examples: clearance of one link and a ball", () => {
  const checker = new SweptChecker(oneLink, ball);
  expect(checker.clearanceAt([0])).toEqual({ nearestM: expect.closeTo(0.12, 12), link: "link1", against: "ball" });
  expect(checker.clearanceAt([Math.PI / 8]).nearestM).toBeCloseTo(0.02823922, 8);
  expect(checker.clearanceAt([Math.PI / 4]).nearestM).toBeCloseTo(-0.08, 12);
});

test("runtime 15 the published examples: clearance of links among themselves", () => {
  const rod = [0, 0, 0.02, 0, 0, 0.38, 0.04];
  const yArm = collisionOf(
    chain(
      [0, 1, 0],
      [
        [0, 0],
        [0, 0.4],
        [0, 0.4],
      ],
    ),
    [
      [1, ...rod],
      [2, ...rod],
      [3, ...rod],
    ],
    [0, 2],
  );
  const nothing = new ObstacleSet([]);
  expect(new SweptChecker(yArm, nothing).clearanceAt([0, 0, 0]).nearestM).toBeCloseTo(0.36, 12);
  const folded = new SweptChecker(yArm, nothing).clearanceAt([0, 2.9, 0]);
  expect(folded).toEqual({ nearestM: expect.closeTo(0.024260029, 9), link: "link3", against: "link1" });
  const flat = [0, 0, 0, 0.36, 0, 0, 0.05];
  const triLink = collisionOf(
    chain(
      [0, 0, 1],
      [
        [0.4, 0],
        [0.4, 0],
        [0.4, 0],
      ],
    ),
    [
      [1, ...flat],
      [2, ...flat],
      [3, ...flat],
    ],
    [0, 2],
  );
  expect(new SweptChecker(triLink, nothing).clearanceAt([0, 0, 0]).nearestM).toBeCloseTo(0.34, 12);
});

test("runtime row 18 two clear rows with a collision between them are refused, and the report says where", () => {
  const checker = new SweptChecker(oneLink, ball);
  const report = checker.checkPath(path([0], [Math.PI / 2]), { marginM: 0 });
  expect(report).toMatchObject({ clear: false, proved: true, link: "link1", against: "ball", waypoint: 0 });
  expect(report.nearestM).toBeLessThanOrEqual(1e-6);
  expect(checker.clearanceAt([(report.atFraction * Math.PI) / 2]).nearestM).toBeCloseTo(report.nearestM, 12);
});

test("runtime row 18 a short clear motion is proved, so the refusals mean something", () => {
  const report = new SweptChecker(oneLink, ball).checkPath(path([0], [0.1]), { marginM: 0 });
  expect(report).toMatchObject({ clear: true, proved: true });
  expect(report.evaluations).toBeLessThan(5);
});

test(
  "runtime row 18 no dense re-sampling of 20,000 random segments finds a collision in one that was cleared",
  { timeout: 120_000 },
  () => {
    const random = new Random(20261121);
    const collision = pandaLikeCollision();
    let cleared = 0;
    let refused = 0;
    for (let world = 0; world < 20; world++) {
      const obstacles = new ObstacleSet(scatter(random, 8));
      const checker = new SweptChecker(collision, obstacles);
      const probe = new SweptChecker(collision, obstacles);
      for (let run = 0; run < 1000; run++) {
        const from = randomConfiguration(random, collision.robot);
        const to = between(from, randomConfiguration(random, collision.robot), random.next() < 0.5 ? 0.08 : 0.4);
        const marginM = run % 3 === 0 ? 0 : random.uniform(0, 0.05);
        const report = checker.checkPath(path([...from], [...to]), { marginM, startGraceM: 0 });
        expect(report.proved).toBe(true);
        if (!report.clear) {
          refused += 1;
          const there = probe.clearanceAt(between(from, to, report.atFraction));
          if (!(there.nearestM <= marginM + 1e-5)) expect.fail(`refused at ${there.nearestM} m with a margin of ${marginM} m`);
          continue;
        }
        cleared += 1;
        for (let k = 0; k < 10; k++) {
          const { nearestM } = probe.clearanceAt(between(from, to, (k + random.next()) / 10));
          if (!(nearestM > marginM)) expect.fail(`${nearestM} m in a segment cleared for ${marginM} m`);
        }
      }
    }
    expect(cleared).toBeGreaterThan(3000);
    expect(refused).toBeGreaterThan(3000);
  },
);

test(
  "runtime row 18 cleared segments of random trees (oblique, mimic, prismatic, branching) stay clear, with and without a body",
  { timeout: 60_000 },
  () => {
    const random = new Random(20261121);
    let cleared = 0;
    for (let run = 0; run < 500; run++) {
      const robot = randomRobot(random, { nLinks: 3 + random.integer(6), nJoints: 4 });
      const collision = randomCollision(random, robot);
      const shapes = scatter(random, 5);
      const obstacles = new ObstacleSet(shapes);
      const checker = new SweptChecker(collision, obstacles);
      const carrying: AttachedBody | undefined =
        run % 2 === 0 ? undefined : { name: "o1", capsuleInTip: [0, 0, 0.05, 0.02, 0, 0.1, 0.02], mayTouch: ["o2"] };
      for (let k = 0; k < 6; k++) {
        const from = randomConfiguration(random, robot);
        const to = between(from, randomConfiguration(random, robot), random.uniform(0, 0.6));
        const report = checker.checkPath(path([...from], [...to]), { marginM: 0.003, startGraceM: 0, carrying });
        if (!report.clear) continue;
        cleared += 1;
        for (let s = 0; s < 30; s++) {
          const nearestM = bruteForce(collision, obstacles, between(from, to, s / 29), carrying);
          if (!(nearestM > 0.003)) expect.fail(`${nearestM} m in a cleared segment, run ${run}`);
        }
      }
    }
    expect(cleared).toBeGreaterThan(150);
  },
);

test("runtime row 18 a long path in many steps that passes a hair-thin post is refused wherever the post stands", () => {
  const random = new Random(20261121);
  const robot = gantry();
  const needle = collisionOf(robot, [[4, 0, 0, 0, 0, 0, 0, 1e-4]], []);
  for (let run = 0; run < 400; run++) {
    const from = [random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(0, 3), 0] as const;
    const to = [random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(0, 3), 0] as const;
    const steps = 1 + random.integer(6);
    const t = random.next();
    const post = sphere([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]), from[2] + t * (to[2] - from[2])], 1e-4);
    const checker = new SweptChecker(needle, new ObstacleSet([{ name: "post", shape: post }]));
    const rows = Array.from({ length: steps + 1 }, (_, i) => from.map((value, j) => value + (i / steps) * (to[j]! - value)));
    const report = checker.checkPath(path(...rows), { marginM: 0 });
    if (report.clear) expect.fail(`${JSON.stringify({ from, to, t, steps })} was cleared`);
  }
});

test("runtime row 18 a joint that turns three times as fast as its command is not stepped past an obstacle", () => {
  const robot = { ...chain([0, 1, 0], [[0, 0]]), mimicScale: Float64Array.of(1, 3) };
  const rod = collisionOf(robot, [[1, 0, 0, 0.02, 0, 0, 0.38, 0.005]], []);
  const rows = Array.from({ length: 31 }, (_, i) => [((i / 30) * Math.PI) / 6]);
  for (let k = 1; k < 12; k++) {
    const angle = (k / 12) * (Math.PI / 2);
    const post = sphere([0.35 * Math.sin(angle), 0, 0.35 * Math.cos(angle)], 0.005);
    const checker = new SweptChecker(rod, new ObstacleSet([{ name: "post", shape: post }]));
    expect(checker.checkPath(path(...rows), { marginM: 0 }).clear).toBe(false);
  }
});

test(
  "runtime row 18 cleared paths of many small steps stay clear: what is not measured again is accounted for",
  { timeout: 60_000 },
  () => {
    const random = new Random(20261121);
    let cleared = 0;
    for (let run = 0; run < 400; run++) {
      const panda = run % 2 === 0;
      let robot = panda ? pandaLike() : randomRobot(random, { nLinks: 4 + random.integer(4), nJoints: 2, branches: false });
      // Everything past the second joint follows the first one, and faster.
      if (!panda) robot = { ...robot, mimicScale: robot.mimicScale.map((scale, link) => (link > 2 ? 2.5 : scale)) };
      const collision = panda ? pandaLikeCollision(robot) : { ...randomCollision(random, robot), selfPairs: new Int32Array(0) };
      const obstacles = new ObstacleSet(scatter(random, 8));
      const checker = new SweptChecker(collision, obstacles);
      const rows = [randomConfiguration(random, robot)];
      const drift = randomConfiguration(random, robot).map((q) => 0.04 * q);
      for (let w = 0; w < 25; w++) rows.push(rows[w]!.map((q, j) => q + drift[j]! + random.uniform(-0.01, 0.01)));
      const report = checker.checkPath(path(...rows.map((row) => [...row])), { marginM: 0.01, startGraceM: 0 });
      if (!report.clear) continue;
      cleared += 1;
      for (let s = 0; s < 100; s++) {
        const w = Math.floor(s / 4);
        const nearestM = bruteForce(collision, obstacles, between(rows[w]!, rows[w + 1]!, (s % 4) / 4));
        if (!(nearestM > 0.01)) expect.fail(`${nearestM} m on a cleared path, run ${run}`);
      }
    }
    expect(cleared).toBeGreaterThan(50);
  },
);

test("runtime 15 the nearest pair is that of a brute-force search", () => {
  const random = new Random(20261121);
  for (let run = 0; run < 250; run++) {
    const panda = run % 2 === 0;
    const robot = panda ? pandaLike() : randomRobot(random, { nLinks: 3 + random.integer(6), nJoints: 4 });
    const collision = panda ? pandaLikeCollision(robot) : randomCollision(random, robot);
    const obstacles = new ObstacleSet(scatter(random, 1 + random.integer(12)));
    const carrying: AttachedBody | undefined =
      run % 3 === 0 ? { name: "cube", capsuleInTip: [0, 0, 0, 0, 0, 0.05, 0.03], mayTouch: ["o1", "floor"] } : undefined;
    const checker = new SweptChecker(collision, obstacles);
    for (let k = 0; k < 5; k++) {
      const q = randomConfiguration(random, robot);
      expect(checker.clearanceAt(q, { carrying }).nearestM).toBeCloseTo(bruteForce(collision, obstacles, q, carrying), 12);
    }
  }
});

/** Shapes of every kind but the half-space, between 0.2 and 0.9 m from the axis. */
function clutter(random: Random, count: number): NamedShape[] {
  return Array.from({ length: count }, (_, i) => {
    const at = [random.uniform(-0.7, 0.7), random.uniform(-0.7, 0.7), random.uniform(0, 1)] as const;
    const to = [at[0] + random.uniform(-0.2, 0.2), at[1] + random.uniform(-0.2, 0.2), at[2] + random.uniform(-0.2, 0.2)] as const;
    const half = [random.uniform(0.02, 0.1), random.uniform(0.02, 0.1), random.uniform(0.02, 0.1)] as const;
    const name = `o${i % 7}`;
    if (i % 5 === 0) return { name, shape: orientedBox(at, half, quatFromAxisAngle([1, 0, 0], random.uniform(-3, 3))) };
    if (i % 5 === 1) return { name, shape: box(at, [at[0] + half[0], at[1] + half[1], at[2] + half[2]]) };
    if (i % 5 === 2) return { name, shape: sphere(at, half[0]) };
    return { name, shape: capsule(at, to, half[0]) };
  });
}

test("runtime 15 what was asked before changes no answer: on a way, after a leap, with other things exempt", () => {
  const random = new Random("asked before");
  for (let run = 0; run < 60; run++) {
    const robot = run % 2 === 0 ? pandaLike() : randomRobot(random, { nLinks: 3 + random.integer(12), nJoints: 4 });
    const collision = run % 2 === 0 ? pandaLikeCollision(robot) : randomCollision(random, robot);
    const shapes = clutter(random, 1 + random.integer(40));
    // Every other one twice: what is as near as something else must be told apart by the order alone.
    const obstacles = new ObstacleSet(
      shapes.flatMap((shape, i) => (i % 2 === 0 ? [shape] : [shape, { ...shape, name: `${shape.name} again` }])),
    );
    const used = new SweptChecker(collision, obstacles);
    let q = randomConfiguration(random, robot);
    for (let k = 0; k < 25; k++) {
      q = k % 8 === 7 ? randomConfiguration(random, robot) : between(q, randomConfiguration(random, robot), 0.02);
      const mayTouch = k % 5 === 4 ? ["o1", "o3"] : [];
      if (k % 3 === 2) used.isClearAt(q, 0.01, { mayTouch });
      const got = used.clearanceAt(q, { mayTouch });
      expect(got).toEqual(new SweptChecker(collision, obstacles).clearanceAt(q, { mayTouch }));
      if (mayTouch.length === 0) expect(got.nearestM).toBeCloseTo(bruteForce(collision, obstacles, q), 12);
    }
  }
});

test("runtime 15 clear at a configuration is what a brute-force search says, at margins just below and above the nearest pair", () => {
  const random = new Random("clear at");
  const seen = { near: 0, far: 0, touching: 0 };
  for (let run = 0; run < 200; run++) {
    const panda = run % 2 === 0;
    const robot = panda ? pandaLike() : randomRobot(random, { nLinks: 3 + random.integer(12), nJoints: 4 });
    const collision = panda ? pandaLikeCollision(robot) : randomCollision(random, robot);
    const obstacles = new ObstacleSet(scatter(random, random.integer(25)));
    const carrying: AttachedBody | undefined =
      run % 3 === 0 ? { name: "o4", capsuleInTip: [0, 0, 0, 0, 0, 0.05, 0.03], mayTouch: ["o1", "floor"] } : undefined;
    const checker = new SweptChecker(collision, obstacles);
    for (let k = 0; k < 10; k++) {
      const q = randomConfiguration(random, robot);
      const nearestM = bruteForce(collision, obstacles, q, carrying);
      expect(checker.clearanceAt(q, { carrying }).nearestM).toBeCloseTo(nearestM, 12);
      for (const marginM of [0, 0.05, nearestM - 1e-9, nearestM + 1e-9, nearestM + 0.1]) {
        if (!(marginM >= 0 && marginM < Infinity)) continue;
        expect(checker.isClearAt(q, marginM, { carrying }), `run ${run}, ${nearestM} m, margin ${marginM} m`).toBe(nearestM > marginM);
      }
      seen[nearestM <= 0 ? "touching" : nearestM < 0.05 ? "near" : "far"] += 1;
    }
  }
  expect(Math.min(seen.near, seen.far, seen.touching)).toBeGreaterThan(100);
});

test("runtime 16 what may be touched does not count at a configuration either", () => {
  const checker = new SweptChecker(oneLink, ball);
  const touching = [Math.PI / 4];
  expect(checker.isClearAt(touching, 0)).toBe(false);
  expect(checker.isClearAt(touching, 0, { mayTouch: ["ball"] })).toBe(true);
  expect(checker.clearanceAt(touching, { mayTouch: ["ball"] })).toEqual({ nearestM: Infinity, link: "", against: "" });
  expect(checker.isClearAt(touching, 0)).toBe(false);
});

test("runtime row 18 equality with the margin is too near at a configuration", () => {
  const checker = new SweptChecker(oneLink, ball);
  const { nearestM } = checker.clearanceAt([0]);
  expect(checker.isClearAt([0], nearestM)).toBe(false);
  expect(checker.isClearAt([0], nearestM * (1 - 1e-12))).toBe(true);
});

test("runtime row 18 a path of many waypoints is judged as its segments are, and names the segment that fails", () => {
  const checker = new SweptChecker(oneLink, ball);
  const rows = Array.from({ length: 41 }, (_, i) => [-1 + (i * 2.5) / 40]);
  const report = checker.checkPath(path(...rows), { marginM: 0.01 });
  expect(report.clear).toBe(false);
  const q = rows[report.waypoint]![0]! + (report.atFraction * 2.5) / 40;
  expect(checker.clearanceAt([q]).nearestM).toBeCloseTo(report.nearestM, 9);
  expect(report.nearestM).toBeLessThanOrEqual(0.01 + 1e-6);
  expect(checker.checkPath(path(...rows.slice(0, 15)), { marginM: 0.01 }).clear).toBe(true);
});

const near = 0.002;
/** The ball is `near` from the rod at q = 0. */
const snug = new ObstacleSet([{ name: "ball", shape: sphere([0.05 + 0.03 + near, 0, 0.2], 0.03) }]);

test("runtime row 18 a path that starts inside the margin may leave, and may not come much nearer", () => {
  const checker = new SweptChecker(oneLink, snug);
  expect(checker.checkPath(path([0], [-0.5]), { marginM: 0.01 })).toMatchObject({ clear: true, nearestM: expect.closeTo(near, 9) });
  expect(checker.checkPath(path([0], [0.003]), { marginM: 0.01 }).clear).toBe(true);
  // 0.2 m above the joint, 0.0045 rad are 0.9 mm: half of the 2 mm at the start may be used up, and no more.
  expect(checker.checkPath(path([0], [0.0045]), { marginM: 0.01 }).clear).toBe(true);
  expect(checker.checkPath(path([0], [0.0055]), { marginM: 0.01 }).clear).toBe(false);
  const nearer = checker.checkPath(path([0], [0.2]), { marginM: 0.01 });
  expect(nearer).toMatchObject({ clear: false, proved: true, against: "ball" });
});

test("runtime row 18 without start grace, or touching at the start, nothing may begin inside the margin", () => {
  const checker = new SweptChecker(oneLink, snug);
  const strict = checker.checkPath(path([0], [-0.5]), { marginM: 0.01, startGraceM: 0 });
  expect(strict).toMatchObject({ clear: false, proved: true, waypoint: 0, atFraction: 0, nearestM: expect.closeTo(near, 9) });
  expect(checker.checkPath(path([0], [-0.5]), { marginM: 0.01, startGraceM: 0.0079 }).clear).toBe(false);
  expect(checker.checkPath(path([0], [-0.5]), { marginM: 0.01, startGraceM: 0.0081 }).clear).toBe(true);
  expect(checker.checkPath(path([0.1], [-0.5]), { marginM: 0.01 }).clear).toBe(false);
});

test("runtime row 18 equality with the margin is too near", () => {
  const checker = new SweptChecker(oneLink, new ObstacleSet([{ name: "wall", shape: box([0.25, -1, -1], [0.5, 1, 1]) }]));
  const still = path([0], [0]);
  expect(checker.checkPath(still, { marginM: 0.2, startGraceM: 0 }).clear).toBe(false);
  expect(checker.checkPath(still, { marginM: 0.19, startGraceM: 0 }).clear).toBe(true);
});

test("runtime 16 what may be touched is no obstacle; everything else, of the same shape, still is", () => {
  const two = new ObstacleSet([
    { name: "cube", shape: sphere([0.2, 0, 0.2], 0.03) },
    { name: "cube", shape: sphere([-0.3, 0, 0], 0.03) },
    { name: "wall", shape: sphere([-0.2, 0, 0.2], 0.03) },
  ]);
  const checker = new SweptChecker(oneLink, two);
  const right = path([0], [Math.PI / 2]);
  expect(checker.checkPath(right, { marginM: 0 }).against).toBe("cube");
  expect(checker.checkPath(right, { marginM: 0, mayTouch: ["cube"] })).toMatchObject({ clear: true, against: "wall" });
  expect(checker.checkPath(path([0], [-Math.PI / 2]), { marginM: 0, mayTouch: ["cube"] }).against).toBe("wall");
  expect(checker.clearanceAt([Math.PI / 4], { mayTouch: ["cube"] }).against).toBe("wall");
  // And nothing of it stays behind for the next check.
  expect(checker.checkPath(right, { marginM: 0 }).clear).toBe(false);
});

test("runtime row 18 what is carried is swept like a link, alone may touch its support, and is no obstacle to itself", () => {
  const robot = chain(
    [0, 1, 0],
    [
      [0, 0],
      [0, 0.4],
    ],
  );
  const collision = collisionOf(
    robot,
    [
      [0, 0, 0, -0.2, 0, 0, -0.1, 0.05],
      [1, 0, 0, 0.2, 0, 0, 0.3, 0.04],
      [2, 0, 0, 0, 0, 0, 0.1, 0.04],
    ],
    [],
  );
  const shapes = [
    { name: "table", shape: box([-1, -1, -1], [1, 1, 0.05]) },
    { name: "cube", shape: sphere([0, 0, 0.7], 0.02) },
  ];
  const checker = new SweptChecker(collision, new ObstacleSet(shapes));
  const cube: AttachedBody = { name: "cube", capsuleInTip: [0, 0, 0.2, 0, 0, 0.2, 0.02], mayTouch: [] };
  const down = path([0, 0], [0, 3]);
  // Without the body the hand passes the table by; the first link stands in its way only for the body.
  expect(checker.checkPath(down, { marginM: 0.001, mayTouch: ["cube"] }).clear).toBe(true);
  const swept = checker.checkPath(down, { marginM: 0.001, carrying: cube });
  expect(swept).toMatchObject({ clear: false, link: "cube", against: "link1" });
  const lowered = path([1, 0.5], [1, 1.6]);
  expect(checker.checkPath(lowered, { marginM: 0.001, carrying: cube })).toMatchObject({ link: "cube", against: "table", clear: false });
  expect(checker.checkPath(lowered, { marginM: 0.001, carrying: { ...cube, mayTouch: ["table"] } }).clear).toBe(true);
  const still = new SweptChecker(collision, new ObstacleSet([{ name: "cube", shape: sphere([0, 0, 0.6], 0.02) }]));
  expect(still.clearanceAt([0, 0])).toMatchObject({ against: "cube" });
  expect(still.clearanceAt([0, 0], { carrying: cube })).toMatchObject({ link: "cube", against: "link1" });
  const arm = checker.checkPath(path([1, 0.5], [1.8, 0.5]), { marginM: 0.001, carrying: { ...cube, mayTouch: ["table"] } });
  expect(arm).toMatchObject({ clear: false, against: "table" });
  expect(arm.link).not.toBe("cube");
});

test("runtime row 18 what no joint moves is not checked: the base on its table, two capsules of one rigid group", () => {
  const robot = chain([0, 1, 0], [[0, 0]]);
  const collision = collisionOf(
    robot,
    [
      [0, 0, 0, -0.1, 0, 0, 0, 0.1],
      [1, 0, 0, 0.2, 0, 0, 0.4, 0.05],
      [1, 0, 0, 0.2, 0, 0, 0.3, 0.06],
    ],
    [1, 2],
  );
  const checker = new SweptChecker(collision, new ObstacleSet([{ name: "table", shape: floorAt(0) }]));
  expect(checker.clearanceAt([0])).toMatchObject({ nearestM: expect.closeTo(0.14, 12), against: "table" });
  expect(checker.checkPath(path([0], [0.3]), { marginM: 0.01 }).clear).toBe(true);
});

test("runtime row 18 numbers that are not numbers are never clear", () => {
  const checker = new SweptChecker(pandaLikeCollision(), new ObstacleSet([{ name: "ball", shape: sphere([2, 0, 0], 0.1) }]));
  const home = [...pandaLike().homeRad];
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    for (let j = 0; j < 7; j++) {
      const report: SweptReport = checker.checkPath(path(home, home.with(j, bad), home), { marginM: 0 });
      expect(report).toMatchObject({ clear: false, proved: false });
      expect(checker.clearanceAt(home.with(j, bad)).nearestM).toBeNaN();
      expect(checker.isClearAt(home.with(j, bad), 0)).toBe(false);
      expect(new SweptChecker(pandaLikeCollision(), new ObstacleSet([])).isClearAt(home.with(j, bad), 0)).toBe(false);
    }
  }
  expect(checker.checkPath(path(home, home.with(0, 1e308)), { marginM: 0 }).clear).toBe(false);
  expect(checker.checkPath(path(home), { marginM: 0 }).clear).toBe(true);
  expect(checker.clearanceAt(home).nearestM).toBeGreaterThan(0);
});

test("runtime row 18 running out of measurements is not a proof", () => {
  const checker = new SweptChecker(oneLink, snug);
  const report = checker.checkPath(path([0], [-0.5]), { marginM: 0.01, maxEvaluations: 2 });
  expect(report).toMatchObject({ clear: false, proved: false });
});

test.for([
  ["a negative margin", { marginM: -0.1 }],
  ["a margin that is not a number", { marginM: Number.NaN }],
  ["an endless margin", { marginM: Infinity }],
  ["a negative grace", { marginM: 0, startGraceM: -1 }],
  ["a body of no size", { marginM: 0, carrying: { name: "b", capsuleInTip: [0, 0, 0, 0, 0, 0, Number.NaN], mayTouch: [] } }],
] as const)("runtime row 18 refuses to run with %s", ([, options]) => {
  expect(() => new SweptChecker(oneLink, ball).checkPath(path([0], [0.1]), options)).toThrow(/must be/);
});

test("runtime row 18 a path of the wrong width is an error that names both counts", () => {
  const checker = new SweptChecker(oneLink, ball);
  expect(() => checker.checkPath(path([0, 0]), { marginM: 0 })).toThrow("path has 2 joints, the robot has 1");
  expect(() => checker.clearanceAt([0, 0])).toThrow("q has 2 joints");
  expect(() => checker.isClearAt([0, 0], 0)).toThrow("q has 2 joints");
  expect(() => checker.isClearAt([0], Number.NaN)).toThrow(/must be/);
});

test("runtime row 18 a prismatic joint beyond the travel that the bounds count with is not judged", () => {
  const robot = gantry();
  const collision = collisionOf(robot, [[4, 0, 0, 0, 0, 0, 0.1, 0.02]], []);
  const checker = new SweptChecker(collision, new ObstacleSet([{ name: "post", shape: sphere([1, 0, 1], 0.1) }]));
  const from = [0, 0, 1, 0];
  expect(checker.checkPath(path(from, [2, 0.5, 1, 0]), { marginM: 0.01 }).clear).toBe(true);
  expect(checker.checkPath(path(from, [2, 0, 1, 0]), { marginM: 0.01 })).toMatchObject({ clear: false, proved: true, against: "post" });
  expect(checker.checkPath(path(from, [2.1, 0.5, 1, 0]), { marginM: 0.01 })).toMatchObject({ clear: false, proved: false });
});

test("runtime row 18 a linear axis without end is judged as long as nothing turns it", () => {
  const model = gantry();
  const robot: RobotModel = {
    ...model,
    jointKindOfLink: Uint8Array.of(0, 1, 2, 0, 0),
    upperRad: model.upperRad.with(1, Infinity),
    lowerRad: model.lowerRad.with(1, -Infinity),
  };
  const checker = new SweptChecker(
    collisionOf(robot, [[4, 0, 0, 0, 0, 0, 0.1, 0.02]], []),
    new ObstacleSet([{ name: "post", shape: sphere([1, 0, 1], 0.1) }]),
  );
  expect(checker.checkPath(path([0, 0, 0, 0], [0, 500, 0, 0]), { marginM: 0.01 })).toMatchObject({ clear: true, proved: true });
  expect(checker.checkPath(path([0, 0, 0, 0], [0.1, 0, 0, 0]), { marginM: 0.01 })).toMatchObject({ clear: false, proved: false });
});
