import { array, assert, boolean, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import * as retimer from "./chunk-retimer.ts";
import { ChunkRetimer, CANNOT_INVALID, MAX_STRETCH, RETIME_BRAKED, RETIME_STRETCHED, RETIME_UNCHANGED } from "./chunk-retimer.ts";
import * as limits from "./path-limits.ts";
import type { RetimeRequest } from "./path-limits.ts";

const seed = 20261121;
const wide = { lower: [-Infinity], upper: [Infinity] };

/** One joint, 0.1 s a row. */
function chunk(rows: number[], velocity: number, acceleration: number, more: Partial<RetimeRequest> = {}): RetimeRequest {
  const one = { ...wide, velocity: [velocity], acceleration: [acceleration] };
  return { rows, nRows: rows.length, periodS: 0.1, start: [0], startVelocity: [0], limits: one, endAtRest: false, ...more };
}

function outcome(request: RetimeRequest, width = 1): { code: number; rows: number[]; it: ChunkRetimer } {
  const it = new ChunkRetimer(width);
  const code = it.retime(request);
  return { code, rows: [...it.rows.subarray(0, it.nRows * width)], it };
}

test("safety-kernel row 24 a chunk that complies comes back bit for bit, factor 1", () => {
  const { code, rows, it } = outcome(chunk([0.1, 0.2, 0.30000000000000004], 1.1, Infinity));
  expect([code, it.factor, rows]).toEqual([RETIME_UNCHANGED, 1, [0.1, 0.2, 0.30000000000000004]]);
  expect([it.forcedBy, it.originalS, it.executedS]).toEqual([limits.FORCED_BY_NOTHING, it.executedS, 3 * 0.1]);
});

test("§7 slow: rates alone are stretched by the smallest sufficient factor, and the timing is reported", () => {
  // Steps of 0.2 rad in 0.1 s are 2 rad/s; at most 1 rad/s: factor 2, so 2 rows become 4, halfway points between.
  const { code, rows, it } = outcome(chunk([0.2, 0.4], 1, Infinity));
  expect(code).toBe(RETIME_STRETCHED);
  expect(rows).toEqual([0.1, 0.2, 0.30000000000000004, 0.4]);
  expect([it.factor, it.forcedBy, it.forcedRow, it.forcedJoint]).toEqual([2, limits.FORCED_BY_VELOCITY, 0, 0]);
  expect([it.originalS, it.executedS]).toEqual([0.2, 0.4]);
});

test("§13 measured 0, caps 3.15 rad/s, rows 0 then 1.0 at 1/30 s: 30 rad/s need a factor of 9.52, so 20 rows", () => {
  const { code, it, rows } = outcome(chunk([0, 1], 3.15, Infinity, { periodS: 1 / 30 }));
  // 2 rows × 30 / 3.15 = 19.05 periods, made whole: 20.
  expect([code, it.nRows, it.factor]).toEqual([RETIME_STRETCHED, 20, 10]);
  expect([rows[9], rows[19], it.forcedBy, it.forcedRow]).toEqual([0, 1, limits.FORCED_BY_VELOCITY, 1]);
});

test("a factor above 10 cannot be", () => {
  expect(outcome(chunk([1.05], 1, Infinity)).code).toBe(retimer.CANNOT_FACTOR);
  expect(outcome(chunk([0.99], 1, Infinity)).it.factor).toBe(10);
});

test("more rows than a chunk may have cannot be", () => {
  const rows = Array.from({ length: 60 }, (_, i) => 0.5 * (i + 1));
  expect(outcome(chunk(rows, 1, Infinity)).code).toBe(retimer.CANNOT_ROWS);
});

test("braking: rest at the end of a straight path, by hand", () => {
  // Rest to rest over u = 4 steps of 0.1 rad at 1 rad/s²: a step takes 10 σ' with σ' = a dt² / step = 0.1 a period. With x = σ², half a
  // period's change at once, σ = 0.05, then x = 0.0025 + 2 · 0.1 · u up and 2 · 0.1 · (4 - u) down meet at x = 0.40125, σ = 0.63344:
  // 5.834 periods up, 6.334 down, 12.17 in all, so 13 rows.
  const { code, it, rows } = outcome(chunk([0.1, 0.2, 0.30000000000000004, 0.4], 10, 1, { endAtRest: true }));
  expect([code, it.nRows, it.forcedBy]).toEqual([RETIME_BRAKED, 13, limits.FORCED_BY_START]);
  expect(it.factor).toBe(13 / 4);
  // After 5 periods, still speeding up by 0.01 rad a period each period: 0.01 + 0.02 + … + 0.05.
  expect(rows[4]).toBeCloseTo(0.15, 8);
  expect(rows[12]).toBe(0.4);
});

test("braking: rests before a blocked row, a row out of its range, and a row whose speed cap is 0", () => {
  const moving = { startVelocity: [1], endAtRest: false };
  const rows = [0.1, 0.2, 0.30000000000000004, 0.4, 0.5];
  const blocked = outcome(chunk(rows, 1.5, 5, { ...moving, blockedRow: 3 }));
  expect([blocked.code, blocked.rows.at(-1), blocked.it.coveredSteps]).toEqual([RETIME_BRAKED, 0.30000000000000004, 3]);
  expect([blocked.it.forcedBy, blocked.it.forcedRow]).toEqual([limits.FORCED_BY_BLOCK, 3]);
  const ranged = outcome(chunk(rows, 1.5, 5, { ...moving, limits: { lower: [-1], upper: [0.35], velocity: [1.5], acceleration: [5] } }));
  expect([ranged.rows, ranged.it.forcedBy]).toEqual([blocked.rows, limits.FORCED_BY_POSITION]);
  const capped = outcome(chunk(rows, 1.5, 5, { ...moving, maxScale: [1, 1, 1, 0, 1] }));
  expect([capped.rows, capped.it.forcedBy]).toEqual([blocked.rows, limits.FORCED_BY_SPEED_CAP]);
});

test("braking: too fast to rest before the block cannot be", () => {
  // 1 rad/s at 2 rad/s² needs 0.25 rad; there are 0.1.
  expect(outcome(chunk([0.1, 0.2, 0.3], 2, 2, { startVelocity: [1], blockedRow: 1 })).code).toBe(retimer.CANNOT_STOP);
  expect(outcome(chunk([0.1, 0.2, 0.3], 2, 2, { blockedRow: 0 })).code).toBe(retimer.CANNOT_STOP);
});

test("braking: a measured velocity off the path cannot be", () => {
  const two = { lower: [-9, -9], upper: [9, 9], velocity: [2, 2], acceleration: [2, 2] };
  const request = { rows: [0.1, 0, 0.2, 0], nRows: 2, periodS: 0.1, start: [0, 0], limits: two, endAtRest: true };
  expect(outcome({ ...request, startVelocity: [0, 1] }, 2).code).toBe(retimer.CANNOT_START);
  // 0.1 rad/s sideways are gone within half the 0.2 rad/s that a period allows.
  expect(outcome({ ...request, startVelocity: [0, 0.09] }, 2).code).toBe(RETIME_BRAKED);
});

test("speed caps along the path: only the capped rows are slower, and the way back up keeps the acceleration", () => {
  const rows = Array.from({ length: 20 }, (_, i) => 0.05 * (i + 1));
  const maxScale = rows.map((_, i) => (i >= 8 && i < 12 ? 0.25 : 1));
  const { code, it, rows: out } = outcome(chunk(rows, 1, 4, { startVelocity: [0.5], maxScale }));
  expect([code, it.forcedBy, it.forcedRow]).toEqual([RETIME_BRAKED, limits.FORCED_BY_SPEED_CAP, 8]);
  const steps = out.map((q, k) => q - (out[k - 1] ?? 0));
  for (const [k, step] of steps.entries()) {
    const inside = (out[k - 1] ?? 0) >= 0.4 && out[k]! <= 0.6;
    expect(step).toBeLessThanOrEqual((inside ? 0.0125 : 0.05) + 1e-12);
  }
  expect(Math.max(...steps)).toBeGreaterThan(0.045);
  // Whole periods to the end: the last step is as long as the one before.
  expect(steps.at(-1)).toBeCloseTo(steps.at(-2)!, 9);
  expect(it.factor).toBeLessThan(2.5);
});

test("jerk: the change of acceleration stays below the limit", () => {
  const rows = Array.from({ length: 10 }, (_, i) => 0.1 * (i + 1));
  const jerky = { ...wide, velocity: [2], acceleration: [4], jerk: [20] };
  const { code, rows: out } = outcome(chunk(rows, 2, 4, { endAtRest: true, limits: jerky }));
  expect(code).toBe(RETIME_BRAKED);
  const padded = [0, 0, 0, ...out, out.at(-1)!, out.at(-1)!];
  for (let k = 3; k < padded.length; k++)
    expect(Math.abs(padded[k]! - 3 * padded[k - 1]! + 3 * padded[k - 2]! - padded[k - 3]!) / 0.001).toBeLessThanOrEqual(20 + 1e-6);
});

test("jerk: a zigzag within its acceleration is not within its jerk", () => {
  // Steps of 0.05 and 0.065 rad in turn: changes of ±0.015 rad, so of 0.03 from one to the next; 20 rad/s³ allow 0.02.
  const rows = Array.from({ length: 6 }, (_, i) => 0.05 * (i + 1) + 0.015 * Math.ceil(i / 2));
  const jerky = { ...wide, velocity: [2], acceleration: [4], jerk: [20] };
  const { code, it } = outcome(chunk(rows, 2, 4, { startVelocity: [0.41], limits: jerky }));
  // Changes of at most half of that, 0.01: factor 1.5.
  expect([code, it.nRows, it.forcedBy]).toEqual([RETIME_STRETCHED, 9, limits.FORCED_BY_ACCELERATION]);
});

test("the corner at the first row counts as any other", () => {
  // From +0.05 to -0.05 rad a row: 0.1, where 5 rad/s² allow 0.05.
  const { code, it } = outcome(chunk([0.05, 0, -0.05], 2, 5, { startVelocity: [0.5] }));
  expect([code, it.nRows, it.forcedBy, it.forcedRow]).toEqual([RETIME_STRETCHED, 6, limits.FORCED_BY_ACCELERATION, 1]);
});

test("bad input: NaN and nonsense anywhere cannot be", () => {
  const good = chunk([0.1, 0.2], 1, 5);
  const { limits: one } = good;
  const bad: Partial<RetimeRequest>[] = [
    { rows: [0.1, Number.NaN] },
    { rows: [0.1, Infinity] },
    { rows: [0.1] },
    { nRows: 0 },
    { nRows: 1.5 },
    { nRows: 257, rows: new Float64Array(257) },
    { nRows: Number.NaN },
    { periodS: 0 },
    { periodS: Number.NaN },
    { periodS: Infinity },
    { start: [Number.NaN] },
    { start: [] },
    { startVelocity: [Number.NaN] },
    { startVelocity: [] },
    { limits: { ...one, velocity: [Number.NaN] } },
    { limits: { ...one, velocity: [-1] } },
    { limits: { ...one, acceleration: [Number.NaN] } },
    { limits: { ...one, acceleration: [-1] } },
    { limits: { ...one, jerk: [Number.NaN] } },
    { limits: { ...one, lower: [Number.NaN] } },
    { limits: { ...one, upper: [Number.NaN] } },
    { limits: { ...one, lower: [2], upper: [1] } },
    { maxScale: [1, Number.NaN] },
    { maxScale: [1] },
    { maxScale: [1, -0.5] },
    { blockedRow: Number.NaN },
    { blockedRow: -1 },
  ];
  for (const more of bad) {
    const { code, it } = outcome({ ...good, ...more });
    expect([JSON.stringify(more), code, it.nRows, it.factor]).toEqual([JSON.stringify(more), CANNOT_INVALID, 0, Number.NaN]);
  }
  expect(outcome({ ...good, limits: { ...one, acceleration: [100] } }).code).toBe(RETIME_UNCHANGED);
});

test("nothing moves where a joint may not: a cap of 0 cannot be, unless the joint rests", () => {
  expect(outcome(chunk([0.1], 0, Infinity)).code).toBe(retimer.CANNOT_FACTOR);
  expect(outcome(chunk([0, 0], 0, 0)).code).toBe(RETIME_UNCHANGED);
});

test("a refusal after a success leaves nothing of it", () => {
  const it = new ChunkRetimer(1);
  it.retime(chunk([0.2, 0.4], 1, Infinity));
  it.retime(chunk([Number.NaN], 1, 1));
  expect([it.nRows, it.factor, it.executedS, it.forcedBy, it.forcedRow, it.forcedJoint]).toEqual([0, Number.NaN, 0, 0, -1, -1]);
});

test("every code and reason has words", () => {
  expect([0, 1, 2, 16, 17, 18, 19, 20, 21].map(retimer.retimeWords)).not.toContainEqual(expect.stringMatching(/^code/));
  expect([0, 1, 2, 3, 4, 5, 6, 7].map(retimer.forcedByWords)).not.toContainEqual(expect.stringMatching(/^limit/));
  expect([retimer.retimeWords(99), retimer.forcedByWords(99)]).toEqual(["code 99", "limit 99"]);
});

// ---------------------------------------------------------------- properties

interface Case {
  readonly request: RetimeRequest & { readonly rows: number[]; readonly start: number[]; readonly startVelocity: number[] };
  readonly width: number;
}

/** A random walk with steps that may be smooth, jagged, or absent, and a start that moves roughly along it. */
function randomCase(random: Random): Case {
  const width = 1 + Math.floor(random.uniform(0, 4));
  const nRows = 1 + Math.floor(random.uniform(0, 20));
  const periodS = [0.01, 0.033, 0.1][Math.floor(random.uniform(0, 3))]!;
  const jagged = [0, 0.05, 0.5, 2][Math.floor(random.uniform(0, 4))]!;
  const start = Array.from({ length: width }, () => random.uniform(-2, 2));
  const heading = Array.from({ length: width }, () => random.uniform(-1.5, 1.5));
  const rows: number[] = [];
  const at = [...start];
  for (let row = 0; row < nRows; row++) {
    const pause = random.uniform(0, 1) < 0.05;
    for (let j = 0; j < width; j++) {
      if (!pause) at[j] = at[j]! + (heading[j]! + jagged * random.uniform(-1, 1)) * periodS;
      rows.push(at[j]!);
    }
  }
  const share = random.uniform(0, 1) < 0.4 ? 0 : random.uniform(0, 1.3);
  const startVelocity = heading.map((v) => v * share);
  const velocity = heading.map(() => random.uniform(0.3, 3));
  const acceleration = heading.map(() => (random.uniform(0, 1) < 0.1 ? Infinity : random.uniform(1, 60)));
  const jointLimits = {
    lower: heading.map(() => -4),
    upper: heading.map(() => (random.uniform(0, 1) < 0.1 ? 1.5 : 4)),
    velocity,
    acceleration,
  };
  const maxScale = random.uniform(0, 1) < 0.5 ? undefined : Array.from({ length: nRows }, () => random.uniform(0.1, 1.5));
  const blockedRow = random.uniform(0, 1) < 0.3 ? Math.floor(random.uniform(0, nRows + 1)) : nRows;
  const request = { rows, nRows, periodS, start, startVelocity, limits: jointLimits, blockedRow, endAtRest: random.uniform(0, 1) < 0.6 };
  return { width, request: maxScale === undefined ? request : { ...request, maxScale } };
}

/** Distance of a point from step i of the polyline, and where along it, worked out apart from the code under test. */
function onStep({ request, width }: Case, i: number, point: readonly number[]): { gap: number; share: number } {
  const from = i === 0 ? request.start : request.rows.slice((i - 1) * width, i * width);
  const to = request.rows.slice(i * width, (i + 1) * width);
  let along = 0;
  let length = 0;
  for (let j = 0; j < width; j++) {
    along += (point[j]! - from[j]!) * (to[j]! - from[j]!);
    length += (to[j]! - from[j]!) ** 2;
  }
  const share = length > 0 ? Math.min(1, Math.max(0, along / length)) : 0;
  return { share, gap: Math.max(...point.map((q, j) => Math.abs(q - (from[j]! + share * (to[j]! - from[j]!))))) };
}

/** By how much a row breaks a limit, in the limit's unit times periods; at most rounding. */
function excess({ request, width }: Case, out: readonly number[]): number {
  const { periodS, limits: most, startVelocity, start } = request;
  let worst = -Infinity;
  for (let j = 0; j < width; j++) {
    let q = start[j]!;
    let step = startVelocity[j]! * periodS;
    for (let at = j; at < out.length; at += width) {
      const next = out[at]! - q;
      worst = Math.max(worst, Math.abs(next) - most.velocity[j]! * periodS);
      worst = Math.max(worst, Math.abs(next - step) - most.acceleration[j]! * periodS ** 2);
      worst = Math.max(worst, most.lower[j]! - out[at]!, out[at]! - most.upper[j]!);
      q = out[at]!;
      step = next;
    }
  }
  return worst;
}

test("properties over 3000 random chunks: on the polyline in order, never faster than asked, within limits, at rest where asked, idempotent", () => {
  const random = new Random("retime");
  const seen = new Map<number, number>();
  for (let trial = 0; trial < 3000; trial++) {
    const one = randomCase(random);
    const { request, width } = one;
    const { code, rows: out, it } = outcome(request, width);
    seen.set(code, (seen.get(code) ?? 0) + 1);
    if (code >= CANNOT_INVALID) continue;
    const n = it.nRows;
    expect(it.factor >= 1 && it.factor <= MAX_STRETCH && n <= 256).toBe(true);
    expect(excess(one, out)).toBeLessThanOrEqual(2e-13);
    // Walk along the polyline: each row on a step not before the last one's, at most one step of u a period.
    let step = 0;
    let u = 0;
    let worst = { gap: 0, back: 0, ahead: 0 };
    for (let k = 0; k < n; k++) {
      const point = out.slice(k * width, (k + 1) * width);
      let best = onStep(one, step, point);
      // A path that turns back has more than one place for a point: the first that keeps the order.
      while (!(best.gap <= 1e-12 && step + best.share >= u - 1e-9) && step + 1 < it.coveredSteps) best = onStep(one, (step += 1), point);
      const there = step + best.share;
      worst = { gap: Math.max(worst.gap, best.gap), back: Math.max(worst.back, u - there), ahead: Math.max(worst.ahead, there - (k + 1)) };
      u = Math.max(u, there);
    }
    expect(worst.gap).toBeLessThanOrEqual(1e-12);
    expect(worst.back).toBeLessThanOrEqual(1e-9);
    expect(worst.ahead).toBeLessThanOrEqual(1e-9);
    expect(out.slice((n - 1) * width)).toEqual(request.rows.slice((it.coveredSteps - 1) * width, it.coveredSteps * width));
    const cut = it.coveredSteps < request.nRows;
    if (request.endAtRest || cut) {
      for (let j = 0; j < width; j++) {
        const last = out[(n - 1) * width + j]! - (n > 1 ? out[(n - 2) * width + j]! : request.start[j]!);
        expect(Math.abs(last)).toBeLessThanOrEqual(request.limits.acceleration[j]! * request.periodS ** 2 + 2e-13);
      }
    }
    const { maxScale: _, blockedRow: __, ...plain } = request;
    const again = outcome({ ...plain, rows: out, nRows: n, endAtRest: request.endAtRest || cut }, width);
    expect([again.code, again.it.factor]).toEqual([RETIME_UNCHANGED, 1]);
    expect(again.rows).toEqual(out);
  }
  // Each way out is met often enough to mean something.
  for (const code of [RETIME_UNCHANGED, RETIME_STRETCHED, RETIME_BRAKED, retimer.CANNOT_START, retimer.CANNOT_STOP])
    expect([code, (seen.get(code) ?? 0) >= 40]).toEqual([code, true]);
  // What is made within limits passes the check of limits: the check is a second line, not how rows are chosen.
  expect(seen.get(retimer.CANNOT_CHECK) ?? 0).toBe(0);
});

test("speed caps hold on the output: no step is longer than the scale of the rows it passes", () => {
  const random = new Random("caps");
  let checked = 0;
  for (let trial = 0; trial < 1500; trial++) {
    const one = randomCase(random);
    const { maxScale } = one.request;
    if (maxScale === undefined) continue;
    // One joint and one direction, so that u can be read off the position.
    const rows = one.request.maxScale === undefined ? [] : Array.from(maxScale, (_, i) => 0.01 * (i + 1));
    const request = { ...one.request, rows, start: [0], startVelocity: [0], blockedRow: rows.length, periodS: 0.1 };
    const { code, rows: out } = outcome({ ...request, limits: { ...wide, velocity: [9], acceleration: [5] } });
    if (code >= CANNOT_INVALID) continue;
    checked += 1;
    let last = 0;
    let over = 0;
    for (const q of out) {
      const u = q / 0.01;
      let most = 0;
      for (let i = Math.floor(last + 1e-9); i < Math.min(rows.length, Math.max(u - 1e-9, last + 1e-9)); i++)
        most = Math.max(most, maxScale[i]!);
      over = Math.max(over, u - last - Math.min(1, most));
      last = u;
    }
    expect(over).toBeLessThanOrEqual(1e-9);
  }
  expect(checked).toBeGreaterThan(300);
});

test("oracle: the smallest sufficient uniform factor, by trying every factor at every phase of the rows", () => {
  const random = new Random("oracle");
  let compared = 0;
  for (let trial = 0; trial < 60; trial++) {
    const nRows = 3 + Math.floor(random.uniform(0, 6));
    const steps = Array.from({ length: nRows }, () => random.uniform(-0.1, 0.1));
    let q = 0;
    const rows = steps.map((step) => (q += step));
    const velocity = random.uniform(0.5, 2);
    const acceleration = random.uniform(4, 30);
    // Started along the path, not ending at rest: rates and corners alone decide.
    const { it, code } = outcome(chunk(rows, velocity, acceleration, { startVelocity: [steps[0]! / 0.1] }));
    const least = smallestFactor(steps, velocity * 0.1, acceleration * 0.01);
    if (code !== RETIME_STRETCHED) continue;
    compared += 1;
    const n = Math.ceil(least * nRows - 1e-6);
    expect([trial, it.nRows - n]).toEqual([trial, 0]);
  }
  expect(compared).toBeGreaterThan(20);
});

/** By bisection on a dense search: speeds on each step, and changes between windows one period long at 200 phases. */
function smallestFactor(steps: readonly number[], mostStep: number, mostChange: number): number {
  const position = (u: number): number => {
    const i = Math.min(steps.length - 1, Math.max(0, Math.floor(u)));
    return steps.slice(0, i).reduce((sum, step) => sum + step, 0) + (u - i) * steps[i]!;
  };
  const fits = (factor: number): boolean => {
    if (!steps.every((step) => Math.abs(step) / factor <= mostStep)) return false;
    const end = steps.length * factor;
    // Beyond both ends the path goes on straight, so only the corners within count. Every corner on a row, and phases between.
    for (let t = 0; t <= end; t += factor / 40)
      if (!(Math.abs(position((t + 1) / factor) - 2 * position(t / factor) + position((t - 1) / factor)) <= mostChange)) return false;
    return true;
  };
  let low = 0.99;
  let high = 50;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (fits(middle)) high = middle;
    else low = middle;
  }
  return Math.max(1, high);
}

test("oracle: the braking profile on a straight path is as quick as a fine grid finds", () => {
  assert(
    property(
      record({
        steps: array(double({ min: 0.02, max: 0.2, noNaN: true }), { minLength: 2, maxLength: 8 }),
        velocity: double({ min: 0.3, max: 3, noNaN: true }),
        acceleration: double({ min: 0.5, max: 20, noNaN: true }),
        rest: boolean(),
        scale: integer({ min: 1, max: 4 }),
      }),
      ({ steps, velocity, acceleration, rest, scale }) => {
        // Equal steps keep the path free of changes of speed that it asks for itself.
        const step = steps[0]!;
        const rows = steps.map((_, i) => step * (i + 1));
        const maxScale = steps.map((_, i) => (i === 1 ? 1 / scale : 1));
        const { code, it } = outcome(chunk(rows, velocity, acceleration, { endAtRest: rest, maxScale }));
        if (code !== RETIME_BRAKED) return;
        const seconds = gridSeconds(rows.length, step, velocity, acceleration, rest, maxScale);
        expect(it.executedS).toBeGreaterThanOrEqual(seconds - 1e-6 - 0.005 * seconds);
        expect(it.executedS).toBeLessThanOrEqual(seconds + 0.1 + 0.005 * seconds);
      },
    ),
    { numRuns: 300, seed },
  );
});

/** Phase plane in metres and seconds on 2000 points a step: the largest speed at each, from caps and both directions. */
function gridSeconds(n: number, step: number, velocity: number, acceleration: number, rest: boolean, scale: readonly number[]): number {
  const fine = 2000;
  const ds = step / fine;
  const speeds = Array.from({ length: n * fine + 1 }, (_, k) => {
    const before = scale[Math.max(0, Math.ceil(k / fine) - 1)]!;
    const after = scale[Math.min(n - 1, Math.floor(k / fine))]!;
    return Math.min(velocity, (step / 0.1) * Math.min(before, after));
  });
  // From rest at most half of a period's change at once, which is what the first row may differ by on a straight path.
  speeds[0] = Math.min(speeds[0]!, (acceleration * 0.1) / 2);
  if (rest) speeds[speeds.length - 1] = 0;
  for (let k = 1; k < speeds.length; k++) speeds[k] = Math.min(speeds[k]!, Math.sqrt(speeds[k - 1]! ** 2 + 2 * acceleration * ds));
  for (let k = speeds.length - 2; k >= 0; k--) speeds[k] = Math.min(speeds[k]!, Math.sqrt(speeds[k + 1]! ** 2 + 2 * acceleration * ds));
  let seconds = 0;
  for (let k = 1; k < speeds.length; k++) seconds += (2 * ds) / (speeds[k]! + speeds[k - 1]!);
  return seconds;
}
