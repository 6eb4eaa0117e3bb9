import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/index.ts";
import { capsuleCapsuleDistance, segmentSegmentDistance, segmentSegmentDistanceSquared } from "./capsule-distance.ts";
import { capsuleToShapeDistance, encodeShape, flattenShapes, SHAPE_STRIDE, segmentToShapeDistance } from "./flat-shape.ts";
import { box, capsule, contains, distance, floorAt, polytope, signedDistance, sphere } from "./shapes.ts";
import type { Shape, ShapeKind } from "./shapes.ts";
import { along, anyShape, convexMinimum, direction, point, runs, segment, shapeOfKind } from "./testing/arbitrary-shapes.ts";

const kinds = Object.keys(shapeOfKind) as ShapeKind[];
const flat = (...points: readonly Vec3[]): Float64Array => Float64Array.from(points.flat());

function kernel(shape: Shape, a: Vec3, b: Vec3): number {
  const { kinds: codes, params } = flattenShapes([shape]);
  return segmentToShapeDistance(codes[0]!, params, 0, flat(a, b), 0);
}

/** By ternary search over one segment of the exact distance of a point from the other. */
function slowSegmentDistance(p1: Vec3, q1: Vec3, p2: Vec3, q2: Vec3): number {
  const other = capsule(p2, q2, 0);
  return convexMinimum((t) => distance(other, along(p1, q1, t)));
}

describe("segment against segment", () => {
  test("agrees with a slow search, for segments of every sort", () => {
    fc.assert(
      fc.property(segment, segment, ([p1, q1], [p2, q2]) => {
        const got = segmentSegmentDistance(flat(p1, q1), 0, flat(p2, q2), 0);
        const slow = slowSegmentDistance(p1, q1, p2, q2);
        expect(got).toBeLessThanOrEqual(slow + 1e-12);
        expect(got).toBeGreaterThanOrEqual(slow - 1e-7);
        expect(segmentSegmentDistanceSquared(...p1, ...q1, ...p2, ...q2)).toBeCloseTo(got * got, 12);
      }),
      { ...runs, numRuns: 1_000 },
    );
  });

  test("never over-estimates near parallel, crossing or not, down to angles that rounding cannot see", () => {
    fc.assert(
      fc.property(
        direction,
        direction,
        fc.double({ min: -17, max: -2, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0, 0.1),
        (u, sideways, exponent, s, t, apart) => {
          // Both pass through one point, `apart` from each other there, at an angle of about 10^exponent.
          const tilt = 10 ** exponent;
          const v: Vec3 = [u[0] + tilt * sideways[0], u[1] + tilt * sideways[1], u[2] + tilt * sideways[2]];
          const n: Vec3 = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
          const size = Math.hypot(...n);
          const off: Vec3 = size > 0 ? [(n[0] / size) * apart, (n[1] / size) * apart, (n[2] / size) * apart] : [0, 0, 0];
          const p1: Vec3 = [-s * u[0], -s * u[1], -s * u[2]];
          const q1: Vec3 = [p1[0] + u[0], p1[1] + u[1], p1[2] + u[2]];
          const p2: Vec3 = [off[0] - t * v[0], off[1] - t * v[1], off[2] - t * v[2]];
          const q2: Vec3 = [p2[0] + v[0], p2[1] + v[1], p2[2] + v[2]];
          const truth = Math.hypot(...off);
          expect(segmentSegmentDistance(flat(p1, q1), 0, flat(p2, q2), 0)).toBeLessThanOrEqual(truth + 1e-14);
        },
      ),
      { ...runs, numRuns: 3_000 },
    );
  });

  test("symmetric and unmoved by a shift", () => {
    fc.assert(
      fc.property(segment, segment, point, ([p1, q1], [p2, q2], by) => {
        const shift = (p: Vec3): Vec3 => [p[0] + by[0], p[1] + by[1], p[2] + by[2]];
        const d = segmentSegmentDistance(flat(p1, q1), 0, flat(p2, q2), 0);
        expect(segmentSegmentDistance(flat(p2, q2), 0, flat(p1, q1), 0)).toBeCloseTo(d, 9);
        expect(segmentSegmentDistance(flat(q1, p1), 0, flat(q2, p2), 0)).toBeCloseTo(d, 9);
        expect(segmentSegmentDistance(flat(shift(p1), shift(q1)), 0, flat(shift(p2), shift(q2)), 0)).toBeCloseTo(d, 9);
      }),
      runs,
    );
  });

  test.for<[string, readonly [Vec3, Vec3, Vec3, Vec3], number]>([
    [
      "crossing",
      [
        [-1, 0, 0],
        [1, 0, 0],
        [0, -1, 0],
        [0, 1, 0],
      ],
      0,
    ],
    [
      "crossing in plan, 1 apart",
      [
        [-1, 0, 0],
        [1, 0, 0],
        [0, -1, 1],
        [0, 1, 1],
      ],
      1,
    ],
    [
      "parallel, side by side",
      [
        [0, 0, 0],
        [4, 0, 0],
        [1, 2, 0],
        [3, 2, 0],
      ],
      2,
    ],
    [
      "parallel, one after the other",
      [
        [0, 0, 0],
        [1, 0, 0],
        [4, 4, 0],
        [9, 4, 0],
      ],
      5,
    ],
    [
      "antiparallel, one after the other",
      [
        [0, 0, 0],
        [1, 0, 0],
        [9, 4, 0],
        [4, 4, 0],
      ],
      5,
    ],
    [
      "collinear, overlapping",
      [
        [0, 0, 0],
        [2, 0, 0],
        [1, 0, 0],
        [3, 0, 0],
      ],
      0,
    ],
    [
      "collinear, apart",
      [
        [0, 0, 0],
        [1, 0, 0],
        [3, 0, 0],
        [4, 0, 0],
      ],
      2,
    ],
    [
      "a point and a segment",
      [
        [0, 3, 0],
        [0, 3, 0],
        [-1, 0, 0],
        [1, 0, 0],
      ],
      3,
    ],
    [
      "two points",
      [
        [1, 1, 1],
        [1, 1, 1],
        [2, 2, 1],
        [2, 2, 1],
      ],
      Math.SQRT2,
    ],
    [
      "the same segment",
      [
        [0, 1, 2],
        [3, 4, 5],
        [0, 1, 2],
        [3, 4, 5],
      ],
      0,
    ],
  ])("%s", ([, [p1, q1, p2, q2], expected]) => {
    expect(segmentSegmentDistance(flat(p1, q1), 0, flat(p2, q2), 0)).toBeCloseTo(expected, 14);
    expect(segmentSegmentDistanceSquared(...p1, ...q1, ...p2, ...q2)).toBeCloseTo(expected * expected, 14);
  });

  test("capsules subtract both radii, at any offset, and go negative", () => {
    const data = Float64Array.of(99, 0, 0, 0, 1, 0, 0, 0.25, 0.5, 0, 1, 0.5, 3, 1, 0.5);
    expect(capsuleCapsuleDistance(data, 1, data, 8)).toBe(0.25);
    data[7] = 1;
    expect(capsuleCapsuleDistance(data, 1, data, 8)).toBe(-0.5);
  });
});

describe.for(kinds)("segment against %s", (kind) => {
  const exact = kind === "polytope" ? "the bound of the point distance" : "the point distance";
  test(`is ${exact}, minimised along the segment`, () => {
    fc.assert(
      fc.property(shapeOfKind[kind], segment, (shape, [a, b]) => {
        const got = kernel(shape, a, b);
        const slow = convexMinimum((t) => signedDistance(shape, along(a, b, t)));
        // Below 0 only the sign means something.
        if (slow > 1e-9) {
          expect(got).toBeLessThanOrEqual(slow + 1e-12);
          expect(got).toBeGreaterThanOrEqual(slow - 1e-9);
        } else {
          expect(got).toBeLessThanOrEqual(Math.max(0, slow) + 1e-12);
        }
      }),
      { ...runs, numRuns: 400 },
    );
  });

  test("never more than the distance of any of its points from any point inside", () => {
    fc.assert(
      fc.property(shapeOfKind[kind], segment, point, (shape, [a, b], q) => {
        fc.pre(contains(shape, q));
        const got = kernel(shape, a, b);
        for (let i = 0; i <= 20; i++) {
          const p = along(a, b, i / 20);
          expect(got).toBeLessThanOrEqual(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) + 1e-12);
        }
      }),
      { ...runs, numRuns: 150 },
    );
  });

  test("holds at the scale of millimetres and of kilometres", () => {
    fc.assert(
      fc.property(shapeOfKind[kind], segment, fc.constantFrom(1e-3, 1e3), (shape, [a, b], factor) => {
        const scaled = (p: Vec3): Vec3 => [p[0] * factor, p[1] * factor, p[2] * factor];
        const got = kernel(shape, scaled(a), scaled(b));
        const slow = convexMinimum((t) => signedDistance(shape, along(scaled(a), scaled(b), t)));
        expect(got).toBeLessThanOrEqual(Math.max(0, slow) + 1e-12 * factor);
        if (slow > 1e-6) expect(got).toBeGreaterThanOrEqual(slow - 1e-9 - 1e-12 * factor);
      }),
      runs,
    );
  });

  test("a NaN anywhere comes out, never a number that could pass", () => {
    fc.assert(
      fc.property(shapeOfKind[kind], segment, fc.nat(5), fc.nat(SHAPE_STRIDE - 1), (shape, [a, b], broken, where) => {
        const { kinds: codes, params } = flattenShapes([shape]);
        const ends = flat(a, b);
        ends[broken] = Number.NaN;
        const d = segmentToShapeDistance(codes[0]!, params, 0, ends, 0);
        expect(d > 0, `distance ${d}`).toBe(false);
        if (kind === "polytope" && shape.kind === "polytope") {
          const planes = params.slice();
          planes[SHAPE_STRIDE + (where % (4 * shape.faces.length))] = Number.NaN;
          expect(segmentToShapeDistance(codes[0]!, planes, 0, flat(a, b), 0) > 0).toBe(false);
        }
        const used = { sphere: 4, box: 6, "oriented-box": 15, capsule: 7, cylinder: 8, "half-space": 4, polytope: 2 }[kind];
        params[where % used] = Number.NaN;
        expect(segmentToShapeDistance(codes[0]!, params, 0, flat(a, b), 0) > 0).toBe(false);
      }),
      runs,
    );
  });
});

describe("flat shapes", () => {
  test("lie one stride after the other, polytope planes behind them", () => {
    const faces = [
      { normal: [0, 0, 1], offsetM: -1 },
      { normal: [1, 0, 0], offsetM: -2 },
    ] as const;
    const shapes = [
      sphere([1, 2, 3], 0.5, { inflationM: 0.25 }),
      polytope(faces),
      box([0, 0, 0], [1, 1, 1]),
      polytope(faces.slice(0, 1), { inflationM: 0.5 }),
    ];
    const { count, kinds: codes, params } = flattenShapes(shapes);
    expect([count, codes.length, params.length]).toEqual([4, 4, 4 * SHAPE_STRIDE + 12]);
    expect([...params.subarray(0, 4)]).toEqual([1, 2, 3, 0.75]);
    expect([...params.subarray(SHAPE_STRIDE, SHAPE_STRIDE + 2)]).toEqual([4 * SHAPE_STRIDE, 2]);
    expect([...params.subarray(4 * SHAPE_STRIDE)]).toEqual([0, 0, 1, -1, 1, 0, 0, -2, 0, 0, 1, -1.5]);
  });

  test("many together answer as each alone, and a capsule's radius comes off", () => {
    fc.assert(
      fc.property(fc.array(anyShape, { maxLength: 6 }), segment, (shapes, [a, b]) => {
        const { kinds: codes, params } = flattenShapes(shapes);
        const data = Float64Array.of(7, ...a, ...b, 0.125);
        shapes.forEach((shape, i) => {
          const alone = kernel(shape, a, b);
          expect(segmentToShapeDistance(codes[i]!, params, i * SHAPE_STRIDE, data, 1)).toBe(alone);
          expect(capsuleToShapeDistance(codes[i]!, params, i * SHAPE_STRIDE, data, 1)).toBe(alone - 0.125);
        });
      }),
      runs,
    );
  });

  test("no room, no place for planes, no such kind", () => {
    expect(() => encodeShape(sphere([0, 0, 0], 1), new Float64Array(3), 0)).toThrowError(/too short/);
    expect(() => encodeShape(sphere([0, 0, 0], 1), new Float64Array(16), Number.NaN)).toThrowError(/too short/);
    expect(() => encodeShape(polytope([{ normal: [0, 0, 1], offsetM: 0 }]), new Float64Array(16), 0)).toThrowError(/place for its planes/);
    expect(segmentToShapeDistance(7, new Float64Array(16), 0, new Float64Array(6), 0)).toBeNaN();
    expect(kernel(floorAt(0), [0, 0, 1], [0, 0, 2])).toBe(1);
  });
});
