/**
 * What a captured sweep says of the robot: where it was, how fast, how hard, how long steps take. Spec runtime.md §9.
 * @module
 */
import type { JsonObject, JsonValue } from "../../core/json.ts";
import { distance, type Vec3 } from "../../core/vec3.ts";
import type { StepRecord } from "../../trace/records.ts";
import { executedSteps, finite, type ExecutedStep } from "./executed-steps.ts";

export interface LatencyReport {
  readonly n: number;
  readonly meanMs: number;
  /** Nearest rank: the maximum below 100 samples. */
  readonly p99Ms: number;
}

export interface CalibrationReport {
  /** Recorded, and of those carried out; only the latter count. */
  readonly nSteps: number;
  readonly nExecuted: number;
  /** Smallest box around every measured position of the tip, world frame, m. */
  readonly boundsM: { readonly minM: Vec3; readonly maxM: Vec3 } | null;
  /** Largest mean speed of a step, m/s. */
  readonly maxSpeedMps: number | null;
  /** Largest change of that speed from one step to the next, over the later one's duration, m/s². */
  readonly maxAccelerationMps2: number | null;
  /** Largest `force_norm` or `force` that was measured, N. */
  readonly maxForceN: number | null;
  readonly latency: LatencyReport | null;
  readonly countsByPrimitive: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

/** Nearer in time than this, two samples give no speed, ms. */
const shortestPairMs = 1;
/** With fewer samples the 99th percentile by nearest rank is the maximum. */
const samplesForP99 = 100;

/** `log`: the steps of a capture in their order, as `calibrationEpisode` gives them or a trace holds them. */
export function analyseCapture(log: readonly StepRecord[]): CalibrationReport {
  const steps = executedSteps(log);
  const warnings: string[] = [];
  const refused = log.find(({ result }) => result.status === "blocked");
  if (refused !== undefined) {
    const n = log.filter(({ result }) => result.status === "blocked").length;
    warnings.push(
      `${n} of ${log.length} steps were refused and do not count; the first: ${refused.intent.name}: ${refused.result.message}`,
    );
  }
  const speeds = speedsOf(steps, warnings);
  const latency = latencyOf(speeds.durationsMs);
  if (latency !== null && latency.n < samplesForP99) warnings.push(`${latency.n} latency samples, fewer than 100: p99 is the maximum`);
  const forces = steps
    .flatMap(({ record }) => [forceOf(record.result.observation), forceOf(record.stateAfter)])
    .filter((n) => n !== undefined);
  return {
    nSteps: log.length,
    nExecuted: steps.length,
    boundsM: boundsOf(steps),
    maxSpeedMps: largest(speeds.speedsMps),
    maxAccelerationMps2: largest(speeds.accelerationsMps2),
    maxForceN: largest(forces),
    latency,
    countsByPrimitive: countsOf(steps),
    warnings,
  };
}

interface Speeds {
  readonly speedsMps: readonly number[];
  readonly accelerationsMps2: readonly number[];
  readonly durationsMs: readonly number[];
}

function speedsOf(steps: readonly ExecutedStep[], warnings: string[]): Speeds {
  const speedsMps: number[] = [];
  const accelerationsMps2: number[] = [];
  const durationsMs: number[] = [];
  let tooShort = 0;
  let untimed = 0;
  for (const { before, after } of steps) {
    const tookMs = before === undefined || after === undefined ? Number.NaN : after.atMs - before.atMs;
    if (before === undefined || after === undefined || !(tookMs >= 0)) {
      untimed += 1;
      continue;
    }
    durationsMs.push(tookMs);
    if (!(tookMs >= shortestPairMs)) {
      tooShort += 1;
      continue;
    }
    const speedMps = distance(before.positionM, after.positionM) / (tookMs / 1000);
    const previousMps = speedsMps.at(-1);
    if (previousMps !== undefined) accelerationsMps2.push(Math.abs(speedMps - previousMps) / (tookMs / 1000));
    speedsMps.push(speedMps);
  }
  if (tooShort > 0) warnings.push(`${tooShort} steps took less than 1 ms by the backend's clock and give no speed`);
  if (untimed > 0) warnings.push(`${untimed} steps have no time or position of the backend before and after them and give no speed`);
  return { speedsMps, accelerationsMps2, durationsMs };
}

function latencyOf(durationsMs: readonly number[]): LatencyReport | null {
  const n = durationsMs.length;
  if (n === 0) return null;
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const p99Ms = sorted[Math.ceil(0.99 * n) - 1] ?? Number.NaN;
  return { n, meanMs: sorted.reduce((sum, ms) => sum + ms, 0) / n, p99Ms };
}

function boundsOf(steps: readonly ExecutedStep[]): CalibrationReport["boundsM"] {
  const points = steps.flatMap(({ before, after }) => [before, after]).flatMap((at) => (at === undefined ? [] : [at.positionM]));
  if (points.length === 0) return null;
  const corner = (pick: (...values: number[]) => number): Vec3 => [
    pick(...points.map(([x]) => x)),
    pick(...points.map(([, y]) => y)),
    pick(...points.map(([, , z]) => z)),
  ];
  return { minM: corner(Math.min), maxM: corner(Math.max) };
}

/** `force_norm`, or `force` as a number or a vector, N. */
function forceOf(fields: JsonObject | null): number | undefined {
  for (const value of [fields?.["force_norm"], fields?.["force"]]) {
    if (finite(value)) return Math.abs(value);
    if (Array.isArray(value) && value.length > 0 && value.every(finite)) return lengthOf(value);
  }
  return undefined;
}

function lengthOf(vector: readonly JsonValue[]): number {
  return Math.sqrt(vector.reduce<number>((sum, part) => sum + Number(part) * Number(part), 0));
}

function countsOf(steps: readonly ExecutedStep[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { record } of steps) counts.set(record.intent.name, (counts.get(record.intent.name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value), 0);
}
