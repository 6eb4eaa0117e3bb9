/**
 * The fields of an envelope: our names, the compatible ones, units. One list, so that a field cannot be read in one place and
 * forgotten in another.
 * @module
 */

/** Where a value lies on the scale of "tighter": caps tighten downwards, floors upwards. */
export interface EnvelopeField<Name extends string = string> {
  readonly name: Name;
  /** Spelling of users who come from OpenRAL; refusals name the field by it. */
  readonly compatible: string;
  readonly unit: string;
  readonly tightens: "down" | "up";
}

function field<Name extends string>(name: Name, compatible: string, unit: string, tightens: "down" | "up" = "down"): EnvelopeField<Name> {
  return { name, compatible, unit, tightens };
}

/** Shape `[nJoints]` each. */
export const perJointFields = [
  field("lowerRad", "joint_position_min", "rad | m", "up"),
  field("upperRad", "joint_position_max", "rad | m"),
  field("velocityLimitRadPerS", "joint_velocity_max", "rad/s | m/s"),
  field("torqueCapNm", "joint_torque_max", "Nm | N"),
  field("maxAccelerationRadPerS2", "joint_acceleration_max", "rad/s² | m/s²"),
  field("maxJerkRadPerS3", "joint_jerk_max", "rad/s³ | m/s³"),
] as const;
export type PerJointName = (typeof perJointFields)[number]["name"];

/** Caps that are infinite where they are not set. */
export const capFields = [
  field("maxEeSpeedMps", "max_ee_speed_m_s", "m/s"),
  field("maxEeAngularSpeedRadPerS", "max_ee_angular_speed_rad_s", "rad/s"),
  field("maxEeAccelMps2", "max_ee_accel_m_s2", "m/s²"),
  field("maxCartesianStepM", "max_cartesian_step_m", "m"),
  field("maxCartesianStepRad", "max_cartesian_step_rad", "rad"),
  field("maxBaseLinearSpeedMps", "max_base_linear_speed_m_s", "m/s"),
  field("maxBaseAngularSpeedRadPerS", "max_base_angular_speed_rad_s", "rad/s"),
  field("maxForceN", "max_force_n", "N"),
  field("maxTorqueNm", "max_torque_nm", "Nm"),
  field("contactForceThresholdN", "contact_force_threshold_n", "N"),
  field("cycleTimeThresholdMs", "cycle_time_violation_threshold_ms", "ms"),
] as const;
export type CapName = (typeof capFields)[number]["name"];

/** Numbers that always have a value. */
export const rangeFields = [field("gripperMin", "gripper_min", "share", "up"), field("gripperMax", "gripper_max", "share")] as const;

export const speedFactorField = field("maxJointSpeedFactor", "max_joint_speed_factor", "");

/** Fields that are not single numbers or columns of joints. */
export const otherFields = {
  jointNames: "joint_names",
  boxMinM: "workspace_box_min_xyz",
  boxMaxM: "workspace_box_max_xyz",
  noGoZones: "no_go_zones",
  deadmanRequired: "deadman_required",
  humanInLoopRequired: "human_in_loop_required",
  supportedModes: "supported_control_modes",
  declaredColumns: "declared_columns",
} as const;

/** What belongs to the machine and not to a skill. */
export const machineFields = {
  acknowledgedUnbounded: "acknowledged_unbounded",
  grippers: "grippers",
  planarBase: "planar_base",
  halMode: "hal_mode",
  forceSensor: "force_sensor",
  forceLimitsRequired: "force_limits_required",
  fixedJointNames: "fixed_joint_names",
  jumpToleranceRad: "jump_tolerance_rad",
  jumpToleranceM: "jump_tolerance_m",
  positionTolerance: "position_tolerance",
  rateTolerance: "rate_tolerance",
  maxRows: "max_rows",
  maxPeriodMs: "max_period_ms",
} as const;

const limitPairs: readonly (readonly [string, string])[] = [
  ...[...perJointFields, ...capFields, ...rangeFields, speedFactorField].map(({ name, compatible }) => [name, compatible] as const),
  ...Object.entries(otherFields),
];

/** From our name to the compatible one, of what a skill may set as well. */
export const limitNames: ReadonlyMap<string, string> = new Map(limitPairs);
/** From our name to the compatible one, of every field. */
export const compatibleNames: ReadonlyMap<string, string> = new Map([...limitPairs, ...Object.entries(machineFields)]);

const ourNames: ReadonlyMap<string, string> = new Map([...compatibleNames].map(([ours, theirs]) => [theirs, ours]));

/** Our name of a field given in either spelling; nothing for a field that does not exist. */
export function ourNameOf(name: string): string | undefined {
  return compatibleNames.has(name) ? name : ourNames.get(name);
}
