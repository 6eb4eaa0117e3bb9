/**
 * An answer that comes too late answers a world that is gone.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

/** How far an observation may lie ahead of the asking clock, ms: two clocks of one process, rounding included. */
const CLOCK_SKEW_MS = 1;

export interface WindowConfig {
  /** Observations that may lie between the one answered and the newest; 0: only the newest will do. */
  readonly maxObservationsBehind?: number;
  /** When an observation that is not the newest was made, ms; without it, only the newest can be dated. Pure. */
  readonly observedAtMs?: (observationId: string) => number | undefined;
}

/** Judges `Intent.basedOn` and `Intent.validForMs`; an intent without either passes. */
export function windowGate(config: WindowConfig = {}): Gate {
  const id = "window";
  const { maxObservationsBehind = 0, observedAtMs } = config;
  if (!(Number.isInteger(maxObservationsBehind) && maxObservationsBehind >= 0))
    throw new ClearanceError("value.invalid", `window.maxObservationsBehind is ${maxObservationsBehind}; give a whole number`, {
      field: "window.maxObservationsBehind",
      problem: "not a whole number of 0 or more",
    });
  const passed = allow(id);
  return Object.freeze({
    id,
    check({ intent, world, atMs }: Ask): Verdict {
      const { basedOn, validForMs } = intent;
      const { observation } = world;
      let madeAtMs: number | undefined = observation.atMs;
      if (basedOn !== undefined && basedOn !== observation.id) {
        const behind = observation.seq - sequenceOf(basedOn);
        if (!(behind >= 0 && behind <= maxObservationsBehind))
          return deny(id, "older_observation", "answers an older observation", {
            basedOn,
            newest: observation.id,
          });
        madeAtMs = observedAtMs?.(basedOn);
      }
      if (validForMs === undefined) return passed;
      if (madeAtMs === undefined)
        return deny(id, "older_observation", "answers an older observation", {
          basedOn: basedOn ?? "",
        });
      const ageMs = atMs - madeAtMs;
      if (ageMs >= -CLOCK_SKEW_MS && ageMs <= validForMs) return passed;
      const evidence = { ageMs: evidenceNumber(ageMs), validForMs: evidenceNumber(validForMs) };
      if (!(ageMs > validForMs)) return deny(id, "invalid_window", "intent validity cannot be judged", evidence);
      return deny(id, "intent_expired", `intent expired ${formatG(ageMs - validForMs)} ms ago`, evidence);
    },
  });
}

/** `obs-17` is 17; NaN for any other text, which then passes no comparison. */
function sequenceOf(observationId: string): number {
  const match = /^obs-(\d+)$/.exec(observationId);
  return match === null ? Number.NaN : Number(match[1]);
}
