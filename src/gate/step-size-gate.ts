/**
 * One command, one small step: how far the tip may go at a time.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { ClearanceError } from "../core/errors.ts";
import { formatPair } from "../core/format.ts";
import { distance, type Vec3 } from "../core/vec3.ts";
import type { Plan } from "../intent/plan.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessFresh } from "./measured.ts";
import { planFacts } from "./plan-facts.ts";
import { tipTrack } from "./tip-track.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

/** A step of exactly the limit passes although adding decimals rounds. */
const STEP_TOLERANCE_M = 1e-9;

/** Judges every leg the intent declares, the first from the measured tip, and how far each planned segment brings the tip. */
export function stepSizeGate(config: { readonly maxStepM: number }): Gate {
  const id = "step_size";
  const { maxStepM } = config;
  if (!(Number.isFinite(maxStepM) && maxStepM > 0))
    throw new ClearanceError("value.invalid", `step_size.maxStepM is ${maxStepM}; give a positive number of metres`, {
      field: "step_size.maxStepM",
      problem: "not a positive finite number",
    });
  const passed = allow(id);
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { plan, world } = ask;
      const { pointsInWorld } = plan.declared;
      if (pointsInWorld.length === 0 && !planFacts(plan).moves) return passed;
      const stale = unlessFresh(id, ask, "joints");
      if (stale !== undefined) return stale;
      const stepM = Math.max(longestLeg(world.observation.worldFromTip.position, pointsInWorld), longestSegment(plan, world.robot));
      if (stepM <= maxStepM + STEP_TOLERANCE_M) return passed;
      const [step, limit] = formatPair(stepM, maxStepM, 2);
      return deny(id, "step_too_large", `Movement too large: ${step}m > ${limit}m safe limit`, {
        stepM: evidenceNumber(stepM),
        maxStepM,
        suggestion: `Break movement into smaller steps (< ${maxStepM}m each)`,
      });
    },
  });
}

/** NaN if any point is not finite: Math.max keeps it. */
function longestLeg(startM: Vec3, pointsM: readonly Vec3[]): number {
  let longest = 0;
  let fromM = startM;
  for (const point of pointsM) {
    longest = Math.max(longest, distance(fromM, point));
    fromM = point;
  }
  return longest;
}

function longestSegment(plan: Plan, robot: RobotModel): number {
  if (!planFacts(plan).moves) return 0;
  const { known, farthestM } = tipTrack(plan, robot);
  return known ? farthestM : Number.NaN;
}
