/**
 * Which recorded steps say how the robot moves: those it carried out, with what was measured before and after.
 * @module
 */
import type { JsonObject, JsonValue } from "../../core/json.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { StepRecord } from "../../trace/records.ts";

/** The robot at one instant. */
export interface Measured {
  /** The backend's own clock, ms; NaN where the record has none. */
  readonly atMs: number;
  /** Of the tip, world frame, m. */
  readonly positionM: Vec3;
}

export interface ExecutedStep {
  readonly record: StepRecord;
  readonly before: Measured | undefined;
  readonly after: Measured | undefined;
}

/** Without what was refused by a gate or by the kernel, stops, and composites, whose sub-steps are recorded themselves. */
export function executedSteps(log: readonly StepRecord[]): readonly ExecutedStep[] {
  return log.filter(wasExecuted).map((record) => ({ record, before: measured(record.stateBefore), after: measured(record.stateAfter) }));
}

function wasExecuted({ decision, result, kernel, children }: StepRecord): boolean {
  if (children !== undefined || decision.gateName === "stop-path") return false;
  const refusedAtOnce = kernel?.["chunks"] === 0 && kernel["refused"] !== undefined;
  return decision.action === "allow" && result.status !== "blocked" && !refusedAtOnce;
}

function measured(state: JsonObject | null): Measured | undefined {
  const position = state?.["position"];
  const [x, y, z] = Array.isArray(position) ? (position as readonly JsonValue[]) : [];
  if (!(finite(x) && finite(y) && finite(z))) return undefined;
  const atMs = state?.["at_ms"];
  return { atMs: finite(atMs) ? atMs : Number.NaN, positionM: [x, y, z] };
}

export function finite(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
