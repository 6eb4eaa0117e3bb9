import { ClearanceError } from "../core/errors.ts";
import { distance, formatVec3, type Vec3 } from "../core/vec3.ts";

/**
 * The target if it lies within `maxStepM` of `previousM`, else the point at that distance on the way to it.
 * Throws `value.invalid` unless everything is finite and the step is 0 or more.
 */
export function smoothTarget(previousM: Vec3, targetM: Vec3, maxStepM: number): Vec3 {
  const lengthM = distance(previousM, targetM);
  if (!(Number.isFinite(lengthM) && maxStepM >= 0))
    throw new ClearanceError(
      "value.invalid",
      `smoothTarget from ${formatVec3(previousM)} to ${formatVec3(targetM)} by ${maxStepM} m is undefined`,
      {
        field: "smoothTarget",
        problem: "points must be finite and the step 0 or more",
      },
    );
  if (lengthM <= maxStepM) return targetM;
  const share = maxStepM / lengthM;
  const along = (axis: 0 | 1 | 2): number => previousM[axis] + (targetM[axis] - previousM[axis]) * share;
  return [along(0), along(1), along(2)];
}
