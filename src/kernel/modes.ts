/**
 * The 13 control modes in one table. Whatever asks how wide a row is, what its numbers mean, which limits hold them, or which
 * configurations geometry has to see, asks here; nothing else in the kernel knows a mode by its number.
 * @module
 */
import type { ControlMode } from "./command.ts";

/** `joints`: one column a movable joint; `grippers`: one a declared gripper; `declared`: what the envelope declares for the mode. */
export type RowWidth = number | "joints" | "grippers" | "declared";

/** `joint`: rad or m as the joint has it, with what follows it; `share`: 0..1 or the declared range; `flag`: no unit. */
export type ColumnUnit = "joint" | "joint/s" | "effort" | "m" | "rad" | "m/s" | "rad/s" | "quat" | "share" | "flag" | "declared";

/** What geometry has to see of a chunk. */
export type Configurations =
  /** Measured → row 0 → … → last row, swept. */
  | "rows"
  /** The same over rows integrated from the measured state. */
  | "integrated"
  /** The same over joint rows predicted from Cartesian ones. */
  | "predicted"
  /** The measured state, with the farthest each joint can travel over the horizon. */
  | "measured-travel"
  /** The whole robot moved with its base. */
  | "base"
  /** Foot points. */
  | "feet"
  /** The measured state, with the travel of the fingers. */
  | "fingers"
  /** No motion. */
  | "none";

/** Each group of columns needs one finite bound of its list, or the mode is unbounded. Names of `SafetyEnvelope` fields. */
export type BoundName =
  | "position"
  | "velocity"
  | "torque"
  | "box"
  | "quaternionNorm"
  | "maxCartesianStepM"
  | "maxCartesianStepRad"
  | "maxEeSpeedMps"
  | "maxEeAngularSpeedRadPerS"
  | "maxBaseLinearSpeedMps"
  | "maxBaseAngularSpeedRadPerS"
  | "gripperRange"
  | "exactValues"
  | "declared"
  | "flagRange";

export interface ModeSpec {
  /** Compatible number on the wire. */
  readonly wire: number;
  readonly name: ControlMode;
  readonly width: RowWidth;
  /** One entry where all columns have the same unit, else one a column. */
  readonly units: readonly ColumnUnit[];
  /** Any of a group bounds its columns; every group needs one. */
  readonly boundedBy: readonly (readonly BoundName[])[];
  readonly configurations: Configurations;
  /** Whether the columns are the joints of the envelope: then a chunk of another width is `ndof_mismatch`. */
  readonly joints: boolean;
}

const xyz = ["m", "m", "m"] as const;
const rotation = ["rad", "rad", "rad"] as const;
const twist = ["m/s", "m/s", "m/s", "rad/s", "rad/s", "rad/s"] as const;
const anyPosition = [["position", "velocity"]] as const;

function mode(
  wire: number,
  name: ControlMode,
  width: RowWidth,
  units: readonly ColumnUnit[],
  boundedBy: readonly (readonly BoundName[])[],
  configurations: Configurations,
): ModeSpec {
  return Object.freeze({ wire, name, width, units, boundedBy, configurations, joints: width === "joints" });
}

/** In the order of the wire: `modes[n].wire === n`. */
export const modes: readonly ModeSpec[] = Object.freeze([
  mode(0, "joint_position", "joints", ["joint"], anyPosition, "rows"),
  mode(1, "joint_velocity", "joints", ["joint/s"], [["velocity"]], "integrated"),
  mode(2, "joint_torque", "joints", ["effort"], [["torque"]], "measured-travel"),
  mode(3, "joint_trajectory", "joints", ["joint"], anyPosition, "rows"),
  mode(4, "cartesian_pose", 7, ["quat", "quat", "quat", "quat", ...xyz], [["quaternionNorm"], ["box"]], "predicted"),
  mode(
    5,
    "cartesian_delta",
    6,
    [...xyz, ...rotation],
    [
      ["maxCartesianStepM", "maxEeSpeedMps"],
      ["maxCartesianStepRad", "maxEeAngularSpeedRadPerS"],
    ],
    "predicted",
  ),
  mode(6, "cartesian_twist", 6, twist, [["maxEeSpeedMps"], ["maxEeAngularSpeedRadPerS"]], "predicted"),
  mode(7, "body_twist", 6, twist, [["maxBaseLinearSpeedMps"], ["maxBaseAngularSpeedRadPerS"]], "base"),
  mode(8, "foot_placement", "declared", ["declared"], [["declared"]], "feet"),
  mode(9, "gripper_binary", "grippers", ["flag"], [["exactValues"]], "fingers"),
  mode(10, "gripper_position", "grippers", ["share"], [["gripperRange"]], "fingers"),
  mode(11, "dex_hand_joint", "declared", ["declared"], [["declared"]], "fingers"),
  mode(12, "composite_mode", 1, ["flag"], [["flagRange"]], "none"),
]);

export const N_MODES = modes.length;

/** In the order of their wire numbers. */
export const controlModes: readonly ControlMode[] = Object.freeze(modes.map(({ name }) => name));

/** Names the checks switch on. */
export const JOINT_POSITION = 0;
export const JOINT_VELOCITY = 1;
export const JOINT_TORQUE = 2;
export const JOINT_TRAJECTORY = 3;
export const CARTESIAN_POSE = 4;
export const CARTESIAN_DELTA = 5;
export const CARTESIAN_TWIST = 6;
export const BODY_TWIST = 7;
export const FOOT_PLACEMENT = 8;
export const GRIPPER_BINARY = 9;
export const GRIPPER_POSITION = 10;
export const DEX_HAND_JOINT = 11;
export const COMPOSITE_MODE = 12;

const wireOfName: ReadonlyMap<string, number> = new Map(modes.map(({ name, wire }) => [name, wire]));

/** The mode's wire number; -1 for what is no mode. */
export function wireOf(name: unknown): number {
  return typeof name === "string" ? (wireOfName.get(name) ?? -1) : -1;
}

export function modeNamed(name: ControlMode): ModeSpec {
  return modes[wireOf(name)]!;
}

/** Columns of a row; `declared` is the width the envelope declares for the mode, 0 for none. */
export function widthOf({ width }: ModeSpec, nJoints: number, nGrippers: number, declared: number): number {
  switch (width) {
    case "joints":
      return nJoints;
    case "grippers":
      return nGrippers;
    case "declared":
      return declared;
    default:
      return width;
  }
}
