/**
 * Whether an envelope bounds a mode: every group of its columns by at least one finite limit.
 * @module
 */
import { modeNamed, type BoundName } from "../modes.ts";
import type { SafetyEnvelope } from "./safety-envelope.ts";
import type { ControlMode } from "../command.ts";

/** Everything that keeps the envelope's modes from running, in words. */
export function modeProblems(envelope: SafetyEnvelope): string[] {
  if (envelope.supportedModes.length === 0) return ["no control mode is configured"];
  return envelope.supportedModes.flatMap((mode) => modeProblem(envelope, mode) ?? []);
}

/** The columns that nothing bounds, as text; nothing where all are bounded. */
export function unboundedText(envelope: SafetyEnvelope, mode: ControlMode): string | undefined {
  const unbounded = modeNamed(mode).boundedBy.flatMap((group) => {
    const joints = group.every(isPerJoint);
    if (!joints) return group.some((bound) => holds(envelope, mode, bound, 0)) ? [] : [`one of ${group.join(", ")}`];
    const open = envelope.jointNames.filter((_, joint) => !group.some((bound) => holds(envelope, mode, bound, joint)));
    return open.length === 0 ? [] : [`${group.join(" or ")} of ${open.join(", ")}`];
  });
  return unbounded.length === 0 ? undefined : unbounded.join("; ");
}

function modeProblem(envelope: SafetyEnvelope, mode: ControlMode): string | undefined {
  if (mode.startsWith("gripper_") && envelope.grippers.length === 0) return `mode ${mode} needs a gripper, and there is none`;
  if (mode === "composite_mode" && envelope.halMode === "real") return "mode composite_mode is a simulator's, and hal_mode is real";
  const missing = unboundedText(envelope, mode);
  if (missing === undefined) return undefined;
  // A declared mode without declared columns has no width either: nobody can acknowledge that.
  const acknowledged = envelope.acknowledgedUnbounded.includes(mode) && modeNamed(mode).width !== "declared";
  return acknowledged ? undefined : `there is no check that bounds mode ${mode}: it needs ${missing}`;
}

function isPerJoint(bound: BoundName): boolean {
  return bound === "position" || bound === "velocity" || bound === "torque";
}

function holds(envelope: SafetyEnvelope, mode: ControlMode, bound: BoundName, joint: number): boolean {
  switch (bound) {
    case "position":
      return Number.isFinite(envelope.lowerRad[joint]) && Number.isFinite(envelope.upperRad[joint]);
    case "velocity":
      return Number.isFinite(envelope.velocityCapRadPerS[joint]);
    case "torque":
      return Number.isFinite(envelope.torqueCapNm[joint]) || Number.isFinite(envelope.maxTorqueNm);
    case "box":
      return envelope.boxMinM !== undefined && envelope.boxMaxM !== undefined;
    case "declared":
      return (mode === "foot_placement" || mode === "dex_hand_joint") && envelope.declaredColumns[mode] !== undefined;
    case "quaternionNorm":
    case "gripperRange":
    case "exactValues":
    case "flagRange":
      return true;
    case "maxCartesianStepM":
    case "maxCartesianStepRad":
    case "maxEeSpeedMps":
    case "maxEeAngularSpeedRadPerS":
    case "maxBaseLinearSpeedMps":
    case "maxBaseAngularSpeedRadPerS":
      return Number.isFinite(envelope[bound]);
  }
}
