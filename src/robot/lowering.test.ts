import { array, assert, constantFrom, double, integer, property, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { matrix34FromPose, quatNormalize } from "../core/pose.ts";
import { Random } from "../core/random.ts";
import { largestExcess, type CapsuleNumbers } from "./capsule-fit.ts";
import type { LinkShape, Primitive } from "./link-shape.ts";
import { lowerLinks, type LoweredLinks } from "./lowering.ts";
import { pieceOf } from "./solid-piece.ts";
import { surfacePoints } from "./testing/surface-points.ts";

const at = (primitive: Primitive, position: readonly [number, number, number] = [0, 0, 0]): LinkShape => ({
  label: "l",
  primitive,
  linkFromShape: matrix34FromPose({ position, orientation: [1, 0, 0, 0] }),
});
const capsulesOf = (lowered: LoweredLinks): readonly CapsuleNumbers[] =>
  Array.from({ length: lowered.nCapsules }, (_, c) => {
    const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, r = 0] = lowered.capsulesInLink.subarray(c * 7, c * 7 + 7);
    return [ax, ay, az, bx, by, bz, r];
  });

/** How far the worst of the points is outside the union. */
function worstExcess(capsules: readonly CapsuleNumbers[], points: Float64Array): number {
  let worst = -Infinity;
  for (let i = 0; i < points.length; i += 3) {
    const ball = Float64Array.of(points[i]!, points[i + 1]!, points[i + 2]!, 0);
    worst = Math.max(worst, Math.min(...capsules.map((capsule) => largestExcess(capsule, ball))));
  }
  return worst;
}

describe("kernel 35 the capsules of a link contain its shapes", () => {
  const size = double({ min: 0.005, max: 0.5, noNaN: true });
  const place = double({ min: -0.5, max: 0.5, noNaN: true });
  const turn = tuple(double({ min: 0.1, max: 1, noNaN: true }), place, place, place);
  const primitive = tuple(constantFrom("sphere", "capsule", "cylinder", "box", "ellipsoid"), size, size, size).map(
    ([kind, a, b, c]): Primitive => {
      if (kind === "sphere") return { kind, radiusM: a };
      if (kind === "box") return { kind, halfM: [a, b, c] };
      if (kind === "ellipsoid") return { kind, semiAxesM: [a, b, c] };
      return { kind, radiusM: a, halfLengthM: b };
    },
  );
  const shape = record({ primitive, position: tuple(place, place, place), turn }).map(
    ({ primitive: body, position, turn: q }): LinkShape => ({
      label: "l",
      primitive: body,
      linkFromShape: matrix34FromPose({ position, orientation: quatNormalize(q) }),
    }),
  );

  test("primitives anywhere, alone and joined, cut and not", () => {
    const random = new Random(20261121);
    const contained = property(array(shape, { minLength: 1, maxLength: 5 }), integer({ min: 1, max: 5 }), (shapes, maxCapsulesPerLink) => {
      const lowered = lowerLinks(["l"], [shapes], { maxCapsulesPerLink });
      expect(lowered.nCapsules).toBeLessThanOrEqual(maxCapsulesPerLink);
      const capsules = capsulesOf(lowered);
      for (const one of shapes) expect(worstExcess(capsules, surfacePoints(one, 300, random))).toBeLessThanOrEqual(1e-9);
    });
    assert(contained, { seed: 20261121, numRuns: 80, endOnFailure: true });
  });

  test("the inside of a bent solid too, where it is cut", () => {
    // Two boxes joined to an L, as one mesh: its hull is far larger than itself.
    const lShape = surfaceOfL();
    const lowered = lowerLinks(["l"], [[at({ kind: "mesh", mesh: lShape })]]);
    expect(lowered.nCapsules).toBeGreaterThan(1);
    const random = new Random("inside");
    const inside = new Float64Array(3 * 3000);
    for (let i = 0; i < 3000; i++) {
      const along = random.uniform(0, 2);
      const point = along < 1 ? [random.uniform(0, 1), random.uniform(0, 0.2), 0] : [random.uniform(0, 0.2), random.uniform(0, 1), 0];
      inside.set([point[0]!, point[1]!, random.uniform(0, 0.2)], i * 3);
    }
    expect(worstExcess(capsulesOf(lowered), inside)).toBeLessThanOrEqual(1e-9);
    expect(lowered.fits[0]!.shapeVolumeM3).toBeCloseTo(0.072, 12);
  });

  function surfaceOfL(): { vertices: Float64Array; triangles: Uint32Array } {
    const outline = [
      [0, 0],
      [1, 0],
      [1, 0.2],
      [0.2, 0.2],
      [0.2, 1],
      [0, 1],
    ];
    const vertices = Float64Array.from([0, 0.2].flatMap((z) => outline.flatMap(([x = 0, y = 0]) => [x, y, z])));
    const cap = [0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 5];
    const top = cap.map((v) => v + 6);
    const bottom = Array.from({ length: 4 }, (_, t) => [cap[3 * t]!, cap[3 * t + 2]!, cap[3 * t + 1]!]).flat();
    const sides = outline.flatMap((_, i) => {
      const j = (i + 1) % 6;
      return [i, j, j + 6, i, j + 6, i + 6];
    });
    return { vertices, triangles: Uint32Array.from([...top, ...bottom, ...sides]) };
  }
});

test("kernel 35 the prism that stands for a disc contains it", () => {
  const { balls } = pieceOf(at({ kind: "cylinder", radiusM: 0.1, halfLengthM: 0.01 }));
  let least = Infinity;
  for (let degree = 0; degree < 360; degree++) {
    let support = -Infinity;
    for (let i = 0; i < balls.length; i += 4)
      support = Math.max(support, balls[i]! * Math.cos((degree * Math.PI) / 180) + balls[i + 1]! * Math.sin((degree * Math.PI) / 180));
    least = Math.min(least, support);
  }
  expect(least).toBeGreaterThanOrEqual(0.1 - 1e-12);
});

test("kernel 35 a mesh of two bodies far apart is contained, and no capsule bridges them", () => {
  const corners = [-0.1, 0.1].flatMap((x) => [-0.1, 0.1].flatMap((y) => [-0.1, 0.1].map((z) => [x, y, z] as const)));
  const vertices = Float64Array.from([-2, 2].flatMap((shift) => corners.flatMap(([x, y, z]) => [x + shift, y, z])));
  const one = [0, 1, 3, 0, 3, 2, 4, 6, 7, 4, 7, 5, 0, 4, 5, 0, 5, 1, 2, 3, 7, 2, 7, 6, 0, 2, 6, 0, 6, 4, 1, 5, 7, 1, 7, 3];
  const mesh = { vertices, triangles: Uint32Array.from([...one, ...one.map((v) => v + 8)]) };
  const capsules = capsulesOf(lowerLinks(["l"], [[at({ kind: "mesh", mesh })]]));
  expect(worstExcess(capsules, vertices)).toBeLessThanOrEqual(1e-9);
  expect(capsules.length).toBeGreaterThan(1);
  expect(worstExcess(capsules, Float64Array.of(0, 0, 0))).toBeGreaterThan(1);
});

describe("kernel 36 exact and tight", () => {
  test("a ball, a capsule and a rod are taken as they are", () => {
    expect(capsulesOf(lowerLinks(["l"], [[at({ kind: "sphere", radiusM: 0.2 }, [1, 0, 0])]]))).toEqual([[1, 0, 0, 1, 0, 0, 0.2]]);
    expect(capsulesOf(lowerLinks(["l"], [[at({ kind: "capsule", radiusM: 0.1, halfLengthM: 0.3 })]]))).toEqual([
      [0, 0, -0.3, 0, 0, 0.3, 0.1],
    ]);
    // safety-robot-model §8: cylinder r 0.04, L 0.5.
    expect(capsulesOf(lowerLinks(["l"], [[at({ kind: "cylinder", radiusM: 0.04, halfLengthM: 0.25 })]]))).toEqual([
      [0, 0, -0.25, 0, 0, 0.25, 0.04],
    ]);
    expect(capsulesOf(lowerLinks(["l"], [[at({ kind: "ellipsoid", semiAxesM: [0.1, 0.3, 0.05] })]]))).toEqual([
      [expect.closeTo(0), expect.closeTo(-0.2), expect.closeTo(0), expect.closeTo(0), expect.closeTo(0.2), expect.closeTo(0), 0.1],
    ]);
  });

  test("a board becomes several capsules beside each other, a disc none that stands out by its radius", () => {
    const board = lowerLinks(["l"], [[at({ kind: "box", halfM: [0.3, 0.15, 0.02] })]]);
    const one = lowerLinks(["l"], [[at({ kind: "box", halfM: [0.3, 0.15, 0.02] })]], { maxCapsulesPerLink: 1 });
    expect([board.nCapsules > 1, one.nCapsules]).toEqual([true, 1]);
    expect(board.fits[0]!.capsuleVolumeM3).toBeLessThan(0.75 * one.fits[0]!.capsuleVolumeM3);
    const disc = capsulesOf(lowerLinks(["l"], [[at({ kind: "cylinder", radiusM: 0.1, halfLengthM: 0.01 })]]));
    for (const [, , az, , , bz, r] of disc) expect(Math.max(az, bz) + r).toBeLessThan(0.1);
  });

  test("what lies inside another shape costs nothing", () => {
    const inside = [
      at({ kind: "sphere", radiusM: 0.2 }),
      at({ kind: "sphere", radiusM: 0.05 }, [0.1, 0, 0]),
      at({ kind: "box", halfM: [0.05, 0.05, 0.05] }),
    ];
    expect(lowerLinks(["l"], [inside]).nCapsules).toBe(1);
  });

  test("the report counts shapes, capsules and volumes link by link", () => {
    const lowered = lowerLinks(["a", "b", "c"], [[], [at({ kind: "sphere", radiusM: 1 })], [at({ kind: "box", halfM: [1, 1, 1] })]], {
      maxCapsulesPerLink: 1,
    });
    expect([...lowered.linkOfCapsule]).toEqual([1, 2]);
    expect(lowered.fits).toMatchObject([
      { link: "b", nShapes: 1, nCapsules: 1, shapeVolumeM3: expect.closeTo(4.18879, 5), capsuleVolumeM3: expect.closeTo(4.18879, 5) },
      { link: "c", nShapes: 1, nCapsules: 1, shapeVolumeM3: 8 },
    ]);
  });
});

test("the same shapes give the same bits", () => {
  const shapes = [
    [at({ kind: "box", halfM: [0.3, 0.15, 0.02] }), at({ kind: "cylinder", radiusM: 0.1, halfLengthM: 0.01 }, [0.2, 0, 0.1])],
  ];
  expect(lowerLinks(["l"], shapes).capsulesInLink).toEqual(lowerLinks(["l"], shapes).capsulesInLink);
});

describe("sizes that are no sizes are refused with the link", () => {
  test.for<readonly [string, Primitive]>([
    ["NaN radius", { kind: "sphere", radiusM: Number.NaN }],
    ["infinite length", { kind: "capsule", radiusM: 1, halfLengthM: Infinity }],
    ["radius 0", { kind: "sphere", radiusM: 0 }],
    ["a box of NaN", { kind: "box", halfM: [1, Number.NaN, 1] }],
    ["a box beyond squaring", { kind: "box", halfM: [1e300, 1, 1] }],
    [
      "a mesh with NaN",
      { kind: "mesh", mesh: { vertices: Float64Array.of(0, 0, 0, 1, 0, 0, 0, Number.NaN, 0), triangles: Uint32Array.of(0, 1, 2) } },
    ],
  ])("%s", ([, primitive]) => {
    expect(() => lowerLinks(["hand"], [[at(primitive)]])).toThrow('link "hand": its shapes give a capsule that is not finite');
  });

  test("a flat mesh and a single triangle still get a body", () => {
    const triangle = { vertices: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), triangles: Uint32Array.of(0, 1, 2) };
    expect(lowerLinks(["l"], [[at({ kind: "mesh", mesh: triangle })]]).nCapsules).toBeGreaterThan(0);
  });
});
