/**
 * Tries a step again after a transient error. Never after a refusal: what a gate denied stays denied.
 * @module
 */
import { backoffS } from "../core/backoff.ts";
import type { Clock } from "../core/clock.ts";
import type { Random } from "../core/random.ts";
import type { StepRecord } from "../trace/records.ts";

export interface RetryOptions {
  readonly maxAttempts?: number;
  readonly backoffInitialS?: number;
  readonly backoffFactor?: number;
  readonly backoffMaxS?: number;
  readonly jitterFrac?: number;
  readonly classify?: (step: StepRecord) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignal;
}

const transientMarks = [
  "timeout",
  "temporarily",
  "try again",
  "rate limit",
  "busy",
  "connection reset",
  "broken pipe",
  "503",
  "502",
  "429",
];

/** Status `error` with a message that speaks of a passing trouble. */
export function isTransientError(step: StepRecord): boolean {
  const message = step.result.message.toLowerCase();
  return step.result.status === "error" && transientMarks.some((mark) => message.includes(mark));
}

export function isAnyError(step: StepRecord): boolean {
  return step.result.status === "error";
}

/** Each attempt is a full step through every gate with fresh state. A stop ends the waiting at once. */
export async function stepWithRetry(attempt: () => Promise<StepRecord>, options: RetryOptions): Promise<StepRecord> {
  const { maxAttempts = 3, classify = isTransientError, clock, signal } = options;
  for (let tries = 1; ; tries++) {
    const step = await attempt();
    const retryable = step.result.status === "error" && classify(step);
    if (!retryable || !(tries < maxAttempts) || signal?.aborted === true) return step;
    await clock.sleepUntil(clock.nowMs() + backoffS(tries, options) * 1000, signal);
    if (signal?.aborted) return step;
  }
}
