/**
 * How fast a plan makes joints and tip go at most, from its trajectories. Computed once a plan and robot.
 *
 * Sampled at fixed fractions of each segment, then refined around the highest sample: a profile of ramps and plateaus has its peak on
 * a plateau, which samples hit, or at the meeting point of two ramps, which the refinement finds. Because the fractions do not depend
 * on the duration, a plan slowed by s has exactly s times these speeds. The kernel judges every row again.
 * @module
 */
import type { MotionSegment, Plan } from "../intent/plan.ts";
import { forwardKinematics, geometricJacobianInto } from "../robot/kinematics.ts";
import type { RobotModel } from "../robot/robot-model.ts";

/** Rounding in a planner that plans exactly at a limit, as a share of the limit. */
export const SPEED_TOLERANCE = 1e-6;
const MIN_SAMPLES = 200;
const MAX_SAMPLES = 20_000;
const SAMPLES_PER_LINE = 8;
const REFINEMENTS = 24;

export interface SpeedPeaks {
  readonly tipMps: number;
  readonly tipRadPerS: number;
  /** From differences between neighbouring samples, m/s². */
  readonly tipMps2: number;
  /** Shape `[nJoints]`, rad/s or m/s. Shared: read only. */
  readonly jointRadPerS: Float64Array;
}

interface Entry {
  readonly robot: RobotModel;
  readonly peaks: SpeedPeaks;
}

const known = new WeakMap<Plan, Entry>();

/** All NaN when the plan does not fit the robot: then nothing is within any cap. */
export function speedPeaks(plan: Plan, robot: RobotModel): SpeedPeaks {
  const entry = known.get(plan);
  if (entry !== undefined && entry.robot === robot) return entry.peaks;
  const peaks = peaksOf(plan, robot);
  known.set(plan, { robot, peaks });
  return peaks;
}

function peaksOf(plan: Plan, robot: RobotModel): SpeedPeaks {
  const jointRadPerS = new Float64Array(robot.nJoints);
  let tipMps = 0;
  let tipRadPerS = 0;
  let tipMps2 = 0;
  const probe = new SpeedProbe(robot);
  for (const segment of plan.segments) {
    if (segment.kind !== "motion") continue;
    if (segment.trajectory.path.nJoints !== robot.nJoints) {
      jointRadPerS.fill(Number.NaN);
      return Object.freeze({
        tipMps: Number.NaN,
        tipRadPerS: Number.NaN,
        tipMps2: Number.NaN,
        jointRadPerS,
      });
    }
    const { nWaypoints } = segment.trajectory.path;
    const samples = Math.min(MAX_SAMPLES, Math.max(MIN_SAMPLES, SAMPLES_PER_LINE * (nWaypoints - 1)));
    tipMps2 = Math.max(tipMps2, probe.peakAcceleration(segment, samples));
    tipMps = Math.max(tipMps, probe.peak(segment, samples, probe.tipMps));
    tipRadPerS = Math.max(tipRadPerS, probe.peak(segment, samples, probe.tipRadPerS));
    for (let joint = 0; joint < robot.nJoints; joint++)
      jointRadPerS[joint] = Math.max(jointRadPerS[joint]!, probe.peak(segment, samples, probe.jointRadPerS(joint)));
  }
  return Object.freeze({ tipMps, tipRadPerS, tipMps2, jointRadPerS });
}

type Speed = (segment: MotionSegment, fraction: number) => number;

class SpeedProbe {
  readonly #robot: RobotModel;
  readonly #qRad: Float64Array;
  readonly #qdRadPerS: Float64Array;
  readonly #worldFromLinks: Float64Array;
  readonly #jacobian: Float64Array;
  /** Tip velocity of the last look: vx vy vz wx wy wz, world frame. */
  readonly #twist = new Float64Array(6);

  constructor(robot: RobotModel) {
    this.#robot = robot;
    this.#qRad = new Float64Array(robot.nJoints);
    this.#qdRadPerS = new Float64Array(robot.nJoints);
    this.#worldFromLinks = new Float64Array(12 * robot.nLinks);
    this.#jacobian = new Float64Array(6 * robot.nJoints);
  }

  readonly tipMps: Speed = (segment, fraction) => {
    this.#look(segment, fraction);
    return length3(this.#twist, 0);
  };

  readonly tipRadPerS: Speed = (segment, fraction) => {
    this.#look(segment, fraction);
    return length3(this.#twist, 3);
  };

  jointRadPerS(joint: number): Speed {
    return ({ trajectory }, fraction) => {
      trajectory.velocityInto(fraction * trajectory.durationMs, this.#qdRadPerS);
      return Math.abs(this.#qdRadPerS[joint]!);
    };
  }

  /** The largest value over the segment: of the samples, and of the neighbourhood of the largest sample. */
  peak(segment: MotionSegment, samples: number, speed: Speed): number {
    let best = 0;
    let at = 0;
    for (let i = 0; i <= samples; i++) {
      const value = speed(segment, i / samples);
      if (value <= best) continue;
      // NaN lands here too, and stays.
      best = value;
      at = i;
      if (!Number.isFinite(value)) return Number.NaN;
    }
    let low = Math.max(0, at - 1) / samples;
    let high = Math.min(samples, at + 1) / samples;
    for (let i = 0; i < REFINEMENTS; i++) {
      const left = low + (high - low) / 3;
      const right = high - (high - low) / 3;
      const [leftValue, rightValue] = [speed(segment, left), speed(segment, right)];
      best = Math.max(best, leftValue, rightValue);
      if (leftValue < rightValue) low = left;
      else high = right;
    }
    return best;
  }

  peakAcceleration(segment: MotionSegment, samples: number): number {
    const stepS = segment.trajectory.durationMs / 1000 / samples;
    // A move that takes no time goes nowhere, or is refused for its speed.
    if (!(stepS > 0)) return 0;
    const [before, change] = [new Float64Array(3), new Float64Array(3)];
    let best = 0;
    for (let i = 0; i <= samples; i++) {
      this.#look(segment, i / samples);
      for (let axis = 0; axis < 3; axis++) {
        change[axis] = this.#twist[axis]! - before[axis]!;
        before[axis] = this.#twist[axis]!;
      }
      if (i > 0) best = Math.max(best, length3(change, 0) / stepS);
    }
    return best;
  }

  #look({ trajectory }: MotionSegment, fraction: number): void {
    const atMs = fraction * trajectory.durationMs;
    const { nJoints } = this.#robot;
    trajectory.sampleInto(atMs, this.#qRad);
    trajectory.velocityInto(atMs, this.#qdRadPerS);
    forwardKinematics(this.#robot, this.#qRad, this.#worldFromLinks);
    geometricJacobianInto(this.#robot, this.#worldFromLinks, this.#jacobian);
    for (let row = 0; row < 6; row++) {
      let sum = 0;
      for (let joint = 0; joint < nJoints; joint++) sum += this.#jacobian[row * nJoints + joint]! * this.#qdRadPerS[joint]!;
      this.#twist[row] = sum;
    }
  }
}

function length3(values: Float64Array, offset: number): number {
  const [x, y, z] = [values[offset]!, values[offset + 1]!, values[offset + 2]!];
  return Math.sqrt(x * x + y * y + z * z);
}
