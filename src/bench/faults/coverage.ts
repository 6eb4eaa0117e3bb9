/**
 * What was detected, group by group.
 * @module
 */
import { tableLines } from "../text-table.ts";
import type { FaultGroup, FaultOutcome } from "./fault.ts";

export interface GroupCoverage {
  readonly group: FaultGroup;
  readonly faults: number;
  readonly detected: number;
  readonly harmless: number;
  readonly undetected: number;
  /** Faults during which the body did what it must not, detected or not. */
  readonly harmful: number;
  /** Longest from the onset to the last motion among the detected, ms; null where nothing moved any more. */
  readonly slowestMs: number | null;
}

export function coverage(outcomes: readonly FaultOutcome[]): readonly GroupCoverage[] {
  const groups = [...new Set(outcomes.map(({ group }) => group))];
  return groups.map((group) => {
    const own = outcomes.filter((outcome) => outcome.group === group);
    const count = (verdict: FaultOutcome["verdict"]): number => own.filter((outcome) => outcome.verdict === verdict).length;
    const times = own.flatMap(({ verdict, timeToSafeMs }) => (verdict === "detected" && timeToSafeMs !== null ? [timeToSafeMs] : []));
    return {
      group,
      faults: own.length,
      detected: count("detected"),
      harmless: count("harmless"),
      undetected: count("undetected"),
      harmful: own.filter(({ harm }) => harm !== "").length,
      slowestMs: times.length === 0 ? null : Math.max(...times),
    };
  });
}

/** Plain text: a line a group, then every fault that was not detected or did harm. */
export function coverageLines(outcomes: readonly FaultOutcome[]): readonly string[] {
  const rows = coverage(outcomes);
  const header = ["where", "faults", "detected", "harmless", "undetected", "harm", "slowest to safe"];
  const cells = rows.map((row) => [
    row.group,
    ...[row.faults, row.detected, row.harmless, row.undetected, row.harmful].map(String),
    row.slowestMs === null ? "nothing moved" : `${row.slowestMs.toFixed(0)} ms`,
  ]);
  const sum = (pick: (row: GroupCoverage) => number): string => String(rows.reduce((total, row) => total + pick(row), 0));
  const total = [
    "all",
    sum((r) => r.faults),
    sum((r) => r.detected),
    sum((r) => r.harmless),
    sum((r) => r.undetected),
    sum((r) => r.harmful),
    "",
  ];
  const worth = outcomes.filter(({ verdict, harm }) => verdict === "undetected" || harm !== "");
  return [...tableLines([header, ...cells, total]), ...(worth.length === 0 ? [] : ["", ...worth.map(worthSaying)])];
}

function worthSaying({ group, name, verdict, by, harm }: FaultOutcome): string {
  const detection = verdict === "detected" ? `detected (${by}), but` : `${verdict}:`;
  return `${group}: ${name}: ${detection} ${harm === "" ? "the motion did not end where it should" : harm}`;
}
