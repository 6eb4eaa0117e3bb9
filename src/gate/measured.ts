/**
 * Gates that judge from measurements refuse without them: not knowing where the arm is does not mean it is where it was.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { formatG } from "../core/format.ts";
import type { Ask } from "./gate.ts";
import { planFacts } from "./plan-facts.ts";
import { deny, type Deny } from "./verdict.ts";

/** How far a measurement may lie ahead of the asking clock, ms: two clocks of one process, rounding included. */
const CLOCK_SKEW_MS = 1;
/** Joint motion, rad or m, between planning and asking that still counts as the planned start: servo sag while a person decides. */
const START_TOLERANCE_RAD = 0.01;

/** Why a source is not to be trusted now, "FIELD unknown" or "FIELD is N ms old"; undefined when it is fresh. */
export function staleness({ world, atMs }: Ask, source: string): string | undefined {
  const { ageMs, atMs: observedAtMs } = world.observation;
  const whenObservedMs: unknown = ageMs[source];
  // Not a number: never heard, or a name that every object inherits.
  if (typeof whenObservedMs !== "number") return `${source} unknown`;
  const oldMs = atMs - observedAtMs + whenObservedMs;
  if (!(oldMs >= -CLOCK_SKEW_MS)) return `${source} unknown`;
  return oldMs <= world.maxStateAgeMs ? undefined : `${source} is ${formatG(oldMs)} ms old`;
}

/** A denial by `gate` if any of the sources is unknown or old. */
export function unlessFresh(gate: string, ask: Ask, ...sources: readonly string[]): Deny | undefined {
  for (const source of sources) {
    const reason = staleness(ask, source);
    if (reason !== undefined)
      return deny(gate, "stale_state", reason, {
        source,
        maxStateAgeMs: evidenceNumber(ask.world.maxStateAgeMs),
      });
  }
  return undefined;
}

/**
 * What every gate needs before it judges a planned motion: joints measured lately, and a plan that starts where they are.
 * Undefined when both hold, and for plans that move nothing.
 */
export function unlessGrounded(gate: string, ask: Ask): Deny | undefined {
  const { plan, world } = ask;
  const path = planFacts(plan).firstPath;
  if (path === undefined) return undefined;
  const stale = unlessFresh(gate, ask, "joints");
  if (stale !== undefined) return stale;
  const { qRad } = world.observation;
  if (path.nJoints !== world.robot.nJoints)
    return deny(gate, "invalid_plan", `the plan moves ${path.nJoints} joints, the robot has ${world.robot.nJoints}`);
  for (let joint = 0; joint < path.nJoints; joint++) {
    const plannedRad = path.get(0, joint);
    const measuredRad = qRad[joint] ?? Number.NaN;
    if (Math.abs(plannedRad - measuredRad) <= START_TOLERANCE_RAD) continue;
    const name = world.robot.jointNames[joint] ?? `joint ${joint}`;
    const evidence = {
      joint: name,
      plannedRad: evidenceNumber(plannedRad),
      measuredRad: evidenceNumber(measuredRad),
    };
    return deny(gate, "wrong_start", `the plan starts with ${name} at ${formatG(plannedRad)}, measured ${formatG(measuredRad)}`, evidence);
  }
  return undefined;
}
