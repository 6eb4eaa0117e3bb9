/**
 * Fastest motions along one line: the trapezoid (speed and acceleration bounded) and its rounded, seven-phase form (jerk
 * bounded as well). Lengths in any unit U of the path; speeds U/s, accelerations U/s², jerks U/s³, times s.
 *
 *     speed   ______              sources: L. Biagiotti, C. Melchiorri, "Trajectory Planning for Automatic Machines and
 *            /      \             Robots" (2008), §3.2 trapezoidal and §3.4 double-S; the closed forms below follow from
 *     ______/        \____ t      distance = speed × (time of one ramp) + cruise for ramps that mirror each other.
 * @module
 */
import type { ProfileBuilder } from "./time-profile.ts";

/** Each positive; Infinity where there is no bound, but not for the acceleration. */
export interface LineLimits {
  readonly speed: number;
  readonly acceleration: number;
  readonly jerk: number;
}

/**
 * Appends the fastest motion over `length` from `startSpeed` to `endSpeed`. Both ends must be reachable from each other
 * within `length` at `acceleration`, as a forward and a backward pass ensure, and lie in `[0, speed]`.
 */
export function appendPassage(
  profile: ProfileBuilder,
  length: number,
  startSpeed: number,
  endSpeed: number,
  speed: number,
  acceleration: number,
): void {
  const startSquared = startSpeed * startSpeed;
  const endSquared = endSpeed * endSpeed;
  const reachable = Math.sqrt(acceleration * length + (startSquared + endSquared) / 2);
  const peak = Math.max(Math.min(speed, reachable), startSpeed, endSpeed);
  const speedUp = (peak * peak - startSquared) / (2 * acceleration);
  const slowDown = (peak * peak - endSquared) / (2 * acceleration);
  const cruise = Math.max(0, length - speedUp - slowDown);
  const from = profile.position;
  profile.append((peak - startSpeed) / acceleration, from, startSpeed, acceleration, 0);
  profile.append(cruise / peak, from + speedUp, peak, 0, 0);
  profile.append((peak - endSpeed) / acceleration, from + speedUp + cruise, peak, -acceleration, 0);
  profile.arrive(from + length);
}

/** Appends the fastest motion over `length` from rest to rest; seven phases where the jerk is bounded, three where not. */
export function appendRestToRest(profile: ProfileBuilder, length: number, limits: LineLimits): void {
  const { speed, acceleration, jerk } = limits;
  if (jerk === Number.POSITIVE_INFINITY) {
    appendPassage(profile, length, 0, 0, speed, acceleration);
    return;
  }
  const peak = Math.min(speed, peakSpeedWithJerk(length, acceleration, jerk));
  const corner = (acceleration * acceleration) / jerk;
  const jerkS = peak >= corner ? acceleration / jerk : Math.sqrt(peak / jerk);
  const steadyS = peak >= corner ? peak / acceleration - jerkS : 0;
  const peakAcceleration = jerk * jerkS;
  const rampLength = (peak * (2 * jerkS + steadyS)) / 2;
  const cruise = Math.max(0, length - 2 * rampLength);
  const bend = (peakAcceleration * jerkS) / 2;
  const from = profile.position;
  const to = from + length;
  // Positions come from the near end of the line, so that rounding does not add up over the seven phases.
  const afterBend = (jerk * jerkS * jerkS * jerkS) / 6;
  const afterSteady = afterBend + bend * steadyS + (peakAcceleration * steadyS * steadyS) / 2;
  profile.append(jerkS, from, 0, 0, jerk);
  profile.append(steadyS, from + afterBend, bend, peakAcceleration, 0);
  profile.append(jerkS, from + afterSteady, peak - bend, peakAcceleration, -jerk);
  profile.append(cruise / peak, from + rampLength, peak, 0, 0);
  profile.append(jerkS, to - rampLength, peak, 0, -jerk);
  profile.append(steadyS, to - afterSteady, peak - bend, -peakAcceleration, 0);
  profile.append(jerkS, to - afterBend, bend, -peakAcceleration, jerk);
  profile.arrive(to);
}

/** The speed that a motion over `length` reaches when nothing but acceleration and jerk bounds it. */
function peakSpeedWithJerk(length: number, acceleration: number, jerk: number): number {
  // One ramp to v takes v/a + a/j, and length = v × that; positive root of v² / a + v a / j - length = 0.
  const half = (acceleration * acceleration) / (2 * jerk);
  const withSteady = Math.sqrt(half * half + length * acceleration) - half;
  if (withSteady >= 2 * half) return withSteady;
  // The ramp never reaches the acceleration limit: length = 2 j t³ with v = j t².
  const jerkS = cubeRoot(length / (2 * jerk));
  return jerk * jerkS * jerkS;
}

/** Cube root of a positive number from square roots alone, so that every engine gives the same bits. */
function cubeRoot(value: number): number {
  // 1/4 + 1/16 + 1/64 + … = 1/3, and Newton's method squares what error the cut series leaves.
  let root = 1;
  let part = value;
  for (let i = 0; i < 12; i++) {
    part = Math.sqrt(Math.sqrt(part));
    root *= part;
  }
  for (let i = 0; i < 3; i++) root -= (root * root * root - value) / (3 * root * root);
  return root;
}
