import type { Pose } from "./pose.ts";

export interface ObjectState {
  readonly name: string;
  readonly worldFromObject: Pose;
}

export interface GripperState {
  /** 0 closed … 1 open, measured. */
  readonly opening: number;
  /** Object held by contact on both fingers (kinematic: attached), or null. */
  readonly holding: string | null;
}

/** What a backend measured at one instant. A frozen copy that the caller may keep; every number finite. */
export interface Observation {
  /** `obs-<seq>`, unique in the episode. */
  readonly id: string;
  readonly seq: number;
  /** Backend time, ms since the episode began. */
  readonly atMs: number;
  /** Shape `[nJoints]`, order of `RobotModel.jointNames`; rad, or m for prismatic joints. */
  readonly qRad: readonly number[];
  /** Shape `[nJoints]`; rad/s or m/s. */
  readonly qdRadPerS: readonly number[];
  readonly worldFromTip: Pose;
  readonly tipSpeedMps: number;
  /** Absent where the robot has no gripper or tool. */
  readonly gripper?: GripperState;
  readonly objects: readonly ObjectState[];
  /** 0 empty … 100 full. Absent where the robot does not report one. */
  readonly batteryPct?: number;
  /** Age of each source in ms when observed, for example `{joints: 0, objects: 0}`. A source never heard is absent. */
  readonly ageMs: Readonly<Record<string, number>>;
}
