/**
 * Where a chain goes when its control point is asked to: steps of damped least squares, none longer than a limit, and afterwards the
 * question whether the point arrived.
 *
 * Each step aims from where the last one ended at what is left of the row, on the axes that the robot's controller tracks; on the
 * others it hands on its share of the request and holds nobody to it.
 * @module
 */
import { forwardKinematics } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { GEOMETRY_CLEAR, GEOMETRY_PREDICTION_FAILED, GEOMETRY_PREDICTION_RESIDUAL } from "./codes.ts";
import { DampedStep } from "./damped-step.ts";
import { rotationFromXyzwInto, turnBetweenInto, twistMotionInto } from "./rigid.ts";

export interface CartesianOptions {
  /** (`collision_predict_lambda`) Damping; 0.05 unless given. */
  readonly lambda: number;
  /** Longest step, m and rad: 0.01 and 0.05 unless given. Infinity: one step a row. */
  readonly substepM: number;
  readonly substepRad: number;
  /** x y z and turns about them: which of them the controller tracks. All six from six joints on, else x y z, unless given. */
  readonly controlledAxes: readonly [boolean, boolean, boolean, boolean, boolean, boolean];
  /** Axes in which deltas and twists are given; the base's unless given. */
  readonly frame: "base" | "tool";
}

/** A row that needs more steps than this is refused. */
const maxSubsteps = 100;
/** Rounding must not add a step to a row of exactly the longest one. */
const roundDown = 1 - 1e-9;
/** How far from the request a row may end: the larger of an absolute and a relative part. */
const residualM = 1e-3;
const residualRad = 5e-3;
const residualShare = 0.1;

export class CartesianPrediction {
  readonly #robot: RobotModel;
  readonly #step: DampedStep;
  readonly #link: number;
  readonly #lambda = new Float64Array(1);
  readonly #substepM: number;
  readonly #substepRad: number;
  readonly #controlled: Uint8Array;
  readonly #inTool: boolean;
  readonly #frames: Float64Array;
  readonly #dq: Float64Array;
  /** Rows of 3×4 matrices: where the control point starts and should end. */
  readonly #start = new Float64Array(12);
  readonly #target = new Float64Array(12);
  readonly #pose = new Float64Array(12);
  readonly #turn = new Float64Array(12);
  /** xyz and rotation vector: the whole row, what is left of it, and one step. */
  readonly #request = new Float64Array(6);
  readonly #left = new Float64Array(6);
  readonly #twist = new Float64Array(6);
  readonly #one = Float64Array.of(1);

  /** Adds to `problems` what is wrong with the options. */
  constructor(
    robot: RobotModel,
    link: number,
    offsetM: readonly number[],
    blocked: ReadonlySet<number>,
    options: Partial<CartesianOptions>,
    problems: string[],
  ) {
    const { lambda = 0.05, substepM = 0.01, substepRad = 0.05, frame = "base" } = options;
    this.#robot = robot;
    this.#link = link;
    this.#step = new DampedStep(robot, link, offsetM, blocked);
    const six = this.#step.nActive >= 6;
    this.#controlled = Uint8Array.from(options.controlledAxes ?? [true, true, true, six, six, six], Number);
    this.#lambda[0] = lambda;
    this.#substepM = substepM;
    this.#substepRad = substepRad;
    this.#inTool = frame === "tool";
    this.#frames = new Float64Array(robot.nLinks * 12);
    this.#dq = new Float64Array(robot.nJoints);
    if (!(lambda >= 0 && lambda < Infinity)) problems.push(`lambda is ${lambda}`);
    if (!(substepM > 0 && substepRad > 0)) problems.push(`the longest steps are ${substepM} m and ${substepRad} rad`);
    if (this.#controlled.length !== 6) problems.push("controlledAxes are not six");
  }

  /** `rows[at …]`: quaternion x y z w, then xyz. Moves `q`. */
  followPose(q: Float64Array, rows: Float64Array, at: number): number {
    this.#poseInto(q, this.#start);
    rotationFromXyzwInto(rows, at, this.#target);
    for (let axis = 0; axis < 3; axis++) this.#target[axis * 4 + 3] = rows[at + 4 + axis]!;
    return this.#follow(q);
  }

  /** `rows[at …]` times `scale`: xyz, then a rotation vector. Moves `q`. */
  followDelta(q: Float64Array, rows: Float64Array, at: number, scale: number): number {
    const t = this.#twist;
    const start = this.#start;
    this.#poseInto(q, start);
    for (let k = 0; k < 6; k++) t[k] = rows[at + k]! * scale;
    if (this.#inTool) {
      for (let part = 0; part < 6; part += 3) {
        const x = t[part]!;
        const y = t[part + 1]!;
        const z = t[part + 2]!;
        for (let row = 0; row < 3; row++) t[part + row] = start[row * 4]! * x + start[row * 4 + 1]! * y + start[row * 4 + 2]! * z;
      }
    }
    twistMotionInto(t, 0, this.#one, this.#turn);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        let sum = 0;
        for (let k = 0; k < 3; k++) sum += this.#turn[row * 4 + k]! * start[k * 4 + column]!;
        this.#target[row * 4 + column] = sum;
      }
      this.#target[row * 4 + 3] = start[row * 4 + 3]! + t[row]!;
    }
    return this.#follow(q);
  }

  #follow(q: Float64Array): number {
    if (!this.#step.usable) return GEOMETRY_PREDICTION_FAILED;
    this.#between(this.#start, this.#request);
    const lengthM = norm(this.#request, 0);
    const turnedRad = norm(this.#request, 3);
    const n = Math.max(1, Math.ceil(Math.max(lengthM / this.#substepM, turnedRad / this.#substepRad) * roundDown));
    if (!(n <= maxSubsteps)) return GEOMETRY_PREDICTION_FAILED;
    for (let step = 0; step < n; step++) {
      this.#poseInto(q, this.#pose);
      this.#between(this.#pose, this.#left);
      for (let k = 0; k < 6; k++) this.#twist[k] = this.#controlled[k] === 1 ? this.#left[k]! / (n - step) : this.#request[k]! / n;
      if (!this.#step.solve(this.#frames, this.#twist, this.#lambda, this.#dq)) return GEOMETRY_PREDICTION_FAILED;
      for (let j = 0; j < q.length; j++) q[j]! += this.#dq[j]!;
    }
    this.#poseInto(q, this.#pose);
    this.#between(this.#pose, this.#left);
    const arrived =
      this.#controlledNorm(this.#left, 0) <= Math.max(residualM, residualShare * this.#controlledNorm(this.#request, 0)) &&
      this.#controlledNorm(this.#left, 3) <= Math.max(residualRad, residualShare * this.#controlledNorm(this.#request, 3));
    return arrived ? GEOMETRY_CLEAR : GEOMETRY_PREDICTION_RESIDUAL;
  }

  /** Pose of the control point at `q`; leaves the links' frames for the step. */
  #poseInto(q: Float64Array, out: Float64Array): void {
    forwardKinematics(this.#robot, q, this.#frames);
    this.#step.pointInto(this.#frames);
    const o = this.#link * 12;
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) out[row * 4 + column] = this.#frames[o + row * 4 + column]!;
      out[row * 4 + 3] = this.#step.point[row]!;
    }
  }

  /** From a pose to the target: xyz and rotation vector, in the base's axes. */
  #between(from: Float64Array, out: Float64Array): void {
    for (let row = 0; row < 3; row++) out[row] = this.#target[row * 4 + 3]! - from[row * 4 + 3]!;
    turnBetweenInto(this.#target, 0, from, 0, out, 3);
  }

  #controlledNorm(v: Float64Array, at: number): number {
    let sum = 0;
    for (let k = at; k < at + 3; k++) if (this.#controlled[k] === 1) sum += v[k]! * v[k]!;
    return Math.sqrt(sum);
  }
}

function norm(v: Float64Array, at: number): number {
  return Math.sqrt(v[at]! * v[at]! + v[at + 1]! * v[at + 1]! + v[at + 2]! * v[at + 2]!);
}
