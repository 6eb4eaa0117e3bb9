/**
 * An inclusive box that the tip stays in: where the intent says it goes, and all along the planned path.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber } from "../core/finite.ts";
import { formatG } from "../core/format.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { DeclaredMotion } from "../intent/plan.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessGrounded } from "./measured.ts";
import { planFacts } from "./plan-facts.ts";
import { PLANNED_TIP_TOLERANCE_M, tipTrack, type TipTrack } from "./tip-track.ts";
import { allow, deny, type Deny, type Verdict } from "./verdict.ts";

export interface GeofenceConfig {
  /** World frame, m. */
  readonly minCorner?: Vec3;
  readonly maxCorner?: Vec3;
}

const AXES = ["x", "y", "z"] as const;
const id = "geofence";

/** Throws `config.invalid` on corners that are not finite or not ordered. */
export function geofenceGate(config: GeofenceConfig = {}): Gate {
  const lowM = Float64Array.from(config.minCorner ?? [-1, -1, 0]);
  const highM = Float64Array.from(config.maxCorner ?? [1, 1, 1]);
  const problems: string[] = [];
  for (const [axis, name] of AXES.entries()) {
    const low = finiteNumber(`geofence.minCorner.${name}`, lowM[axis]);
    const high = finiteNumber(`geofence.maxCorner.${name}`, highM[axis]);
    if (!(low < high)) problems.push(`${name}: min ${low} is not below max ${high}`);
  }
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `geofence: ${problems.join("; ")}`, {
      source: id,
      problems,
    });
  const still = allow(id, "no target coords in intent");
  const passed = allow(id, "inside the fence");
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { plan, world } = ask;
      const outside = declaredOutside(plan.declared, lowM, highM);
      if (outside !== undefined) return outside;
      if (!planFacts(plan).moves) return plan.declared.pointsInWorld.length === 0 ? still : passed;
      return unlessGrounded(id, ask) ?? plannedOutside(tipTrack(plan, world.robot), lowM, highM) ?? passed;
    },
  });
}

function declaredOutside({ kind, pointsInWorld }: DeclaredMotion, lowM: Float64Array, highM: Float64Array): Deny | undefined {
  for (let i = 0; i < pointsInWorld.length; i++) {
    const point = pointsInWorld[i]!;
    for (let axis = 0; axis < 3; axis++) {
      const value = point[axis] ?? Number.NaN;
      if (value >= lowM[axis]! && value <= highM[axis]!) continue;
      const what = kind === "waypoints" ? `waypoint ${i}: target` : "target";
      if (!Number.isFinite(value)) return deny(id, "non_finite", `${what} ${AXES[axis] ?? ""} is not a finite number`);
      return outside(what, axis, value, lowM, highM);
    }
  }
  return undefined;
}

/** Straight lines between points inside a box stay inside it, so the points of the track are enough. */
function plannedOutside(track: TipTrack, lowM: Float64Array, highM: Float64Array): Deny | undefined {
  if (!track.known) return deny(id, "non_finite", "planned tip is not a finite number");
  const tolerance = PLANNED_TIP_TOLERANCE_M;
  let inside = true;
  for (let axis = 0; axis < 3; axis++)
    inside &&= track.lowM[axis]! >= lowM[axis]! - tolerance && track.highM[axis]! <= highM[axis]! + tolerance;
  if (inside) return undefined;
  for (let i = 0; i < track.nPoints; i++)
    for (let axis = 0; axis < 3; axis++) {
      const value = track.pointsM[3 * i + axis]!;
      if (!(value >= lowM[axis]! - tolerance && value <= highM[axis]! + tolerance))
        return outside("planned tip", axis, value, lowM, highM, track.segmentOfPoint[i]!);
    }
  return deny(id, "outside_workspace", "planned tip leaves the workspace");
}

function outside(what: string, axis: number, value: number, lowM: Float64Array, highM: Float64Array, segment?: number): Deny {
  const [low, high] = [lowM[axis]!, highM[axis]!];
  const name = AXES[axis] ?? "";
  const reason = `${what} ${name}=${formatG(value)} outside workspace [${formatG(low)},${formatG(high)}]`;
  const evidence = { axis: name, valueM: evidenceNumber(value), lowM: low, highM: high };
  return deny(id, "outside_workspace", reason, segment === undefined ? evidence : { ...evidence, segment });
}
