import { assert, double, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { distance } from "../core/vec3.ts";
import { linearInterpolate } from "./linear-interpolate.ts";

describe("runtime row 32 linearInterpolate", () => {
  test("runtime row 32 ([0,0,0], [1,2,3], 1) is [[1,2,3]]; two points are the ends, three have the middle; ten unless told otherwise", () => {
    expect(linearInterpolate([0, 0, 0], [1, 2, 3], 1)).toEqual([[1, 2, 3]]);
    for (const n of [0, -1, 1.9, NaN]) expect(linearInterpolate([0, 0, 0], [1, 2, 3], n)).toEqual([[1, 2, 3]]);
    expect(linearInterpolate([0, 0, 0], [1, 2, 3], 2)).toEqual([
      [0, 0, 0],
      [1, 2, 3],
    ]);
    expect(linearInterpolate([0, 0, 0], [1, 2, 3], 3)[1]).toEqual([0.5, 1, 1.5]);
    expect(linearInterpolate([0, 0, 0], [9, 0, 0])).toHaveLength(10);
  });

  test("runtime row 32 end points exact, steps equal, for any points and any number", () => {
    const m = double({ min: -100, max: 100, noNaN: true });
    assert(
      property(tuple(m, m, m), tuple(m, m, m), integer({ min: 2, max: 50 }), (start, end, n) => {
        const points = linearInterpolate(start, end, n);
        expect(points).toHaveLength(n);
        expect([points[0], points.at(-1)]).toEqual([start, end]);
        const stepM = distance(start, end) / (n - 1);
        for (let i = 1; i < n; i++) expect(distance(points[i - 1]!, points[i]!)).toBeCloseTo(stepM, 9);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
