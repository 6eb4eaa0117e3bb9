import fc from "fast-check";
import { expect, test } from "vitest";
import { ClearanceError } from "./errors.ts";
import { finiteNumber, nonNegativeNumber } from "./finite.ts";
import { add, clamp, cross, distance, dot, formatVec3, lerp, norm, normalize, scale, sub, vec3 } from "./vec3.ts";
import type { Vec3 } from "./vec3.ts";

const seed = 20261121;
const component = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const vector: fc.Arbitrary<Vec3> = fc.tuple(component, component, component);

/** Calls past the types, as JavaScript callers can. */
const untyped = (...components: unknown[]): unknown => Reflect.apply(vec3, undefined, components);

test("G1 D1 clamp (5,-1,3) into (0,0,0)..(2,2,2)", () => {
  expect(clamp([5, -1, 3], [0, 0, 0], [2, 2, 2])).toEqual([2, 0, 2]);
});

test.for<[string, () => unknown]>([
  ["Vec3(NaN,0,0)", () => vec3(Number.NaN, 0, 0)],
  ["Vec3(0,Infinity,0)", () => vec3(0, Infinity, 0)],
  ['Vec3("1",0,0)', () => untyped("1", 0, 0)],
  ["Vec3(null,0,0)", () => untyped(null, 0, 0)],
  ["Vec3(true,0,0)", () => untyped(true, 0, 0)],
  ["Vec3(0,0)", () => untyped(0, 0)],
  ["(1e308,0,0)+(1e308,0,0)", () => add([1e308, 0, 0], [1e308, 0, 0])],
  ["(1e308,0,0)-(-1e308,0,0)", () => sub([1e308, 0, 0], [-1e308, 0, 0])],
  ["(1e308,0,0)×10", () => scale([1e308, 0, 0], 10)],
])("G2 D1 %s is an error", ([, build]) => {
  expect(build).toThrowError(/^Vec3 components must be finite; got \(/);
  try {
    build();
  } catch (error) {
    expect(ClearanceError.is(error, "value.invalid")).toBe(true);
  }
});

test("G2 D1 norm and distance are scaled inside", () => {
  expect(norm([1e200, 0, 0])).toBe(1e200);
  expect(norm([3e-200, 4e-200, 0])).toBeCloseTo(5e-200, 210);
  expect(distance([1e308, 0, 0], [0.2e308, 0, 0])).toBeCloseTo(0.8e308, -300);
  expect(distance([0.8e308, 0, 0], [-0.8e308, 0, 0])).toBe(1.6e308);
});

test("D1 vectors cannot be changed", () => {
  const v = vec3(1, 2, 3);
  expect(Object.isFrozen(v)).toBe(true);
  expect(Object.isFrozen(add(v, v))).toBe(true);
});

test("D1 clamp refuses low > high on an axis, and NaN in either", () => {
  expect(() => clamp([0, 0, 0], [0, 1, 0], [1, 0, 1])).toThrowError("low must be componentwise <= high");
  expect(() => clamp([0, 0, 0], [Number.NaN, 0, 0], [1, 1, 1])).toThrowError("low must be componentwise <= high");
  expect(() => clamp([Number.NaN, 0, 0], [0, 0, 0], [1, 1, 1])).toThrowError(/must be finite/);
});

test("D1 arithmetic obeys its laws", () => {
  fc.assert(
    fc.property(vector, vector, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, t) => {
      expect(sub(add(a, b), b).every((x, i) => Math.abs(x - a[i]!) <= 1e-9)).toBe(true);
      expect(dot(a, a)).toBeCloseTo(norm(a) * norm(a), -3);
      const n = cross(a, b);
      const size = norm(a) * norm(b);
      expect(Math.abs(dot(n, a))).toBeLessThanOrEqual(1e-12 * size * norm(a) + 1e-300);
      expect(distance(lerp(a, b, 0), a)).toBe(0);
      expect(distance(lerp(a, b, 1), b)).toBe(0);
      expect(distance(a, lerp(a, b, t))).toBeLessThanOrEqual(distance(a, b) * (1 + 1e-12) + 1e-9);
      if (norm(a) > 0) expect(norm(normalize(a))).toBeCloseTo(1, 14);
    }),
    { seed },
  );
});

test("normalize finds a direction at every scale and none for zero", () => {
  for (const size of [5e-324, 1e-310, 1e-200, 1, 1e200, 1e308]) expect(normalize([0, -size, 0])).toEqual([0, -1, 0]);
  expect(() => normalize([0, 0, -0])).toThrowError(/no direction/);
});

test("vectors print with the shortest decimals", () => {
  expect(formatVec3([0.1, -2, 1 / 3])).toBe("(0.1, -2, 0.3333333333333333)");
});

test.for([Number.NaN, Infinity, -Infinity, "1", " 1 ", true, null, undefined, 1n, {}, [1]])(
  "numbers cross the border only as finite numbers: %s",
  (value) => {
    expect(() => finiteNumber("margin", value)).toThrowError(/^margin must be a finite number, got /);
  },
);

test("finite numbers pass unchanged", () => {
  expect([finiteNumber("x", -0), finiteNumber("x", 1e308), nonNegativeNumber("r", 0)]).toEqual([-0, 1e308, 0]);
  expect(() => nonNegativeNumber("radius", -1e-300)).toThrowError("radius must be >= 0, got -1e-300");
});
