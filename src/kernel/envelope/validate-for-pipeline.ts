/**
 * What a training or deployment pipeline asks of a robot's description before it is used at all.
 * @module
 */
import { envelopeError } from "./load-envelope.ts";
import type { SafetyEnvelope } from "./safety-envelope.ts";

/** @throws ClearanceError `config.invalid` naming every actuated joint without a position, velocity or effort limit. */
export function validateForPipeline(envelope: SafetyEnvelope): void {
  const problems = envelope.jointNames.flatMap((name, j) => {
    const missing = [
      ...(Number.isFinite(envelope.lowerRad[j]) && Number.isFinite(envelope.upperRad[j]) ? [] : ["position"]),
      ...(Number.isFinite(envelope.velocityLimitRadPerS[j]) ? [] : ["velocity"]),
      ...(Number.isFinite(envelope.torqueCapNm[j]) ? [] : ["effort"]),
    ];
    return missing.length === 0 ? [] : [`joint ${name} has no ${missing.join(", no ")} limit`];
  });
  if (problems.length > 0) throw envelopeError(envelope.robotName, problems);
}
