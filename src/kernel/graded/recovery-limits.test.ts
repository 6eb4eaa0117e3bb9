import { array, assert, double, property } from "fast-check";
import { expect, test } from "vitest";
import {
  RECOVERY_ALLOWED,
  RECOVERY_INVALID,
  RECOVERY_NEARER,
  RECOVERY_TOO_FAST,
  RecoveryLimits,
  type RecoveryRequest,
} from "./recovery-limits.ts";

const seed = 20261121;

/** Two joints with caps of 1 and 2 rad/s, 0.1 s a row: 0.01 and 0.02 rad a row. One pair, 1 cm deep, that opens by 1 mm a row. */
function request(more: Partial<RecoveryRequest> = {}): RecoveryRequest {
  return {
    rows: [0.009, 0.019, 0.018, 0.038],
    nRows: 2,
    width: 2,
    periodS: 0.1,
    start: [0, 0],
    velocityCap: [1, 2],
    clearances: [-0.01, -0.009, -0.008],
    nViolated: 1,
    ...more,
  };
}

function judged(more: Partial<RecoveryRequest>): (number | string)[] {
  const it = new RecoveryLimits();
  return [it.check(request(more)), it.row, it.index];
}

test("§8 recovery: a tenth of the caps and away from what is violated passes", () => {
  expect(new RecoveryLimits().check(request())).toBe(RECOVERY_ALLOWED);
  expect(new RecoveryLimits().check(request({ clearances: [-0.01, -0.01, -0.01] }))).toBe(RECOVERY_ALLOWED);
});

test("§8 recovery: more than a tenth of a cap is refused, with the row, joint, value and limit", () => {
  const it = new RecoveryLimits();
  expect(it.check(request({ rows: [0.009, 0.019, 0.018, 0.0391] }))).toBe(RECOVERY_TOO_FAST);
  expect([it.row, it.index, it.value, it.limit]).toEqual([1, 1, expect.closeTo(0.201, 9), 0.2]);
  expect(judged({ rows: [0.0101, 0, 0.0101, 0] })).toEqual([RECOVERY_TOO_FAST, 0, 0]);
  expect(judged({ start: [0.1, 0] })).toEqual([RECOVERY_TOO_FAST, 0, 0]);
});

test("§8 recovery: a joint without a finite cap may not move", () => {
  for (const cap of [Infinity, Number.NaN, -1]) expect(judged({ velocityCap: [1, cap] })).toEqual([RECOVERY_TOO_FAST, 0, 1]);
  expect(judged({ velocityCap: [1] })).toEqual([RECOVERY_TOO_FAST, 0, 1]);
});

test("§8 recovery: motion that reduces the violated clearance is refused, also after it grew, also for the second of two", () => {
  const it = new RecoveryLimits();
  expect(it.check(request({ clearances: [-0.01, -0.0101, -0.005] }))).toBe(RECOVERY_NEARER);
  expect([it.row, it.index, it.value, it.limit]).toEqual([0, 0, -0.0101, -0.01]);
  expect(judged({ clearances: [-0.01, -0.005, -0.006] })).toEqual([RECOVERY_NEARER, 1, 0]);
  expect(judged({ nViolated: 2, clearances: [-0.01, -0.02, -0.01, -0.02, -0.01, -0.03] })).toEqual([RECOVERY_NEARER, 1, 1]);
});

test("§8 recovery: small steps back do not add up", () => {
  const nRows = 100;
  const still = { rows: new Float64Array(200), nRows };
  const creeping = Array.from({ length: nRows + 1 }, (_, i) => -0.01 - i * 0.9e-9);
  expect(judged({ ...still, clearances: creeping })).toEqual([RECOVERY_NEARER, 1, 0]);
});

test("bad input: NaN and wrong shapes are refused", () => {
  for (const more of [
    { nRows: 0 },
    { nRows: 3 },
    { nRows: 1.5 },
    { nViolated: 0 },
    { nViolated: 2 },
    { width: 0 },
    { width: Number.NaN },
    { periodS: 0 },
    { periodS: Number.NaN },
    { start: [0] },
    { clearances: [-0.01, -0.009] },
  ])
    expect([more, judged(more)[0]]).toEqual([more, RECOVERY_INVALID]);
  expect(judged({ rows: [0.009, Number.NaN, 0.018, 0.038] })).toEqual([RECOVERY_TOO_FAST, 0, 1]);
  expect(judged({ start: [Number.NaN, 0] })).toEqual([RECOVERY_TOO_FAST, 0, 0]);
  expect(judged({ clearances: [Number.NaN, 0, 0] })).toEqual([RECOVERY_NEARER, -1, 0]);
  expect(judged({ clearances: [-0.01, Number.NaN, 0] })).toEqual([RECOVERY_NEARER, 0, 0]);
});

test("property: a passing motion is slow, and nowhere nearer than at its start", () => {
  const small = double({ min: -0.02, max: 0.02, noNaN: true });
  assert(
    property(array(small, { minLength: 1, maxLength: 6 }), array(small, { minLength: 7, maxLength: 7 }), (steps, clearances) => {
      let q = 0;
      const rows = steps.map((step) => (q += step));
      const one = { rows, nRows: rows.length, width: 1, periodS: 0.1, start: [0], velocityCap: [1], clearances, nViolated: 1 };
      if (new RecoveryLimits().check(one) !== RECOVERY_ALLOWED) return;
      expect(Math.max(...steps.map(Math.abs))).toBeLessThanOrEqual(0.01 + 1e-15);
      expect(Math.min(...clearances.slice(0, rows.length + 1))).toBeGreaterThanOrEqual(clearances[0]! - 1e-9);
    }),
    { numRuns: 1000, seed },
  );
});
