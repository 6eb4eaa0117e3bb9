/**
 * A person has paused the robot or pulled the emergency stop: what may still pass.
 * @module
 */
import type { Intent } from "../intent/intent.ts";
import { isStopClass } from "./stop-class.ts";
import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

/** What the gate reads of the intervention controller. */
export interface InterventionView {
  readonly state: "running" | "paused" | "swapping" | "emergency_stop";
  /** Who brought the state about. */
  readonly operator: string;
  readonly reason: string;
  /** Whether the controller itself issued this very intent as its fallback. By origin: the name proves nothing. */
  issued(intent: Intent): boolean;
}

export function interventionGate(controller: InterventionView): Gate {
  const id = "intervention";
  const passed = allow(id);
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { state, operator, reason } = controller;
      const evidence = { operator, state };
      switch (state) {
        case "running":
        case "swapping":
          return passed;
        case "paused":
          if (isStopClass(ask) || isNote(ask) || controller.issued(ask.intent) === true) return passed;
          return deny(id, "paused", `controller PAUSED (paused by ${operator}: ${reason})`, evidence);
        case "emergency_stop":
          if (isStopClass(ask) || isNote(ask)) return passed;
          return deny(id, "emergency_stop", `controller EMERGENCY_STOP (${reason})`, evidence);
        default:
          state satisfies never;
          return deny(id, "unknown_state", `controller state ${String(state)} is unknown`);
      }
    },
    /** The copy sees the state as it was now; which intents the controller issued does not change with time. */
    fork() {
      const { state, operator, reason } = controller;
      return interventionGate({
        state,
        operator,
        reason,
        issued: (intent) => controller.issued(intent),
      });
    },
  });
}

/** A note moves nothing; something called `emit_event` that does is no note. */
function isNote({ intent, plan }: Ask): boolean {
  return intent.name === "emit_event" && plan.segments.every((segment) => segment.kind === "hold");
}
