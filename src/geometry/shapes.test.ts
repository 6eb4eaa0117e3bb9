import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quatFromAxisAngle } from "../core/index.ts";
import type { ShapeSpec, Vec3 } from "../core/index.ts";
import { distanceBetween, intersects } from "./convex-distance.ts";
import {
  aabbOf,
  box,
  boxCenter,
  capsule,
  ceilingAt,
  contains,
  cylinder,
  distance,
  expandBox,
  floorAt,
  halfSpace,
  inflate,
  orientedBox,
  polytope,
  shapeFromSpec,
  signedDistance,
  signedDistanceGradient,
  sphere,
  wallAt,
} from "./shapes.ts";
import type { Shape, ShapeKind } from "./shapes.ts";
import { anyShape, point, runs, shapeOfKind } from "./testing/arbitrary-shapes.ts";

const unitBox = box([0, 0, 0], [1, 1, 1]);
const kinds = Object.keys(shapeOfKind) as ShapeKind[];
const gap = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const step = (p: Vec3, d: Vec3, by: number): Vec3 => [p[0] + by * d[0], p[1] + by * d[1], p[2] + by * d[2]];
const cube = [1, -1]
  .flatMap(
    (s) =>
      [
        [s, 0, 0],
        [0, s, 0],
        [0, 0, s],
      ] as const,
  )
  .map((normal) => ({ normal, offsetM: -0.5 }));

test("G3 D2 unit box contains its corner and nothing beyond", () => {
  expect(contains(unitBox, [1, 1, 1])).toBe(true);
  expect(contains(unitBox, [1.0000001, 1, 1])).toBe(false);
  expect(contains(unitBox, [0.5, 0.5, -1e-12])).toBe(false);
});

test("G4 D2 unit box expanded by -0.4 and by -0.6", () => {
  const shrunk = expandBox(unitBox, -0.4);
  expect(shrunk.minM).toEqual([0.4, 0.4, 0.4]);
  expect(shrunk.maxM).toEqual([0.6, 0.6, 0.6]);
  expect(() => expandBox(unitBox, -0.6)).toThrowError(/AABB\.min_corner must be componentwise <= max_corner/);
  expect(() => expandBox(unitBox, Number.NaN)).toThrowError(/finite/);
});

test("D2 boxes: touching intersects, zero volume is legal, centre", () => {
  const next = box([1, 0, 0], [2, 1, 1]);
  expect(intersects(unitBox, next)).toBe(true);
  expect(intersects(unitBox, box([1.0000001, 0, 0], [2, 1, 1]))).toBe(false);
  expect(intersects(unitBox, box([1, 1, 1], [1, 1, 1]))).toBe(true);
  expect(contains(box([1, 1, 1], [1, 1, 1]), [1, 1, 1])).toBe(true);
  expect(boxCenter(box([-1, 0, 2], [1, 1, 4]))).toEqual([0, 0.5, 3]);
  expect(boxCenter(box([1e308, 0, 0], [1.5e308, 1, 1]))[0]).toBe(1.25e308);
  expect(distanceBetween(unitBox, box([4, 5, 0], [5, 6, 1]))).toBe(5);
});

test("G5 D3 sphere at (2,2,2) against the unit box", () => {
  const at = (radius: number): boolean => intersects(sphere([2, 2, 2], radius), unitBox);
  expect([at(Math.sqrt(3)), at(1.732), at(1.7321)]).toEqual([true, false, true]);
});

test("G6 D3 spheres that touch, and a point on itself", () => {
  expect(intersects(sphere([0, 0, 0], 1), sphere([2, 0, 0], 1))).toBe(true);
  expect(intersects(sphere([0, 0, 0], 1), sphere([2.0000001, 0, 0], 1))).toBe(false);
  expect(contains(sphere([1, 2, 3], 0), [1, 2, 3])).toBe(true);
});

test("D3 nearest point of a box at a face, an edge and a corner", () => {
  expect(signedDistance(unitBox, [0.5, 0.5, 3])).toBe(2);
  expect(signedDistance(unitBox, [0.5, 4, 5])).toBe(5);
  expect(signedDistance(unitBox, [3, 3, 2])).toBe(3);
});

describe("geometry 16 signed distance", () => {
  const small = box([0.1, 0.1, 0], [0.3, 0.3, 0.3]);
  const cubePolytope = polytope(cube);
  test.for<[string, Shape, Vec3, number, boolean]>([
    ["box (.1,.1,0)–(.3,.3,.3) at (.5,.5,.5)", small, [0.5, 0.5, 0.5], 0.34641, false],
    ["the same at (.2,.2,.15)", small, [0.2, 0.2, 0.15], -0.1, true],
    ["half-space normal (0,0,-1), z = .5", halfSpace([0, 0, -1], 0), [0, 0, 0.5], 0.5, false],
    ["half-space normal (0,0,1), z = .5", halfSpace([0, 0, 1], 0), [0, 0, 0.5], -0.5, true],
    ["floorAt(0), z = .5", floorAt(0), [0, 0, 0.5], 0.5, false],
    ["cube as polytope at (.45,0,0)", cubePolytope, [0.45, 0, 0], -0.05, true],
    ["the same with inflation .1", polytope(cube, { inflationM: 0.1 }), [0.45, 0, 0], -0.15, true],
    ["inflation grows the polytope", inflate(cubePolytope, 0.1), [0.55, 0, 0], -0.05, true],
    ["capsule beside its axis", capsule([0, 0, 0], [1, 0, 0], 0.1), [0.5, 0.5, 0], 0.4, false],
    ["capsule beyond its end", capsule([0, 0, 0], [1, 0, 0], 0.1), [4, 4, 0], 4.9, false],
    ["cylinder beside, beyond its rim", cylinder([0, 0, 0], 1, 1), [4, 0, 5], 5, false],
    ["cylinder inside, nearer to the end", cylinder([0, 0, 0], 1, 1), [0.2, 0, 0.9], -0.1, true],
    ["box turned by 90° about z", orientedBox([0, 0, 0], [2, 1, 1], quatFromAxisAngle([0, 0, 1], Math.PI / 2)), [0, 2.5, 0], 0.5, false],
  ])("%s", ([, shape, p, expected, inside]) => {
    expect(signedDistance(shape, p)).toBeCloseTo(expected, 5);
    expect(contains(shape, p)).toBe(inside);
  });

  test("the normal need not be unit: the plane stays where it was", () => {
    expect(signedDistance(halfSpace([0, 0, -4], 2), [0, 0, 3])).toBe(2.5);
    expect(contains(polytope([{ normal: [0, 0, 3], offsetM: -6 }]), [0, 0, 2])).toBe(true);
    expect(signedDistance(halfSpace([0, 0, 1e-200], -1e-200), [0, 0, 0])).toBeCloseTo(1, 12);
  });

  test("floors, ceilings and walls are solid on the side they say", () => {
    expect(
      [floorAt(0.2), ceilingAt(2), wallAt("x", 1, "positive"), wallAt("y", -1, "negative")].map((s) => [
        signedDistance(s, [0, 0, 1]),
        contains(s, [5, -5, 9]) || contains(s, [5, -5, -9]),
      ]),
    ).toEqual([
      [0.8, true],
      [1, true],
      [1, true],
      [1, true],
    ]);
    expect(contains(floorAt(0.2), [0, 0, 0.2])).toBe(true);
    expect(contains(wallAt("y", -1, "negative"), [0, -1, 0])).toBe(true);
  });
});

describe.for(kinds)("geometry 16 random %s", (kind) => {
  const shapes = shapeOfKind[kind];

  test("contains agrees with the sign away from the surface", () => {
    fc.assert(
      fc.property(shapes, point, (shape, p) => {
        const d = signedDistance(shape, p);
        if (Math.abs(d) > 1e-9) expect(contains(shape, p)).toBe(d < 0);
        expect(distance(shape, p)).toBe(Math.max(0, d));
      }),
      runs,
    );
  });

  test("never more than the distance of any point inside, and never changes faster than the point moves", () => {
    fc.assert(
      fc.property(shapes, point, point, (shape, p, q) => {
        if (contains(shape, q)) expect(distance(shape, p)).toBeLessThanOrEqual(gap(p, q) + 1e-12);
        expect(Math.abs(signedDistance(shape, p) - signedDistance(shape, q))).toBeLessThanOrEqual(gap(p, q) + 1e-12);
      }),
      { ...runs, numRuns: 1_000 },
    );
  });

  test("going back along the gradient by the distance ends on the surface", () => {
    fc.assert(
      fc.property(shapes, point, (shape, p) => {
        const d = signedDistance(shape, p);
        const gradient = signedDistanceGradient(shape, p);
        expect(Math.hypot(...gradient)).toBeCloseTo(1, 12);
        const foot = signedDistance(shape, step(p, gradient, -d));
        // A polytope's value beyond an edge is a bound: its foot lies on a face's plane, perhaps off the face.
        if (kind === "polytope" && d > 0) expect(foot).toBeGreaterThan(-1e-9);
        else expect(Math.abs(foot)).toBeLessThan(1e-9);
      }),
      runs,
    );
  });

  test("the gradient is the slope, by central differences", () => {
    fc.assert(
      fc.property(shapes, point, (shape, p) => {
        const h = 1e-6;
        const slope = (
          [
            [h, 0, 0],
            [0, h, 0],
            [0, 0, h],
          ] as const
        ).map((e) => (signedDistance(shape, step(p, e, 1)) - signedDistance(shape, step(p, e, -1))) / (2 * h));
        // Near a crease the differences straddle it and come out short; elsewhere they must agree.
        fc.pre(Math.abs(Math.hypot(...slope) - 1) < 1e-4);
        const gradient = signedDistanceGradient(shape, p);
        for (const axis of [0, 1, 2] as const) expect(gradient[axis]).toBeCloseTo(slope[axis]!, 1);
      }),
      runs,
    );
  });

  test("bounds hold every point inside, and inflating by m brings the surface m nearer", () => {
    fc.assert(
      fc.property(shapes, point, fc.double({ min: 0, max: 1, noNaN: true }), (shape, p, m) => {
        const grown = inflate(shape, m);
        const { min, max } = aabbOf(grown);
        if (contains(grown, p))
          for (const axis of [0, 1, 2] as const) {
            expect(p[axis]).toBeGreaterThanOrEqual(min[axis] - 1e-12);
            expect(p[axis]).toBeLessThanOrEqual(max[axis] + 1e-12);
          }
        const before = signedDistance(shape, p);
        const after = signedDistance(grown, p);
        expect(after).toBeLessThanOrEqual(before + 1e-12);
        // Sharp corners grow by more than m, but never by more than √3 m.
        expect(after).toBeGreaterThanOrEqual(before - Math.sqrt(3) * m - 1e-12);
        if (before <= 0) expect(after).toBeCloseTo(before - m, 9);
      }),
      runs,
    );
  });

  test("NaN in, NaN out, contained by nothing", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(signedDistance(shape, [Number.NaN, Number.NaN, Number.NaN])).toBeNaN();
        expect(contains(shape, [Number.NaN, Number.NaN, Number.NaN])).toBe(false);
      }),
      runs,
    );
  });
});

test("gradients at centres and on axes follow the convention", () => {
  const p: Vec3 = [1, 1, 1];
  expect(signedDistanceGradient(sphere(p, 1), p)).toEqual([1, 0, 0]);
  expect(signedDistanceGradient(box([0, 0, 0], [2, 2, 2]), p)).toEqual([1, 0, 0]);
  expect(signedDistanceGradient(capsule([1, 1, 0], [1, 1, 3], 0.1), p)).toEqual([1, 0, 0]);
  expect(signedDistanceGradient(capsule([0, 1, 1], [3, 1, 1], 0.1), p)).toEqual([0, 1, 0]);
  expect(signedDistanceGradient(capsule(p, p, 0.1), p)).toEqual([1, 0, 0]);
  expect(signedDistanceGradient(cylinder(p, 0.1, 1), p)).toEqual([1, 0, 0]);
});

test("bounds of a polytope that runs off without end are infinite there and only there", () => {
  const open = polytope(cube.filter(({ normal }) => normal[2] !== 1));
  const { min, max } = aabbOf(open);
  expect(max[2]).toBe(Infinity);
  expect(min[2]).toBeCloseTo(-0.5, 8);
  expect(max[0]).toBeCloseTo(0.5, 8);
  expect(aabbOf(polytope(cube.slice(0, 1))).min).toEqual([-Infinity, -Infinity, -Infinity]);
  expect(aabbOf(floorAt(0.3)).max[2]).toBe(0.3);
  expect(aabbOf(halfSpace([1, 1, 0], 0)).max).toEqual([Infinity, Infinity, Infinity]);
});

describe("construction refuses what is no shape", () => {
  const nan = Number.NaN;
  test.for<[string, () => unknown, RegExp]>([
    ["negative sphere radius", () => sphere([0, 0, 0], -1), /radius must be >= 0/],
    ["NaN radius", () => sphere([0, 0, 0], nan), /radius must be a finite number/],
    ["infinite centre", () => sphere([Infinity, 0, 0], 1), /must be finite/],
    ["negative inflation", () => sphere([0, 0, 0], 1, { inflationM: -0.1 }), /inflation must be >= 0/],
    ["box upside down", () => box([0, 0, 1], [1, 1, 0]), /AABB\.min_corner must be componentwise <= max_corner/],
    ["negative half extent", () => orientedBox([0, 0, 0], [1, -1, 1], [1, 0, 0, 0]), /half extent must be >= 0/],
    ["zero quaternion", () => orientedBox([0, 0, 0], [1, 1, 1], [0, 0, 0, 0]), /quaternion/],
    ["negative capsule radius", () => capsule([0, 0, 0], [1, 0, 0], -1e-9), /radius must be >= 0/],
    ["cylinder without an axis", () => cylinder([0, 0, 0], 1, 1, { axis: [0, 0, 0] }), /no direction/],
    ["cylinder of NaN height", () => cylinder([0, 0, 0], 1, nan), /half height/],
    ["zero normal", () => halfSpace([0, 0, 0], 1), /must not be the zero vector/],
    ["NaN offset", () => halfSpace([0, 0, 1], nan), /offset must be a finite number/],
    ["offset that overflows", () => halfSpace([0, 0, 1e-200], 1e200), /finite/],
    ["no faces", () => polytope([]), /at least one face/],
    ["a face with a zero normal", () => polytope([{ normal: [0, 0, 0], offsetM: 0 }]), /zero vector/],
    ["too many faces", () => polytope(Array.from({ length: 129 }, () => ({ normal: [1, 0, 0], offsetM: 0 }))), /at most 128/],
    ["shrinking", () => inflate(unitBox, -0.1), /inflation must be >= 0/],
    ["inflating by NaN", () => inflate(unitBox, nan), /inflation must be >= 0/],
    ["an unknown kind", () => signedDistance(JSON.parse('{"kind":"torus"}'), [0, 0, 0]), /unknown kind/],
    ["bounds of an unknown kind", () => aabbOf(JSON.parse('{"kind":"torus"}')), /unknown kind/],
    ["a spec of unknown kind", () => shapeFromSpec(JSON.parse('{"kind":"torus"}'), ""), /unknown kind/],
  ])("%s", ([, build, message]) => {
    expect(build).toThrowError(message);
  });
});

test("shapes are frozen, to the last face", () => {
  fc.assert(
    fc.property(anyShape, (shape) => {
      const shapes = [shape, inflate(shape, 0.1)];
      for (const each of shapes) {
        expect(Object.isFrozen(each)).toBe(true);
        for (const value of Object.values(each)) if (typeof value === "object") expect(Object.isFrozen(value)).toBe(true);
        if (each.kind === "polytope") for (const face of each.faces) expect(Object.isFrozen(face)).toBe(true);
      }
    }),
    runs,
  );
});

test("world files become shapes", () => {
  const specs: [ShapeSpec, Vec3, Vec3][] = [
    [{ kind: "box", centerM: [0, 0, 1], halfM: [1, 2, 0.5] }, [1, 2, 1.5], [1.01, 2, 1.5]],
    [{ kind: "box", centerM: [0, 0, 1], halfM: [1, 2, 0.5], yawRad: Math.PI / 2 }, [1.9, 0.9, 1], [0.9, 1.9, 1]],
    [{ kind: "sphere", centerM: [1, 1, 1], radiusM: 0.5 }, [1.5, 1, 1], [1.6, 1, 1]],
    [{ kind: "capsule", fromM: [0, 0, 0], toM: [0, 0, 1], radiusM: 0.1 }, [0, 0, 1.09], [0, 0, 1.2]],
    [{ kind: "cylinder", centerM: [0, 0, 0], radiusM: 0.1, halfHeightM: 1 }, [0.1, 0, 1], [0, 0, 1.05]],
    [{ kind: "half-space", normal: [0, 0, 2], offsetM: -2 }, [9, 9, 1], [9, 9, 0.9]],
  ];
  for (const [spec, inside, outside] of specs) {
    const shape = shapeFromSpec(spec, "table");
    expect([shape.label, contains(shape, inside), contains(shape, outside)]).toEqual(["table", true, false]);
    expect(contains(shapeFromSpec(spec, "table", 1.5), outside)).toBe(true);
  }
});
