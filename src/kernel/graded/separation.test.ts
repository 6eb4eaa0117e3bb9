import { assert, double, integer, oneof, property, record } from "fast-check";
import { expect, test } from "vitest";
import { HUMAN_SPEED_MPS, MOST_SPEED_MPS, Separation, SPEED_STEP_MPS, type SeparationParameters } from "./separation.ts";

const seed = 20261121;
const cell: SeparationParameters = { decelerationMps2: 2, intrusionM: 0.1, humanUncertaintyM: 0.05, robotUncertaintyM: 0.01 };

test("S_p of a worked example: every term", () => {
  // v = 0.5 m/s, a = 2 m/s²: T_s = 0.25 s. S_h = 1.6 (0.1 + 0.25) = 0.56; S_r = 0.5 · 0.1 = 0.05; S_s = 0.25 / 4 = 0.0625;
  // C + Z_d + Z_r = 0.16. Sum 0.8325 m.
  const it = new Separation(cell);
  expect(it.protectiveM(0.5, 0.1)).toBeCloseTo(0.8325, 12);
  expect([it.humanM, it.reactionM, it.stoppingM]).toEqual([1.6 * 0.35, 0.05, 0.0625]);
  expect([it.intrusionM, it.humanUncertaintyM, it.robotUncertaintyM]).toEqual([0.1, 0.05, 0.01]);
});

test("the inverse of the worked example: 0.8325 m allow 0.5 m/s, 0.32 m (the human's way, C and Z at rest) nothing", () => {
  const it = new Separation(cell);
  expect(it.largestSpeedMps(0.8325 + 1e-9, 0.1)).toBeCloseTo(0.5, 4);
  expect([it.humanM + it.reactionM + it.stoppingM]).toEqual([expect.closeTo(0.6725, 4)]);
  expect(it.largestSpeedMps(0.3199, 0.1)).toBe(0);
  expect(it.largestSpeedMps(0.33, 0.1)).toBeGreaterThan(0);
});

test("1.6 m/s where the human is not measured; a still thing leaves only the robot's own way", () => {
  expect(HUMAN_SPEED_MPS).toBe(1.6);
  const still = new Separation({ decelerationMps2: 2, intrusionM: 0, humanUncertaintyM: 0, robotUncertaintyM: 0, humanSpeedMps: 0 });
  // v T + v² / 2a = 0.5 · 0.2 + 0.0625
  expect(still.protectiveM(0.5, 0.2)).toBeCloseTo(0.1625, 12);
  expect(still.largestSpeedMps(0.1625 + 1e-9, 0.2)).toBeCloseTo(0.5, 4);
});

test("a human infinitely far away leaves the largest speed there is, a NaN or a negative number none", () => {
  expect(new Separation(cell).largestSpeedMps(Infinity, 0.1)).toBe(MOST_SPEED_MPS);
  for (const [distance, reaction] of [
    [Number.NaN, 0.1],
    [-1, 0.1],
    [5, Number.NaN],
    [5, -0.1],
    [5, Infinity],
  ] as const)
    expect([distance, reaction, new Separation(cell).largestSpeedMps(distance, reaction)]).toEqual([distance, reaction, 0]);
  for (const name of ["decelerationMps2", "intrusionM", "humanUncertaintyM", "robotUncertaintyM", "humanSpeedMps"] as const)
    for (const value of [Number.NaN, -0.1]) {
      const it = new Separation({ ...cell, [name]: value });
      expect([name, it.largestSpeedMps(1e6, 0.1), it.protectiveM(0.1, 0.1)]).toEqual([name, 0, Number.NaN]);
    }
  expect(new Separation(cell).largestSpeedMps(Infinity, Infinity)).toBe(0);
  expect(new Separation({ ...cell, intrusionM: Infinity }).largestSpeedMps(Infinity, 0.1)).toBe(0);
  expect(new Separation({ ...cell, decelerationMps2: 0 }).largestSpeedMps(1e6, 0.1)).toBe(0);
  expect(new Separation(cell).protectiveM(-0.1, 0.1)).toBeNaN();
});

/** Doubles are mostly tiny or odd, integers evenly spread: both. */
const positive = (max: number) =>
  oneof(
    double({ min: 0, max, noNaN: true }),
    integer({ min: 0, max: 1_000_000 }).map((millionths) => (millionths * max) / 1_000_000),
  );
const anyCell = record({
  decelerationMps2: double({ min: 0.01, max: 50, noNaN: true }),
  intrusionM: positive(1),
  humanUncertaintyM: positive(0.5),
  robotUncertaintyM: positive(0.1),
  humanSpeedMps: positive(3),
});

test("property: never optimistic, and the next speed on the grid would be too fast", () => {
  assert(
    property(anyCell, positive(10), positive(2), (parameters, distanceM, reactionS) => {
      const it = new Separation(parameters);
      const speed = it.largestSpeedMps(distanceM, reactionS);
      if (speed > 0) expect(it.protectiveM(speed, reactionS)).toBeLessThanOrEqual(distanceM);
      if (speed < MOST_SPEED_MPS) expect(it.protectiveM(speed + SPEED_STEP_MPS, reactionS)).toBeGreaterThan(distanceM);
    }),
    { numRuns: 2000, seed },
  );
});

test("property: farther is never slower; a longer reaction, weaker brakes, a faster human or more uncertainty never faster", () => {
  assert(
    property(anyCell, positive(10), positive(2), positive(0.5), (parameters, distanceM, reactionS, more) => {
      const speed = new Separation(parameters).largestSpeedMps(distanceM, reactionS);
      expect(new Separation(parameters).largestSpeedMps(distanceM + more, reactionS)).toBeGreaterThanOrEqual(speed);
      expect(new Separation(parameters).largestSpeedMps(distanceM, reactionS + more)).toBeLessThanOrEqual(speed);
      for (const name of ["intrusionM", "humanUncertaintyM", "robotUncertaintyM", "humanSpeedMps"] as const)
        expect(
          new Separation({ ...parameters, [name]: parameters[name] + more }).largestSpeedMps(distanceM, reactionS),
        ).toBeLessThanOrEqual(speed);
      const stronger = { ...parameters, decelerationMps2: parameters.decelerationMps2 + more };
      expect(new Separation(stronger).largestSpeedMps(distanceM, reactionS)).toBeGreaterThanOrEqual(speed);
    }),
    { numRuns: 1000, seed },
  );
});

test("property: the terms of the answer are those of its speed", () => {
  assert(
    property(anyCell, positive(10), positive(2), (parameters, distanceM, reactionS) => {
      const it = new Separation(parameters);
      const speed = it.largestSpeedMps(distanceM, reactionS);
      const terms = [it.humanM, it.reactionM, it.stoppingM];
      it.protectiveM(speed, reactionS);
      expect(terms).toEqual([it.humanM, it.reactionM, it.stoppingM]);
    }),
    { numRuns: 300, seed },
  );
});
