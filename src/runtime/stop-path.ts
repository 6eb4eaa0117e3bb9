/**
 * Stopping: straight to the backend, past every gate and queue, until it is acknowledged.
 * @module
 */
import type { Backend, StopReceipt } from "../backend/backend.ts";
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";

/** A stop not acknowledged within this is an error and an alarm, ms. */
export const acknowledgeWithinMs = 250;
const repeatEveryMs = 100;
/** Repeats before the caller is told; the alarm says that the machine did not answer. */
const maxRepeats = 50;

export interface StopOutcome {
  readonly receipt: StopReceipt | undefined;
  readonly acknowledged: boolean;
  readonly elapsedMs: number;
  readonly attempts: number;
}

/** Never throws. */
export async function stopBackend(backend: Backend, clock: Clock): Promise<StopOutcome> {
  const startedMs = clock.nowMs();
  for (let attempts = 1; ; attempts++) {
    const receipt = await attempt(backend, clock);
    const elapsedMs = receipt?.stoppingTimeMs ?? clock.nowMs() - startedMs;
    if (receipt?.acknowledged === true) return { receipt, acknowledged: true, elapsedMs, attempts };
    if (attempts >= maxRepeats) return { receipt, acknowledged: false, elapsedMs, attempts };
    await clock.sleepUntil(clock.nowMs() + repeatEveryMs);
  }
}

async function attempt(backend: Backend, clock: Clock): Promise<StopReceipt | undefined> {
  try {
    const receipt = backend.stop();
    if (!(receipt instanceof Promise) || clock.kind === "simulated") return await receipt;
    const late = Promise.resolve(clock.sleepUntil(clock.nowMs() + acknowledgeWithinMs)).then(() => undefined);
    return await Promise.race([receipt, late]);
  } catch {
    // A backend's stop must not throw; one that does has not acknowledged, and is asked again.
    return undefined;
  }
}

export function stopJson({ receipt, acknowledged, elapsedMs, attempts }: StopOutcome): JsonObject {
  return {
    acknowledged,
    elapsed_ms: elapsedMs,
    attempts,
    ...(receipt === undefined
      ? {}
      : { at_rest: receipt.atRest, stopping_time_ms: receipt.stoppingTimeMs, stopping_distance_m: receipt.stoppingDistanceM }),
  };
}
