/**
 * What is asked of control points, tried from the joints alone before every row is placed.
 * @module
 */
import { KIND_BOX, KIND_SPEED } from "./codes.ts";
import type { Scene } from "./scene.ts";

/**
 * The kinds, as bits, that are on and that the joints alone do not prove for the rows that are loaded. `periodS`: shape `[1]`, s;
 * `predicted`: the first step has no room for tracking.
 */
export function pointKindsOpen({ motion, box, speed }: Scene, predicted: boolean, periodS: Float64Array): number {
  let open = 0;
  const begun = motion.nSteps > 0 && !predicted;
  if (speed !== undefined && !(begun && speed.provenWhole(periodS[0]!))) open |= 1 << KIND_SPEED;
  if (box === undefined) return open;
  motion.placeAt(0);
  const { finite, mobile } = motion.placed;
  // Directions of slides are those of a base that stands at its zero.
  if (!(finite && !mobile && box.provenWhole())) open |= 1 << KIND_BOX;
  return open;
}
