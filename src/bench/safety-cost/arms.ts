/**
 * The three ways to run the same episode that the cost of safety is measured between.
 * @module
 */
import type { Gate } from "../../gate/gate.ts";
import { deny } from "../../gate/verdict.ts";

/**
 * - `off`: no gate is asked; the kernel still bounds what reaches the motors.
 * - `graded`: the chain as configured, in which a gate may slow a motion down.
 * - `binary`: the same gates with the same thresholds, but what they would slow is refused.
 */
export const arms = ["off", "graded", "binary"] as const;
export type Arm = (typeof arms)[number];

export function gatesOfArm(arm: Arm, gates: readonly Gate[]): readonly Gate[] {
  switch (arm) {
    case "off":
      return [];
    case "graded":
      return gates;
    case "binary":
      return gates.map(binary);
    default:
      return arm satisfies never;
  }
}

function binary(gate: Gate): Gate {
  return {
    id: gate.id,
    check(ask) {
      const verdict = gate.check(ask);
      return verdict.kind === "slow" ? deny(verdict.gate, verdict.code, verdict.reason, verdict.evidence) : verdict;
    },
    ...(gate.commit === undefined ? {} : { commit: (ask) => gate.commit?.(ask) }),
    ...(gate.fork === undefined ? {} : { fork: () => binary(gate.fork?.() ?? gate) }),
  };
}
