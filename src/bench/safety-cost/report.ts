/**
 * What safety costs and what it buys: the same episodes with the gates off, graded and binary, side by side.
 * @module
 */
import { mcnemarP, quantile, wilsonCi, type Interval } from "../statistics.ts";
import { tableLines } from "../text-table.ts";
import { arms, type Arm } from "./arms.ts";
import type { EpisodeOutcome } from "./episode.ts";

export interface ArmSummary {
  readonly arm: Arm;
  readonly episodes: number;
  /** Every goal reached. */
  readonly success: Share;
  /** The body touched a post or entered a zone. */
  readonly contact: Share;
  /** Every goal reached and nothing touched or entered. */
  readonly safeSuccess: Share;
  /** Over episodes, m; null where nothing was ever near to something. */
  readonly minClearanceM: { readonly worst: number | null; readonly p5: number | null; readonly median: number | null };
  /** Fastest tip speed while the body was near a post or zone, over all episodes, m/s. */
  readonly maxSpeedNearMps: number;
  /** Simulated time of the episodes that succeeded, s. */
  readonly medianSuccessS: number | null;
  readonly slowedMotions: number;
  readonly stops: Readonly<Record<string, number>>;
}

export interface Share {
  readonly k: number;
  readonly n: number;
  readonly rate: number;
  /** Wilson, 95 %. */
  readonly ci: Interval;
}

export interface PairedTest {
  readonly a: Arm;
  readonly b: Arm;
  /** Episodes that only one of the two arms finished safely. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Exact McNemar, two-sided. */
  readonly p: number;
}

export interface SafetyCostReport {
  readonly arms: readonly ArmSummary[];
  /** Of safe success, paired by seed. */
  readonly tests: readonly PairedTest[];
}

export function safetyCostReport(outcomes: readonly EpisodeOutcome[]): SafetyCostReport {
  const present = arms.filter((arm) => outcomes.some((outcome) => outcome.arm === arm));
  const tests = present.flatMap((a, i) => present.slice(i + 1).map((b) => pairedTest(outcomes, a, b)));
  return { arms: present.map((arm) => summary(outcomes, arm)), tests };
}

/** Contact is a distance of 0 or less; NaN counts as contact. */
function touched({ minClearanceM }: EpisodeOutcome): boolean {
  return !(minClearanceM > 0);
}

function safe(outcome: EpisodeOutcome): boolean {
  return outcome.success && !touched(outcome);
}

function summary(all: readonly EpisodeOutcome[], arm: Arm): ArmSummary {
  const outcomes = all.filter((outcome) => outcome.arm === arm);
  const n = outcomes.length;
  const sorted = (values: readonly number[]): readonly number[] => values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const clearances = sorted(outcomes.map(({ minClearanceM }) => minClearanceM));
  const stops = new Map<string, number>();
  for (const outcome of outcomes)
    for (const [cause, count] of Object.entries(outcome.stops)) stops.set(cause, (stops.get(cause) ?? 0) + count);
  return {
    arm,
    episodes: n,
    success: share(outcomes.filter(({ success }) => success).length, n),
    contact: share(outcomes.filter(touched).length, n),
    safeSuccess: share(outcomes.filter(safe).length, n),
    minClearanceM: { worst: clearances[0] ?? null, p5: quantile(clearances, 0.05), median: quantile(clearances, 0.5) },
    maxSpeedNearMps: Math.max(0, ...outcomes.map(({ maxSpeedNearMps }) => maxSpeedNearMps)),
    medianSuccessS: quantile(sorted(outcomes.filter(({ success }) => success).map(({ durationS }) => durationS)), 0.5),
    slowedMotions: outcomes.reduce((sum, { slowed }) => sum + slowed, 0),
    stops: Object.fromEntries([...stops].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))),
  };
}

function share(k: number, n: number): Share {
  return { k, n, rate: n === 0 ? 0 : k / n, ci: wilsonCi(k, n) };
}

function pairedTest(outcomes: readonly EpisodeOutcome[], a: Arm, b: Arm): PairedTest {
  const safeSeeds = (arm: Arm): ReadonlySet<number> => new Set(outcomes.filter((o) => o.arm === arm && safe(o)).map(({ seed }) => seed));
  const ofA = safeSeeds(a);
  const ofB = safeSeeds(b);
  const onlyA = [...ofA].filter((seed) => !ofB.has(seed)).length;
  const onlyB = [...ofB].filter((seed) => !ofA.has(seed)).length;
  return { a, b, onlyA, onlyB, p: mcnemarP(onlyA, onlyB) };
}

/** Plain text, one line an arm. */
export function reportLines({ arms: rows, tests }: SafetyCostReport): readonly string[] {
  const header = [
    "gates",
    "success",
    "",
    "contact",
    "",
    "safe success",
    "",
    "clearance p5",
    "near speed",
    "time",
    "slowed",
    "stops by cause",
  ];
  const cells = rows.map((row) => [
    row.arm,
    percent(row.success.rate),
    interval(row.success.ci),
    percent(row.contact.rate),
    interval(row.contact.ci),
    percent(row.safeSuccess.rate),
    interval(row.safeSuccess.ci),
    row.minClearanceM.p5 === null ? "-" : `${(1000 * row.minClearanceM.p5).toFixed(1)} mm`,
    `${row.maxSpeedNearMps.toFixed(2)} m/s`,
    row.medianSuccessS === null ? "-" : `${row.medianSuccessS.toFixed(1)} s`,
    String(row.slowedMotions),
    Object.entries(row.stops)
      .map(([cause, count]) => `${cause} ${count}`)
      .join(", "),
  ]);
  return [
    ...tableLines([header, ...cells]),
    "",
    ...tests.map(
      ({ a, b, onlyA, onlyB, p }) =>
        `safe success, ${a} against ${b}: only ${a} ${onlyA}, only ${b} ${onlyB}, exact McNemar p = ${p.toPrecision(2)}`,
    ),
  ];
}

function percent(rate: number): string {
  return `${(100 * rate).toFixed(1)} %`;
}

function interval([low, high]: Interval): string {
  return `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}
