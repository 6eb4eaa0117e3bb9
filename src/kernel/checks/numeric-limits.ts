/**
 * An envelope as flat numbers for the checks. A limit that is not set is the largest finite number, so that no check lets an
 * infinite value through, neither one that came in nor one that overflowed on the way.
 * @module
 */
import { flatZones } from "../envelope/no-go-zone.ts";
import type { SafetyEnvelope } from "../envelope/safety-envelope.ts";
import { modes, widthOf } from "../modes.ts";

export const UNSET = Number.MAX_VALUE;

export class NumericLimits {
  readonly nJoints: number;
  /** Shape `[nJoints]` each. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The same with the tolerance of positions. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  readonly velocityCap: Float64Array;
  readonly torqueCap: Float64Array;
  readonly maxAcceleration: Float64Array;
  readonly maxJerk: Float64Array;
  readonly jumpTolerance: Float64Array;
  readonly limitsAcceleration: boolean;
  readonly limitsJerk: boolean;
  /** Shape `[3]` each. */
  readonly boxMin: Float64Array;
  readonly boxMax: Float64Array;
  /** Indexed by mode: columns of a row, 0 for a mode that this envelope does not run. */
  readonly widthOfMode: Int32Array;
  /** Shape `[width]` each; empty where nothing is declared. */
  readonly footMin: Float64Array;
  readonly footMax: Float64Array;
  readonly handMin: Float64Array;
  readonly handMax: Float64Array;
  readonly zones: Float64Array;
  readonly maxEeSpeed: number;
  readonly maxEeAngularSpeed: number;
  readonly maxStepM: number;
  readonly maxStepRad: number;
  readonly maxBaseLinearSpeed: number;
  readonly maxBaseAngularSpeed: number;
  readonly gripperMin: number;
  readonly gripperMax: number;
  readonly maxForce: number;
  readonly contactForceThreshold: number;
  readonly cycleTimeMs: number;
  readonly rateTolerance: number;
  readonly planarBase: boolean;
  readonly checksForce: boolean;
  readonly maxRows: number;
  readonly maxPeriodMs: number;

  constructor(envelope: SafetyEnvelope) {
    const { positionTolerance } = envelope;
    this.nJoints = envelope.jointNames.length;
    this.lower = Float64Array.from(envelope.lowerRad, finite);
    this.upper = Float64Array.from(envelope.upperRad, finite);
    this.lowest = this.lower.map((limit) => finite(limit - positionTolerance));
    this.highest = this.upper.map((limit) => finite(limit + positionTolerance));
    this.velocityCap = Float64Array.from(envelope.velocityCapRadPerS, finite);
    this.torqueCap = Float64Array.from(envelope.torqueCapNm, (cap) => finite(Math.min(cap, envelope.maxTorqueNm)));
    this.maxAcceleration = Float64Array.from(envelope.maxAccelerationRadPerS2, finite);
    this.maxJerk = Float64Array.from(envelope.maxJerkRadPerS3, finite);
    this.limitsAcceleration = envelope.maxAccelerationRadPerS2.some((limit) => limit < UNSET);
    this.limitsJerk = envelope.maxJerkRadPerS3.some((limit) => limit < UNSET);
    this.jumpTolerance = Float64Array.from(envelope.jointUnits, (unit) =>
      unit === "m" ? envelope.jumpToleranceM : envelope.jumpToleranceRad,
    );
    this.boxMin = Float64Array.from(envelope.boxMinM ?? [-UNSET, -UNSET, -UNSET]);
    this.boxMax = Float64Array.from(envelope.boxMaxM ?? [UNSET, UNSET, UNSET]);
    this.widthOfMode = widths(envelope);
    this.footMin = Float64Array.from(envelope.declaredColumns.foot_placement?.min ?? []);
    this.footMax = Float64Array.from(envelope.declaredColumns.foot_placement?.max ?? []);
    this.handMin = Float64Array.from(envelope.declaredColumns.dex_hand_joint?.min ?? []);
    this.handMax = Float64Array.from(envelope.declaredColumns.dex_hand_joint?.max ?? []);
    this.zones = flatZones(envelope.noGoZones);
    this.maxEeSpeed = finite(envelope.maxEeSpeedMps);
    this.maxEeAngularSpeed = finite(envelope.maxEeAngularSpeedRadPerS);
    this.maxStepM = finite(envelope.maxCartesianStepM);
    this.maxStepRad = finite(envelope.maxCartesianStepRad);
    this.maxBaseLinearSpeed = finite(envelope.maxBaseLinearSpeedMps);
    this.maxBaseAngularSpeed = finite(envelope.maxBaseAngularSpeedRadPerS);
    this.gripperMin = envelope.gripperMin;
    this.gripperMax = envelope.gripperMax;
    this.maxForce = finite(envelope.maxForceN);
    this.contactForceThreshold = finite(envelope.contactForceThresholdN);
    this.checksForce = envelope.forceSensor && (this.maxForce < UNSET || this.contactForceThreshold < UNSET);
    this.cycleTimeMs = finite(envelope.cycleTimeThresholdMs);
    this.rateTolerance = envelope.rateTolerance;
    this.planarBase = envelope.planarBase;
    this.maxRows = envelope.maxRows;
    this.maxPeriodMs = envelope.maxPeriodMs;
  }
}

function finite(limit: number): number {
  return Math.max(-UNSET, Math.min(UNSET, limit));
}

function widths(envelope: SafetyEnvelope): Int32Array {
  const { foot_placement: foot, dex_hand_joint: hand } = envelope.declaredColumns;
  return Int32Array.from(modes, (spec) => {
    const declared = (spec.name === "foot_placement" ? foot : hand)?.min.length ?? 0;
    return envelope.supportedModes.includes(spec.name) ? widthOf(spec, envelope.jointNames.length, envelope.grippers.length, declared) : 0;
  });
}
