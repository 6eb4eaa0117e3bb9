/**
 * Volumes no part of the robot may enter: the tip by its target and path, every link by a swept proof. Nothing makes a zone touchable.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { LastSeen } from "./last-seen.ts";
import { formatG } from "../core/format.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { WorldSpec, ZoneSpec } from "../core/world-spec.ts";
import { shapeFromSpec, signedDistance, type Shape } from "../geometry/shapes.ts";
import type { Plan } from "../intent/plan.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessGrounded } from "./measured.ts";
import { nearestOnTrack } from "./nearest-on-track.ts";
import { planFacts } from "./plan-facts.ts";
import { SweptProver } from "./swept-proof.ts";
import { tipTrack, type TipTrack } from "./tip-track.ts";
import { allow, deny, type Deny, type Verdict } from "./verdict.ts";
import { asShortfall, zoneMeasure } from "./zone-text.ts";

const id = "prohibited_zones";
/** A path that touches a zone's surface is safe, to rounding. */
const TOUCH_TOLERANCE_M = 1e-9;
const suggestion = "Choose a position within workspace bounds and away from prohibited zones";

interface Zone {
  readonly spec: ZoneSpec;
  readonly shape: Shape;
}

interface Judged {
  readonly spec: WorldSpec;
  readonly track: TipTrack;
  readonly outcome: Deny | undefined;
}

/** Judges the zones of the world. */
export function prohibitedZonesGate(): Gate {
  const prover = new SweptProver({ marginM: 0, startGraceM: 0, honoursMayTouch: false, againstSelf: false });
  const judged = new LastSeen<Plan, Judged>();
  const passed = allow(id, "outside prohibited zones");
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { plan, world } = ask;
      if (world.spec.zones.length === 0) return passed;
      const inside = targetInZone(zonesOf(world.spec), plan.declared.pointsInWorld);
      if (inside !== undefined) return inside;
      if (!planFacts(plan).moves) return passed;
      const baseless = unlessGrounded(id, ask);
      if (baseless !== undefined) return baseless;
      const track = tipTrack(plan, world.robot);
      let before = judged.get(plan);
      if (before === undefined || before.track !== track || before.spec !== world.spec) {
        before = { spec: world.spec, track, outcome: pathInZone(zonesOf(world.spec), track) };
        judged.set(plan, before);
      }
      return before.outcome ?? linkInZone(ask, prover) ?? passed;
    },
  });
}

const zones = new WeakMap<WorldSpec, readonly Zone[]>();

function zonesOf(spec: WorldSpec): readonly Zone[] {
  let known = zones.get(spec);
  if (known === undefined) {
    known = spec.zones.map((zone) => ({ spec: zone, shape: shapeFromSpec(zone.shape, zone.name) }));
    zones.set(spec, known);
  }
  return known;
}

function targetInZone(known: readonly Zone[], points: readonly Vec3[]): Deny | undefined {
  for (const point of points) {
    if (!point.every(Number.isFinite)) return deny(id, "non_finite", "target is not a finite number");
    for (const { spec, shape } of known) {
      const signedM = signedDistance(shape, point);
      if (signedM >= 0) continue;
      const { at, distanceM, limitM } = zoneMeasure(spec.shape, signedM, point);
      const reason = `SAFETY VIOLATION: Position within prohibited zone at ${at}, distance: ${asShortfall(distanceM, limitM)}`;
      return deny(id, "prohibited_zone", reason, {
        zone: spec.name,
        distanceM: evidenceNumber(distanceM),
        limitM,
        suggestion,
      });
    }
  }
  return undefined;
}

function pathInZone(known: readonly Zone[], track: TipTrack): Deny | undefined {
  if (!track.known) return deny(id, "non_finite", "planned tip is not a finite number");
  for (const { spec, shape } of known) {
    const nearest = nearestOnTrack(shape, track);
    if (nearest === undefined || nearest.signedM >= track.chordErrorM - TOUCH_TOLERANCE_M) continue;
    const { at, distanceM, limitM } = zoneMeasure(spec.shape, nearest.signedM - track.chordErrorM, nearest.pointM);
    const percent = Math.round(100 * nearest.alongFraction);
    const shortfall = asShortfall(distanceM, limitM);
    const reason = `SAFETY VIOLATION: Path passes within prohibited zone at ${at}, nearest: ${shortfall}, ${percent}% of the way`;
    return deny(id, "path_blocked", reason, {
      zone: spec.name,
      nearestM: evidenceNumber(distanceM),
      limitM,
      atFraction: evidenceNumber(nearest.alongFraction),
      suggestion,
    });
  }
  return undefined;
}

function linkInZone({ plan, world }: Ask, prover: SweptProver): Deny | undefined {
  if (!(world.collision.nCapsules > 0)) return deny(id, "no_body", "the robot has no collision body to prove clear of zones");
  const proof = prover.prove(plan, world.collision, world.zones);
  if (proof.clear) return undefined;
  const { worst } = proof;
  if (worst === undefined) return deny(id, "not_proved", "motion not proved clear of zones");
  const { report, label, segment } = worst;
  const evidence = {
    link: report.link,
    zone: report.against,
    nearestM: evidenceNumber(report.nearestM),
    segment,
  };
  const what = report.proved ? `comes within ${formatG(report.nearestM)} m of` : "is not proved clear of";
  const code = report.proved ? "path_blocked" : "not_proved";
  return deny(id, code, `SAFETY VIOLATION: ${report.link} ${what} prohibited zone '${report.against}' during "${label}"`, evidence);
}
