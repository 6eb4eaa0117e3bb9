/**
 * Stopping: straight to the backend, past every gate and queue, until it is acknowledged, and then looked at until it is seen at rest.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import { stopTargets } from "../kernel/stop/fan-out.ts";

export interface StopOutcome {
  readonly acknowledged: boolean;
  /** Acknowledged at the first call, with numbers, and seen at rest twice afterwards. */
  readonly proved: boolean;
  /** From the call to rest as the machine measured it, else to the end of patience, ms. */
  readonly elapsedMs: number;
  readonly attempts: number;
  /** The machine's own time when it was seen at rest, ms; null without that proof. */
  readonly restAtMs: number | null;
  /** Why it is not proved; "" when it is. */
  readonly problem: string;
  readonly json: JsonObject;
}

/** Brake and hold under power (IEC 60204-1). */
const category = 2;

/** Never throws. `epoch`: counts the stops of the episode. */
export async function stopBackend(backend: Backend, clock: Clock, epoch: number): Promise<StopOutcome> {
  const { targets, proved } = await stopTargets([backend], category, epoch, { clock });
  const [stop] = targets;
  if (stop === undefined) throw new TypeError("a stop of one machine has one outcome");
  const { acknowledged, attempts, stoppingTimeMs, stoppingDistanceM, rest } = stop;
  const elapsedMs = stoppingTimeMs ?? stop.elapsedMs;
  const unmeasured = stoppingTimeMs === null || stoppingDistanceM === null ? "how it stopped was not measured" : "";
  const problem = proved ? "" : acknowledged ? rest.problem || unmeasured || "it had to be asked twice" : "no acknowledgement";
  const json: JsonObject = {
    acknowledged,
    proved,
    elapsed_ms: elapsedMs,
    attempts,
    at_rest: rest.proved,
    stopping_time_ms: stoppingTimeMs,
    stopping_distance_m: stoppingDistanceM,
    ...(problem === "" ? {} : { problem }),
  };
  return { acknowledged, proved, elapsedMs, attempts, restAtMs: rest.restAtMs, problem, json };
}
