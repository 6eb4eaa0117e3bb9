import { describe, expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { sha256Hex } from "../../core/sha256.ts";
import { segmentSegmentDistance } from "../../geometry/capsule-distance.ts";
import { pandaLike, pandaLikeCollision } from "../../robot/testing/panda-like.ts";
import { randomConfiguration } from "../../robot/testing/random-robot.ts";
import { bodiesOf } from "./bodies.ts";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_COLLISION,
  GEOMETRY_NO_GO_ZONE,
  GEOMETRY_SWEEP_UNPROVEN,
  GEOMETRY_VOXEL_MALFORMED,
  GEOMETRY_VOXEL_OVERFLOW,
  GEOMETRY_VOXEL_UNAVAILABLE,
  GEOMETRY_WORLD_MALFORMED,
  GEOMETRY_WORLD_OVERFLOW,
  GEOMETRY_WORLD_UNAVAILABLE,
  KIND_OUTSIDE,
  KIND_VOXEL,
  KIND_ZONE,
  PHASE_SWEEP,
} from "./codes.ts";
import { geometryEvidence } from "./evidence.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import type { KernelGeometryOptions } from "./options.ts";
import { PlacedBodies } from "./placed-bodies.ts";
import { gridA, gridOf, mobile, oneLink, statues, ur5e, worldOf, yArm, type Xyzrpy } from "./testing/fixtures.ts";
import { soundness } from "./testing/soundness.ts";

const none = new Float64Array(0);
const q = (...values: number[]): Float64Array => Float64Array.from(values);
const at = (x: number, y: number, z: number): Xyzrpy => [x, y, z, 0, 0, 0];

test("kernel 13 capsules stand where a product of rotations puts them, and their bits are the same on every engine", () => {
  const model = ur5e();
  const placed = new PlacedBodies(model.robot, bodiesOf(model, [], []), []);
  const random = new Random(13);
  let bits = "";
  for (let run = 0; run < 50; run++) {
    const joints = randomConfiguration(random, model.robot);
    placed.place(joints);
    bits += placed.ends.join();
    let m = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
    for (let link = 1; link < 7; link++) {
      const [c, s] = [Math.cos(joints[link - 1]!), Math.sin(joints[link - 1]!)];
      m = product(product(m, [...model.robot.parentFromLink.subarray(link * 12, link * 12 + 12)]), [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0]);
      const p = model.capsulesInLink.subarray((link - 1) * 7, link * 7);
      for (let k = 0; k < 6; k++) {
        const [row, from] = [(k % 3) * 4, k < 3 ? 0 : 3];
        const expected = m[row]! * p[from]! + m[row + 1]! * p[from + 1]! + m[row + 2]! * p[from + 2]! + m[row + 3]!;
        expect(Math.abs(placed.ends[(link - 1) * 7 + k]! - expected)).toBeLessThan(1e-9);
      }
    }
  }
  expect(sha256Hex(bits)).toMatchInlineSnapshot(`"d3a4714b3b7a447fd4237b329e5bb1621ba35e4bd3c886fd05eb4a6104202496"`);
});

test("kernel 14 capsule distance: symmetric, unchanged by rigid motions, never above what points of the segments show", () => {
  const random = new Random(14);
  const a = new Float64Array(6);
  const b = new Float64Array(6);
  for (let run = 0; run < 20_000; run++) {
    const scale = run % 5 === 0 ? 1e-4 : 1;
    for (let k = 0; k < 6; k++) {
      a[k] = random.uniform(-1, 1) * scale;
      b[k] = random.uniform(-1, 1) * scale;
    }
    if (run % 7 === 0) for (let k = 0; k < 3; k++) b[k + 3] = b[k]! + (a[k + 3]! - a[k]!) * (run % 2 === 0 ? 1 : -0.3);
    if (run % 11 === 0) a.copyWithin(3, 0, 3);
    const distance = segmentSegmentDistance(a, 0, b, 0);
    expect(Math.abs(segmentSegmentDistance(b, 0, a, 0) - distance)).toBeLessThan(1e-12);
    expect(Math.abs(segmentSegmentDistance(turned(a), 0, turned(b), 0) - distance)).toBeLessThan(1e-12);
    expect(Math.abs(sampledDistance(a, b) - distance)).toBeLessThan(1e-9 + 1e-6 * distance);
  }
});

describe("kernel 15 self check", () => {
  test("kernel 15 the same hits and the same closest pair as a plain double loop, with culling and without", () => {
    for (const model of [pandaLikeCollision(pandaLike()), ur5e()]) {
      const fast = new KernelGeometry({ collision: model, self: { marginM: 0.004 } });
      const slow = new KernelGeometry({ collision: model, self: { marginM: 0.004 }, exhaustive: true });
      const placed = new PlacedBodies(model.robot, bodiesOf(model, [], []), []);
      const random = new Random(15);
      let hits = 0;
      for (let run = 0; run < 2000; run++) {
        const joints = randomConfiguration(random, model.robot);
        placed.place(joints);
        let [least, a, b] = [Infinity, -1, -1];
        for (let p = 0; p < model.selfPairs.length; p += 2) {
          const [i, j] = [model.selfPairs[p]! * 7, model.selfPairs[p + 1]! * 7];
          const distance = segmentSegmentDistance(placed.ends, i, placed.ends, j) - placed.ends[i + 6]! - placed.ends[j + 6]!;
          if (distance < least) [least, a, b] = [distance, i / 7, j / 7];
        }
        const expected = least > 0.004 ? GEOMETRY_CLEAR : GEOMETRY_COLLISION;
        hits += expected === GEOMETRY_CLEAR ? 0 : 1;
        for (const geometry of [fast, slow]) {
          expect(geometry.judge(joints, none, 0, 1, 0)).toBe(expected);
          expect(geometry.nearest).toMatchObject({ bodyA: a, other: b, distanceM: least });
          if (expected !== GEOMETRY_CLEAR) expect(geometry.finding).toMatchObject({ bodyA: a, other: b, distanceM: least });
        }
      }
      expect(hits).toBeGreaterThan(40);
    }
  });

  test("kernel 15 equality with the margin is a hit, the next double above it is not", () => {
    const geometry = (marginM: number): KernelGeometry =>
      new KernelGeometry({
        collision: statues([
          [0.125, 0.25, at(0, 0, 0)],
          [0.125, 0.25, at(0.5, 0, 0)],
        ]),
        self: { marginM },
      });
    expect(() => geometry(0.25)).toThrow("the home pose collides");
    expect(geometry(0.25 - 2 ** -54).judge(q(0, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("kernel 15 what is held is checked against the arm, and no longer when it is put down", () => {
    const geometry = new KernelGeometry({ collision: yArm, self: {}, world: {} });
    geometry.setWorld(worldOf([[0.02, 0, at(0.3, 0, 1.2), "shelf"]]));
    expect(geometry.judge(q(0, 2.6, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    geometry.attach({ name: "rod", link: "link3", capsules: [[0, 0, 0.4, 0.3, 0, 0.4, 0.01]] });
    expect(geometry.judge(q(0, 0, 0), none, 0, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometryEvidence(geometry, geometry.finding)).toMatchObject({ linkA: "rod", linkBOrObject: "shelf" });
    geometry.attach({ name: "rod", link: "link3", capsules: [[0, 0, 0.4, 0.3, 0, 0.4, 0.01]], mayTouchObstacles: ["shelf"] });
    expect(geometry.judge(q(0, 0, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    geometry.setWorld(
      worldOf([
        [0.02, 0, at(5, 0, 1.2), "other"],
        [0.02, 0, at(0.3, 0, 1.2), "shelf"],
      ]),
    );
    expect(geometry.judge(q(0, 0, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    // Reaches back along link2 to where link1 is when the arm folds.
    geometry.attach({ name: "hook", link: "link3", capsules: [[0.02, 0, -0.2, 0.1, 0, -0.2, 0.01]], mayTouchLinks: ["link2"] });
    expect(geometry.judge(q(0, 0, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(0, 2.6, 0), none, 0, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometryEvidence(geometry, geometry.finding)).toMatchObject({ collisionKind: "self", linkA: "link1", linkBOrObject: "hook" });
    geometry.attach({ name: "hook", link: "link3", capsules: [[0.02, 0, -0.2, 0.1, 0, -0.2, 0.01]] });
    expect(geometry.judge(q(0, 0, 0), none, 0, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.detach("hook")).toBe(true);
    expect([geometry.detach("rod"), geometry.detach("rod")]).toEqual([true, false]);
    expect(geometry.judge(q(0, 2.6, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(() => geometry.attach({ name: "rod", link: "hand", capsules: [[0, 0, 0, 0, 0, Number.NaN, 0.01]] })).toThrow(
      /"hand" is no link.*not 7 finite/,
    );
  });
});

describe("kernel 16 world capsules", () => {
  const arm = (options: KernelGeometryOptions["world"] = {}): KernelGeometry => new KernelGeometry({ collision: oneLink, world: options });
  const judge = (geometry: KernelGeometry, nowMs: number): number => geometry.judge(q(0), none, 0, 1, nowMs);
  const far = worldOf([[0.05, 0, at(2, 0, 0)]], 1000);

  test("kernel 16 nothing passes before the first message, nor when the sensor's stamp is too old or ahead", () => {
    const geometry = arm({ deadlineMs: 200 });
    expect(judge(geometry, 1000)).toBe(GEOMETRY_WORLD_UNAVAILABLE);
    expect(geometry.setWorld(far)).toBe(GEOMETRY_CLEAR);
    const codes = [994.9, 995, 1000, 1200, 1200.1, Number.NaN].map((nowMs) => judge(geometry, nowMs));
    const [ok, late] = [GEOMETRY_CLEAR, GEOMETRY_WORLD_UNAVAILABLE];
    expect(codes).toEqual([late, ok, ok, ok, late, late]);
  });

  test("kernel 16 overflow and whatever is malformed refuse until a good message comes", () => {
    const geometry = arm({ maxPrimitives: 2 });
    const one = { ...far, stampMs: 0 };
    const many = worldOf(Array.from({ length: 3 }, () => [0.05, 0, at(2, 0, 0)] as const));
    const bad = [
      [GEOMETRY_WORLD_OVERFLOW, many],
      [GEOMETRY_WORLD_MALFORMED, { ...one, stampMs: Number.NaN }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, radiusM: [0] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, radiusM: [Number.NaN] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, radiusM: [Infinity] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, halfLengthM: [-0.1] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, halfLengthM: [Number.NaN] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, halfLengthM: [] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, originXyzRpy: [2, 0, 0, 0, 0] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, originXyzRpy: [2, 0, 0, 0, 0, Number.NaN] }],
      [GEOMETRY_WORLD_MALFORMED, { ...one, objectIds: [] }],
    ] as const;
    for (const [code, message] of bad) {
      geometry.setWorld(one);
      expect(judge(geometry, 0)).toBe(GEOMETRY_CLEAR);
      expect(geometry.setWorld(message)).toBe(code);
      expect(judge(geometry, 0)).toBe(code);
    }
  });

  test("kernel 16 with source liveness an unchanged map under a new stamp grows old", () => {
    const geometry = arm({ deadlineMs: 200, sourceLiveness: true });
    geometry.setWorld(far);
    geometry.setWorld({ ...far, stampMs: 1300 });
    expect(judge(geometry, 1300)).toBe(GEOMETRY_WORLD_UNAVAILABLE);
    geometry.setWorld(worldOf([[0.05, 0, at(2, 0, 0.001)]], 1300));
    expect(judge(geometry, 1300)).toBe(GEOMETRY_CLEAR);
  });

  test("kernel 16 exempt links may stand on what they stand on", () => {
    const floor = worldOf([[0.05, 0, at(0, 0, 0.1)]]);
    for (const [exemptLinks, code] of [
      [[], GEOMETRY_COLLISION],
      [["arm"], GEOMETRY_CLEAR],
    ] as const) {
      const geometry = arm({ exemptLinks });
      geometry.setWorld(floor);
      expect(judge(geometry, 0)).toBe(code);
    }
  });

  test("kernel 16 the margin grows by the tracking error times the reach", () => {
    // 0.12 m away, ρ = 0.43 m: 0.27 rad is 0.1161 m.
    for (const [error, code] of [
      [0.27, GEOMETRY_CLEAR],
      [0.28, GEOMETRY_COLLISION],
    ] as const) {
      const geometry = new KernelGeometry({ collision: oneLink, world: {}, trackingError: [error] });
      geometry.setWorld(worldOf([[0.03, 0, at(0.2, 0, 0.2)]]));
      expect(judge(geometry, 0)).toBe(code);
      expect(geometry.nearest.limit).toBeCloseTo(0.43 * error, 8);
    }
  });
});

describe("kernel 17 voxels", () => {
  const capsule = (options: KernelGeometryOptions["voxels"], origin = at(0, 0, 0)): KernelGeometry =>
    new KernelGeometry({ collision: statues([[0.1, 0.05, origin]]), voxels: options ?? {} });
  const judge = (geometry: KernelGeometry, nowMs = 0): number => geometry.judge(q(0), none, 0, 1, nowMs);

  test("kernel 17 a cell is a ball of half its diagonal, or exactly its cube", () => {
    // The cell's centre is 0.2 m along x from the segment: 0.2 - 0.1 - 0.0866 as a ball, 0.15 - 0.1 as a cube.
    const grid = gridA(([x, y, z]) => (x === 4 && y === 2 && z === 2 ? 1 : 0));
    for (const [shape, expected] of [
      ["sphere", 0.1 - (0.1 * Math.sqrt(3)) / 2],
      ["box", 0.05],
    ] as const) {
      const geometry = capsule({ shape, outside: "free", marginM: 0.01 });
      geometry.setVoxels(grid);
      expect(judge(geometry)).toBe(GEOMETRY_CLEAR);
      expect(geometry.nearest).toMatchObject({ kind: KIND_VOXEL, other: 4 + 5 * (2 + 5 * 2) });
      expect(geometry.nearest.distanceM).toBeCloseTo(expected, 12);
    }
  });

  test("kernel 17 unknown cells and the outside block unless the deployment says otherwise", () => {
    const unknown = gridA(([x, y, z]) => (x === 2 && y === 2 && z === 2 ? 2 : 0));
    for (const [policy, code] of [
      [undefined, GEOMETRY_COLLISION],
      ["block", GEOMETRY_COLLISION],
      ["free", GEOMETRY_CLEAR],
    ] as const) {
      const geometry = capsule(policy === undefined ? { outside: "free" } : { unknown: policy, outside: "free" });
      geometry.setVoxels(unknown);
      expect(judge(geometry)).toBe(code);
    }
    // 0.25 m to the border, 0.1 m of radius: at x 0.14 it is inside by 0.01, at 0.16 it sticks out.
    for (const [x, policy, code] of [
      [0.14, undefined, GEOMETRY_CLEAR],
      [0.16, undefined, GEOMETRY_COLLISION],
      [0.16, "free", GEOMETRY_CLEAR],
    ] as const) {
      const geometry = capsule(policy === undefined ? {} : { outside: policy }, at(x, 0, 0));
      geometry.setVoxels(gridA(() => 0));
      expect([judge(geometry), geometry.nearest.kind]).toEqual([code, policy === undefined ? KIND_OUTSIDE : 0]);
    }
    const exempt = capsule({ exemptLinks: ["c0"] }, at(5, 0, 0));
    exempt.setVoxels(gridA(() => 1));
    expect(judge(exempt)).toBe(GEOMETRY_CLEAR);
  });

  test("kernel 17 age by the sensor's stamp; malformed and too large grids refuse until a good one comes", () => {
    const geometry = capsule({ deadlineMs: 200, maxCells: 125 });
    const free = gridA(() => 0);
    expect(judge(geometry)).toBe(GEOMETRY_VOXEL_UNAVAILABLE);
    geometry.setVoxels({ ...free, stampMs: 1000 });
    const codes = [994, 995, 1200, 1201, Number.NaN].map((nowMs) => judge(geometry, nowMs));
    expect(codes).toEqual([GEOMETRY_VOXEL_UNAVAILABLE, 0, 0, GEOMETRY_VOXEL_UNAVAILABLE, GEOMETRY_VOXEL_UNAVAILABLE]);
    const bad = [
      [GEOMETRY_VOXEL_OVERFLOW, { ...free, size: [5, 5, 6] as const, cells: new Uint8Array(150) }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, stampMs: Number.NaN }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, resolutionM: 0 }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, resolutionM: Number.NaN }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, originM: [0, Number.NaN, 0] as const }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, originM: [0, 0, Infinity] as const }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, size: [5, 5, 4.5] as const }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, size: [-5, -5, 5] as const }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, cells: new Uint8Array(124) }],
      [GEOMETRY_VOXEL_MALFORMED, { ...free, cells: new Uint8Array(125).fill(3) }],
    ] as const;
    for (const [code, message] of bad) {
      geometry.setVoxels(free);
      expect(judge(geometry)).toBe(GEOMETRY_CLEAR);
      expect(geometry.setVoxels(message)).toBe(code);
      expect(judge(geometry)).toBe(code);
    }
    const live = capsule({ deadlineMs: 200, sourceLiveness: true });
    live.setVoxels(free);
    live.setVoxels({ ...free, stampMs: 300 });
    expect(judge(live, 300)).toBe(GEOMETRY_VOXEL_UNAVAILABLE);
  });

  test("kernel 17 a moving base carries its grid along", () => {
    const geometry = new KernelGeometry({ collision: mobile, baseJoints: ["base_joint"], voxels: { outside: "free" } });
    geometry.setVoxels(gridOf([20, 4, 4], 0.1, [0, -0.2, -0.2], (x) => (x >= 0.6 ? 1 : 0)));
    for (const base of [0, 5, -3]) {
      expect(geometry.judge(q(base, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
      expect(geometry.judge(q(base, 0), q(base + 0.02, 0), 1, 1, 0)).toBe(GEOMETRY_CLEAR);
      expect(geometry.judge(q(base, 0), q(base + 0.3, 0), 1, 1, 0)).toBe(GEOMETRY_COLLISION);
    }
  });
});

describe("kernel 18 sweep", () => {
  test("kernel 18 dense re-sampling finds no collision in a step that was accepted, and nothing nearer than its bound", () => {
    const { lies, accepted, refused, samples } = soundness(2500, "suite", { sampleRad: 2e-3 });
    expect(lies).toEqual([]);
    expect([accepted > 500, refused > 500, samples > 20_000]).toEqual([true, true, true]);
  });

  test("kernel 18 what cannot be proven with 64 more configurations and 8 halvings is a drop, not a pass", () => {
    const geometry = new KernelGeometry({ collision: oneLink, world: {} });
    // The capsule's side glides by at 1 mm: d(0) = 1 mm, and no bound of that step stays above 0.
    geometry.setWorld(worldOf([[0.02, 0, at(0, 0, 0.451)]]));
    expect(geometry.judge(q(-0.4), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(-0.8), q(0.8), 1, 1, 0)).not.toBe(GEOMETRY_CLEAR);
    geometry.setWorld(worldOf([[0.001, 0, at(0, 0, 0.43101)]]));
    expect(geometry.judge(q(-0.6), q(0.6), 1, 1, 0)).toBe(GEOMETRY_SWEEP_UNPROVEN);
    expect(geometry.finding).toMatchObject({ phase: PHASE_SWEEP, row: 0 });
    expect(geometryEvidence(geometry, geometry.finding).severity).toBe("drop");
    expect(geometry.extraConfigurations).toBeLessThanOrEqual(64);
    expect(geometry.extraConfigurations).toBeGreaterThan(7);
  });

  test("kernel 18 the first step starts at the measured state", () => {
    const geometry = new KernelGeometry({ collision: oneLink, world: {} });
    geometry.setWorld(worldOf([[0.03, 0, at(0.2, 0, 0.2)]]));
    expect(geometry.judge(q(0), q(Math.PI / 2), 1, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ phase: PHASE_SWEEP, row: 0 });
    expect(geometry.judge(q(Math.PI / 2), q(Math.PI / 2), 1, 1, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("kernel 18 a thin wall of voxels between two clear rows is not jumped over", () => {
    const geometry = new KernelGeometry({ collision: oneLink, voxels: { outside: "free" } });
    geometry.setVoxels(gridOf([40, 4, 40], 0.02, [-0.4, -0.04, 0], (x, _y, z) => (Math.abs(x - z) < 0.015 && z > 0.15 ? 1 : 0)));
    expect(geometry.judge(q(0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(1.5), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(0), q(1.5), 1, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ phase: PHASE_SWEEP, kind: KIND_VOXEL });
  });

  test("kernel 18 a zone between two clear rows is not jumped over", () => {
    const geometry = new KernelGeometry({
      collision: oneLink,
      zones: {
        zones: [
          {
            polygonM: [
              [0.2, -0.1],
              [0.3, -0.1],
              [0.3, 0.1],
              [0.2, 0.1],
            ],
            zMinM: 0.2,
            zMaxM: 0.3,
          },
        ],
      },
    });
    expect(geometry.judge(q(0), q(1.5), 1, 1, 0)).toBe(GEOMETRY_NO_GO_ZONE);
    expect(geometry.finding).toMatchObject({ phase: PHASE_SWEEP, kind: KIND_ZONE, other: 0 });
    expect(geometryEvidence(geometry, geometry.finding).linkBOrObject).toBe("zone_0");
  });
});

function product(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 12 }, (_, i) => {
    const [row, column] = [Math.floor(i / 4) * 4, i % 4];
    const sum = a[row]! * b[column]! + a[row + 1]! * b[4 + column]! + a[row + 2]! * b[8 + column]!;
    return column === 3 ? sum + a[row + 3]! : sum;
  });
}

/** A fixed rigid motion. */
function turned(segment: Float64Array): Float64Array {
  const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
  const out = new Float64Array(6);
  for (let p = 0; p < 6; p += 3) {
    const [x, y, z] = [segment[p]!, segment[p + 1]!, segment[p + 2]!];
    out[p] = c * x - s * z + 0.3;
    out[p + 1] = y - 0.2;
    out[p + 2] = s * x + c * z + 0.1;
  }
  return out;
}

/** Nested golden-section searches: the squared distance is convex in both parameters. */
function sampledDistance(a: Float64Array, b: Float64Array): number {
  const between = (s: number, t: number): number => {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += (a[k]! + s * (a[k + 3]! - a[k]!) - b[k]! - t * (b[k + 3]! - b[k]!)) ** 2;
    return sum;
  };
  const along = (s: number): number =>
    between(
      s,
      nearestParameter(
        b,
        [0, 1, 2].map((k) => a[k]! + s * (a[k + 3]! - a[k]!)),
      ),
    );
  let [low, high] = [0, 1];
  for (let round = 0; round < 60; round++) {
    const [first, second] = [low + 0.382 * (high - low), high - 0.382 * (high - low)];
    if (along(first) < along(second)) high = second;
    else low = first;
  }
  return Math.sqrt(Math.min(along((low + high) / 2), along(0), along(1)));
}

function nearestParameter(b: ArrayLike<number>, p: readonly number[]): number {
  let [top, bottom] = [0, 0];
  for (let k = 0; k < 3; k++) {
    const d = b[k + 3]! - b[k]!;
    top += d * (p[k]! - b[k]!);
    bottom += d * d;
  }
  return bottom > 0 ? Math.max(0, Math.min(1, top / bottom)) : 0;
}
