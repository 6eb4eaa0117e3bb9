import { expect, test } from "vitest";
import fc from "fast-check";
import { formatG, formatPair, sixDigits } from "./format.ts";

test.for([
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [1_000_000, "1e+06"],
  [999_999, "999999"],
  [999_999.5, "1e+06"],
  [-0.01, "-0.01"],
  [Math.sqrt(0.29), "0.538516"],
  [100_000, "100000"],
  [1.5, "1.5"],
  [0, "0"],
  [-0, "-0"],
  [123_456_789, "1.23457e+08"],
  [1e100, "1e+100"],
  [5e-324, "4.94066e-324"],
  [-1.7976931348623157e308, "-1.79769e+308"],
  [0.1 + 0.2, "0.3"],
  [2, "2"],
  [Number.NaN, "nan"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [9.99999e-5, "9.99999e-05"],
  [0.00009999999, "0.0001"],
] as const)("%s prints as C's %%g does: %s", ([x, text]) => {
  expect(formatG(x)).toBe(text);
});

test("formatG keeps six digits of every number", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      expect(Math.abs(Number(formatG(x)) - x)).toBeLessThanOrEqual(Math.abs(x) * 5.001e-6 + 5e-324);
    }),
    { seed: 20261121, numRuns: 2_000 },
  );
});

test.for([
  [0.5, 1, ["0.500", "1.000"]],
  [0.30001, 0.3, ["0.30001", "0.30000"]],
  [1.0000001, 1, ["1.0000001", "1.0000000"]],
  [1 + 1e-12, 1, ["1.000000000", "1.000000000"]],
  [0.3, 0.3, ["0.300", "0.300"]],
  [Number.NaN, 1, ["NaN", "1.000"]],
  [Infinity, 1, ["Infinity", "1.000"]],
] as const)("value %s and limit %s print with the same decimals, enough to differ", ([value, limit, texts]) => {
  expect(formatPair(value, limit)).toEqual(texts);
});

test("formatPair begins with the decimals asked for", () => {
  expect(formatPair(0.1, 0.2, 6)).toEqual(["0.100000", "0.200000"]);
});

test("sixDigits: what a person reads; nothing but rounding is 0", () => {
  expect([0.33015538457648386, -1.5707963267948966, 2.83e-16, -1e-10, 1e-5, 123_456, 0].map(sixDigits)).toEqual([
    0.330155, -1.5708, 0, 0, 1e-5, 123_456, 0,
  ]);
  expect(sixDigits(NaN)).toBeNaN();
});
