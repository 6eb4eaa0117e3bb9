import { targetFieldsOf } from "../gate/project-targets.ts";
import { repairIntent, type RepairMode } from "../gate/repair.ts";
import type { Repair } from "../runtime/decide.ts";

/** Moves a target that breaks a rule to the nearest that does not; what it proposes passes every gate like anything else. */
export function repairFor(mode: RepairMode): Repair | undefined {
  if (mode === "off") return undefined;
  return (intent, world) => {
    const result = repairIntent(intent, targetFieldsOf(intent.args), world.workspace, mode);
    if (result.kind !== "failed") return { kind: result.kind, intent: result.intent };
    return { kind: "failed", reason: result.reason ?? "no point found" };
  };
}
