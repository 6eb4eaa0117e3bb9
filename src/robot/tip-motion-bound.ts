/**
 * How fast the tip can get while the joints move along a straight line q(f) = from + f·delta, 0 <= f <= 1: proved bounds of
 * |dp/df|, |d²p/df²| and |ω| per unit of f, from exact Jacobians at equally spaced f and a bound of what happens in between.
 *
 * The tip is a sum of vectors, p = Σ Rₖ(f) cₖ, where Rₖ is the product of the rotations up to joint k and cₖ is fixed (prismatic
 * joints: cₖ grows linearly). Each derivative of Rₖ brings a factor of at most Wₖ = Σ |delta| over the joints up to k (Leibniz;
 * every factor is a unit axis), so |p'''| <= T = Σ Wₖ³ |cₖ| (+ 3 Wₖ² |slide|). Between two samples h apart a function with second
 * derivative <= T stays within T h²/8 of its chord, a chord never exceeds its ends (convexity), and p'' stays within T h/2 of the
 * difference quotient (mean value). A vector along the axis of joint k does not turn with it: that part takes Wₖ₋₁.
 * @module
 */
import { forwardKinematics, geometricJacobianInto } from "./kinematics.ts";
import type { RobotModel } from "./robot-model.ts";
import { tipChainOf, type TipChain } from "./tip-chain.ts";
import { tipModelOf } from "./tip-model.ts";

/** How much the bounds of speed may exceed the truth because of the spacing, where `maxIntervals` allows. */
const SPACING_SLACK = 0.005;
/** The same for what turning the velocity costs, as a part of the acceleration allowed. */
const CURVATURE_SLACK = 0.1;
const maxIntervals = 64;

export interface TipCaps {
  /** The fastest that f itself may change, 1/s. */
  readonly fastestPerS: number;
  readonly maxTipSpeedMps: number;
  readonly maxTipAccelerationMps2: number;
}

/** Bounds of one line at a time for one robot; keeps its buffers. */
export class TipMotionBound {
  /** Upper bounds over the line, m, m and rad per unit of f. */
  speedPerF = 0;
  curvaturePerF2 = 0;
  angularPerF = 0;
  /** dp/df at the two ends, exact, world frame, m. */
  readonly startVelocity = new Float64Array(3);
  readonly endVelocity = new Float64Array(3);

  readonly #model: RobotModel;
  readonly #chain: TipChain;
  readonly #worldFromLinks: Float64Array;
  readonly #jacobian: Float64Array;
  readonly #q: Float64Array;
  /** Shape `[6]`: v then ω per unit of f. */
  readonly #twist = new Float64Array(6);
  readonly #previous = new Float64Array(6);
  /** Shape `[nTurns + 1]`: Wₖ. */
  readonly #turned: Float64Array;

  constructor(model: RobotModel) {
    this.#model = tipModelOf(model);
    this.#chain = tipChainOf(model);
    this.#worldFromLinks = new Float64Array(this.#model.nLinks * 12);
    this.#jacobian = new Float64Array(6 * model.nJoints);
    this.#q = new Float64Array(model.nJoints);
    this.#turned = new Float64Array(this.#chain.turnJoints.length + 1);
  }

  /** Measures the line from row `at` of `rows` (shape `[n, nJoints]`) to the next. The caps only choose how finely. */
  measure(rows: Float64Array, at: number, caps: TipCaps): void {
    const third = this.#thirdDerivativeBound(rows, at);
    const angularSecond = this.#angularSecondDerivativeBound();
    const twist = this.#twist;
    this.#twistAt(rows, at, 0);
    for (let k = 0; k < 3; k++) this.startVelocity[k] = twist[k]!;
    let speed = norm3(twist, 0);
    let angular = norm3(twist, 3);
    let spacing = 0;
    let chord = 0;
    if (third > 0 || angularSecond > 0) {
      this.#previous.set(twist);
      this.#twistAt(rows, at, 1);
      speed = Math.max(speed, norm3(twist, 0));
      angular = Math.max(angular, norm3(twist, 3));
      const fastest = Math.min(caps.fastestPerS, caps.maxTipSpeedMps / speed);
      const curvatureGoal = (CURVATURE_SLACK * caps.maxTipAccelerationMps2) / (fastest * fastest);
      const intervals = intervalsNeeded(third, angularSecond, speed, angular, curvatureGoal);
      spacing = 1 / intervals;
      for (let i = 1; i <= intervals; i++) {
        this.#twistAt(rows, at, i / intervals);
        speed = Math.max(speed, norm3(twist, 0));
        angular = Math.max(angular, norm3(twist, 3));
        chord = Math.max(chord, this.#changeSincePrevious() * intervals);
      }
    }
    for (let k = 0; k < 3; k++) this.endVelocity[k] = twist[k]!;
    this.speedPerF = speed + (third * spacing * spacing) / 8;
    this.angularPerF = angular + (angularSecond * spacing * spacing) / 8;
    this.curvaturePerF2 = chord + (third * spacing) / 2;
  }

  #changeSincePrevious(): number {
    const previous = this.#previous;
    for (let k = 0; k < 3; k++) previous[k] = this.#twist[k]! - previous[k]!;
    const change = norm3(previous, 0);
    previous.set(this.#twist);
    return change;
  }

  #twistAt(rows: Float64Array, at: number, fraction: number): void {
    const n = this.#model.nJoints;
    const q = this.#q;
    const jacobian = this.#jacobian;
    const from = at * n;
    for (let j = 0; j < n; j++) q[j] = rows[from + j]! + (rows[from + n + j]! - rows[from + j]!) * fraction;
    forwardKinematics(this.#model, q, this.#worldFromLinks);
    geometricJacobianInto(this.#model, this.#worldFromLinks, jacobian);
    for (let row = 0; row < 6; row++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += jacobian[row * n + j]! * (rows[from + n + j]! - rows[from + j]!);
      this.#twist[row] = sum;
    }
  }

  #thirdDerivativeBound(rows: Float64Array, at: number): number {
    const n = this.#model.nJoints;
    const from = at * n;
    const { turnJoints, turnScales, vectors } = this.#chain;
    const turned = this.#turned;
    for (let k = 0; k < turnJoints.length; k++) {
      const j = from + turnJoints[k]!;
      turned[k + 1] = turned[k]! + turnScales[k]! * Math.abs(rows[j + n]! - rows[j]!);
    }
    let total = 0;
    for (const vector of vectors) {
      const w = turned[vector.turns]!;
      if (w === 0) continue;
      const before = turned[vector.turns - 1]!;
      let length = 1;
      let slide = 0;
      if (vector.slideJoint >= 0) {
        const start = vector.scale * rows[from + vector.slideJoint]! + vector.offset;
        const end = vector.scale * rows[from + n + vector.slideJoint]! + vector.offset;
        length = Math.max(Math.abs(start), Math.abs(end));
        slide = Math.abs(end - start);
      }
      total += vector.alongM * (length * before + 3 * slide) * before * before;
      total += vector.acrossM * (length * w + 3 * slide) * w * w;
    }
    return total;
  }

  /** ω = Σ deltaₖ zₖ, and each zₖ turns with the joints before k. Of the line that `#thirdDerivativeBound` looked at last. */
  #angularSecondDerivativeBound(): number {
    const turned = this.#turned;
    let total = 0;
    for (let k = 0; k + 1 < turned.length; k++) total += (turned[k + 1]! - turned[k]!) * turned[k]! * turned[k]!;
    return total;
  }
}

function intervalsNeeded(third: number, angularSecond: number, speed: number, angular: number, curvatureGoal: number): number {
  const forSpeed = Math.sqrt(third / (8 * SPACING_SLACK * speed));
  const forAngular = Math.sqrt(angularSecond / (8 * SPACING_SLACK * angular));
  const forCurvature = third / (2 * curvatureGoal);
  // 0 / 0 where a motion has no such part at all: it asks for nothing.
  const wanted = Math.max(forSpeed || 0, forAngular || 0, forCurvature || 0);
  return Math.max(1, Math.min(maxIntervals, Math.ceil(wanted)));
}

function norm3(v: Float64Array, at: number): number {
  const x = v[at]!;
  const y = v[at + 1]!;
  const z = v[at + 2]!;
  return Math.sqrt(x * x + y * y + z * z);
}
