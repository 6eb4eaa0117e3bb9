/**
 * Whether the measured world holds nothing but good numbers. Judged once an observation.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import type { Observation } from "../core/observation.ts";
import type { WorldView } from "../intent/world-view.ts";
import { firstNonFinite } from "./non-finite.ts";

const judged = new LastSeen<Observation, string>();

/** Which number of the view is unusable, or undefined. Limits may be Infinity (no limit), never NaN or negative. */
export function worldProblem(world: WorldView): string | undefined {
  let where = judged.get(world.observation);
  if (where === undefined) {
    const found = firstNonFinite(world.observation);
    where = found === undefined ? "" : `observation.${found} is not a finite number`;
    judged.set(world.observation, where);
  }
  if (where !== "") return where;
  const { limits, maxStateAgeMs, observation, robot } = world;
  if (observation.qRad.length !== robot.nJoints) return `observation.qRad holds ${observation.qRad.length} of ${robot.nJoints} joints`;
  if (!(limits.maxTipSpeedMps >= 0)) return "limits.maxTipSpeedMps is not a number of 0 or more";
  if (!(limits.maxTipAccelerationMps2 >= 0)) return "limits.maxTipAccelerationMps2 is not a number of 0 or more";
  if (!(limits.maxTipAngularSpeedRadPerS >= 0)) return "limits.maxTipAngularSpeedRadPerS is not a number of 0 or more";
  if (!(limits.jointSpeedScale >= 0)) return "limits.jointSpeedScale is not a number of 0 or more";
  if (!(limits.jointAccelerationScale >= 0)) return "limits.jointAccelerationScale is not a number of 0 or more";
  return maxStateAgeMs >= 0 ? undefined : "maxStateAgeMs is not a number of 0 or more";
}
