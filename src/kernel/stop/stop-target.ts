/**
 * What the fan-out needs of whatever can stop: a simulation, a driver, a runner. A backend fits as it is.
 * @module
 */
import type { Clock } from "../../core/clock.ts";

/** IEC 60204-1: 0 power off at once, 1 brake then power off, 2 brake and hold under power. */
export type StopCategory = 0 | 1 | 2;

export interface StopAnswer {
  readonly acknowledged: boolean;
  /** The target's own time at which the stop took effect, ms. */
  readonly atMs: number;
  /** From the call to rest, as the target measured it. */
  readonly stoppingTimeMs: number;
  /** Path of the tip from the call to rest, m. */
  readonly stoppingDistanceM: number;
}

/** What is looked at to prove rest. */
export interface MotionSample {
  /** The target's own time, ms. */
  readonly atMs: number;
  /** Shape `[nJoints]`; rad or m. */
  readonly qRad: ArrayLike<number>;
  /** Shape `[nJoints]`; rad/s or m/s. */
  readonly qdRadPerS: ArrayLike<number>;
}

export interface StopTarget {
  readonly name: string;
  /** Time stands still for a simulation that nobody steps, so two looks at it may carry one stamp. */
  readonly kind: "simulated" | "hardware";
  /** Ends motion and holds. Idempotent, callable at any time. */
  stop(category: StopCategory, epoch: number): StopAnswer | Promise<StopAnswer>;
  /** Harder, for one that did not answer; may throw once it has acted. */
  estop?(): unknown;
  observe(): MotionSample | Promise<MotionSample>;
}

/** NaN from a clock that fails: a stop goes on without knowing the time. */
export function timeOf(clock: Clock): number {
  try {
    return clock.nowMs();
  } catch {
    return Number.NaN;
  }
}

export type Answered<T> = { readonly answered: true; readonly value: T } | { readonly answered: false; readonly problem: string };

/**
 * What a call answers within `limitMs`. A throw, a rejection and silence are no answer; never rejects. The call itself happens before
 * this returns. On a simulated clock the limit is one of the host's time, for simulated time may stand still for ever.
 */
export async function answerWithin<T>(clock: Clock, limitMs: number, call: () => T | Promise<T>): Promise<Answered<T>> {
  try {
    const value = call();
    if (!(value instanceof Promise)) return { answered: true, value };
    return await raced(clock, limitMs, value);
  } catch (cause) {
    return { answered: false, problem: cause instanceof Error ? cause.message : String(cause) };
  }
}

async function raced<T>(clock: Clock, limitMs: number, promise: Promise<T>): Promise<Answered<T>> {
  const enough = new AbortController();
  const late = { answered: false, problem: `no answer within ${limitMs} ms` } as const;
  const patience = clock.kind === "real" ? clock.sleepUntil(clock.nowMs() + limitMs, enough.signal) : hostSleep(limitMs, enough.signal);
  try {
    return await Promise.race([promise.then((value) => ({ answered: true, value }) as const), Promise.resolve(patience).then(() => late)]);
  } finally {
    enough.abort();
  }
}

function hostSleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });
}
