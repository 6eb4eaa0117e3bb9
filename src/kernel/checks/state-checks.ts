/**
 * Step 13: whether the measured state is whole, finite and young enough, and what the force sensor feels.
 * @module
 */
import type { JudgeParameters } from "./judge-parameters.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import type { StateFrame } from "./state-frame.ts";
import { code } from "./verdict-codes.ts";
import { MEASURED_ROW, NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

export function checkState(limits: NumericLimits, state: StateFrame, parameters: JudgeParameters, record: VerdictRecord): number {
  const { nJoints } = limits;
  const { maxAheadMs, stateDeadlineMs } = parameters;
  if (!(state.count === nJoints)) return record.found(code.stateCount, NO_JOINT, MEASURED_ROW, state.count, nJoints);
  const { nowMs, measuredRad, stampMs } = state;
  for (let j = 0; j < nJoints; j++) {
    const q = measuredRad[j]!;
    if (!(q - q === 0)) return record.found(code.stateNotFinite, j, MEASURED_ROW, q, 0);
    const ageMs = nowMs - stampMs[j]!;
    if (!(ageMs >= -maxAheadMs && ageMs <= stateDeadlineMs)) return record.found(code.stateStale, j, MEASURED_ROW, ageMs, stateDeadlineMs);
  }
  return limits.checksForce ? checkContact(limits, state, parameters, record) : code.pass;
}

function checkContact(limits: NumericLimits, state: StateFrame, parameters: JudgeParameters, record: VerdictRecord): number {
  const force = Math.abs(state.contactForceN);
  if (Number.isNaN(force)) return record.found(code.forceUnavailable, NO_JOINT, MEASURED_ROW, force, limits.maxForce);
  if (!(force <= limits.maxForce)) return record.found(code.contactForce, NO_JOINT, MEASURED_ROW, force, limits.maxForce);
  if (!(force <= limits.contactForceThreshold) && !(parameters.contactSpeedFactor > 0))
    return record.found(code.contactSlow, NO_JOINT, MEASURED_ROW, force, limits.contactForceThreshold);
  return code.pass;
}

/** Factor on all speed caps: a felt contact slows the robot down. */
export function contactFactor(limits: NumericLimits, state: StateFrame, { contactSpeedFactor }: JudgeParameters): number {
  if (!limits.checksForce) return 1;
  return Math.abs(state.contactForceN) <= limits.contactForceThreshold ? 1 : contactSpeedFactor;
}
