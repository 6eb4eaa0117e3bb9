/** The shapes that grounding rests on, as it uses them. */
import { expect, test } from "vitest";
import { add, clamp, norm, vec3 } from "../core/vec3.ts";
import { box, boxCenter, contains, distance, expandBox, sphere } from "../geometry/shapes.ts";

const unit = box([0, 0, 0], [1, 1, 1]);

test("G1 clamp (5,-1,3) into (0,0,0)..(2,2,2)", () => {
  expect(clamp([5, -1, 3], [0, 0, 0], [2, 2, 2])).toEqual([2, 0, 2]);
  expect(() => clamp([0, 0, 0], [0, 1, 0], [1, 0, 1])).toThrow("low must be componentwise <= high");
});

test("G2 vectors are finite, and a norm never overflows", () => {
  expect(() => vec3(Number.NaN, 0, 0)).toThrow(/Vec3 components must be finite; got/);
  expect(() => Reflect.apply(vec3, undefined, ["1", 0, 0])).toThrow(/Vec3 components must be finite; got/);
  expect(() => add([1e308, 0, 0], [1e308, 0, 0])).toThrow(/Vec3/);
  expect(norm([1e200, 0, 0])).toBe(1e200);
  expect(Object.isFrozen(vec3(1, 2, 3))).toBe(true);
});

test("G3 a box is inclusive and exact", () => {
  expect(contains(unit, [1, 1, 1])).toBe(true);
  expect(contains(unit, [1.0000001, 1, 1])).toBe(false);
  expect(contains(unit, [0.5, 0.5, -1e-12])).toBe(false);
});

test("G4 a box grows and shrinks, but not through itself", () => {
  expect(expandBox(unit, -0.4)).toMatchObject({ minM: [0.4, 0.4, 0.4], maxM: [0.6, 0.6, 0.6] });
  expect(() => expandBox(unit, -0.6)).toThrow("AABB.min_corner must be componentwise <= max_corner");
  expect(boxCenter(unit)).toEqual([0.5, 0.5, 0.5]);
});

test("G5 a sphere at (2,2,2) meets the unit box from r = sqrt 3 on", () => {
  expect(distance(unit, [2, 2, 2]) <= Math.sqrt(3)).toBe(true);
  expect(distance(unit, [2, 2, 2]) <= 1.732).toBe(false);
  expect(distance(unit, [2, 2, 2]) <= 1.7321).toBe(true);
});

test("G6 touching spheres intersect, and a point its own centre", () => {
  expect(distance(sphere([0, 0, 0], 1), [2, 0, 0]) <= 1).toBe(true);
  expect(contains(sphere([0.3, 0.3, 0.3], 0), [0.3, 0.3, 0.3])).toBe(true);
});
