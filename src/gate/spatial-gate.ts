/**
 * A named set of volumes that the tip stays out of, surfaces included.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { LastSeen } from "./last-seen.ts";
import { ClearanceError } from "../core/errors.ts";
import { formatVec3, type Vec3 } from "../core/vec3.ts";
import { contains, type Shape } from "../geometry/shapes.ts";
import type { Plan } from "../intent/plan.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessGrounded } from "./measured.ts";
import { nearestOnTrack } from "./nearest-on-track.ts";
import { planFacts } from "./plan-facts.ts";
import { tipTrack, type TipTrack } from "./tip-track.ts";
import { allow, deny, type Deny, type Verdict } from "./verdict.ts";

export interface SpatialConfig {
  /** Appears in reasons, and in the id when several sets are configured: `spatial`, `spatial:tools`. */
  readonly name: string;
  readonly id?: string;
  /** World frame, m; at least one. */
  readonly keepOut: readonly Shape[];
}

interface Judged {
  readonly track: TipTrack;
  readonly outcome: Deny | undefined;
}

export function spatialGate(config: SpatialConfig): Gate {
  const { name, id = "spatial" } = config;
  const keepOut = Object.freeze([...config.keepOut]);
  if (keepOut.length === 0)
    throw new ClearanceError("config.invalid", `${id}: obstacle set '${name}' is empty; give at least one shape`, {
      source: id,
      problems: [`obstacle set '${name}' is empty`],
    });
  const passed = allow(id);
  const judged = new LastSeen<Plan, Judged>();
  const collides = (what: string, at: Vec3, shape: Shape, nearestM: number): Deny =>
    deny(id, "keep_out", `${what} ${formatVec3(at)} collides with obstacle set '${name}'`, {
      set: name,
      shape: shape.label,
      pointM: at.map(evidenceNumber),
      nearestM: evidenceNumber(nearestM),
    });
  const alongPath = (plan: Plan, track: TipTrack): Deny | undefined => {
    if (!track.known) return deny(id, "non_finite", "planned tip is not a finite number");
    for (const shape of keepOut) {
      const nearest = nearestOnTrack(shape, track);
      if (nearest !== undefined && !(nearest.signedM > track.chordErrorM))
        return collides("planned tip", nearest.pointM, shape, nearest.signedM);
    }
    return undefined;
  };
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { plan, world } = ask;
      for (const point of plan.declared.pointsInWorld) {
        if (!point.every(Number.isFinite)) return deny(id, "non_finite", "target is not a finite number");
        const hit = keepOut.find((shape) => contains(shape, point));
        if (hit !== undefined) return collides("end-effector", point, hit, 0);
      }
      if (!planFacts(plan).moves) return passed;
      const baseless = unlessGrounded(id, ask);
      if (baseless !== undefined) return baseless;
      const track = tipTrack(plan, world.robot);
      let before = judged.get(plan);
      if (before === undefined || before.track !== track) judged.set(plan, (before = { track, outcome: alongPath(plan, track) }));
      return before.outcome ?? passed;
    },
  });
}
