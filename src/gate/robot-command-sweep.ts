/**
 * The straight way of the tip from one target to the next.
 * @module
 */
import { formatVec3, type Vec3 } from "../core/vec3.ts";
import { flattenShapes, SHAPE_STRIDE, segmentToShapeDistance } from "../geometry/flat-shape.ts";
import type { Shape } from "../geometry/shapes.ts";
import type { GroundingMeter } from "./grounding-meter.ts";

/** Adds a violation where the tip, with its clearance, comes to touch an obstacle on its way. */
export function sweepTip(
  constraint: string,
  where: string,
  from: Vec3,
  to: Vec3,
  obstacles: readonly Shape[],
  clearanceM: number,
  meter: GroundingMeter,
): void {
  const { count, kinds, params } = flattenShapes(obstacles);
  const segment = Float64Array.of(...from, ...to);
  for (let i = 0; i < count; i++) {
    const awayM = segmentToShapeDistance(kinds[i]!, params, i * SHAPE_STRIDE, segment, 0);
    if (awayM > clearanceM) continue;
    meter.deny(constraint, `end-effector path ${formatVec3(from)} to ${formatVec3(to)} collides with ${where}`);
    return;
  }
}
