/**
 * The limits a kernel enforces, checked once when they are loaded. Only a limit that is not set may be infinite.
 * @module
 */
import type { Vec3 } from "../../core/vec3.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { ControlMode } from "../command.ts";
import type { CapName, PerJointName } from "./envelope-fields.ts";

/** What an envelope needs to know of the robot it is for. */
export type EnvelopeRobot = Pick<
  RobotModel,
  | "name"
  | "nJoints"
  | "nLinks"
  | "jointNames"
  | "jointKindOfLink"
  | "qIndexOfLink"
  | "lowerRad"
  | "upperRad"
  | "maxVelocityRadPerS"
  | "maxEffortNm"
>;

/** A prism in which neither a control point nor a capsule may be: a convex polygon in the base's xy-plane, and a range of z. */
export interface NoGoZone {
  readonly name: string;
  /** Counter-clockwise, at least three corners, m. */
  readonly polygonM: readonly (readonly [xM: number, yM: number])[];
  readonly minZM: number;
  readonly maxZM: number;
}

/** Width and bounds of a mode whose columns only the robot's manifest knows. */
export interface DeclaredColumns {
  /** Shape `[width]` each, in the unit the manifest gives the column. */
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** Modes whose columns are declared. */
export type DeclaredMode = "foot_placement" | "dex_hand_joint";

export interface SafetyEnvelope extends Readonly<Record<PerJointName, readonly number[]>>, Readonly<Record<CapName, number>> {
  readonly robotName: string;
  /** In action order: the columns of every joint mode. */
  readonly jointNames: readonly string[];
  readonly jointUnits: readonly ("rad" | "m")[];
  /** In (0, 1]; already multiplied into `velocityCapRadPerS`, and nowhere else. */
  readonly maxJointSpeedFactor: number;
  /** Shape `[nJoints]`: `velocityLimitRadPerS` times `maxJointSpeedFactor`. */
  readonly velocityCapRadPerS: readonly number[];
  readonly boxMinM?: Vec3;
  readonly boxMaxM?: Vec3;
  readonly gripperMin: number;
  readonly gripperMax: number;
  readonly noGoZones: readonly NoGoZone[];
  readonly deadmanRequired: boolean;
  readonly humanInLoopRequired: boolean;
  readonly supportedModes: readonly ControlMode[];
  /** Modes that may run although nothing bounds some of their columns. Somebody has to have said so. */
  readonly acknowledgedUnbounded: readonly ControlMode[];
  readonly declaredColumns: Readonly<Partial<Record<DeclaredMode, DeclaredColumns>>>;
  /** Names of the grippers; one column each in the gripper modes. */
  readonly grippers: readonly string[];
  /** A base that can only drive in its plane: forward, sideways, and turn about z. */
  readonly planarBase: boolean;
  readonly halMode: "simulation" | "real";
  /** Whether contact force is measured; without it `maxForceN` and `contactForceThresholdN` cannot be enforced. */
  readonly forceSensor: boolean;
  /** How far the first row may be from the measured position beyond what its time at top speed covers. */
  readonly jumpToleranceRad: number;
  readonly jumpToleranceM: number;
  /** How far beyond its limit a position may be, rad or m, and the factor on speed limits between rows: what rounding leaves. */
  readonly positionTolerance: number;
  readonly rateTolerance: number;
  readonly maxRows: number;
  /** Longest period of a row: a rate limit means nothing between setpoints that are far apart in time. */
  readonly maxPeriodMs: number;
}

/** A skill's own limits, as it declares them: fields of `SafetyEnvelope` in either spelling. What is absent is not limited by it. */
export type SkillEnvelope = Readonly<Record<string, unknown>>;
