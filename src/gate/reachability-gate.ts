/**
 * Refuses targets that the arm cannot reach, with the planner's numbers as evidence.
 * @module
 */
import type { Ask, Gate } from "./gate.ts";
import { outsideJointRange } from "./joint-range.ts";
import { unlessGrounded } from "./measured.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

/** Failures that mean "the arm cannot": proved, undecided, or only by changing its posture on the way. */
const unreachable: ReadonlySet<string> = new Set(["unreachable", "no_solution", "no_path", "no-path"]);

export function reachabilityGate(): Gate {
  const id = "reachability";
  const passed = allow(id);
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { failure } = ask.plan;
      if (failure !== undefined && unreachable.has(failure.code)) return deny(id, failure.code, failure.reason, failure.evidence);
      return unlessGrounded(id, ask) ?? outsideJointRange(id, ask.plan, ask.world.robot, 0) ?? passed;
    },
  });
}
