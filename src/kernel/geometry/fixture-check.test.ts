/** What stands in the world for good: distances against points of the shapes, mounts, frames, names, and what is refused at load. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../../core/vec3.ts";
import type { ShapeSpec } from "../../core/world-spec.ts";
import { pandaLike, pandaLikeCollision } from "../../robot/testing/panda-like.ts";
import { GEOMETRY_CLEAR, GEOMETRY_COLLISION, KIND_FIXTURE, PHASE_SWEEP } from "./codes.ts";
import { geometryEvidence } from "./evidence.ts";
import type { KernelFixture } from "./fixture-check.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import { capsuleRow, mobile, modelOf, oneLink, worldOf, type Xyzrpy } from "./testing/fixtures.ts";

const none = new Float64Array(0);
const q = (...values: number[]): Float64Array => Float64Array.from(values);
const fixture = (name: string, ...shapes: ShapeSpec[]): KernelFixture => ({ name, shapes });

/** One capsule that goes anywhere, and is at home far from everything. */
function flying(radius: number, half: number, [, , , roll, pitch, yaw]: Xyzrpy, shape: ShapeSpec, exhaustive: boolean): KernelGeometry {
  const slide = (name: string, axis: readonly [number, number, number]) => ({ name, kind: "prismatic" as const, axis, limit: 20 });
  const collision = modelOf({
    links: [{ name: "base" }, slide("x", [1, 0, 0]), slide("y", [0, 1, 0]), slide("z", [0, 0, 1])],
    capsules: [{ link: "z", radius, half, origin: [0, 0, 0, roll, pitch, yaw] }],
    home: [15, 15, 15],
  });
  return new KernelGeometry({ collision, exhaustive, fixtures: { fixtures: [fixture("it", shape)] } });
}

/** Distance of a point from a solid, written out; 0 within. */
function pointDistance(shape: ShapeSpec, [x, y, z]: Vec3): number {
  const over = (value: number): number => Math.max(0, value);
  switch (shape.kind) {
    case "sphere": {
      const [cx, cy, cz] = shape.centerM;
      return over(Math.hypot(x - cx, y - cy, z - cz) - shape.radiusM);
    }
    case "box": {
      const { centerM: c, halfM: h, yawRad = 0 } = shape;
      const [dx, dy] = [x - c[0], y - c[1]];
      const u = Math.cos(yawRad) * dx + Math.sin(yawRad) * dy;
      const v = -Math.sin(yawRad) * dx + Math.cos(yawRad) * dy;
      return Math.hypot(over(Math.abs(u) - h[0]), over(Math.abs(v) - h[1]), over(Math.abs(z - c[2]) - h[2]));
    }
    case "cylinder": {
      const { centerM: c, radiusM, halfHeightM } = shape;
      return Math.hypot(over(Math.hypot(x - c[0], y - c[1]) - radiusM), over(Math.abs(z - c[2]) - halfHeightM));
    }
    case "capsule": {
      const { fromM: a, toM: b, radiusM } = shape;
      const along = [b[0] - a[0], b[1] - a[1], b[2] - a[2]] as const;
      const t = (along[0] * (x - a[0]) + along[1] * (y - a[1]) + along[2] * (z - a[2])) / (along[0] ** 2 + along[1] ** 2 + along[2] ** 2);
      const s = Math.min(1, Math.max(0, t));
      return over(Math.hypot(x - a[0] - s * along[0], y - a[1] - s * along[1], z - a[2] - s * along[2]) - radiusM);
    }
    case "half-space": {
      const { normal: n, offsetM } = shape;
      return over(-(n[0] * x + n[1] * y + n[2] * z + offsetM) / Math.hypot(...n));
    }
    default:
      return shape satisfies never;
  }
}

describe("kernel 16 distances from every kind of fixture", () => {
  const place = fc.double({ min: -0.6, max: 0.6, noNaN: true });
  const size = fc.double({ min: 0.02, max: 0.3, noNaN: true });
  const angle = fc.double({ min: -3, max: 3, noNaN: true });
  const point = fc.tuple(place, place, place);
  const shapes: fc.Arbitrary<ShapeSpec> = fc.oneof(
    fc.record({ kind: fc.constant("box" as const), centerM: point, halfM: fc.tuple(size, size, size) }),
    fc.record({ kind: fc.constant("box" as const), centerM: point, halfM: fc.tuple(size, size, size), yawRad: angle }),
    fc.record({ kind: fc.constant("sphere" as const), centerM: point, radiusM: size }),
    fc.record({ kind: fc.constant("cylinder" as const), centerM: point, radiusM: size, halfHeightM: size }),
    fc.record({ kind: fc.constant("capsule" as const), fromM: point, toM: fc.constant([0.9, 0.8, 0.7] as const), radiusM: size }),
    fc.record({
      kind: fc.constant("half-space" as const),
      normal: fc.tuple(size, size, size).map(([x, y, z]): Vec3 => [-x, -y, -z]),
      offsetM: place,
    }),
  );

  test("kernel 16 as points along the capsule show, and the same with everything looked at", () => {
    fc.assert(
      fc.property(shapes, point, fc.tuple(angle, angle, angle), size, size, (shape, [x, y, z], turns, radius, half) => {
        const origin: Xyzrpy = [x, y, z, ...turns];
        const [fast, slow] = [false, true].map((exhaustive) => flying(radius, half, origin, shape, exhaustive)) as [
          KernelGeometry,
          KernelGeometry,
        ];
        const row = capsuleRow(radius, half, origin);
        const n = 400;
        let sampled = Infinity;
        for (let i = 0; i <= n; i++) {
          const at = (k: number): number => row[k]! + (i / n) * (row[k + 3]! - row[k]!);
          sampled = Math.min(sampled, pointDistance(shape, [at(0), at(1), at(2)]));
        }
        const codes = [fast, slow].map((geometry) => geometry.judge(q(x, y, z), none, 0, 1, 0));
        const { distanceM } = fast.nearest;
        expect(slow.nearest.distanceM).toBe(distanceM);
        expect(codes[0]).toBe(codes[1]);
        // Never more than the nearest sample, and less by no more than half the way to the next one.
        expect(distanceM + radius).toBeLessThanOrEqual(sampled + 1e-9);
        if (sampled > 0) expect(distanceM + radius).toBeGreaterThanOrEqual(sampled - half / n - 1e-9);
        expect(codes[0]).toBe(distanceM > 0 ? GEOMETRY_CLEAR : GEOMETRY_COLLISION);
      }),
      { numRuns: 400, seed: 16 },
    );
  });
});

describe("a sweep through a fixture", () => {
  const plate = fixture("plate", { kind: "box", centerM: [0.2, 0, 0.2], halfM: [0.02, 0.3, 0.02] });

  test("kernel 18 what the arm swings through is refused, though both rows are clear; what it passes by is not", () => {
    const geometry = new KernelGeometry({ collision: oneLink, fixtures: { fixtures: [plate] } });
    expect(geometry.judge(q(0), q(Math.PI / 2), 1, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ kind: KIND_FIXTURE, phase: PHASE_SWEEP });
    expect(geometry.judge(q(0), q(-Math.PI / 2), 1, 1, 0)).toBe(GEOMETRY_CLEAR);
    // There and back within a chunk: its ends are far from the plate.
    expect(geometry.judge(q(0), q(0.2, 0.4, 0.75, 0.4, 0.2, 0), 6, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding.row).toBe(2);
  });

  test("the evidence names the fixture, beside obstacles with ids of their own", () => {
    const geometry = new KernelGeometry({ collision: oneLink, world: {}, fixtures: { fixtures: [plate] } });
    geometry.setWorld(worldOf([[0.03, 0, [-0.2, 0, 0.2, 0, 0, 0], "ball"]]));
    const against = (angle: number): string => {
      expect(geometry.judge(q(angle), none, 0, 1, 0)).toBe(GEOMETRY_COLLISION);
      const { linkBOrObject, collisionKind } = geometryEvidence(geometry, geometry.finding);
      return `${collisionKind} ${linkBOrObject} ${geometry.nameOfObstacle(geometry.finding.other)}`;
    };
    expect([against(Math.PI / 4), against(-Math.PI / 4)]).toEqual(["world plate plate", "world ball ball"]);
  });

  test("the margin counts, equality is a hit, and an exempt link is not looked at", () => {
    const wall = fixture("wall", { kind: "half-space", normal: [1, 0, 0], offsetM: -0.25 });
    const at = (marginM: number, exemptLinks: readonly string[] = []): number =>
      new KernelGeometry({ collision: oneLink, fixtures: { fixtures: [wall], marginM, exemptLinks } }).judge(q(0), none, 0, 1, 0);
    expect(at(0.199)).toBe(GEOMETRY_CLEAR);
    expect(() => at(0.2)).toThrow(/home pose collides: "arm" is 0\.2 m from fixture "wall", margin 0\.2 m/);
    expect(at(0.3, ["arm"])).toBe(GEOMETRY_CLEAR);
  });
});

describe("what stands on a fixture at home", () => {
  const collision = pandaLikeCollision(pandaLike());
  const table = fixture("table", { kind: "box", centerM: [0.3, 0, -0.02], halfM: [0.7, 0.7, 0.02] });
  const floor = fixture("floor", { kind: "half-space", normal: [0, 0, -1], offsetM: -0.7 });

  test("a base on its table is mounted there, the report says so, and the arm may not touch the table", () => {
    const geometry = new KernelGeometry({ collision, fixtures: { fixtures: [table, floor] } });
    expect(geometry.report.fixtures).toEqual({
      on: true,
      marginM: 0,
      names: ["table", "floor"],
      exemptLinks: [],
      mounts: [{ link: "base", fixture: "table" }],
    });
    const home = collision.robot.homeRad;
    expect(geometry.judge(home, none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    // Bent at the shoulder until the hand goes through the table.
    expect(geometry.judge(home, home.with(1, home[1]! + 1.8), 1, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometryEvidence(geometry, geometry.finding).linkBOrObject).toBe("table");
  });

  test("what a joint could move off is in collision: refused, naming link and fixture", () => {
    const shelf = fixture("shelf", { kind: "box", centerM: [0.55, 0, 0.6], halfM: [0.2, 0.2, 0.1] });
    expect(() => new KernelGeometry({ collision, fixtures: { fixtures: [table, shelf] } })).toThrow(
      /the kernel's geometry is refused: the home pose collides: "\w+" is -?[\d.e-]+ m from fixture "shelf", margin 0 m$/,
    );
  });

  test("what is held may touch the fixtures that it names", () => {
    const geometry = new KernelGeometry({
      collision: oneLink,
      fixtures: { fixtures: [fixture("bar", { kind: "sphere", centerM: [0.3, 0, 0.55], radiusM: 0.1 })] },
    });
    const rod = { name: "rod", link: "arm", capsules: [[0, 0, 0.4, 0, 0, 0.6, 0.02]] as const };
    const swing = (): number => geometry.judge(q(0), q(0.3, 0.6), 2, 1, 0);
    expect(swing()).toBe(GEOMETRY_CLEAR);
    geometry.attach(rod);
    expect(swing()).toBe(GEOMETRY_COLLISION);
    expect(geometry.nameOfBody(geometry.finding.bodyA)).toBe("rod");
    geometry.attach({ ...rod, mayTouchObstacles: ["bar"] });
    expect(swing()).toBe(GEOMETRY_CLEAR);
  });
});

describe("frames", () => {
  const wall = fixture("wall", { kind: "box", centerM: [2.1, 0, 0], halfM: [0.1, 1, 1], yawRad: 0.02 });

  test("a robot on wheels is judged where it stands in the world, not where its base is zero", () => {
    const geometry = new KernelGeometry({ collision: mobile, baseJoints: ["base_joint"], fixtures: { fixtures: [wall] } });
    expect(geometry.judge(q(1.5, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.nearest.distanceM).toBeCloseTo(2 - 1.8 - 0.1, 2);
    expect(geometry.judge(q(1.62, 0), none, 0, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.judge(q(1.5, 0), q(1.55, 0, 1.62, 0), 2, 1, 0)).toBe(GEOMETRY_COLLISION);
    // At a metre a second towards the wall, and away from it.
    expect(geometry.judgeBase(q(1.5, 0), q(1, 0, 0, 0, 0, 0), 1, 0.2, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.judgeBase(q(1.5, 0), q(-1, 0, 0, 0, 0, 0), 1, 0.2, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("links that no joint moves are looked at as soon as the base moves", () => {
    const cart = modelOf({
      links: [{ name: "cart" }, { name: "arm", kind: "revolute", axis: [0, 1, 0], origin: [0, 0, 0.5, 0, 0, 0] }],
      capsules: [
        { link: "cart", radius: 0.1, half: 0.1 },
        { link: "arm", radius: 0.05, half: 0.1, origin: [0, 0, 0.2, 0, 0, 0] },
      ],
      allowed: [["cart", "arm"]],
    });
    const curb = fixture("curb", { kind: "box", centerM: [0.4, 0, -0.1], halfM: [0.1, 1, 0.1] });
    const ground = fixture("ground", { kind: "half-space", normal: [0, 0, -1], offsetM: -0.15 });
    const geometry = new KernelGeometry({ collision: cart, fixtures: { fixtures: [curb, ground] } });
    expect(geometry.report.fixtures.mounts).toEqual([{ link: "cart", fixture: "ground" }]);
    expect(geometry.judge(q(0), q(0.1), 1, 1, 0)).toBe(GEOMETRY_CLEAR);
    // The cart is nearer to the curb, and stays where it is.
    expect(geometry.nameOfBody(geometry.nearest.bodyA)).toBe("arm");
    expect(geometry.judgeBase(q(0), q(0.15, 0, 0, 0, 0, 0), 1, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judgeBase(q(0), q(0.25, 0, 0, 0, 0, 0), 1, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometryEvidence(geometry, geometry.finding)).toMatchObject({ linkA: "cart", linkBOrObject: "curb" });
  });
});

describe("kernel 9 what is refused at load, in words", () => {
  const load =
    (...fixtures: KernelFixture[]) =>
    () =>
      new KernelGeometry({ collision: oneLink, fixtures: { fixtures } });

  test.for([Number.NaN, Infinity])("kernel 9 %s in any number of a shape", (bad) => {
    const shapes: readonly ShapeSpec[] = [
      { kind: "box", centerM: [bad, 0, 0], halfM: [1, 1, 1] },
      { kind: "box", centerM: [0, 0, 0], halfM: [1, bad, 1] },
      { kind: "box", centerM: [0, 0, 0], halfM: [1, 1, 1], yawRad: bad },
      { kind: "sphere", centerM: [0, bad, 0], radiusM: 1 },
      { kind: "sphere", centerM: [0, 0, 0], radiusM: bad },
      { kind: "capsule", fromM: [0, 0, bad], toM: [0, 0, 1], radiusM: 1 },
      { kind: "capsule", fromM: [0, 0, 0], toM: [0, bad, 1], radiusM: 1 },
      { kind: "capsule", fromM: [0, 0, 0], toM: [0, 0, 1], radiusM: bad },
      { kind: "cylinder", centerM: [0, 0, bad], radiusM: 1, halfHeightM: 1 },
      { kind: "cylinder", centerM: [0, 0, 0], radiusM: bad, halfHeightM: 1 },
      { kind: "cylinder", centerM: [0, 0, 0], radiusM: 1, halfHeightM: bad },
      { kind: "half-space", normal: [bad, 0, 1], offsetM: 0 },
      { kind: "half-space", normal: [0, 0, 1], offsetM: bad },
    ];
    for (const shape of shapes) expect(load(fixture("odd", shape))).toThrow(/kernel's geometry is refused: fixture "odd", shape 0: /);
  });

  test("no fixtures, one without a name, one without a shape, a margin that is none", () => {
    expect(load()).toThrow("fixtures are on and there is none");
    expect(load(fixture("", { kind: "sphere", centerM: [2, 2, 2], radiusM: 0.1 }))).toThrow("a fixture has no name");
    expect(load(fixture("air"))).toThrow('fixture "air" has no shape');
    const ball = fixture("ball", { kind: "sphere", centerM: [2, 2, 2], radiusM: 0.1 });
    for (const marginM of [-1, Number.NaN, Infinity])
      expect(() => new KernelGeometry({ collision: oneLink, fixtures: { fixtures: [ball], marginM } })).toThrow("fixtures.marginM");
    expect(() => new KernelGeometry({ collision: oneLink, fixtures: { fixtures: [ball], exemptLinks: ["leg"] } })).toThrow(
      '"leg" is no link',
    );
  });
});
