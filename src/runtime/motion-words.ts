import { sixDigits } from "../core/format.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { ApprovalRequest } from "./approvals.ts";

/** What a person is asked to approve, as every channel says it: where from and to, how long, how fast, how hard. */
export function motionWords({ fromInWorld, toInWorld, durationMs, fastestMps, forceN }: ApprovalRequest["motion"]): string {
  const to = toInWorld.map(shown).join(", ");
  return [
    ...(to === "" ? [] : [`from ${shown(fromInWorld)} to ${to}`]),
    `${(durationMs / 1000).toFixed(1)} s`,
    ...(fastestMps > 0 ? [`at most ${Number(fastestMps.toPrecision(3))} m/s`] : []),
    ...(forceN === undefined ? [] : [`gripping with ${sixDigits(forceN)} N`]),
  ].join(", ");
}

function shown(point: Vec3): string {
  return `(${point.map(sixDigits).join(", ")})`;
}
