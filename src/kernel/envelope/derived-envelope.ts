/**
 * The envelope of a kernel that is given none: the robot's own limits, with the tolerances that setpoints computed from them need.
 * @module
 */
import type { Vec3 } from "../../core/vec3.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { ControlMode } from "../command.ts";
import { envelopeError, jointProblems, loadEnvelope } from "./load-envelope.ts";
import type { SafetyEnvelope } from "./safety-envelope.ts";

/** How far beyond its limit a position may be, rad or m: what rounding leaves of a setpoint exactly on it. */
export const POSITION_TOLERANCE = 1e-9;

/** Factor on the speed limit between rows: rounding of setpoints and periods. */
export const RATE_TOLERANCE = 1.001;

/** Rows a chunk may have: a simulation may be sent a whole motion at once. */
export const MAX_ROWS = 4096;

/** What is asked of the tip; left out: nothing. */
export interface TipLimits {
  readonly maxSpeedMps?: number;
  readonly maxAccelMps2?: number;
  readonly maxAngularSpeedRadPerS?: number;
  /** Base frame, m. */
  readonly boxMinM: Vec3;
  readonly boxMaxM: Vec3;
}

export interface DerivedEnvelopeOptions {
  readonly robot: RobotModel;
  /** Whether there is a gripper or tool to command. */
  readonly gripper: boolean;
  readonly modes: readonly ControlMode[];
  /** How far the first row may be from the measured position beyond what one period at top speed covers. */
  readonly maxTrackingErrorRad?: number;
  /** The same for prismatic joints. */
  readonly maxTrackingErrorM?: number;
  /** Longest period of a row: a rate limit means nothing between setpoints that are far apart in time. */
  readonly maxPeriodMs?: number;
  /** For the modes that command the tip. In joint modes the geometry holds them, where it is given control points and limits. */
  readonly tip?: TipLimits;
}

/** @throws ClearanceError `config.invalid` naming every limit that cannot be enforced. */
export function derivedEnvelope(options: DerivedEnvelopeOptions): SafetyEnvelope {
  const { robot, gripper, modes, tip, maxTrackingErrorRad = 0.05, maxTrackingErrorM = 0.01, maxPeriodMs = 1000 } = options;
  const tolerances = { maxTrackingErrorRad, maxTrackingErrorM, maxPeriodMs };
  const problems = Object.entries(tolerances).flatMap(([name, value]) =>
    Number.isFinite(value) && value >= 0 ? [] : [`${name} must be a finite number >= 0, got ${value}`],
  );
  if (problems.length > 0) throw envelopeError(robot.name, [...problems, ...jointProblems(robot)]);
  const raw = {
    supportedModes: [...new Set(modes)],
    // Joints that turn freely, and robots without speed limits, are known here only as their description knows them.
    acknowledgedUnbounded: ["joint_position", "joint_velocity"],
    grippers: gripper ? ["gripper"] : [],
    jumpToleranceRad: maxTrackingErrorRad,
    jumpToleranceM: maxTrackingErrorM,
    positionTolerance: POSITION_TOLERANCE,
    rateTolerance: RATE_TOLERANCE,
    maxPeriodMs,
    maxRows: MAX_ROWS,
    ...(tip === undefined ? {} : fieldsOf(tip)),
  };
  return loadEnvelope(raw, robot);
}

function fieldsOf({ maxSpeedMps, maxAccelMps2, maxAngularSpeedRadPerS, boxMinM, boxMaxM }: TipLimits): Record<string, unknown> {
  return {
    ...(maxSpeedMps === undefined ? {} : { maxEeSpeedMps: maxSpeedMps }),
    ...(maxAccelMps2 === undefined ? {} : { maxEeAccelMps2: maxAccelMps2 }),
    ...(maxAngularSpeedRadPerS === undefined ? {} : { maxEeAngularSpeedRadPerS: maxAngularSpeedRadPerS }),
    boxMinM,
    boxMaxM,
  };
}
