import type { Observation } from "../../core/observation.ts";
import type { WireMap } from "./msgpack-numpy.ts";
import { NdArray } from "./nd-array.ts";

/**
 * What a model is shown unless the caller says otherwise: state alone, float32, by the names of openpi's examples. No camera is made up.
 *
 * - `observation/state` `[8]`: tip position in world (m), orientation (w, x, y, z), gripper opening (0 closed … 1 open; 0 without one)
 * - `observation/joint_position` `[nJoints]`, rad or m; `observation/gripper_position` `[1]`: the opening
 * - `objects`: by name, the position `[3]` of each object's middle in world, m
 */
export function stateObservation({ worldFromTip, qRad, gripper, objects }: Observation): WireMap {
  const opening = gripper?.opening ?? 0;
  return {
    "observation/state": NdArray.float32([...worldFromTip.position, ...worldFromTip.orientation, opening]),
    "observation/joint_position": NdArray.float32(qRad),
    "observation/gripper_position": NdArray.float32([opening]),
    objects: Object.fromEntries(objects.map(({ name, worldFromObject }) => [name, NdArray.float32(worldFromObject.position)])),
  };
}
