/**
 * The codes of refusals as integers, for the wire, and the ones that the channel itself gives.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";
import type { Refused } from "../kernel.ts";
import type { RefusalCode } from "../checks/verdict-codes.ts";

/** Order is the wire's: new codes go to the end. The type makes a code that is missing here an error. */
const numberOfCode: Readonly<Record<RefusalCode, number>> = {
  closed: 1,
  malformed: 2,
  chunk_stale: 3,
  chunk_out_of_order: 4,
  dim_mismatch: 5,
  period_range: 6,
  nan_in_action: 7,
  mode_unsupported: 8,
  state_unavailable: 9,
  joint_position: 10,
  joint_velocity: 11,
  joint_rate: 12,
  joint_jump: 13,
  gripper_range: 14,
  estop_latched: 15,
  kernel_late: 16,
  kernel_lost: 17,
  channel_overrun: 18,
  channel_corrupt: 19,
  chunk_replay: 20,
  cycle_time: 21,
  no_lease: 22,
  model_mismatch: 23,
  envelope_unconfigured: 24,
  ndof_mismatch: 25,
  row_times: 26,
  joint_torque: 27,
  quat_norm: 28,
  workspace_xyz: 29,
  no_go_zone: 30,
  cartesian_step: 31,
  cartesian_step_rot: 32,
  ee_speed: 33,
  ee_angular_speed: 34,
  ee_accel: 35,
  base_linear_speed: 36,
  base_angular_speed: 37,
  base_component: 38,
  composite_range: 39,
  declared_range: 40,
  contact_force: 41,
  contact_slow: 42,
  joint_accel: 43,
  joint_jerk: 44,
  world_unavailable: 45,
  world_overflow: 46,
  world_malformed: 47,
  voxel_unavailable: 48,
  voxel_overflow: 49,
  voxel_malformed: 50,
  prediction_failed: 51,
  prediction_residual: 52,
  self_collision: 53,
  world_collision: 54,
  voxel_collision: 55,
  sweep_unproven: 56,
  geometry_unknown: 57,
  budget_exceeded: 58,
  internal_error: 59,
  recovery_mode: 60,
  recovery_unseen: 61,
  recovery_nearer: 62,
};

const codeOfNumber: ReadonlyMap<number, RefusalCode> = new Map(
  Object.entries(numberOfCode).flatMap(([name, number]) => (isRefusalCode(name) ? [[number, name] as const] : [])),
);

export function isRefusalCode(text: unknown): text is RefusalCode {
  return typeof text === "string" && Object.hasOwn(numberOfCode, text);
}

export function codeNumber(code: RefusalCode): number {
  return numberOfCode[code];
}

export function codeFromNumber(number: number): RefusalCode | undefined {
  return codeOfNumber.get(number);
}

/** A refusal by the channel itself: nothing was judged, nothing is executed, nothing latches. */
export function refusal(code: RefusalCode, reason: string, evidence: JsonObject = {}): Refused {
  return { kind: "refused", code, reason, evidence, severity: "drop", step: 1, sub: "none", field: code };
}
