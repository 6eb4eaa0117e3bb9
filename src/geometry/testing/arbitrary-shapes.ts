/** Random shapes and points for the property tests of this folder. */
import fc from "fast-check";
import type { Vec3 } from "../../core/index.ts";
import { quatFromAxisAngle } from "../../core/index.ts";
import { box, capsule, cylinder, halfSpace, orientedBox, polytope, sphere } from "../shapes.ts";
import type { Shape, ShapeKind } from "../shapes.ts";

/** Without shrinking: over doubles it takes minutes, and the first counterexample can be read as it is. */
export const runs = { seed: 20261121, numRuns: 300, endOnFailure: true };

const inRange = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Mostly generic numbers; now and then round ones, which meet faces, edges and axes exactly. */
const coordinate = fc.oneof({ arbitrary: inRange(-2, 2), weight: 4 }, { arbitrary: fc.constantFrom(-1, -0.5, 0, 0.5, 1), weight: 1 });
const size = fc.oneof({ arbitrary: inRange(0, 1), weight: 4 }, { arbitrary: fc.constantFrom(0, 0.5), weight: 1 });

export const point: fc.Arbitrary<Vec3> = fc.tuple(coordinate, coordinate, coordinate);
export const direction: fc.Arbitrary<Vec3> = point.filter((p) => Math.hypot(...p) > 1e-3);
const turn = fc.tuple(direction, inRange(-Math.PI, Math.PI)).map(([axis, angle]) => quatFromAxisAngle(axis, angle));
const options = fc.record({ inflationM: fc.oneof(fc.constant(0), inRange(0, 0.3)), label: fc.constant("x") });

/** A polytope around a centre, so never empty; mostly bounded. */
const faces = fc.tuple(point, fc.array(fc.tuple(direction, inRange(0.05, 1)), { minLength: 1, maxLength: 9 })).map(([center, sides]) =>
  sides.map(([normal, reach]) => {
    const along = normal[0] * center[0] + normal[1] * center[1] + normal[2] * center[2];
    return { normal, offsetM: -along - reach * Math.hypot(...normal) };
  }),
);

export const shapeOfKind: Readonly<Record<ShapeKind, fc.Arbitrary<Shape>>> = {
  sphere: fc.tuple(point, size, options).map(([c, r, o]) => sphere(c, r, o)),
  box: fc.tuple(point, size, size, size, options).map(([c, x, y, z, o]) => box(c, [c[0] + x, c[1] + y, c[2] + z], o)),
  "oriented-box": fc.tuple(point, size, size, size, turn, options).map(([c, x, y, z, q, o]) => orientedBox(c, [x, y, z], q, o)),
  capsule: fc.tuple(point, point, size, options).map(([a, b, r, o]) => capsule(a, b, r, o)),
  cylinder: fc.tuple(point, size, size, direction, options).map(([c, r, h, axis, o]) => cylinder(c, r, h, { ...o, axis })),
  "half-space": fc.tuple(direction, inRange(-1, 1), options).map(([n, d, o]) => halfSpace(n, d, o)),
  polytope: fc.tuple(faces, options).map(([list, o]) => polytope(list, o)),
};

export const anyShape: fc.Arbitrary<Shape> = fc.oneof(...Object.values(shapeOfKind));

/** Segments of every sort: generic, short, a point, along an axis. */
export const segment: fc.Arbitrary<readonly [Vec3, Vec3]> = fc.oneof(
  { arbitrary: fc.tuple(point, point), weight: 5 },
  { arbitrary: point.map((p) => [p, p] as const), weight: 1 },
  {
    arbitrary: fc.tuple(point, point).map(([p, d]) => [p, [p[0] + d[0] * 1e-7, p[1] + d[1] * 1e-7, p[2] + d[2] * 1e-7]] as const),
    weight: 1,
  },
  { arbitrary: fc.tuple(point, coordinate).map(([p, z]) => [p, [p[0], p[1], z]] as const), weight: 1 },
);

export const along = (a: Vec3, b: Vec3, t: number): Vec3 => [
  a[0] * (1 - t) + b[0] * t,
  a[1] * (1 - t) + b[1] * t,
  a[2] * (1 - t) + b[2] * t,
];

/** Least value of a convex function on [0, 1], by ternary search: slow, simple, independent of how the kernels do it. */
export function convexMinimum(f: (t: number) => number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 70; i++) {
    const a = low + (high - low) / 3;
    const b = high - (high - low) / 3;
    if (f(a) <= f(b)) high = b;
    else low = a;
  }
  return Math.min(f(low), f(high), f((low + high) / 2), f(0), f(1));
}
