/**
 * One stop to everything that can move: asked at once, acknowledged in time or asked harder, and proved by looking again.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { JsonObject } from "../../core/json.ts";
import { proveRest, type RestOptions, type RestProof } from "./rest-proof.ts";
import { ACKNOWLEDGE_MS } from "./stop-limits.ts";
import { answerWithin, timeOf, type Answered, type StopAnswer, type StopCategory, type StopTarget } from "./stop-target.ts";

export interface FanOutOptions {
  readonly clock: Clock;
  readonly acknowledgeWithinMs?: number;
  /** How often a target that does not answer is asked before the outcome is final. */
  readonly attempts?: number;
  readonly repeatEveryMs?: number;
  readonly rest?: RestOptions;
  /** Told at once, and once for each target, that its first acknowledgement is missing. */
  readonly onUnacknowledged?: (target: string) => void;
  /** Every target has answered or is late: what may take its time, a disk, no longer delays an acknowledgement. */
  readonly onAnswered?: () => void;
  /** Whether to go on asking; a robot that was reset meanwhile is not stopped by an old stop. */
  readonly wanted?: () => boolean;
}

export interface TargetStop {
  readonly name: string;
  readonly acknowledged: boolean;
  /** From the first call to the acknowledgement, or to the end of patience, ms. */
  readonly elapsedMs: number;
  /** The first call was answered within the limit; a simulation's computing time is not counted. */
  readonly inTime: boolean;
  readonly attempts: number;
  /** Its `estop` was called. */
  readonly escalated: boolean;
  /** As the target measured them; null where it did not, or not in numbers. */
  readonly stoppingTimeMs: number | null;
  readonly stoppingDistanceM: number | null;
  readonly rest: RestProof;
}

export interface StopReport {
  readonly category: StopCategory;
  readonly epoch: number;
  readonly atMs: number;
  /** Every target acknowledged; false when there is none. */
  readonly acknowledged: boolean;
  /** Every target acknowledged in time, said in numbers how it stopped, and was seen at rest. */
  readonly proved: boolean;
  readonly elapsedMs: number;
  readonly targets: readonly TargetStop[];
}

const defaults = { acknowledgeWithinMs: ACKNOWLEDGE_MS, attempts: 50, repeatEveryMs: 100, rest: {} } as const;
const unseen: RestProof = Object.freeze({ proved: false, restAtMs: null, peakSpeed: null, problem: "the stop was not acknowledged" });

/** Every target's `stop` has been called when this returns; the promise waits for answers and proofs. Never throws, never rejects. */
export async function stopTargets(
  targets: readonly StopTarget[],
  category: StopCategory,
  epoch: number,
  options: FanOutOptions,
): Promise<StopReport> {
  const { clock } = options;
  const atMs = timeOf(clock);
  let waiting = targets.length;
  const answered = (): void => {
    waiting -= 1;
    if (waiting <= 0) options.onAnswered?.();
  };
  const asked = targets.map((target) => stopOne(target, category, epoch, options, answered));
  if (asked.length === 0) answered();
  const stops = await Promise.all(asked);
  const all = (holds: (stop: TargetStop) => boolean): boolean => stops.length > 0 && stops.every(holds);
  return Object.freeze({
    category,
    epoch,
    atMs,
    acknowledged: all((stop) => stop.acknowledged),
    proved: all(isProved),
    elapsedMs: timeOf(clock) - atMs,
    targets: Object.freeze(stops),
  });
}

async function stopOne(
  target: StopTarget,
  category: StopCategory,
  epoch: number,
  options: FanOutOptions,
  answered: () => void,
): Promise<TargetStop> {
  const { clock, acknowledgeWithinMs, attempts, repeatEveryMs, rest, wanted } = { ...defaults, ...options };
  const startedMs = timeOf(clock);
  for (let attempt = 1; ; attempt++) {
    const answer = await answerWithin(clock, acknowledgeWithinMs, () => target.stop(category, epoch));
    const elapsedMs = timeOf(clock) - startedMs;
    if (attempt === 1) answered();
    if (hasAcknowledged(answer)) {
      const { atMs, stoppingTimeMs, stoppingDistanceM } = answer.value;
      return Object.freeze({
        name: target.name,
        acknowledged: true,
        elapsedMs,
        inTime: attempt === 1 && (target.kind === "simulated" || elapsedMs <= acknowledgeWithinMs),
        attempts: attempt,
        escalated: attempt > 1,
        stoppingTimeMs: measured(stoppingTimeMs),
        stoppingDistanceM: measured(stoppingDistanceM),
        rest: await proveRest(target, clock, atMs, rest),
      });
    }
    if (attempt === 1) await escalate(target, options);
    if (attempt < attempts) await clock.sleepUntil(timeOf(clock) + repeatEveryMs);
    // Asked after the wait: an old stop must not reach a robot that was reset during it.
    if (attempt >= attempts || wanted?.() === false)
      return Object.freeze({
        name: target.name,
        acknowledged: false,
        elapsedMs,
        inTime: false,
        attempts: attempt,
        escalated: true,
        stoppingTimeMs: null,
        stoppingDistanceM: null,
        rest: unseen,
      });
  }
}

async function escalate(target: StopTarget, { clock, acknowledgeWithinMs, onUnacknowledged }: FanOutOptions): Promise<void> {
  const harder = answerWithin(clock, acknowledgeWithinMs ?? ACKNOWLEDGE_MS, () => target.estop?.());
  onUnacknowledged?.(target.name);
  await harder;
}

function hasAcknowledged(answer: Answered<StopAnswer>): answer is Extract<Answered<StopAnswer>, { answered: true }> {
  return answer.answered && answer.value?.acknowledged === true;
}

/** Only a first answer counts as proof: one that had to be asked twice did not stop when it was told to. */
function isProved(stop: TargetStop): boolean {
  return stop.acknowledged && stop.inTime && stop.stoppingTimeMs !== null && stop.stoppingDistanceM !== null && stop.rest.proved;
}

/** A machine may say anything. */
function measured(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value < Infinity ? value : null;
}

/** For the trace; field names of the wire. */
export function stopReportJson(report: StopReport): JsonObject {
  return {
    acknowledged: report.acknowledged,
    proved: report.proved,
    category: report.category,
    epoch: report.epoch,
    elapsed_ms: report.elapsedMs,
    targets: report.targets.map((stop) => ({
      name: stop.name,
      acknowledged: stop.acknowledged,
      attempts: stop.attempts,
      escalated: stop.escalated,
      elapsed_ms: stop.elapsedMs,
      stopping_time_ms: stop.stoppingTimeMs,
      stopping_distance_m: stop.stoppingDistanceM,
      rest_proved: stop.rest.proved,
      rest_at_ms: stop.rest.restAtMs,
      peak_speed: stop.rest.peakSpeed,
      ...(stop.rest.problem === "" ? {} : { problem: stop.rest.problem }),
    })),
  };
}
