import { nonNegativeNumber } from "../core/finite.ts";
import type { Ask, Gate } from "./gate.ts";
import { outsideJointRange } from "./joint-range.ts";
import { allow, type Verdict } from "./verdict.ts";

/** Keeps every planned waypoint at least `marginRad` (rad, or m for prismatic joints) inside the robot's joint limits. */
export function jointLimitsGate(config: { readonly marginRad?: number } = {}): Gate {
  const id = "joint_limits";
  const marginRad = nonNegativeNumber("joint_limits.marginRad", config.marginRad ?? 0);
  const passed = allow(id);
  return Object.freeze({
    id,
    check: ({ plan, world }: Ask): Verdict => outsideJointRange(id, plan, world.robot, marginRad) ?? passed,
  });
}
