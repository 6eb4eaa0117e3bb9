import type { JsonObject, JsonValue } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";

/** The measured state as the trace holds it; `backend`, `position` and `held_object` are compatible keys. */
export function stateFromObservation(backend: string, observation: Observation): JsonObject {
  const { worldFromTip, gripper, objects } = observation;
  const state: Record<string, JsonValue> = {
    backend,
    position: worldFromTip.position,
    held_object: gripper?.holding ?? null,
    id: observation.id,
    at_ms: observation.atMs,
    q: observation.qRad,
    orientation_wxyz: worldFromTip.orientation,
  };
  if (gripper !== undefined) state["gripper_opening"] = gripper.opening;
  if (observation.batteryPct !== undefined) state["battery_pct"] = observation.batteryPct;
  if (objects.length > 0)
    state["objects"] = Object.fromEntries(objects.map(({ name, worldFromObject }) => [name, worldFromObject.position]));
  state["age_ms"] = observation.ageMs;
  return state;
}
