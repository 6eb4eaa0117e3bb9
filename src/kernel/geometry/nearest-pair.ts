/**
 * The telemetry of a judgement.
 * @module
 */
import type { ClearanceCheck } from "./clearance-check.ts";
import { KIND_BOX, PHASE_MEASURED, PHASE_PREDICTED, PHASE_ROW, PHASE_SWEEP } from "./codes.ts";
import { MEASURED_ROW, type GeometryFinding } from "./finding.ts";

/** Leaves the nearest pair of all checks in `nearest`, and answers the least bound of any, m. A distance to the box is none. */
export function nearestOfInto(checks: readonly ClearanceCheck[], predicted: boolean, nearest: GeometryFinding): number {
  let bound = Infinity;
  for (let c = 0; c < checks.length; c++) {
    const check = checks[c]!;
    if (check.kind === KIND_BOX) continue;
    bound = Math.min(bound, check.bound[0]!, check.nearest[0]!);
    if (check.nearestItem < 0 || check.nearest[0]! >= nearest.distanceM) continue;
    nearest.kind = check.nearestKind;
    nearest.bodyA = check.bodyOf(check.nearestItem);
    nearest.other = check.nearestOther;
    nearest.distanceM = check.nearest[0]!;
    nearest.row = check.nearestConfig - 1;
    nearest.fraction = check.nearestFraction[0]!;
    nearest.limit = check.margins[check.nearestItem]!;
    const inSweep = nearest.fraction < 1;
    const atRow = predicted ? PHASE_PREDICTED : PHASE_ROW;
    nearest.phase = nearest.row === MEASURED_ROW ? PHASE_MEASURED : inSweep ? PHASE_SWEEP : atRow;
  }
  return bound;
}
