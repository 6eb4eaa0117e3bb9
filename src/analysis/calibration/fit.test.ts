import { array, assert, double, property, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { quatFromAxisAngle, quatMultiply, rotateVector, type QuatWxyz } from "../../core/pose.ts";
import { add, distance, scale, type Vec3 } from "../../core/vec3.ts";
import { fit, type PointPair } from "./fit.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const metre = double({ min: -2, max: 2, noNaN: true });
const point = tuple(metre, metre, metre);
const transform = record({
  axis: tuple(metre, metre, metre).filter((axis) => distance(axis, [0, 0, 0]) > 0.1),
  angleRad: double({ min: -3.1, max: 3.1, noNaN: true }),
  factor: double({ min: 0.2, max: 5, noNaN: true }),
  translationM: point,
});
/** Corners of a tetrahedron, so that whatever else there is, the points are spread. */
const tetrahedron: readonly Vec3[] = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

function apply(rotation: QuatWxyz, factor: number, translationM: Vec3, commandedM: Vec3): Vec3 {
  return add(scale(rotateVector(rotation, commandedM), factor), translationM);
}

function squares(pairs: readonly PointPair[], rotation: QuatWxyz, factor: number, translationM: Vec3): number {
  return pairs.reduce((sum, { commandedM, measuredM }) => {
    const offM = distance(apply(rotation, factor, translationM, commandedM), measuredM);
    return sum + offM * offM;
  }, 0);
}

describe("runtime row 92 fit", () => {
  test("runtime row 92 any rotation, shift and scale is found again, flat sweeps included", () => {
    assert(
      property(transform, array(point, { maxLength: 6 }), ({ axis, angleRad, factor, translationM }, more) => {
        const rotation = quatFromAxisAngle(scale(axis, 1 / distance(axis, [0, 0, 0])), angleRad);
        const square: readonly Vec3[] = [
          [0, 0, 0.5],
          [0.3, 0, 0.5],
          [0.3, 0.3, 0.5],
          [0, 0.3, 0.5],
        ];
        for (const points of [[...tetrahedron, ...more], square]) {
          const pairs = points.map((commandedM) => ({ commandedM, measuredM: apply(rotation, factor, translationM, commandedM) }));
          const found = fit(pairs)!;
          expect(found.residualM).toBeLessThan(1e-9);
          expect(found.worstM).toBeLessThan(1e-9);
          expect(found.scale).toBeCloseTo(factor, 8);
          expect(distance(found.translationM, translationM)).toBeLessThan(1e-8);
          for (const probe of [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ] as const)
            expect(distance(rotateVector(found.rotationWxyz, probe), rotateVector(rotation, probe))).toBeLessThan(1e-7);
        }
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  test("runtime row 92 of noisy points nothing near it fits better, and the residual says how well it does", () => {
    const small = double({ min: -0.02, max: 0.02, noNaN: true });
    assert(
      property(
        array(tuple(point, tuple(small, small, small)), { minLength: 2, maxLength: 8 }),
        tuple(small, small, small, small, small, small, small),
        (noisy, [rx, ry, rz, tx, ty, tz, ds]) => {
          const pairs = [...tetrahedron.map((at) => [at, [0, 0, 0]] as const), ...noisy].map(([at, off]) => ({
            commandedM: at,
            measuredM: add(at, off),
          }));
          const found = fit(pairs)!;
          const best = squares(pairs, found.rotationWxyz, found.scale, found.translationM);
          expect(Math.sqrt(best / pairs.length)).toBeCloseTo(found.residualM, 12);
          expect(found.worstM).toBeGreaterThanOrEqual(found.residualM - 1e-15);
          const turn = quatMultiply(
            quatMultiply(quatFromAxisAngle([1, 0, 0], rx), quatFromAxisAngle([0, 1, 0], ry)),
            quatFromAxisAngle([0, 0, 1], rz),
          );
          const beside = squares(
            pairs,
            quatMultiply(turn, found.rotationWxyz),
            found.scale * (1 + ds),
            add(found.translationM, [tx, ty, tz]),
          );
          expect(beside).toBeGreaterThanOrEqual(best - 1e-12);
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test("runtime row 92 a mirror image is no rotation: the best proper one is given, with what it leaves", () => {
    const mirrored = tetrahedron.map(([x, y, z]): PointPair => ({ commandedM: [x, y, z], measuredM: [-x, y, z] }));
    const found = fit(mirrored)!;
    expect(Math.abs(distance(rotateVector(found.rotationWxyz, [1, 0, 0]), [0, 0, 0]) - 1)).toBeLessThan(1e-12);
    expect(found.residualM).toBeGreaterThan(0.1);
  });

  const same = (commandedM: Vec3): PointPair => ({ commandedM, measuredM: commandedM });
  const line: readonly Vec3[] = [1, 2, 3, 4, 5].map((k): Vec3 => [k * 0.1, k * 0.2, -k * 0.3]);
  test.for([
    ["nothing", []],
    ["three points, however often", [0, 1, 2, 0, 1, 2].map((i) => same(tetrahedron[i]!))],
    ["points on a line", line.map(same)],
    ["a robot that did not move", tetrahedron.map((commandedM): PointPair => ({ commandedM, measuredM: [1, 1, 1] }))],
    ["a robot that moved along a line", tetrahedron.map((commandedM, i): PointPair => ({ commandedM, measuredM: line[i]! }))],
    ["a measurement that is no number", tetrahedron.map((commandedM): PointPair => ({ commandedM, measuredM: [Number.NaN, 0, 0] }))],
  ] as const)("runtime row 92 %s: no fit", ([, pairs]) => {
    expect(fit(pairs)).toBeUndefined();
  });

  test("eigenvectors of a symmetric matrix", () => {
    assert(
      property(array(double({ min: -5, max: 5, noNaN: true }), { minLength: 10, maxLength: 10 }), (n) => {
        const matrix = [0, 1, 2, 3].map((i) => [0, 1, 2, 3].map((j) => n[(Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)]!));
        const { values, vectors } = symmetricEigen(matrix);
        expect([...values].sort((a, b) => b - a)).toEqual(values);
        for (const [k, vector] of vectors.entries()) {
          expect(vector.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(1, 9);
          for (const [i, row] of matrix.entries())
            expect(row.reduce((sum, x, j) => sum + x * vector[j]!, 0)).toBeCloseTo(values[k]! * vector[i]!, 8);
        }
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
