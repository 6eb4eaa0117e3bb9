/**
 * Every link, and what is carried, stays clear of the robot itself and of every obstacle all along the planned motion: proved by
 * conservative advancement, not sampled.
 *
 *     nearest:   0 ──── marginM ─────────── slowM ───────────▶
 *     answer:      Deny    │  Slow to slowMps  │   Allow
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import { evidenceNumber, type JsonObject } from "../core/json.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessFresh, unlessGrounded } from "./measured.ts";
import { planFacts } from "./plan-facts.ts";
import { scaleWithin } from "./scale-within.ts";
import { speedPeaks } from "./speed-peaks.ts";
import { SweptProver, type PlanProof } from "./swept-proof.ts";
import { allow, deny, slow, type Allow, type Verdict } from "./verdict.ts";

export interface ObstacleAvoidanceConfig {
  /** Nearer than this, m, is a collision; 0.005 unless given. */
  readonly marginM?: number;
  /** A motion that comes nearer than `slowM` to an obstacle anywhere is followed so that the tip keeps `slowMps`. Both or neither. */
  readonly slowM?: number;
  readonly slowMps?: number;
  /** Names of the obstacles near which it is slow; every one unless given. */
  readonly slowNear?: readonly string[];
}

const id = "obstacle_avoidance";

export function obstacleAvoidanceGate(config: ObstacleAvoidanceConfig = {}): Gate {
  const { marginM = 0.005, slowM, slowMps, slowNear } = config;
  const problems: string[] = [];
  if (!(marginM >= 0 && marginM < Infinity)) problems.push(`marginM is ${marginM}; give a finite number of 0 or more`);
  if ((slowM === undefined) !== (slowMps === undefined)) problems.push("slowM and slowMps belong together; give both or neither");
  if (slowM !== undefined && !(slowM >= marginM && slowM < Infinity)) problems.push(`slowM is ${slowM}; give at least marginM`);
  if (slowNear !== undefined && slowM === undefined) problems.push("slowNear says near what to be slow; give slowM and slowMps too");
  if (slowMps !== undefined && !(slowMps > 0)) problems.push(`slowMps is ${slowMps}; give a positive number`);
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `${id}: ${problems.join("; ")}`, {
      source: id,
      problems,
    });
  const prover = new SweptProver({ marginM, startGraceM: marginM, honoursMayTouch: true, againstSelf: true });
  // A proof looks no closer than its margin needs, so whether the slow band is entered is a proof of its own. Not against the robot
  // itself: an arm's own links are always that near each other.
  const slowProver =
    slowM === undefined
      ? undefined
      : new SweptProver({ marginM: slowM, startGraceM: 0, honoursMayTouch: true, againstSelf: false, against: slowNear });
  const passed = allow(id, "no motion");
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { plan, world } = ask;
      if (!planFacts(plan).moves) return passed;
      const baseless = unlessGrounded(id, ask) ?? (world.spec.objects.length > 0 ? unlessFresh(id, ask, "objects") : undefined);
      if (baseless !== undefined) return baseless;
      if (!(world.collision.nCapsules > 0)) return deny(id, "no_body", "the robot has no collision body to prove clear");
      const proof = prover.prove(plan, world.collision, world.obstacles);
      if (!proof.clear) return collision(proof, marginM);
      const far = slowProver?.prove(plan, world.collision, world.obstacles);
      if (far === undefined || far.clear || slowM === undefined || slowMps === undefined) return clearBy(proof);
      const { fastest } = speedPeaks(plan, world.robot);
      const scale = scaleWithin(fastest.mps, slowMps);
      if (scale === 1) return clearBy(proof);
      const reason = `${fastest.name} speed ${formatG(fastest.mps)} m/s within ${formatG(slowM)} m of ${far.worst?.report.against ?? "an obstacle"}, cap ${formatG(slowMps)} m/s`;
      const evidence = { ...evidenceOf(far), slowM, slowMps, tipMps: evidenceNumber(fastest.mps) };
      return scale > 0 ? slow(id, "near_obstacle", scale, reason, evidence) : deny(id, "near_obstacle", reason, evidence);
    },
  });
}

const allows = new LastSeen<PlanProof, Allow>();

/** Says how near it got, once a proof. */
function clearBy(proof: PlanProof): Allow {
  let answer = allows.get(proof);
  if (answer === undefined) {
    const report = proof.worst?.report;
    const nearest =
      report === undefined || !(report.nearestM < Infinity)
        ? "nothing near"
        : `nearest seen ${formatG(report.nearestM)} m: ${report.link} to ${report.against}`;
    allows.set(proof, (answer = allow(id, `clear, ${nearest}`)));
  }
  return answer;
}

function collision(proof: PlanProof, marginM: number): Verdict {
  const { worst } = proof;
  if (worst === undefined) return deny(id, "not_proved", "motion not proved clear");
  const { label, report } = worst;
  const evidence = { ...evidenceOf(proof), marginM };
  if (report.proved) {
    const reason = `${report.link} comes within ${formatG(report.nearestM)} m of ${report.against} during "${label}" (margin ${formatG(marginM)} m)`;
    return deny(id, "collision", reason, evidence);
  }
  return deny(id, "not_proved", `"${label}" not proved clear of ${report.against} in ${report.evaluations} evaluations`, evidence);
}

function evidenceOf({ worst }: PlanProof): JsonObject {
  if (worst === undefined) return {};
  const { segment, label, report } = worst;
  return {
    link: report.link,
    obstacle: report.against,
    nearestM: evidenceNumber(report.nearestM),
    segment,
    label,
    waypoint: evidenceNumber(report.waypoint),
    atFraction: evidenceNumber(report.atFraction),
  };
}
