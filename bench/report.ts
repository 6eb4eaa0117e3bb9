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

export function printReport(rows: readonly Row[]): void {
  const width = Math.max(...rows.map((row) => row.what.length));
  for (const { what, measured, unit, limit, atLeast, note } of rows) {
    const value = `${measured.toPrecision(3)} ${unit}`.padStart(16);
    const ok = limit === undefined || (atLeast === true ? measured >= limit : measured <= limit);
    const target =
      limit === undefined
        ? ""
        : `  ${atLeast === true ? "≥" : "≤"} ${limit} ${unit}  ratio ${(measured / limit).toFixed(2)}  ${ok ? "met" : "MISSED"}`;
    console.log(`${what.padEnd(width)}${value}${target}${note === undefined ? "" : `  (${note})`}`);
  }
}
