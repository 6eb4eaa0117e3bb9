/**
 * Intervals and tests for counted outcomes. No result is NaN: what is not defined is null.
 * @module
 */
import { exp, log } from "../core/elementary.ts";
import { ClearanceError } from "../core/errors.ts";

export type Interval = readonly [low: number, high: number];

/** 95 % */
const z95 = 1.959963984540054;

/**
 * Wilson's score interval for `k` successes in `n` trials (Wilson 1927); [0, 0] for no trials.
 * @throws ClearanceError `value.invalid` unless k is a whole number in 0 … n
 */
export function wilsonCi(k: number, n: number, z = z95): Interval {
  if (!(n > 0)) return [0, 0];
  if (!(Number.isSafeInteger(k) && k >= 0 && k <= n))
    throw new ClearanceError("value.invalid", `${k} successes in ${n} trials`, { field: "k", problem: `not a whole number in 0 … ${n}` });
  const p = k / n;
  const zz = z * z;
  const center = (p + zz / (2 * n)) / (1 + zz / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + zz / (4 * n * n))) / (1 + zz / n);
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

/** Exact McNemar test, two-sided: of `b + c` discordant pairs, `b` went one way. 1 where there is none. */
export function mcnemarP(b: number, c: number): number {
  const n = b + c;
  if (n === 0) return 1;
  let lnChoose = 0;
  let sum = 0;
  for (let i = 0; i <= Math.min(b, c); i++) {
    if (i > 0) lnChoose += log((n - i + 1) / i);
    sum += exp(lnChoose - n * log(2));
  }
  return Math.min(1, 2 * sum);
}

/** The value below which `share` of the sorted list lies, linear between neighbours; null for an empty list. */
export function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}
