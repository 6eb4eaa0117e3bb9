import fc from "fast-check";
import { expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import { mcnemarP, quantile, wilsonCi } from "./statistics.ts";

test("Wilson: worked values", () => {
  // Computed by hand from the formula: p = 0.9, n = 10, z² = 3.8415 → centre 0.7889, half width 0.1928.
  const [low, high] = wilsonCi(9, 10);
  expect(low).toBeCloseTo(0.5958, 4);
  expect(high).toBeCloseTo(0.9821, 4);
  expect(wilsonCi(0, 0)).toEqual([0, 0]);
  expect(wilsonCi(10, 10)[1]).toBeCloseTo(1, 12);
  expect(wilsonCi(0, 10)[0]).toBe(0);
});

test("Wilson: the interval holds the share, lies in [0, 1], and narrows with n", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const k = Math.round(share * n);
      const [low, high] = wilsonCi(k, n);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(k / n + 1e-12);
      expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
      const [wideLow, wideHigh] = wilsonCi(2 * k, 2 * n);
      expect(wideHigh - wideLow).toBeLessThanOrEqual(high - low + 1e-12);
    }),
  );
});

test.for([
  [-1, 10],
  [11, 10],
  [2.5, 10],
  [Number.NaN, 10],
])("Wilson: %d of %d is an error", ([k = 0, n = 0]) => {
  expect(() => wilsonCi(k, n)).toThrow(ClearanceError);
});

test("McNemar: worked values, symmetric, 1 without discordant pairs", () => {
  expect(mcnemarP(0, 0)).toBe(1);
  // 2 · (1 + 6) / 2⁶
  expect(mcnemarP(1, 5)).toBeCloseTo(0.21875, 12);
  expect(mcnemarP(0, 6)).toBeCloseTo(2 / 64, 12);
  fc.assert(
    fc.property(fc.nat(400), fc.nat(400), (b, c) => {
      expect(mcnemarP(b, c)).toBe(mcnemarP(c, b));
      expect(mcnemarP(b, c)).toBeGreaterThanOrEqual(0);
      expect(mcnemarP(b, c)).toBeLessThanOrEqual(1);
    }),
  );
  expect(mcnemarP(50_000, 50_000)).toBe(1);
});

test("quantile: linear between neighbours, null without values", () => {
  expect(quantile([], 0.5)).toBeNull();
  expect(quantile([3], 0.05)).toBe(3);
  expect(quantile([0, 10], 0.25)).toBe(2.5);
});
