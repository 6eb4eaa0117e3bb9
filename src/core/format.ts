/**
 * Numbers as the reasons and messages of the project print them.
 * @module
 */

/**
 * C's `%g`: six significant digits, no trailing zeros, exponent form below 1e-4 and from 1e6 on; `nan`, `inf`, `-inf`. Ties
 * round away from zero, as `toFixed` does.
 */
export function formatG(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  // The exponent after rounding to six digits decides, as in C: 999999.5 prints as 1e+06.
  const [digits = "", exponentText = ""] = x.toExponential(5).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return trimZeros(x.toFixed(5 - exponent));
  const sign = exponent < 0 ? "-" : "+";
  return `${trimZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** For people, not for records: six significant digits, and 0 for what rounding alone has left. */
export function sixDigits(x: number): number {
  return Math.abs(x) < 1e-9 ? 0 : Number(x.toPrecision(6));
}

/**
 * A value and its limit with the same number of decimals: at least `minDecimals`, and as many more, to 9, as it takes for the two
 * to read differently.
 */
export function formatPair(value: number, limit: number, minDecimals = 3): readonly [value: string, limit: string] {
  let decimals = minDecimals;
  if (value !== limit) while (decimals < 9 && value.toFixed(decimals) === limit.toFixed(decimals)) decimals += 1;
  return [value.toFixed(decimals), limit.toFixed(decimals)];
}

function trimZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
