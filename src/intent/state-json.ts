import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";

/** The measured state as the trace holds it; `backend`, `position` and `held_object` are compatible keys. */
export function stateFromObservation(backend: string, observation: Observation): JsonObject {
  return {
    backend,
    position: observation.worldFromTip.position,
    held_object: observation.gripper?.holding ?? null,
    id: observation.id,
    at_ms: observation.atMs,
    q: observation.qRad,
    orientation_wxyz: observation.worldFromTip.orientation,
    ...(observation.gripper === undefined ? {} : { gripper_opening: observation.gripper.opening }),
    ...(observation.objects.length === 0
      ? {}
      : { objects: Object.fromEntries(observation.objects.map(({ name, worldFromObject }) => [name, worldFromObject.position])) }),
    age_ms: observation.ageMs,
  };
}
