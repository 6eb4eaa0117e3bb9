/**
 * A robot whose last stop was not proved, or that recovers, moves slowly.
 * @module
 */
import type { Gate } from "./gate.ts";
import { allow, deny, slow, type Verdict } from "./verdict.ts";

/** What the gate reads of the stop chain: the share of every speed that a motion may use, in (0, 1]. */
export interface StopProofView {
  readonly speedScale: number;
}

export function stopProofGate(view: StopProofView): Gate {
  const id = "stop_proof";
  const passed = allow(id);
  return Object.freeze({
    id,
    check(): Verdict {
      const scale = view.speedScale;
      if (scale === 1) return passed;
      if (!(scale > 0 && scale < 1)) return deny(id, "stop_unproven", "the stop chain allows no speed");
      const reason = `the last stop was not proved, or the robot recovers: ${Math.round(scale * 100)} % of the speed`;
      return slow(id, "stop_unproven", scale, reason, { scale });
    },
    /** The copy sees the share as it was now. */
    fork: () => stopProofGate({ speedScale: view.speedScale }),
  });
}
