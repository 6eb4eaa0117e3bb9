import { array, assert, constantFrom, double, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { capsuleVolume, fitCapsule, largestExcess, unionVolume, type CapsuleNumbers } from "./capsule-fit.ts";
import { enclosingCircle } from "./enclosing-circle.ts";

const coordinate = double({ min: -2, max: 2, noNaN: true });
const length = ([ax, ay, az, bx, by, bz]: CapsuleNumbers): number => Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2 + (bz - az) ** 2);

describe("kernel 35 a fitted capsule contains every ball to 1e-9", () => {
  const ball = tuple(coordinate, coordinate, coordinate, constantFrom(0, 0, 0.1, 0.7));
  test.for([
    ["scattered", ball],
    ["on a line", tuple(coordinate, constantFrom(0), constantFrom(0), constantFrom(0))],
    ["in a plane", tuple(coordinate, coordinate, constantFrom(1), constantFrom(0))],
    ["on a lattice, with repeats", tuple(constantFrom(-1, 0, 1), constantFrom(-1, 0, 1), constantFrom(-1, 0, 1), constantFrom(0))],
    [
      "far from the origin",
      tuple(
        coordinate.map((x) => x + 1e5),
        coordinate,
        coordinate,
        constantFrom(0),
      ),
    ],
    [
      "tiny",
      tuple(
        coordinate.map((x) => x * 1e-9),
        coordinate.map((x) => x * 1e-9),
        constantFrom(0),
        constantFrom(0),
      ),
    ],
  ] as const)("%s", ([, item]) => {
    const contains = property(array(item, { minLength: 1, maxLength: 150 }), (items) => {
      const balls = Float64Array.from(items.flat());
      for (const capsule of [fitCapsule(balls), fitCapsule(balls, true)]) {
        expect(capsule.every(Number.isFinite)).toBe(true);
        expect(capsule[6]).toBeGreaterThanOrEqual(1e-4);
        expect(largestExcess(capsule, balls)).toBeLessThanOrEqual(1e-9);
      }
    });
    assert(contains, { seed: 20261121, numRuns: 40, endOnFailure: true });
  });
});

describe("kernel 36 the fit is tight", () => {
  /** Points on the surface of a capsule with a random axis. */
  function capsulePoints(random: Random, n: number, halfM: number, radiusM: number): Float64Array {
    const direction = [random.normal(0, 1), random.normal(0, 1), random.normal(0, 1)];
    const size = Math.hypot(...direction);
    const balls = new Float64Array(n * 4);
    for (let i = 0; i < n; i++) {
      const out = [random.normal(0, 1), random.normal(0, 1), random.normal(0, 1)];
      const outSize = Math.hypot(...out);
      const t = random.uniform(-halfM, halfM);
      for (let k = 0; k < 3; k++) balls[i * 4 + k] = 0.3 * k + (direction[k]! / size) * t + (out[k]! / outSize) * radiusM;
    }
    return balls;
  }

  test("the volume around a cloud in a capsule is within 10 % of that capsule's", () => {
    const random = new Random(20261121);
    for (let run = 0; run < 20; run++) {
      const halfM = random.uniform(0, 0.3);
      const radiusM = random.uniform(0.03, 0.1);
      const truth = capsuleVolume([0, 0, -halfM, 0, 0, halfM, radiusM]);
      const cloud = capsulePoints(random, 2000, halfM, radiusM);
      for (const [capsule, slack] of [
        [fitCapsule(cloud), 1.1],
        [fitCapsule(cloud, true), 1.5],
      ] as const) {
        expect(capsuleVolume(capsule) / truth).toBeLessThan(slack);
        expect(largestExcess(capsule, cloud)).toBeLessThanOrEqual(0);
      }
    }
  });

  test("a box is bounded better than by the capsule through its corners", () => {
    const corners = Float64Array.from(
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((c) => [c & 1 ? 0.05 : -0.05, c & 2 ? 0.1 : -0.1, c & 4 ? 0.15 : -0.15, 0]),
    );
    // safety-robot-model §8, single form: radius 0.1118033989, length 0.3.
    expect(capsuleVolume(fitCapsule(corners))).toBeLessThan(Math.PI * 0.1118033989 ** 2 * (0.3 + (4 / 3) * 0.1118033989));
  });

  test("a ring of points gives the ball around it, a rod the thinnest capsule", () => {
    const ring = Float64Array.from(Array.from({ length: 60 }, (_, i) => [Math.cos(i / 9.55), Math.sin(i / 9.55), 0, 0]).flat());
    expect(fitCapsule(ring)[6]).toBeLessThan(1.001);
    const rod = fitCapsule(Float64Array.of(0, 0, 0, 0, 0.3, 0.4, 0, 0));
    expect([rod[6], length(rod)]).toEqual([expect.closeTo(1e-4, 9), expect.closeTo(0.5, 3)]);
    expect(fitCapsule(Float64Array.of(1, 2, 3, 0.5))).toEqual([1, 2, 3, 1, 2, 3, expect.closeTo(0.5, 9)]);
  });

  test("the volume of two capsules together counts the overlap once", () => {
    const a: CapsuleNumbers = [0, 0, 0, 0, 0, 0, 0.1];
    expect(Math.abs(unionVolume([a, a]) / capsuleVolume(a) - 1)).toBeLessThan(0.05);
    expect(Math.abs(unionVolume([a, [0.2, 0, 0, 0.2, 0, 0, 0.1]]) / capsuleVolume(a) - 2)).toBeLessThan(0.15);
  });
});

test("largestExcess is the distance to the surface, and NaN where a ball is", () => {
  const capsule: CapsuleNumbers = [0, 0, 0, 0, 0, 1, 0.25];
  expect(largestExcess(capsule, Float64Array.of(0, 0.5, 0.5, 0))).toBe(0.25);
  expect(largestExcess(capsule, Float64Array.of(0, 0, 2, 0.5))).toBe(1.25);
  expect(largestExcess(capsule, Float64Array.of(0, 0, 0, 0))).toBe(-0.25);
  expect(largestExcess(capsule, Float64Array.of(0, Number.NaN, 0, 0))).toBeNaN();
});

describe("the enclosing circle", () => {
  const reach = (discs: Float64Array, circle: { x: number; y: number }): number => {
    let most = 0;
    for (let i = 0; i < discs.length; i += 3)
      most = Math.max(most, Math.hypot(discs[i]! - circle.x, discs[i + 1]! - circle.y) + discs[i + 2]!);
    return most;
  };

  test("contains, and no circle through two or three of the points that contains is smaller", () => {
    const smallest = property(array(tuple(coordinate, coordinate), { minLength: 1, maxLength: 12 }), (points) => {
      const discs = Float64Array.from(points.flatMap(([x, y]) => [x, y, 0]));
      const circle = enclosingCircle(discs, points.length);
      expect(reach(discs, circle)).toBeLessThanOrEqual(circle.radius + 1e-6);
      for (const [i, p] of points.entries())
        for (const q of points.slice(i)) {
          const middle = { x: (p[0] + q[0]) / 2, y: (p[1] + q[1]) / 2 };
          expect(reach(discs, middle)).toBeGreaterThanOrEqual(circle.radius - 1e-6);
        }
    });
    assert(smallest, { seed: 20261121 });
  });

  test("around unequal discs it comes within 2 %", () => {
    const circle = enclosingCircle(Float64Array.of(0, 0, 1, 3, 0, 0.5), 2);
    expect(circle.radius).toBeLessThan(1.02 * 2.25);
    expect(circle.radius).toBeGreaterThanOrEqual(2.25 - 1e-12);
  });
});
