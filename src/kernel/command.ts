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
  /** When the chunk was made; ms of the episode's monotonic clock, as all times here. */
  readonly issuedMs?: number | undefined;
  /** When the sensors saw what the chunk answers. */
  readonly observedAtMs?: number | undefined;
  /** How old the chunk may be when it is judged; the kernel's own limit applies as well. */
  readonly validForMs?: number | undefined;
  /** The kernel's epoch and goal at the time the chunk was asked for. A kernel that works by leases refuses chunks without them. */
  readonly epoch?: number | undefined;
  readonly goal?: string | undefined;
  /** Tick of the policy, unsigned 32 bits, wraps around. The chunks of one tick differ in `mode` or `part`. */
  readonly tick?: number | undefined;
  /** `"arm"` (also where absent) or the name of an end effector. */
  readonly part?: string | undefined;
  /** Mode `joint_trajectory` only: when each row is reached, ms after the chunk starts. Shape `[nRows]`; absent: every `periodMs`. */
  readonly rowTimesMs?: Float64Array | undefined;
}

declare const vetted: unique symbol;
export type Vetted<C extends Command = Command> = C & { readonly [vetted]: true };
