import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/index.ts";
import { flattenShapes } from "./flat-shape.ts";
import { rayToShapeDistance, surfaceNormalInto } from "./ray.ts";
import { aabbOf, box, capsule, cylinder, floorAt, inflate, signedDistance, sphere } from "./shapes.ts";
import type { Shape, ShapeKind } from "./shapes.ts";
import { direction, point, runs, shapeOfKind } from "./testing/arbitrary-shapes.ts";

const kinds = Object.keys(shapeOfKind) as ShapeKind[];
const reachM = 12;
const tolerance = 1e-8;

function cast(shape: Shape, from: Vec3, toward: Vec3): { readonly t: number; readonly unit: Vec3; readonly normal: Float64Array } {
  const length = Math.hypot(...toward);
  const unit: Vec3 = [toward[0] / length, toward[1] / length, toward[2] / length];
  const { kinds: codes, params } = flattenShapes([shape]);
  const t = rayToShapeDistance(codes[0]!, params, 0, Float64Array.of(...from, ...unit), 0);
  const normal = new Float64Array(3);
  if (t < Infinity) surfaceNormalInto(codes[0]!, params, 0, ...at(from, unit, t), normal);
  return { t, unit, normal };
}

function at(from: Vec3, unit: Vec3, t: number): [number, number, number] {
  return [from[0] + t * unit[0], from[1] + t * unit[1], from[2] + t * unit[2]];
}

/** Half of the rays are aimed at the shape's own bounds: most of the others miss. */
const ray = fc.tuple(point, direction, fc.boolean());

function aimed(shape: Shape, [from, toward, atIt]: readonly [Vec3, Vec3, boolean]): readonly [Vec3, Vec3] {
  const { min, max } = aabbOf(shape);
  const to = [0, 1, 2].map((k) => (min[k]! + max[k]!) / 2 - from[k]!);
  const [x = 0, y = 0, z = 0] = to;
  return [from, atIt && Number.isFinite(x + y + z) && Math.hypot(x, y, z) > 1e-3 ? [x, y, z] : toward];
}

describe.each(kinds)("a ray and a %s", (kind) => {
  test("a hit lies on the surface, nothing of the shape is nearer, and a miss meets nothing", () => {
    let hits = 0;
    fc.assert(
      fc.property(shapeOfKind[kind], ray, (thin, some) => {
        const shape = inflate(thin, 0.001);
        const [from, toward] = aimed(shape, some);
        const { t, unit } = cast(shape, from, toward);
        expect(t).toBeGreaterThanOrEqual(0);
        const inside = signedDistance(shape, from) <= 0;
        if (inside) expect(t).toBeLessThan(tolerance);
        const endM = Math.min(t, reachM);
        for (let i = 0; i < 40; i++)
          expect(signedDistance(shape, at(from, unit, (endM * i) / 40))).toBeGreaterThan(inside ? -10 : -tolerance);
        if (!(t < Infinity)) return;
        hits += 1;
        if (!inside) expect(Math.abs(signedDistance(shape, at(from, unit, t)))).toBeLessThan(tolerance);
      }),
      runs,
    );
    expect(hits).toBeGreaterThan(60);
  });

  test("the normal leads straight out of the surface that was hit", () => {
    fc.assert(
      fc.property(shapeOfKind[kind], ray, (thin, some) => {
        const shape = inflate(thin, 0.01);
        const [from, toward] = aimed(shape, some);
        const { t, unit, normal } = cast(shape, from, toward);
        if (!(t > 0 && t < Infinity)) return;
        const hit = at(from, unit, t);
        const out: Vec3 = [hit[0] + 0.1 * normal[0]!, hit[1] + 0.1 * normal[1]!, hit[2] + 0.1 * normal[2]!];
        expect(signedDistance(shape, out)).toBeCloseTo(0.1, 6);
        expect(normal[0]! * unit[0] + normal[1]! * unit[1] + normal[2]! * unit[2]).toBeLessThan(1e-6);
      }),
      runs,
    );
  });
});

test("by hand: straight at each shape, along its faces, and past it", () => {
  const x: Vec3 = [1, 0, 0];
  expect(cast(sphere([3, 0, 0], 1), [0, 0, 0], x).t).toBe(2);
  expect(cast(sphere([3, 1, 0], 1), [0, 0, 0], x).t).toBe(3);
  expect(cast(sphere([-3, 0, 0], 1), [0, 0, 0], x).t).toBe(Infinity);
  expect(cast(box([1, -1, -1], [2, 1, 1]), [0, 1, 0], x).t).toBe(1);
  expect(cast(box([1, -1, -1], [2, 1, 1]), [0, 1.001, 0], x).t).toBe(Infinity);
  expect(cast(box([1, -1, -1], [2, 1, 1]), [1.5, 0, 0], x).t).toBe(0);
  expect(cast(capsule([2, 0, -1], [2, 0, 1], 0.5), [0, 0, 0], x).t).toBe(1.5);
  expect(cast(capsule([2, 0, 0], [4, 0, 0], 0.5), [0, 0, 0], x).t).toBe(1.5);
  expect(cast(cylinder([2, 0, 0], 0.5, 1, { axis: x }), [0, 0.4, 0], x).t).toBe(1);
  expect(cast(floorAt(-1), [0, 0, 0], [0, 0, -1]).t).toBe(1);
  expect(cast(floorAt(-1), [0, 0, 0], x).t).toBe(Infinity);
});

test("what is not a number meets nothing, and a kind that is none is not a number", () => {
  for (const kind of kinds) {
    const shape = fc.sample(shapeOfKind[kind], { seed: runs.seed, numRuns: 1 })[0]!;
    const { kinds: codes, params } = flattenShapes([shape]);
    for (let broken = 0; broken < 6; broken++) {
      const bad = Float64Array.of(9, 9, 9, 1, 0, 0);
      bad[broken] = Number.NaN;
      const t = rayToShapeDistance(codes[0]!, params, 0, bad, 0);
      // What holds half of the world may hold where the ray begins, wherever it leads.
      expect(t === Infinity || (kind === "half-space" && broken >= 3 && t === 0)).toBe(true);
    }
  }
  expect(rayToShapeDistance(99, new Float64Array(16), 0, Float64Array.of(0, 0, 0, 1, 0, 0), 0)).toBeNaN();
});
