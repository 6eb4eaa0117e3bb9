import fc from "fast-check";
import { expect, test } from "vitest";
import { proveClear } from "./advancement.ts";
import { runs } from "./testing/arbitrary-shapes.ts";

const within = { motionBoundM: 1, marginM: 0.1, maxEvaluations: 100 };

test("a motion at constant distance is proved from its ends", () => {
  expect(proveClear({ ...within, distanceAt: () => 1 })).toEqual({
    clear: true,
    proved: true,
    nearestM: 0.5,
    atFraction: 0.5,
    evaluations: 2,
  });
});

test("nothing to hit at all is clear", () => {
  expect(proveClear({ ...within, distanceAt: () => Infinity })).toMatchObject({ clear: true, proved: true, nearestM: Infinity });
});

test("a motion that does not move needs only its ends", () => {
  expect(proveClear({ ...within, motionBoundM: 0, distanceAt: () => 0.2 })).toMatchObject({ clear: true, nearestM: 0.2, evaluations: 2 });
});

test("a dip between samples is found, wherever it is", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: -0.2, max: 0.099, noNaN: true }), (at, depth) => {
      const result = proveClear({ distanceAt: (s) => depth + 4 * Math.abs(s - at), motionBoundM: 4, marginM: 0.1, maxEvaluations: 1_000 });
      expect(result).toMatchObject({ clear: false, proved: true });
      expect(result.nearestM).toBeLessThanOrEqual(0.1);
      expect(Math.abs(result.atFraction - at)).toBeLessThanOrEqual(0.3 / 4 + 1e-9);
    }),
    runs,
  );
});

test("equality with the margin is too near", () => {
  for (const [where, distanceAt] of [
    ["start", (s: number) => 0.25 + s],
    ["end", (s: number) => 1.25 - s],
    ["middle", (s: number) => 0.25 + Math.abs(s - 0.5)],
  ] as const)
    expect(proveClear({ ...within, marginM: 0.25, distanceAt }), where).toMatchObject({ clear: false, proved: true, nearestM: 0.25 });
});

test("clear means clear, and the bound is one, for any motion within its rate", () => {
  // Random polylines whose slope never exceeds the bound.
  const steps = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      steps,
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.double({ min: 0.1, max: 20, noNaN: true }),
      (slopes, start, boundM) => {
        const values = [start];
        for (const slope of slopes) values.push(values.at(-1)! + (slope * boundM) / slopes.length);
        let asked = 0;
        const distanceAt = (s: number): number => {
          asked += 1;
          const i = Math.min(Math.floor(s * slopes.length), slopes.length - 1);
          return values[i]! + (values[i + 1]! - values[i]!) * (s * slopes.length - i);
        };
        const result = proveClear({ distanceAt, motionBoundM: boundM * (1 + 1e-9), marginM: 0.05, maxEvaluations: 300 });
        const least = Math.min(...values);
        expect(result.evaluations).toBe(asked);
        if (result.clear) {
          expect(least).toBeGreaterThan(0.05);
          expect(result.nearestM).toBeLessThanOrEqual(least + 1e-9);
          expect(result.nearestM).toBeGreaterThan(0.05);
        }
        if (result.proved && !result.clear) expect(distanceAt(result.atFraction)).toBeLessThanOrEqual(0.05);
        // Clear by a hair's breadth or more is always provable with these evaluations.
        if (least > 0.05 + boundM / 64) expect(result.clear).toBe(true);
        if (least <= 0.05) expect(result.clear).toBe(false);
      },
    ),
    { ...runs, numRuns: 1_000 },
  );
});

test("out of evaluations is not clear, and says so", () => {
  const distanceAt = (): number => 0.1000001;
  const result = proveClear({ ...within, distanceAt });
  expect(result).toMatchObject({ clear: false, proved: false, evaluations: 100 });
  expect(result.nearestM).toBeLessThan(0.1000001);
  expect(proveClear({ ...within, maxEvaluations: 1, distanceAt: () => 9 })).toMatchObject({ clear: false, proved: false });
  expect(proveClear({ ...within, maxEvaluations: Number.NaN, distanceAt: () => 9 })).toMatchObject({ clear: false });
});

test("numbers that are none never make a motion clear", () => {
  const nan = Number.NaN;
  for (const broken of [{ motionBoundM: nan }, { motionBoundM: -1 }, { motionBoundM: Infinity }])
    expect(proveClear({ ...within, ...broken, distanceAt: () => 9 })).toMatchObject({ clear: false, proved: false });
  expect(proveClear({ ...within, marginM: nan, distanceAt: () => 9 }).clear).toBe(false);
  for (const at of [0, 0.5, 1])
    expect(proveClear({ ...within, distanceAt: (s) => (s === at ? nan : 0.4) })).toMatchObject({
      clear: false,
      proved: false,
      nearestM: nan,
    });
  expect(proveClear({ ...within, distanceAt: () => -Infinity })).toMatchObject({ clear: false, proved: true });
});
