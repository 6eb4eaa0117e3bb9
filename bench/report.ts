/** One line of the report. `limit` is what the project set itself; the ratio is measured / limit. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  readonly unit: string;
  readonly limit?: number;
  /** True where more is better (records per second, success rates). */
  readonly atLeast?: boolean;
  readonly note?: string;
}

/**
 * `hostFactor`: how many times slower this host is than the one the limits were set on, from the calibration of the same run. Times
 * are shown as measured, and what they come to there beside them.
 */
export function printReport(rows: readonly Row[], hostFactor: number): void {
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const { what, measured, unit, limit, atLeast, note } of rows) {
    const value = `${measured.toPrecision(3)} ${unit}`.padStart(16);
    const ok = limit === undefined || (atLeast === true ? measured >= limit : measured <= limit);
    const target =
      limit === undefined
        ? ""
        : `  ${atLeast === true ? "≥" : "≤"} ${limit} ${unit}${limit === 0 ? "" : `  ratio ${(measured / limit).toFixed(2)}`}  ${ok ? "met" : "MISSED"}`;
    const there = unit === "µs" && limit !== undefined && !ok ? `; ≈ ${(measured / hostFactor).toPrecision(3)} µs on the limits' host` : "";
    console.log(`${what.padEnd(width)}${value}${target}${there}${note === undefined ? "" : `  (${note})`}`);
  }
}
