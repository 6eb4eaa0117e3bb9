import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acos, asin, atan, atan2, cos, exp, hypot2, hypot3, log, sin, sinCosInto, sinCosPairsInto } from "./elementary.ts";

const runs = { seed: 20261121, numRuns: 2_000 };
const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
const angle = fc.oneof(fc.double({ min: -1e5, max: 1e5, noNaN: true }), fc.double({ min: -7, max: 7, noNaN: true }), anyDouble);

/** Within two units in the last place of the engine's own function. */
function expectClose(got: number, want: number, context: string): void {
  const ulp = Math.max(Number.MIN_VALUE, Math.abs(want) * 2 ** -52);
  expect(Math.abs(got - want), `${context}: ${got} against ${want}`).toBeLessThanOrEqual(2 * ulp);
}

const oneArgument: readonly [string, (x: number) => number, (x: number) => number, fc.Arbitrary<number>][] = [
  ["sin", sin, Math.sin, angle],
  ["cos", cos, Math.cos, angle],
  ["atan", atan, Math.atan, anyDouble],
  ["asin", asin, Math.asin, fc.double({ min: -1, max: 1, noNaN: true })],
  ["acos", acos, Math.acos, fc.double({ min: -1, max: 1, noNaN: true })],
  ["exp", exp, Math.exp, fc.double({ min: -745.1, max: 709.7, noNaN: true })],
  ["log", log, Math.log, fc.double({ min: 0, noNaN: true, noDefaultInfinity: true, minExcluded: true })],
];

test.for(oneArgument)("%s agrees with the engine within 2 ulp", ([name, ours, theirs, arbitrary]) => {
  fc.assert(
    fc.property(arbitrary, (x) => expectClose(ours(x), theirs(x), `${name}(${x})`)),
    runs,
  );
});

test("sine and cosine stay exact where the reduction loses most", () => {
  // The doubles nearest to multiples of π/2 (6381956970095103 × 2^797 is the worst of all) and huge arguments.
  const hard = [
    Math.PI / 2,
    Math.PI,
    3 * Math.PI,
    1e5 * Math.PI,
    2 ** 19 * Math.PI,
    1_647_099.33,
    1e22,
    6381956970095103 * 2 ** 797,
    Number.MAX_VALUE,
  ];
  for (const x of hard.flatMap((value) => [value, -value])) {
    expectClose(sin(x), Math.sin(x), `sin(${x})`);
    expectClose(cos(x), Math.cos(x), `cos(${x})`);
  }
  // Reference digits computed with arbitrary precision, not with the engine.
  expectClose(cos(6381956970095103 * 2 ** 797), -4.687165924254627e-19, "worst case");
  expectClose(sin(1e22), -0.8522008497671888, "sin(1e22)");
});

test("sinCosInto writes what sin and cos give, at the offset, and nothing else", () => {
  const out = new Float64Array(4);
  fc.assert(
    fc.property(angle, (x) => {
      out.fill(7);
      sinCosInto(x, out, 1);
      expect([...out]).toEqual([7, sin(x), cos(x), 7].map((v) => (Object.is(v, -0) ? expect.closeTo(0) : v)));
    }),
    runs,
  );
});

test("sinCosPairsInto writes the very bits of sinCosInto for as many as asked", () => {
  const steps = fc.integer({ min: -60, max: 60 }).map((n) => (n * Math.PI) / 2);
  const any = fc.oneof(angle, anyDouble, steps, fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity));
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 8 }), (angles) => {
      const out = new Float64Array(2 * angles.length).fill(7);
      const want = out.slice();
      for (let i = 0; i + 1 < angles.length; i++) sinCosInto(angles[i]!, want, 2 * i);
      sinCosPairsInto(Float64Array.from(angles), angles.length - 1, out);
      expect(out.every((x, i) => Object.is(x, want[i]))).toBe(true);
    }),
    runs,
  );
});

test("atan2 covers all quadrants, signed zeros and infinities like the engine's", () => {
  const special = [0, -0, 1, -1, Infinity, -Infinity, Number.NaN, 5e-324, 1e308];
  for (const y of special)
    for (const x of special) {
      const want = Math.atan2(y, x);
      if (Number.isNaN(want)) expect(atan2(y, x)).toBeNaN();
      else expectClose(atan2(y, x), want, `atan2(${y}, ${x})`);
      if (want === 0) expect(Object.is(atan2(y, x), want), `sign of atan2(${y}, ${x})`).toBe(true);
    }
  fc.assert(
    fc.property(anyDouble, anyDouble, (y, x) => expectClose(atan2(y, x), Math.atan2(y, x), `atan2(${y}, ${x})`)),
    runs,
  );
});

describe("hostile arguments", () => {
  test.for([
    ["sin", sin],
    ["cos", cos],
    ["asin", asin],
    ["acos", acos],
  ] as const)("%s of NaN and infinities is NaN", ([, f]) => {
    for (const x of [Number.NaN, Infinity, -Infinity]) expect(f(x)).toBeNaN();
  });

  test("sinCosInto gives NaN for NaN and infinities", () => {
    const out = new Float64Array(2);
    for (const x of [Number.NaN, Infinity, -Infinity]) {
      out.fill(0);
      sinCosInto(x, out, 0);
      expect([...out]).toEqual([Number.NaN, Number.NaN]);
    }
  });

  test("asin and acos outside [-1, 1], log below 0", () => {
    for (const f of [asin, acos]) for (const x of [1.0000000000000002, -2, 1e308]) expect(f(x)).toBeNaN();
    expect([log(-1), log(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
    expect([log(0), log(Infinity)]).toEqual([-Infinity, Infinity]);
  });

  test("exp overflows to Infinity, underflows to 0", () => {
    expect([exp(710), exp(Infinity), exp(-746), exp(-Infinity), exp(0), exp(Number.NaN)]).toEqual([
      Infinity,
      Infinity,
      0,
      0,
      1,
      Number.NaN,
    ]);
  });

  test("signs of zero survive", () => {
    for (const f of [sin, atan, asin]) expect(f(-0)).toBe(-0);
  });
});

test("hypot keeps every representable length", () => {
  expect(hypot3(1e200, 0, 0)).toBe(1e200);
  expect(hypot2(3e200, 4e200)).toBeCloseTo(5e200, -190);
  expect(hypot2(3e-200, 4e-200) / 5e-200).toBeCloseTo(1, 14);
  expect(hypot3(5e-324, 0, 0)).toBe(5e-324);
  expect(hypot2(Infinity, 1)).toBe(Infinity);
  expect(hypot2(Infinity, Number.NaN)).toBeNaN();
  fc.assert(
    fc.property(anyDouble, anyDouble, anyDouble, (x, y, z) => {
      const want = Math.hypot(x, y, z);
      if (want === Infinity) expect(hypot3(x, y, z)).toBe(Infinity);
      else if (want > 1e-300) expectClose(hypot3(x, y, z), want, `hypot3(${x}, ${y}, ${z})`);
    }),
    runs,
  );
});
