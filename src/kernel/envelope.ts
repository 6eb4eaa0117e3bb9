/**
 * The limits a kernel enforces, checked once when it is made. Only a limit that the robot does not have may be infinite.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { JOINT_PRISMATIC, type RobotModel } from "../robot/robot-model.ts";
import type { ControlMode } from "./command.ts";

/** How far beyond its limit a position may be, rad or m: what rounding leaves of a setpoint exactly on it. */
export const POSITION_TOLERANCE = 1e-9;

export interface KernelOptions {
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
}

export interface Envelope {
  readonly nJoints: number;
  readonly jointNames: readonly string[];
  /** `rad` or `m`, per joint. */
  readonly units: readonly ("rad" | "m")[];
  readonly modes: ReadonlySet<ControlMode>;
  /**
   * Shape `[nJoints]`, the kernel's own copies. Where the robot has no limit they hold the largest finite number, so that no
   * check lets an infinite one through.
   */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The same with the tolerance of positions. */
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
  readonly maxVelocity: Float64Array;
  readonly trackingError: Float64Array;
  readonly maxPeriodMs: number;
}

/** Numbers in a row of each mode that this kernel can bound; every other mode is refused when it is made. */
export const rowWidth = {
  joint_position: (nJoints: number) => nJoints,
  joint_velocity: (nJoints: number) => nJoints,
  gripper_binary: () => 1,
  gripper_position: () => 1,
} satisfies Partial<Record<ControlMode, (nJoints: number) => number>>;
export type BoundedMode = keyof typeof rowWidth;

export function isBoundedMode(mode: string): mode is BoundedMode {
  return Object.hasOwn(rowWidth, mode);
}

/** @throws ClearanceError `config.invalid` naming every limit that cannot be enforced. */
export function envelopeOf(options: KernelOptions): Envelope {
  const { robot, maxTrackingErrorRad = 0.05, maxTrackingErrorM = 0.01, maxPeriodMs = 1000 } = options;
  const units = robot.jointNames.map((_, joint) => jointUnit(robot, joint));
  const problems = [
    ...modeProblems(options),
    ...jointProblems(robot),
    ...[{ maxTrackingErrorRad }, { maxTrackingErrorM }, { maxPeriodMs }].flatMap((entry) =>
      Object.entries(entry).flatMap(([name, value]) =>
        Number.isFinite(value) && value >= 0 ? [] : [`${name} must be a finite number >= 0, got ${value}`],
      ),
    ),
  ];
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `the kernel for ${robot.name} cannot run: ${problems.join("; ")}`, {
      source: "kernel",
      problems,
    });
  return {
    nJoints: robot.nJoints,
    jointNames: [...robot.jointNames],
    units,
    modes: new Set(options.modes),
    lower: robot.lowerRad.map(finiteLimit),
    upper: robot.upperRad.map(finiteLimit),
    lowest: robot.lowerRad.map((limit) => finiteLimit(limit - POSITION_TOLERANCE)),
    highest: robot.upperRad.map((limit) => finiteLimit(limit + POSITION_TOLERANCE)),
    maxVelocity: robot.maxVelocityRadPerS.map(finiteLimit),
    trackingError: Float64Array.from(units, (unit) => (unit === "m" ? maxTrackingErrorM : maxTrackingErrorRad)),
    maxPeriodMs,
  };
}

function modeProblems({ modes, gripper }: KernelOptions): string[] {
  if (modes.length === 0) return ["no control mode is configured"];
  return modes.flatMap((mode) => {
    if (!isBoundedMode(mode)) return [`there is no check that bounds mode ${mode}`];
    return mode.startsWith("gripper_") && !gripper ? [`mode ${mode} needs a gripper, and there is none`] : [];
  });
}

function jointProblems(robot: RobotModel): string[] {
  const { nJoints, jointNames, lowerRad, upperRad, maxVelocityRadPerS } = robot;
  if (!(nJoints >= 1)) return ["the robot has no joint"];
  const lengths = { jointNames, lowerRad, upperRad, maxVelocityRadPerS };
  const wrong = Object.entries(lengths).filter(([, values]) => values.length !== nJoints);
  if (wrong.length > 0) return wrong.map(([name, values]) => `${name} has ${values.length} entries for ${nJoints} joints`);
  return jointNames.flatMap((name, j) => {
    const lower = lowerRad[j]!;
    const upper = upperRad[j]!;
    const velocity = maxVelocityRadPerS[j]!;
    const problems: string[] = [];
    if (!(lower <= upper && lower < Infinity && upper > -Infinity)) problems.push(`limits of ${name} are [${lower}, ${upper}]`);
    if (!(velocity >= 0)) problems.push(`speed limit of ${name} is ${velocity}`);
    return problems;
  });
}

function finiteLimit(limit: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, limit));
}

function jointUnit(robot: RobotModel, joint: number): "rad" | "m" {
  for (let link = 0; link < robot.nLinks; link++)
    if (robot.qIndexOfLink[link] === joint && robot.jointKindOfLink[link] === JOINT_PRISMATIC) return "m";
  return "rad";
}
