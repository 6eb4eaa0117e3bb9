/**
 * Refuses new motion while the control loop keeps missing its period.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { ClearanceError } from "../core/errors.ts";
import { isStopClass } from "./stop-class.ts";
import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

/** What the gate reads of the deadline monitor. */
export interface DeadlineView {
  /** Periods in a row that were late, the running one included while it stalls; 0 after an on-time one. */
  readonly consecutiveMisses: number;
}

export interface DeadlineConfig {
  /** From this many on, nothing but the stop class passes. */
  readonly maxConsecutive?: number;
}

export function deadlineGate(monitor: DeadlineView, config: DeadlineConfig = {}): Gate {
  const id = "deadline";
  const maxConsecutive = config.maxConsecutive ?? 3;
  if (!(Number.isInteger(maxConsecutive) && maxConsecutive >= 1))
    throw new ClearanceError("value.invalid", `deadline.maxConsecutive is ${maxConsecutive}; give a whole number of 1 or more`, {
      field: "deadline.maxConsecutive",
      problem: "not a whole number of 1 or more",
    });
  const passed = allow(id);
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const misses = monitor.consecutiveMisses;
      if ((misses >= 0 && misses < maxConsecutive) || isStopClass(ask)) return passed;
      const evidence = { consecutiveMisses: evidenceNumber(misses), maxConsecutive };
      return deny(id, "deadline_missed", `deadline missed ${misses} times in a row`, evidence);
    },
    /** The copy sees the misses as they were now. */
    fork: () => deadlineGate({ consecutiveMisses: monitor.consecutiveMisses }, { maxConsecutive }),
  });
}
