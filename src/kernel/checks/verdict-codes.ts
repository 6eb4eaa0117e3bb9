/**
 * Every verdict as a number, and what it means: the hot path knows the numbers, this table the rest.
 * @module
 */

/** `drop`: not executed, no latch. `violation`: not executed, latches. */
export type Severity = "pass" | "drop" | "violation";

/** Kinds of the failure bus with their numbers there. */
export const failureKinds = { timeout: 0, force: 1, workspace: 2, controller: 5, collision: 10 } as const;
export type FailureKind = keyof typeof failureKinds;

/** Compatible sub codes of violations, by their numbers. */
export const subCodes = ["none", "dim_mismatch", "nan_in_action", "ndof_mismatch", "envelope_unconfigured"] as const;
export type SubCode = (typeof subCodes)[number];

export interface CodeMeaning {
  /** Compatible names where the specification has them. */
  readonly name: string;
  readonly severity: Severity;
  readonly kind: FailureKind;
  readonly sub: SubCode;
  /** What was out of range, as the failure record names it. */
  readonly field: string;
}

function drop<Name extends string>(name: Name, field: string = name) {
  return { name, severity: "drop", kind: "controller", sub: "none", field } as const;
}

function violation<Name extends string>(name: Name, kind: FailureKind, field: string = name, sub: SubCode = "none") {
  return { name, severity: "violation", kind, sub, field } as const;
}

const meanings = {
  pass: { name: "pass", severity: "pass", kind: "controller", sub: "none", field: "" },
  malformed: drop("malformed"),
  closed: drop("closed"),
  estopLatched: drop("estop_latched"),
  envelopeMissing: drop("envelope_unconfigured"),
  noLease: drop("no_lease"),
  modelMismatch: drop("model_mismatch"),
  chunkExpired: drop("chunk_stale", "valid_until"),
  chunkAge: drop("chunk_stale", "issued"),
  observationAge: drop("chunk_stale", "observation"),
  seqOutOfOrder: drop("chunk_out_of_order", "seq"),
  tickOutOfOrder: drop("chunk_out_of_order", "tick_index"),
  chunkReplay: drop("chunk_replay"),
  cycleTime: drop("cycle_time"),
  envelopeEmpty: violation("envelope_unconfigured", "controller", "n_dof", "envelope_unconfigured"),
  ndofMismatch: violation("ndof_mismatch", "controller", "n_dof", "ndof_mismatch"),
  flatMismatch: violation("dim_mismatch", "controller", "flat", "dim_mismatch"),
  horizonRange: violation("dim_mismatch", "controller", "flat", "dim_mismatch"),
  nanInAction: violation("nan_in_action", "controller", "flat", "nan_in_action"),
  modeUnsupported: violation("mode_unsupported", "controller", "control_mode", "dim_mismatch"),
  widthMismatch: violation("dim_mismatch", "controller", "n_dof", "dim_mismatch"),
  periodRange: violation("period_range", "controller", "period_ms", "dim_mismatch"),
  rowTimes: violation("row_times", "controller", "row_times", "dim_mismatch"),
  jointPosition: violation("joint_position", "workspace"),
  jointVelocity: violation("joint_velocity", "workspace"),
  jointTorque: violation("joint_torque", "force"),
  quatNorm: violation("quat_norm", "workspace"),
  workspaceXyz: violation("workspace_xyz", "workspace"),
  noGoZone: violation("no_go_zone", "workspace"),
  cartesianStep: violation("cartesian_step", "workspace"),
  cartesianStepRot: violation("cartesian_step_rot", "workspace"),
  eeSpeed: violation("ee_speed", "force"),
  eeAngularSpeed: violation("ee_angular_speed", "force"),
  eeAccel: violation("ee_accel", "force"),
  baseLinearSpeed: violation("base_linear_speed", "force"),
  baseAngularSpeed: violation("base_angular_speed", "force"),
  baseComponent: violation("base_component", "workspace"),
  gripperRange: violation("gripper_range", "workspace"),
  compositeRange: violation("composite_range", "workspace"),
  declaredRange: violation("declared_range", "workspace"),
  stateCount: drop("state_unavailable", "joints"),
  stateNotFinite: drop("state_unavailable", "position"),
  stateStale: drop("state_unavailable", "stamp"),
  forceUnavailable: drop("state_unavailable", "contact_force"),
  contactForce: violation("contact_force", "force"),
  contactSlow: drop("contact_slow"),
  jointJump: violation("joint_jump", "workspace"),
  jointRate: violation("joint_rate", "workspace"),
  jointAccel: violation("joint_accel", "workspace"),
  jointJerk: violation("joint_jerk", "workspace"),
  worldUnavailable: drop("world_unavailable"),
  worldOverflow: drop("world_overflow"),
  worldMalformed: drop("world_malformed"),
  voxelUnavailable: drop("voxel_unavailable"),
  voxelOverflow: drop("voxel_overflow"),
  voxelMalformed: drop("voxel_malformed"),
  predictionFailed: drop("prediction_failed"),
  predictionResidual: drop("prediction_residual"),
  selfCollision: violation("self_collision", "collision"),
  worldCollision: violation("world_collision", "collision"),
  voxelCollision: violation("voxel_collision", "collision"),
  sweepUnproven: drop("sweep_unproven"),
  geometryUnknown: drop("geometry_unknown"),
  budgetExceeded: drop("budget_exceeded"),
  budgetLatched: violation("budget_exceeded", "timeout"),
  internalError: violation("internal_error", "controller"),
  recoveryMode: drop("recovery_mode", "control_mode"),
  recoveryUnseen: drop("recovery_unseen", "collision"),
  recoveryNearer: violation("recovery_nearer", "collision"),
} as const satisfies Record<string, CodeMeaning>;

export type CodeKey = keyof typeof meanings;
/** What the kernel itself refuses with. */
export type CheckCode = Exclude<(typeof meanings)[CodeKey]["name"], "pass">;
/** What a kernel in another thread or process adds (`channel/`): no answer in time, gone, no room, damaged. */
export type ChannelCode = "kernel_late" | "kernel_lost" | "channel_overrun" | "channel_corrupt";
export type RefusalCode = CheckCode | ChannelCode;

/** Indexed by code number. */
export const codeMeanings: readonly (typeof meanings)[CodeKey][] = Object.values(meanings);

/** Code numbers by name: `code.jointPosition`. 0 is a pass. Written out, because the hot path compares with them: literals are folded. */
export const code = {
  pass: 0,
  malformed: 1,
  closed: 2,
  estopLatched: 3,
  envelopeMissing: 4,
  noLease: 5,
  modelMismatch: 6,
  chunkExpired: 7,
  chunkAge: 8,
  observationAge: 9,
  seqOutOfOrder: 10,
  tickOutOfOrder: 11,
  chunkReplay: 12,
  cycleTime: 13,
  envelopeEmpty: 14,
  ndofMismatch: 15,
  flatMismatch: 16,
  horizonRange: 17,
  nanInAction: 18,
  modeUnsupported: 19,
  widthMismatch: 20,
  periodRange: 21,
  rowTimes: 22,
  jointPosition: 23,
  jointVelocity: 24,
  jointTorque: 25,
  quatNorm: 26,
  workspaceXyz: 27,
  noGoZone: 28,
  cartesianStep: 29,
  cartesianStepRot: 30,
  eeSpeed: 31,
  eeAngularSpeed: 32,
  eeAccel: 33,
  baseLinearSpeed: 34,
  baseAngularSpeed: 35,
  baseComponent: 36,
  gripperRange: 37,
  compositeRange: 38,
  declaredRange: 39,
  stateCount: 40,
  stateNotFinite: 41,
  stateStale: 42,
  forceUnavailable: 43,
  contactForce: 44,
  contactSlow: 45,
  jointJump: 46,
  jointRate: 47,
  jointAccel: 48,
  jointJerk: 49,
  worldUnavailable: 50,
  worldOverflow: 51,
  worldMalformed: 52,
  voxelUnavailable: 53,
  voxelOverflow: 54,
  voxelMalformed: 55,
  predictionFailed: 56,
  predictionResidual: 57,
  selfCollision: 58,
  worldCollision: 59,
  voxelCollision: 60,
  sweepUnproven: 61,
  geometryUnknown: 62,
  budgetExceeded: 63,
  budgetLatched: 64,
  internalError: 65,
  recoveryMode: 66,
  recoveryUnseen: 67,
  recoveryNearer: 68,
} as const satisfies Record<CodeKey, number>;

export const SEVERITY_PASS = 0;
export const SEVERITY_VIOLATION = 2;
const severities: readonly Severity[] = ["pass", "drop", "violation"];

/** Shape `[codes]`: SEVERITY_PASS, SEVERITY_VIOLATION, or 1 for a drop. */
export const severityOfCode = Uint8Array.from(codeMeanings, ({ severity }) => severities.indexOf(severity));
