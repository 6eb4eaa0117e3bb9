import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quatFromAxisAngle } from "../core/index.ts";
import { distanceBetween, intersects } from "./convex-distance.ts";
import { box, capsule, contains, cylinder, distance, floorAt, inflate, orientedBox, polytope, sphere, wallAt } from "./shapes.ts";
import { anyShape, point, runs, shapeOfKind } from "./testing/arbitrary-shapes.ts";

const solid = fc.oneof(shapeOfKind.box, shapeOfKind["oriented-box"], shapeOfKind.cylinder);

test("never more than between any two points inside, the same both ways, and intersects agrees", () => {
  fc.assert(
    fc.property(anyShape, anyShape, point, point, (a, b, p, q) => {
      const d = distanceBetween(a, b);
      expect(d).toBeGreaterThanOrEqual(0);
      expect(distanceBetween(b, a)).toBeCloseTo(d, 6);
      if (contains(a, p) && contains(b, q)) expect(d).toBeLessThanOrEqual(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) + 1e-9);
      if (contains(a, p) && contains(b, p)) expect(d).toBeLessThan(1e-12);
      expect(intersects(a, b)).toBe(d <= 0);
    }),
    { ...runs, numRuns: 800 },
  );
});

test("the general algorithm finds the distance of a point from every solid", () => {
  // A turned box without extent is a point, and takes the general way against boxes, cylinders and polytopes.
  fc.assert(
    fc.property(solid, point, (shape, p) => {
      const dot = orientedBox(p, [0, 0, 0], [1, 0, 0, 0]);
      expect(distanceBetween(shape, dot)).toBeCloseTo(distance(shape, p), 7);
    }),
    { ...runs, numRuns: 400 },
  );
});

test("the general algorithm agrees with the formula for boxes", () => {
  fc.assert(
    fc.property(shapeOfKind.box, shapeOfKind.box, (a, b) => {
      fc.pre(a.kind === "box" && b.kind === "box");
      const half = [0, 1, 2].map((i) => (b.maxM[i]! - b.minM[i]!) / 2);
      const center = [0, 1, 2].map((i) => (b.maxM[i]! + b.minM[i]!) / 2);
      const turned = orientedBox([center[0]!, center[1]!, center[2]!], [half[0]!, half[1]!, half[2]!], [1, 0, 0, 0], b);
      expect(distanceBetween(a, turned)).toBeCloseTo(distanceBetween(a, b), 7);
    }),
    { ...runs, numRuns: 400 },
  );
});

describe("pairs with a known answer", () => {
  const quarter = quatFromAxisAngle([0, 0, 1], Math.PI / 4);
  const cubePolytope = polytope(
    [1, -1]
      .flatMap(
        (s) =>
          [
            [s, 0, 0],
            [0, s, 0],
            [0, 0, s],
          ] as const,
      )
      .map((normal) => ({ normal, offsetM: -0.5 })),
  );
  test.for([
    ["edge of a turned box to a box", orientedBox([3, 0, 0], [1, 1, 1], quarter), box([-1, -1, -1], [1, 1, 1]), 2 - Math.SQRT2],
    ["cylinders side by side", cylinder([0, 0, 0], 1, 1), cylinder([4, 0, 0.5], 1.5, 1), 1.5],
    ["cylinders end to end", cylinder([0, 0, 0], 1, 1), cylinder([0.5, 0, 4], 1.5, 1), 2],
    ["polytope and turned box", cubePolytope, orientedBox([3, 0, 0], [1, 1, 1], quarter), 2.5 - Math.SQRT2],
    ["two polytopes", cubePolytope, polytope([{ normal: [0, 0, -1], offsetM: 2 }]), 1.5],
    ["floor and capsule", floorAt(0), capsule([0, 0, 1], [1, 0, 3], 0.25), 0.75],
    ["facing walls", wallAt("x", 2, "positive"), wallAt("x", -1, "negative"), 3],
    ["walls that meet", wallAt("x", 2, "positive"), wallAt("y", -1, "negative"), 0],
    ["sphere in a box", sphere([0, 0, 0], 0.1), box([-1, -1, -1], [1, 1, 1]), 0],
    ["capsules", capsule([0, 0, 0], [1, 0, 0], 0.1), capsule([0.5, -1, 1], [0.5, 1, 1], 0.2), 0.7],
    ["inflated boxes", inflate(box([0, 0, 0], [1, 1, 1]), 0.25), box([2, 0, 0], [3, 1, 1]), 0.75],
  ] as const)("%s", ([, a, b, expected]) => {
    expect(distanceBetween(a, b)).toBeCloseTo(expected, 9);
  });
});
