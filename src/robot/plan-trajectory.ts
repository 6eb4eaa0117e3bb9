/**
 * Timing of a joint path: as fast as the limits of joints and tip allow, the path itself untouched.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { pathTiming, type PathPart } from "./corner-limits.ts";
import type { JointPath } from "./joint-path.ts";
import { lineLimits, type TrajectoryLimits } from "./line-limits.ts";
import { PolylineTrajectory } from "./polyline-trajectory.ts";
import type { RobotModel } from "./robot-model.ts";
import { ProfileBuilder } from "./time-profile.ts";
import type { Trajectory } from "./trajectory.ts";
import { appendPassage, appendRestToRest } from "./trapezoid.ts";

export type { TrajectoryLimits } from "./line-limits.ts";

/** Why a path cannot be timed. */
export interface TrajectoryFailure {
  readonly kind: "failed";
  /**
   * `invalid-limits`: a scale outside (0, 1], a cap that is negative or not a number; `invalid-path`: a waypoint that is not
   * finite; `motion-not-allowed`: a limit of 0; `unlimited`: nothing known limits the speed.
   */
  readonly code: "invalid-limits" | "invalid-path" | "motion-not-allowed" | "unlimited";
  readonly reason: string;
}

/** Waypoints no farther apart than this in every joint, rad or m, are one; it is what rounding leaves of one point. */
const SAME_WAYPOINT = 1e-12;
const tipCaps = ["maxTipSpeedMps", "maxTipAccelerationMps2", "maxTipAngularSpeedRadPerS"] as const;

/**
 * Times `path` from rest to rest. Guarantees, each to a relative 1e-6 of rounding:
 * - the path followed is the polyline of the waypoints (those closer than 1e-12 count as one): what a swept check judged is
 *   what moves;
 * - no joint exceeds its speed limit × `jointSpeedScale`; the tip exceeds neither its linear nor its angular speed cap (proved
 *   bounds over each line, so up to about 0.5 % below the cap where the arm bends);
 * - no joint exceeds its acceleration limit × `jointAccelerationScale`, measured as the change of velocity over
 *   `CONTROL_TICK_MS`; the tip not its acceleration cap, measured over `TIP_ACCELERATION_WINDOW_MS` (on a single line: at every
 *   instant). Where the path bends at a waypoint the velocity jumps, and the speed there is low enough for that to hold, down
 *   to a stop if it must. A joint described without an acceleration limit takes at least 0.25 s to its top speed;
 * - jerk limits, where the robot has them, hold on a path of one line. Round corners the jump decides the jerk.
 *
 * One line is followed in the least time possible under the bounds above; several lines in the least time for the speeds and
 * accelerations that their bounds allow (forward and backward pass).
 * @throws ClearanceError `shape.mismatch` when the path is for another number of joints than the model has.
 */
export function planTrajectory(path: JointPath, limits: TrajectoryLimits): Trajectory | TrajectoryFailure {
  const { model } = limits;
  if (path.nJoints !== model.nJoints)
    throw new ClearanceError(
      "shape.mismatch",
      `a path of ${path.nJoints} joints cannot be timed for ${model.name}, which has ${model.nJoints}`,
      { what: "joints of the path", expected: model.nJoints, got: path.nJoints },
    );
  const invalid = invalidLimit(limits) ?? invalidWaypoint(path, model);
  if (invalid !== undefined) return invalid;
  const rows = distinctRows(path);
  const nLines = rows.length / path.nJoints - 1;
  const profile = new ProfileBuilder();
  const knots = new Float64Array(nLines + 1);
  if (nLines > 0) {
    const failure = stillness(limits) ?? (nLines === 1 ? timeLine(limits, rows, knots, profile) : timePath(limits, rows, knots, profile));
    if (failure !== undefined) return failure;
  }
  return new PolylineTrajectory({ path, rows, knots, profile: profile.build() });
}

function timeLine(
  limits: TrajectoryLimits,
  rows: Float64Array,
  knots: Float64Array,
  profile: ProfileBuilder,
): TrajectoryFailure | undefined {
  const line = lineLimits(limits, rows, 0, false);
  const failure = unusable(line.speed, line.acceleration, line.jerk);
  if (failure !== undefined) return failure;
  appendRestToRest(profile, 1, line);
  knots[1] = 1;
  return undefined;
}

function timePath(
  limits: TrajectoryLimits,
  rows: Float64Array,
  knots: Float64Array,
  profile: ProfileBuilder,
): TrajectoryFailure | undefined {
  const timing = pathTiming(limits, rows, knots.length - 1);
  for (const part of timing.parts) {
    const failure = unusable(part.speed, part.acceleration, Number.POSITIVE_INFINITY);
    if (failure !== undefined) return failure;
  }
  knots.set(timing.knots);
  appendPassages(profile, timing.parts);
  return undefined;
}

/** Forward and backward pass over the speeds between the parts, then the fastest passage of each. */
function appendPassages(profile: ProfileBuilder, parts: readonly PathPart[]): void {
  const speeds = new Float64Array(parts.length + 1);
  parts.forEach(({ length, acceleration, endSpeed }, i) => {
    speeds[i + 1] = Math.min(endSpeed, Math.sqrt(speeds[i]! * speeds[i]! + 2 * acceleration * length));
  });
  for (let i = parts.length - 1; i >= 0; i--) {
    const { length, acceleration } = parts[i]!;
    speeds[i] = Math.min(speeds[i]!, Math.sqrt(speeds[i + 1]! * speeds[i + 1]! + 2 * acceleration * length));
  }
  parts.forEach(({ length, speed, acceleration }, i) => appendPassage(profile, length, speeds[i]!, speeds[i + 1]!, speed, acceleration));
}

function invalidLimit(limits: TrajectoryLimits): TrajectoryFailure | undefined {
  const { jointSpeedScale, jointAccelerationScale } = limits;
  if (!(jointSpeedScale > 0 && jointSpeedScale <= 1)) return invalid(`joint speed scale ${jointSpeedScale} is not in (0, 1]`);
  if (!(jointAccelerationScale > 0 && jointAccelerationScale <= 1))
    return invalid(`joint acceleration scale ${jointAccelerationScale} is not in (0, 1]`);
  for (const name of tipCaps) if (!(limits[name] >= 0)) return invalid(`${name} ${limits[name]} is not a number >= 0`);
  return undefined;
}

function invalidWaypoint(path: JointPath, model: RobotModel): TrajectoryFailure | undefined {
  for (let w = 0; w < path.nWaypoints; w++) {
    for (let j = 0; j < path.nJoints; j++) {
      if (Number.isFinite(path.get(w, j))) continue;
      const reason = `waypoint ${w} of the path puts ${model.jointNames[j]} at ${path.get(w, j)}`;
      return { kind: "failed", code: "invalid-path", reason };
    }
  }
  return undefined;
}

function stillness(limits: TrajectoryLimits): TrajectoryFailure | undefined {
  for (const name of tipCaps)
    if (limits[name] === 0) return { kind: "failed", code: "motion-not-allowed", reason: `${name} is 0: no motion is allowed` };
  return undefined;
}

/** States what a profile needs and negates it, so that NaN in a robot description fails. */
function unusable(speed: number, acceleration: number, jerk: number): TrajectoryFailure | undefined {
  if (speed === Number.POSITIVE_INFINITY && acceleration === Number.POSITIVE_INFINITY)
    return { kind: "failed", code: "unlimited", reason: "neither the joints that move nor the tip have a limit of speed or acceleration" };
  // Numbers this far out are no robot's, and the profile's arithmetic could not carry them.
  if (speed >= 1e-9 && acceleration >= 1e-9 && acceleration <= 1e15 && jerk >= 1e-9) return undefined;
  const reason = `the limits leave a speed of ${speed}, an acceleration of ${acceleration} and a jerk of ${jerk} per length of the line`;
  return { kind: "failed", code: "motion-not-allowed", reason };
}

function invalid(reason: string): TrajectoryFailure {
  return { kind: "failed", code: "invalid-limits", reason };
}

/** The waypoints without those that repeat the one before; the first and, where anything moves, the last are kept exactly. */
function distinctRows(path: JointPath): Float64Array {
  const n = path.nJoints;
  const rows = new Float64Array(path.nWaypoints * n);
  path.readInto(0, rows, 0);
  let kept = n;
  for (let w = 1; w < path.nWaypoints; w++) {
    path.readInto(w, rows, kept);
    let moved = false;
    for (let j = 0; j < n; j++) moved ||= Math.abs(rows[kept + j]! - rows[kept - n + j]!) > SAME_WAYPOINT;
    if (moved) kept += n;
  }
  if (kept > n) path.readInto(path.nWaypoints - 1, rows, kept - n);
  return kept === rows.length ? rows : rows.slice(0, kept);
}
