/**
 * What was measured, as the kernel is told of it, and whether the kernel lets the robot stay there.
 * @module
 */
import type { Observation } from "../core/observation.ts";
import type { MeasuredState } from "../kernel/decode-command.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Recheck } from "../kernel/stop/stop-types.ts";
import { revokeVetted } from "../kernel/vetted.ts";

/** As old as the sensor says, which is not when the message came. */
export function measuredState({ qRad, qdRadPerS, atMs, ageMs }: Observation, nowMs: number): MeasuredState {
  const measuredAtMs = atMs - (ageMs["joints"] ?? Number.NaN);
  return { nowMs, measuredRad: qRad, measuredRadPerS: qdRadPerS, measuredAtMs };
}

/** What says that the state itself is not known, and not that it is bad. */
const unknownCodes: ReadonlySet<string> = new Set(["state_unavailable", "world_unavailable", "voxel_unavailable", "closed", "kernel_lost"]);

/** Asks for leave to hold still where the robot was measured; never executed. */
export function recheckAt(kernel: Kernel, seen: Observation, nowMs: number, seq: number): Recheck {
  if (!kernel.modes.has("joint_position")) return "unknown";
  const rows = Float64Array.from(seen.qRad);
  const width = rows.length;
  const hold = { mode: "joint_position", rows, width, periodMs: 10, seq, basedOnSeq: seen.seq, validUntilMs: nowMs + 100 } as const;
  const judged = kernel.vet(hold, measuredState(seen, nowMs));
  if (judged.kind === "refused") return unknownCodes.has(judged.code) ? "unknown" : "violates";
  revokeVetted(judged.command);
  return "clean";
}
