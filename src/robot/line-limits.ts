/**
 * What the limits of joints and tip allow along one straight line of a joint path, q(f) = from + f·delta.
 * @module
 */
import { limbEndsOf } from "./limb-ends.ts";
import type { RobotModel } from "./robot-model.ts";
import { TipMotionBound } from "./tip-motion-bound.ts";
import type { LineLimits } from "./trapezoid.ts";

export interface TrajectoryLimits {
  readonly model: RobotModel;
  /** Factors on the robot's joint speed and acceleration limits, (0, 1]. */
  readonly jointSpeedScale: number;
  readonly jointAccelerationScale: number;
  /** Caps on the tip and the ends of other limbs; Infinity where there is none, 0 means no motion. */
  readonly maxTipSpeedMps: number;
  readonly maxTipAccelerationMps2: number;
  readonly maxTipAngularSpeedRadPerS: number;
}

/** A joint described without an acceleration limit takes at least this long to its top speed. */
const RAMP_WITHOUT_LIMIT_S = 0.25;

const bounds = new WeakMap<RobotModel, TipMotionBound>();

/** The robot's bound, with the last line measured still in it. */
export function tipMotionBoundOf(model: RobotModel): TipMotionBound {
  let bound = bounds.get(model);
  if (bound === undefined) {
    bound = new TipMotionBound(model);
    bounds.set(model, bound);
  }
  return bound;
}

/** Acceleration allowed to a joint, rad/s²; Infinity only where neither it nor a speed is known. */
export function jointAcceleration(limits: TrajectoryLimits, joint: number): number {
  const { model, jointSpeedScale, jointAccelerationScale } = limits;
  const described = model.maxAccelerationRadPerS2[joint]!;
  if (described !== Number.POSITIVE_INFINITY) return described * jointAccelerationScale;
  return (model.maxVelocityRadPerS[joint]! * jointSpeedScale) / RAMP_WITHOUT_LIMIT_S;
}

export function hasTipCap(limits: TrajectoryLimits): boolean {
  return Math.min(limits.maxTipSpeedMps, limits.maxTipAccelerationMps2, limits.maxTipAngularSpeedRadPerS) < Number.POSITIVE_INFINITY;
}

/**
 * Limits of f itself (1/s, 1/s², 1/s³) from row `at` of `rows` to the next. With `corners` the acceleration leaves room for
 * taking any part up to half of it away for the corners of the path. Infinity where nothing limits; NaN where a limit is NaN.
 */
export function lineLimits(limits: TrajectoryLimits, rows: Float64Array, at: number, corners: boolean): LineLimits {
  const { model, jointSpeedScale } = limits;
  const n = model.nJoints;
  const from = at * n;
  let speed = Number.POSITIVE_INFINITY;
  let acceleration = Number.POSITIVE_INFINITY;
  let jerk = Number.POSITIVE_INFINITY;
  for (let j = 0; j < n; j++) {
    const travel = Math.abs(rows[from + n + j]! - rows[from + j]!);
    if (travel === 0) continue;
    speed = Math.min(speed, (model.maxVelocityRadPerS[j]! * jointSpeedScale) / travel);
    acceleration = Math.min(acceleration, jointAcceleration(limits, j) / travel);
    jerk = Math.min(jerk, model.maxJerkRadPerS3[j]! / travel);
  }
  const line: LineLimits = { speed, acceleration, jerk };
  if (!hasTipCap(limits)) return line;
  let capped = capTip(limits, tipMotionBoundOf(model), rows, at, corners, line);
  for (const { model: limb } of limbEndsOf(model)) capped = capTip(limits, tipMotionBoundOf(limb), rows, at, corners, capped);
  return capped;
}

/** The same with what the caps allow to one tip. */
function capTip(
  { maxTipSpeedMps, maxTipAccelerationMps2, maxTipAngularSpeedRadPerS }: TrajectoryLimits,
  bound: TipMotionBound,
  rows: Float64Array,
  at: number,
  corners: boolean,
  line: LineLimits,
): LineLimits {
  let { speed, acceleration } = line;
  bound.measure(rows, at, { fastestPerS: speed, maxTipSpeedMps, maxTipAccelerationMps2 });
  if (bound.speedPerF > 0) speed = Math.min(speed, maxTipSpeedMps / bound.speedPerF);
  if (bound.angularPerF > 0) speed = Math.min(speed, maxTipAngularSpeedRadPerS / bound.angularPerF);
  // Tip acceleration = |dp/df| f'' + |d²p/df²| f'², the second part being kept to at most half.
  let turning = 0;
  if (bound.curvaturePerF2 > 0) {
    const curvature = bound.curvaturePerF2 * (corners ? 2 : 1);
    speed = Math.min(speed, Math.sqrt(maxTipAccelerationMps2 / (2 * curvature)));
    turning = curvature * speed * speed;
  }
  if (bound.speedPerF > 0 && maxTipAccelerationMps2 !== Number.POSITIVE_INFINITY)
    acceleration = Math.min(acceleration, (maxTipAccelerationMps2 - turning) / bound.speedPerF);
  return { speed, acceleration, jerk: line.jerk };
}
