/**
 * The command vocabulary and the second door: only the kernel makes a `Vetted` command, and backends accept no other.
 * @module
 */
export type ControlMode =
  | "joint_position"
  | "joint_velocity"
  | "joint_torque"
  | "joint_trajectory"
  | "cartesian_pose"
  | "cartesian_delta"
  | "cartesian_twist"
  | "body_twist"
  | "foot_placement"
  | "gripper_binary"
  | "gripper_position"
  | "dex_hand_joint"
  | "composite_mode";

/** One chunk for the motors. SI; one mode per chunk. */
export interface Command {
  readonly mode: ControlMode;
  /** Row-major, shape `[nRows, width]`. */
  readonly rows: Float64Array;
  readonly width: number;
  readonly periodMs: number;
  /** Rises by one with each chunk of the episode. */
  readonly seq: number;
  /** `Observation.seq` the chunk answers. */
  readonly basedOnSeq: number;
  readonly validUntilMs: number;
}

declare const vetted: unique symbol;
export type Vetted<C extends Command = Command> = C & { readonly [vetted]: true };
