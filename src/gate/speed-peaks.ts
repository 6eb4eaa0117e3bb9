/**
 * How fast a plan makes joints, tip and the ends of other limbs go at most, from its trajectories. Computed once a plan and robot.
 *
 * Sampled at fixed fractions of each segment, then refined around the highest sample: a profile of ramps and plateaus has its peak on
 * a plateau, which samples hit, or at the meeting point of two ramps, which the refinement finds. Because the fractions do not depend
 * on the duration, a plan slowed by s has exactly s times these speeds. The kernel judges every row again.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import type { MotionSegment, Plan } from "../intent/plan.ts";
import { forwardKinematics, geometricJacobianInto } from "../robot/kinematics.ts";
import { limbEndsOf } from "../robot/limb-ends.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import { tipModelOf } from "../robot/tip-model.ts";

/** Rounding in a planner that plans exactly at a limit, as a share of the limit. */
export const SPEED_TOLERANCE = 1e-6;
const MIN_SAMPLES = 64;
const MAX_SAMPLES = 20_000;
const SAMPLES_PER_LINE = 8;
const REFINEMENTS = 10;

export interface EndPeaks {
  /** `tip`, or the link that ends a limb. */
  readonly name: string;
  readonly mps: number;
  readonly radPerS: number;
  /** From differences between neighbouring samples, m/s². */
  readonly mps2: number;
}

export interface SpeedPeaks {
  readonly tip: EndPeaks;
  /** The tip, then the ends of limbs that do not carry it. */
  readonly ends: readonly EndPeaks[];
  /** Of the ends; one whose speed is not a number is. */
  readonly fastest: EndPeaks;
  /** The largest acceleration of any end, m/s². */
  readonly maxMps2: number;
  /** Shape `[nJoints]`, rad/s or m/s. Shared: read only. */
  readonly jointRadPerS: Float64Array;
}

interface Entry {
  readonly robot: RobotModel;
  readonly peaks: SpeedPeaks;
}

const known = new LastSeen<Plan, Entry>();

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
  const tip = endPeaks("tip", plan, robot, jointRadPerS);
  const limbs = limbEndsOf(robot).map(({ name, model }) => endPeaks(name, plan, model, new Float64Array(robot.nJoints)));
  const ends = Object.freeze([tip, ...limbs]);
  const fastest = ends.reduce((most, end) => (most.mps >= end.mps || Number.isNaN(most.mps) ? most : end));
  return Object.freeze({ tip, ends, fastest, maxMps2: Math.max(...ends.map(({ mps2 }) => mps2)), jointRadPerS });
}

/** Of the robot's tip; `jointRadPerS` is filled. */
function endPeaks(name: string, plan: Plan, robot: RobotModel, jointRadPerS: Float64Array): EndPeaks {
  let mps = 0;
  let radPerS = 0;
  let mps2 = 0;
  for (const segment of plan.segments) {
    if (segment.kind !== "motion") continue;
    if (segment.trajectory.path.nJoints !== robot.nJoints) {
      jointRadPerS.fill(Number.NaN);
      return Object.freeze({ name, mps: Number.NaN, radPerS: Number.NaN, mps2: Number.NaN });
    }
    const probe = new SpeedProbe(tipModelOf(robot), segment);
    probe.sweep();
    mps = Math.max(mps, probe.refined(TIP));
    radPerS = Math.max(radPerS, probe.refined(TURN));
    mps2 = Math.max(mps2, probe.peakTipMps2);
    for (let joint = 0; joint < robot.nJoints; joint++)
      jointRadPerS[joint] = Math.max(jointRadPerS[joint]!, probe.refined(FIRST_JOINT + joint));
  }
  return Object.freeze({ name, mps, radPerS, mps2 });
}

/** Which speed: of the tip, of its turning, or of a joint. */
const TIP = 0;
const TURN = 1;
const FIRST_JOINT = 2;

/** The speeds of one segment. */
class SpeedProbe {
  readonly #robot: RobotModel;
  readonly #segment: MotionSegment;
  readonly #samples: number;
  readonly #qRad: Float64Array;
  readonly #qdRadPerS: Float64Array;
  readonly #worldFromLinks: Float64Array;
  readonly #jacobian: Float64Array;
  /** Tip velocity of the last look: vx vy vz wx wy wz, world frame. */
  readonly #twist = new Float64Array(6);
  /** Largest sample of each speed, and its index. */
  readonly #best: Float64Array;
  readonly #bestAt: Int32Array;
  peakTipMps2 = 0;

  constructor(robot: RobotModel, segment: MotionSegment) {
    const { nJoints } = robot;
    this.#robot = robot;
    this.#segment = segment;
    this.#samples = Math.min(MAX_SAMPLES, Math.max(MIN_SAMPLES, SAMPLES_PER_LINE * (segment.trajectory.path.nWaypoints - 1)));
    this.#qRad = new Float64Array(nJoints);
    this.#qdRadPerS = new Float64Array(nJoints);
    this.#worldFromLinks = new Float64Array(12 * robot.nLinks);
    this.#jacobian = new Float64Array(6 * nJoints);
    this.#best = new Float64Array(FIRST_JOINT + nJoints);
    this.#bestAt = new Int32Array(FIRST_JOINT + nJoints);
  }

  /** Looks at every sample once. */
  sweep(): void {
    const stepS = this.#segment.trajectory.durationMs / 1000 / this.#samples;
    const [before, change] = [new Float64Array(3), new Float64Array(3)];
    for (let i = 0; i <= this.#samples; i++) {
      this.#look(i / this.#samples);
      for (let speed = 0; speed < this.#best.length; speed++) {
        const value = this.#last(speed);
        // NaN lands here too, and stays.
        if (value <= this.#best[speed]! || Number.isNaN(this.#best[speed]!)) continue;
        this.#best[speed] = value;
        this.#bestAt[speed] = i;
      }
      for (let axis = 0; axis < 3; axis++) {
        change[axis] = this.#twist[axis]! - before[axis]!;
        before[axis] = this.#twist[axis]!;
      }
      // A move that takes no time goes nowhere, or is refused for its speed.
      if (i > 0 && stepS > 0) this.peakTipMps2 = Math.max(this.peakTipMps2, length3(change, 0) / stepS);
    }
  }

  /** The largest value of one speed: of the samples, and of the neighbourhood of the largest sample. */
  refined(speed: number): number {
    let best = this.#best[speed]!;
    if (!Number.isFinite(best)) return Number.NaN;
    const at = this.#bestAt[speed]!;
    let low = Math.max(0, at - 1) / this.#samples;
    let high = Math.min(this.#samples, at + 1) / this.#samples;
    for (let i = 0; i < REFINEMENTS; i++) {
      const left = low + (high - low) / 3;
      const right = high - (high - low) / 3;
      const [leftValue, rightValue] = [this.#at(speed, left), this.#at(speed, right)];
      best = Math.max(best, leftValue, rightValue);
      if (leftValue < rightValue) low = left;
      else high = right;
    }
    return best;
  }

  #at(speed: number, fraction: number): number {
    if (speed < FIRST_JOINT) this.#look(fraction);
    else this.#segment.trajectory.velocityInto(fraction * this.#segment.trajectory.durationMs, this.#qdRadPerS);
    return this.#last(speed);
  }

  #last(speed: number): number {
    if (speed === TIP) return length3(this.#twist, 0);
    if (speed === TURN) return length3(this.#twist, 3);
    return Math.abs(this.#qdRadPerS[speed - FIRST_JOINT]!);
  }

  #look(fraction: number): void {
    const { trajectory } = this.#segment;
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
