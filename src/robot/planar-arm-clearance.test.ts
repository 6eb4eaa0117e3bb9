import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { box, capsule, distance, sphere, type Shape } from "../geometry/shapes.ts";
import { JointChain } from "./joint-chain.ts";
import { SimpleKinematicModel, type SimpleKinematicModelOptions } from "./planar-arm.ts";

const seed = 20261121;
const PI = Math.PI;

function arm(lengths: readonly number[], options: SimpleKinematicModelOptions = {}): SimpleKinematicModel {
  return new SimpleKinematicModel(new JointChain([0, 0, 0], lengths), options);
}

describe("the tip", () => {
  const face = box([1, -9, -9], [9, 9, 9]);
  const ball = sphere([3, 0, 0], 2);

  test("G18 the margin is counted once, for boxes and spheres alike", () => {
    const model = arm([1, 1], { collisionMarginM: 0.1, endEffectorRadiusM: 0.05 });
    for (const [x, expected] of [
      [0.849, "free"],
      [0.851, "collides"],
    ] as const) {
      expect(model.collidesWith([x, 0, 0], [face], [])).toBe(expected);
      expect(model.collidesWith([x, 0, 0], [], [ball])).toBe(expected);
    }
    expect(model.tipClearanceM).toBe(0.05 + 0.1);
  });

  test("G19 touching counts", () => {
    const model = arm([1, 1], { collisionMarginM: 0.125, endEffectorRadiusM: 0.0625 });
    expect(model.collidesWith([0.8124, 0, 0], [face], [])).toBe("free");
    expect(model.collidesWith([0.8125, 0, 0], [face], [])).toBe("collides");
    expect(model.collidesWith([0.8125, 0, 0], [], [ball])).toBe("collides");
  });

  test("D7 the model's own obstacles are added to the caller's", () => {
    const model = arm([1, 1], { extraSpheres: [sphere([0, 1, 0], 0.1)], extraBoxes: [box([-2, -2, 0], [-1, -1, 1])] });
    expect(model.collidesWith([0, 1, 0], [], [])).toBe("collides");
    expect(model.collidesWith([-1, -1, 0], [], [])).toBe("collides");
    expect(model.collidesWith([1, 1, 0], [], [])).toBe("free");
    expect(model.collidesWithCapsules([1, 1, 0], [capsule([1, 0, 0], [1, 2, 0], 0.01)])).toBe("collides");
  });

  test("D7 property: collides exactly when the distance is within the clearance, inflation included", () => {
    const coordinate = fc.oneof(
      fc.integer({ min: -16, max: 16 }).map((n) => n / 8),
      fc.double({ min: -2, max: 2, noNaN: true }),
    );
    const point = fc.tuple(coordinate, coordinate, coordinate);
    const grow = fc.integer({ min: 0, max: 4 }).map((n) => n / 16);
    fc.assert(
      fc.property(point, point, point, grow, grow, (p, a, b, inflationM, margin) => {
        const low = a.map((value, axis) => Math.min(value, b[axis]!)) as unknown as Vec3;
        const high = a.map((value, axis) => Math.max(value, b[axis]!)) as unknown as Vec3;
        const cube = box(low, high, { inflationM });
        const ball = sphere(a, Math.abs(b[0]), { inflationM });
        const model = arm([1], { collisionMarginM: margin });
        expect(model.collidesWith(p, [cube], [])).toBe(distance(cube, p) <= margin ? "collides" : "free");
        expect(model.collidesWith(p, Object.freeze([]), Object.freeze([ball]))).toBe(distance(ball, p) <= margin ? "collides" : "free");
      }),
      { seed, numRuns: 1000 },
    );
  });
});

describe("the whole arm", () => {
  test("D7 without a radius the links have no body", () => {
    const model = arm([1, 1]);
    expect(model.linkCapsules([0, 0])).toEqual([]);
    expect(model.checkArm([0, 0], [sphere([1, 0, 0], 1)])).toEqual({ kind: "clear", nearestM: Infinity });
  });

  test("D7 link capsules carry radius and margin", () => {
    const [first, second] = arm([1, 1], { linkRadiusM: 0.05, collisionMarginM: 0.01 }).linkCapsules([PI / 2, -PI / 2]);
    expect(first).toMatchObject({ fromM: [0, 0, 0], radiusM: 0.05 + 0.01, label: "link 1" });
    expect(second?.toM[0]).toBeCloseTo(1, 12);
  });

  test("D7 a link collides although the tip is clear; the report names link and obstacle", () => {
    const model = arm([1, 1], { linkRadiusM: 0.05 });
    const elbow = sphere([0, 1, 0], 0.1, { label: "lamp" });
    expect(model.checkArm([PI / 2, -PI / 2], [elbow])).toMatchObject({ kind: "collides", link: "link 1", against: "lamp", atFraction: 1 });
    expect(model.checkArm([0, 0], [elbow]).kind).toBe("clear");
  });

  test("D7 links that are not neighbours must not touch", () => {
    const model = arm([1, 0.3, 1], { linkRadiusM: 0.02 });
    expect(model.checkArm([0, 1, 1], []).kind).toBe("clear");
    expect(model.checkArm([0, (3 * PI) / 4, (3 * PI) / 4], [])).toMatchObject({ kind: "collides", link: "link 1", against: "link 3" });
  });

  test("D7 the margin between two links is counted once", () => {
    // Links 1 and 3 run parallel, 0.3 m apart.
    const squared = [0, PI / 2, PI / 2];
    expect(arm([1, 0.3, 1], { linkRadiusM: 0.1, collisionMarginM: 0.099 }).checkArm(squared, []).kind).toBe("clear");
    expect(arm([1, 0.3, 1], { linkRadiusM: 0.1, collisionMarginM: 0.101 }).checkArm(squared, []).kind).toBe("collides");
  });

  test("D7 the way is swept: free at both ends, blocked between", () => {
    const model = arm([1, 1], { linkRadiusM: 0.02, collisionMarginM: 0.005 });
    const pole = sphere([0, 1.8, 0], 0.03, { label: "pole" });
    expect(model.checkArm([0, 0], [pole]).kind).toBe("clear");
    expect(model.checkArm([PI, 0], [pole]).kind).toBe("clear");
    const swept = model.checkArm([PI, 0], [pole], [0, 0]);
    expect(swept).toMatchObject({ kind: "collides", link: "link 2", against: "pole", atFraction: expect.closeTo(0.5, 1) });
    expect(model.checkArm([-PI, 0], [pole], [0, 0]).kind).toBe("clear");
  });

  test("D7 postures that are not numbers are never clear", () => {
    const model = arm([1, 1], { linkRadiusM: 0.05 });
    const far = [sphere([9, 9, 9], 0.1)];
    expect(model.checkArm([Number.NaN, 0], far).kind).not.toBe("clear");
    expect(model.checkArm([0, 0], far, [Infinity, 0]).kind).not.toBe("clear");
    expect(arm([1, 1, 1], { linkRadiusM: 0.05 }).checkArm([0, Number.NaN, 0], []).kind).not.toBe("clear");
    expect(() => model.checkArm([0], far)).toThrow(/1 joint angles.*2 joints/);
    expect(() => model.checkArm([0, 0], far, [0])).toThrow(/1 joint angles.*2 joints/);
  });

  test("D7 one obstacle whose distance is no number spoils the answer, whatever the others say", () => {
    const beyondNumbers = capsule([-1e308, 0, 5], [1e308, 0, 5], 0.1);
    const far = sphere([9, 9, 9], 0.1);
    const model = arm([1, 1], { linkRadiusM: 0.05 });
    expect(model.checkArm([0, 0], [beyondNumbers, far]).kind).toBe("undecided");
    expect(model.checkArm([0, 0], [far, beyondNumbers]).kind).toBe("undecided");
  });

  test("D7 a list that changed since the last check is read again", () => {
    const model = arm([1, 1], { linkRadiusM: 0.05 });
    const list: Shape[] = [sphere([9, 9, 9], 0.1)];
    expect(model.checkArm([0, 0], list).kind).toBe("clear");
    list.push(sphere([1, 0, 0], 0.1));
    expect(model.checkArm([0, 0], list).kind).toBe("collides");
    expect(
      model.collidesWith(
        [1, 0, 0],
        [],
        list.filter((shape) => shape.kind === "sphere"),
      ),
    ).toBe("collides");
  });

  test("D7 property: no contact is missed, and a way with twice the margin is never refused", () => {
    const turn = fc.double({ min: -PI, max: PI, noNaN: true });
    const place = fc.double({ min: -2, max: 2, noNaN: true });
    const shapes = fc.oneof(
      fc.tuple(place, place).map(([x, y]): Shape => sphere([x, y, 0], 0.07)),
      fc.tuple(place, place).map(([x, y]): Shape => box([x, y, -0.1], [x + 0.1, y + 0.2, 0.1])),
      fc.tuple(place, place).map(([x, y]): Shape => capsule([x, y, -1], [x, y, 1], 0.05)),
    );
    const marginM = 0.03;
    fc.assert(
      fc.property(fc.tuple(turn, turn, turn), fc.tuple(turn, turn, turn), shapes, (from, to, shape) => {
        const model = arm([0.9, 0.6, 0.4], { linkRadiusM: 0.02, collisionMarginM: marginM });
        const answer = model.checkArm(to, [shape], from);
        let nearest = Infinity;
        for (let k = 0; k <= 100; k++)
          nearest = Math.min(
            nearest,
            bruteForce(
              from.map((a, j) => a + (k / 100) * (to[j]! - a)),
              shape,
            ),
          );
        expect(answer.kind !== "clear" || nearest > marginM).toBe(true);
        // Samples miss the nearest point by half the way between two postures, and half the spacing on a link, at most.
        const levers = [1.9, 1, 0.4];
        const motionM = levers.reduce((sum, lever, j) => sum + lever * Math.abs(to[j]! - from[j]!), 0);
        expect(answer.kind === "clear" || nearest < 2 * marginM + motionM / 200 + 0.9 / 24).toBe(true);
      }),
      { seed, numRuns: 60 },
    );
  });
});

/** Nearest distance of sampled link points from the shape, and of links 1 and 3 from each other. */
function bruteForce(q: readonly number[], shape: Shape): number {
  const lengths = [0.9, 0.6, 0.4];
  const points: Vec3[][] = [];
  let [x, y, angle] = [0, 0, 0];
  for (const [joint, length] of lengths.entries()) {
    angle += q[joint]!;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    points.push(Array.from({ length: 13 }, (_, k): Vec3 => [x + (k / 12) * length * c, y + (k / 12) * length * s, 0]));
    x += length * c;
    y += length * s;
  }
  let nearest = Infinity;
  for (const point of points.flat()) nearest = Math.min(nearest, distance(shape, point) - 0.02);
  for (const a of points[0]!) for (const b of points[2]!) nearest = Math.min(nearest, Math.hypot(a[0] - b[0], a[1] - b[1]) - 0.04);
  return nearest;
}
