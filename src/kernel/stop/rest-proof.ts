/**
 * Proves that a target stands still: it is looked at again after it acknowledged, and believed only when two looks in a row agree.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { answerWithin, type MotionSample, type StopTarget } from "./stop-target.ts";

export interface RestOptions {
  /** At rest: no joint faster, rad/s or m/s. */
  readonly restSpeed?: number;
  /** What a joint at rest may seem to move between two looks, rad or m. */
  readonly restDrift?: number;
  /** Between two looks at hardware, ms. */
  readonly lookEveryMs?: number;
  /** Looks at hardware before rest counts as not proved. */
  readonly looks?: number;
}

export interface RestProof {
  readonly proved: boolean;
  /** The target's time of the first of the two looks, ms; null without proof. */
  readonly restAtMs: number | null;
  /** The fastest joint seen, rad/s or m/s; null when none was measured. */
  readonly peakSpeed: number | null;
  /** Why rest is not proved; "" when it is. */
  readonly problem: string;
}

const defaults = { restSpeed: 0.01, restDrift: 2e-3, lookEveryMs: 20, looks: 25 } as const;

/** `afterMs`: the target's time of the stop; what was measured before says nothing. Never rejects. */
export async function proveRest(target: StopTarget, clock: Clock, afterMs: number, options: RestOptions = {}): Promise<RestProof> {
  const { restSpeed, restDrift, lookEveryMs, looks } = { ...defaults, ...options };
  // What nobody steps does not come to rest by being looked at.
  const nLooks = target.kind === "hardware" ? looks : 2;
  let still: MotionSample | undefined;
  let peakSpeed: number | null = null;
  let problem = "never looked at";
  for (let look = 0; look < nLooks; look++) {
    if (look > 0 && target.kind === "hardware") await clock.sleepUntil(clock.nowMs() + lookEveryMs);
    const seen = await answerWithin(clock, lookEveryMs, () => target.observe());
    if (!seen.answered) {
      still = undefined;
      problem = `not measured: ${seen.problem}`;
      continue;
    }
    const sample = seen.value;
    if (!isSample(sample)) {
      still = undefined;
      problem = "what was measured has no joints or no stamp";
      continue;
    }
    const speed = fastest(sample.qdRadPerS);
    if (Number.isFinite(speed)) peakSpeed = Math.max(peakSpeed ?? 0, speed);
    if (!(sample.atMs >= afterMs)) {
      still = undefined;
      problem = `measured at ${sample.atMs} ms, before the stop at ${afterMs} ms`;
    } else if (!(speed <= restSpeed)) {
      still = undefined;
      problem = `moving at ${speed} rad/s or m/s, at rest below ${restSpeed}`;
    } else if (still === undefined) {
      still = sample;
      problem = "seen at rest only once";
    } else if (!(sample.atMs > still.atMs || target.kind === "simulated")) {
      problem = `the sensor repeats its stamp of ${still.atMs} ms`;
    } else if (!(drift(still.qRad, sample.qRad) <= restDrift)) {
      problem = "the joints move although their speeds say they do not";
      still = sample;
    } else {
      return Object.freeze({ proved: true, restAtMs: still.atMs, peakSpeed, problem: "" });
    }
  }
  return Object.freeze({ proved: false, restAtMs: null, peakSpeed, problem });
}

/** A machine that fails may say anything. */
function isSample(sample: MotionSample | null | undefined): sample is MotionSample {
  return typeof sample?.atMs === "number" && isList(sample.qRad) && isList(sample.qdRadPerS);
}

function isList(values: unknown): values is ArrayLike<number> {
  return Array.isArray(values) || values instanceof Float64Array;
}

/** NaN when nothing is measured or a number is not one. */
function fastest(speeds: ArrayLike<number>): number {
  let most = speeds.length > 0 ? 0 : Number.NaN;
  // Math.max keeps NaN.
  for (let j = 0; j < speeds.length; j++) most = Math.max(most, Math.abs(speeds[j]!));
  return most;
}

function drift(before: ArrayLike<number>, after: ArrayLike<number>): number {
  let most = before.length === after.length ? 0 : Number.NaN;
  for (let j = 0; j < before.length; j++) most = Math.max(most, Math.abs(after[j]! - before[j]!));
  return most;
}
