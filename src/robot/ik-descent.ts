/**
 * One descent of the inverse kinematics: from a start to the nearest configuration that puts the tip where it should be, or to a
 * dead end. Levenberg-Marquardt on the tip's error, in the small space of the task (at most 6×6):
 *
 *     δ = δ₀ + Jᵀ y,   (J Jᵀ + λ 1) y = e - J δ₀,   what is left of e when the model is right: λ y
 *
 * e: position error, m, then 2 sin(θ/2) about the turning axis times `metresPerRad`. λ follows the success of the steps (after
 * Nielsen, 1999). δ₀ pulls joints towards the middle of their range; it acts only where the task leaves freedom. A joint at a limit
 * that the error would push further is held. Allocates nothing.
 * @module
 */
import { asin } from "../core/elementary.ts";
import { gramInto, solveDampedInPlace } from "./damped-system.ts";
import { forwardKinematics, geometricJacobianInto, tipMatrixInto } from "./kinematics.ts";
import { JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
import { tipModelOf } from "./tip-model.ts";

/** What the descent aims at. */
export interface TipGoal {
  /** worldFromTip, rows of the 3×4 matrix; only the position counts unless `oriented`. */
  readonly matrix: Float64Array;
  readonly oriented: boolean;
  readonly positionToleranceM: number;
  readonly orientationToleranceRad: number;
}

/** Longest step of a revolute joint, rad: farther away the Jacobian tells nothing. */
const maxTurnRad = 0.9;
/** Every `patience` steps the squared error must have shrunk to this part of what it was; else this is a dead end. */
const patience = 4;
const leastGain = 0.6;
/** The outer tenths of a joint's range, from which a step pulls it back by this part of the way where the task allows it. */
const calmPart = 0.9;
const pull = 0.1;
/** λ to begin with, m²: exact steps where the tip is linear in the joints. */
const firstDamping = 1e-3;
const linearDamping = 1e-14;

export class IkDescent {
  /** Shape `[nJoints]`: the best configuration of the last run, within limits. */
  readonly q: Float64Array;
  iterations = 0;
  /** 1 rad of turn weighs as much as this many metres. */
  readonly metresPerRad: number;

  readonly #model: RobotModel;
  readonly #prismaticOnly: boolean;
  readonly #turns: Uint8Array;
  /** Shape `[nJoints]`: where the pull ends; ±Infinity for joints without limits and prismatic ones. */
  readonly #calmLow: Float64Array;
  readonly #calmHigh: Float64Array;
  readonly #worldFromLinks: Float64Array;
  readonly #tip = new Float64Array(12);
  readonly #trial: Float64Array;
  readonly #held: Uint8Array;
  /** Shape `[nJoints]`: δ₀, then δ. */
  readonly #step: Float64Array;
  /** Shape `[6, nJoints]`, rotation rows times `metresPerRad`. */
  readonly #jacobian: Float64Array;
  /** Shape `[6]`: e at `q` and at the trial, and y. */
  readonly #error = new Float64Array(6);
  readonly #trialError = new Float64Array(6);
  readonly #y = new Float64Array(6);
  /** Shape `[6, 6]`, lower triangle of J Jᵀ. */
  readonly #gram = new Float64Array(36);

  constructor(model: RobotModel, metresPerRad: number) {
    const { nJoints } = model;
    this.#model = tipModelOf(model);
    this.metresPerRad = metresPerRad;
    this.q = new Float64Array(nJoints);
    this.#turns = new Uint8Array(nJoints);
    for (let link = model.tipLink; link > 0; link = model.parentOfLink[link]!) {
      if (model.jointKindOfLink[link] === JOINT_REVOLUTE) this.#turns[model.qIndexOfLink[link]!] = 1;
    }
    const calm = (j: number, side: number): number => {
      const middle = (model.lowerRad[j]! + model.upperRad[j]!) / 2;
      const at = middle + side * calmPart * (model.upperRad[j]! - middle);
      return this.#turns[j] === 1 && Number.isFinite(at) ? at : side * Infinity;
    };
    this.#calmLow = Float64Array.from(this.#turns, (_, j) => calm(j, -1));
    this.#calmHigh = Float64Array.from(this.#turns, (_, j) => calm(j, 1));
    this.#prismaticOnly = this.#turns.every((turns) => turns === 0);
    this.#worldFromLinks = new Float64Array(this.#model.nLinks * 12);
    this.#trial = new Float64Array(nJoints);
    this.#held = new Uint8Array(nJoints);
    this.#step = new Float64Array(nJoints);
    this.#jacobian = new Float64Array(6 * nJoints);
  }

  get positionErrorM(): number {
    const e = this.#error;
    return Math.sqrt(e[0]! * e[0]! + e[1]! * e[1]! + e[2]! * e[2]!);
  }

  get orientationErrorRad(): number {
    const e = this.#error;
    const chord = Math.sqrt(e[3]! * e[3]! + e[4]! * e[4]! + e[5]! * e[5]!) / this.metresPerRad;
    return 2 * asin(Math.min(1, chord / 2));
  }

  /** |e|² at `q`, m². */
  get cost(): number {
    const e = this.#error;
    return e[0]! * e[0]! + e[1]! * e[1]! + e[2]! * e[2]! + e[3]! * e[3]! + e[4]! * e[4]! + e[5]! * e[5]!;
  }

  /** Whether `q` meets both tolerances; the errors are those at `q` afterwards. */
  confirms(goal: TipGoal, q: ArrayLike<number>): boolean {
    this.place(goal, q);
    return this.#reached(goal);
  }

  /** Measures the errors at `q` (shape `[nJoints]`, clamped to the limits) without moving. */
  place(goal: TipGoal, q: ArrayLike<number>): number {
    const { lowerRad, upperRad } = this.#model;
    for (let j = 0; j < this.q.length; j++) this.q[j] = Math.min(Math.max(q[j]!, lowerRad[j]!), upperRad[j]!);
    this.iterations = 0;
    return this.#residual(goal, this.q, this.#error);
  }

  /** Descends from `start`; true when both tolerances are met at `q`. */
  run(goal: TipGoal, start: ArrayLike<number>, maxIterations: number): boolean {
    let cost = this.place(goal, start);
    let lambda = this.#prismaticOnly ? linearDamping : firstDamping;
    let harder = 2;
    let costBefore = cost;
    while (!this.#reached(goal) && this.iterations < maxIterations && cost < Infinity) {
      if (this.iterations > 0 && this.iterations % patience === 0) {
        if (!(cost < leastGain * costBefore)) break;
        costBefore = cost;
      }
      this.#linearize(goal);
      for (let accepted = false; !accepted && this.iterations < maxIterations;) {
        this.iterations += 1;
        const expected = cost - this.#solveStep(goal, lambda);
        const trialCost = this.#residual(goal, this.#trial, this.#trialError);
        accepted = trialCost < cost;
        if (accepted) {
          const surprise = (2 * (cost - trialCost)) / expected - 1;
          lambda *= Math.max(0.1, 1 - surprise * surprise * surprise);
          harder = 2;
          cost = trialCost;
          this.q.set(this.#trial);
          this.#error.set(this.#trialError);
        } else {
          lambda *= harder;
          harder *= 2;
          if (!(lambda < 1e3)) return false;
        }
      }
    }
    return this.#reached(goal);
  }

  #reached({ oriented, positionToleranceM: m, orientationToleranceRad: rad }: TipGoal): boolean {
    const e = this.#error;
    if (!(e[0]! * e[0]! + e[1]! * e[1]! + e[2]! * e[2]! <= m * m)) return false;
    const turn = rad * this.metresPerRad;
    return !oriented || e[3]! * e[3]! + e[4]! * e[4]! + e[5]! * e[5]! <= turn * turn;
  }

  /** e at `q` into `out`; returns |e|². Leaves the links posed at `q`. */
  #residual(goal: TipGoal, q: Float64Array, out: Float64Array): number {
    forwardKinematics(this.#model, q, this.#worldFromLinks);
    tipMatrixInto(this.#model, this.#worldFromLinks, this.#tip);
    const t = this.#tip;
    const g = goal.matrix;
    out[0] = g[3]! - t[3]!;
    out[1] = g[7]! - t[7]!;
    out[2] = g[11]! - t[11]!;
    let cost = out[0]! * out[0]! + out[1]! * out[1]! + out[2]! * out[2]!;
    if (!goal.oriented) {
      out.fill(0, 3);
      return cost;
    }
    this.#turnError(g, out);
    cost += out[3]! * out[3]! + out[4]! * out[4]! + out[5]! * out[5]!;
    return cost;
  }

  /** Rotation part of e: the turn R = goal · tipᵀ, by its skew part sin θ · axis and its trace 1 + 2 cos θ. */
  #turnError(g: Float64Array, out: Float64Array): void {
    const t = this.#tip;
    const r00 = g[0]! * t[0]! + g[1]! * t[1]! + g[2]! * t[2]!;
    const r11 = g[4]! * t[4]! + g[5]! * t[5]! + g[6]! * t[6]!;
    const r22 = g[8]! * t[8]! + g[9]! * t[9]! + g[10]! * t[10]!;
    const r01 = g[0]! * t[4]! + g[1]! * t[5]! + g[2]! * t[6]!;
    const r10 = g[4]! * t[0]! + g[5]! * t[1]! + g[6]! * t[2]!;
    const r02 = g[0]! * t[8]! + g[1]! * t[9]! + g[2]! * t[10]!;
    const r20 = g[8]! * t[0]! + g[9]! * t[1]! + g[10]! * t[2]!;
    const r12 = g[4]! * t[8]! + g[5]! * t[9]! + g[6]! * t[10]!;
    const r21 = g[8]! * t[4]! + g[9]! * t[5]! + g[10]! * t[6]!;
    // (1 + cos θ) / 2 = cos²(θ/2)
    const cosHalfSquared = (1 + r00 + r11 + r22) / 4;
    if (cosHalfSquared > 1e-6) {
      const scale = this.metresPerRad / (2 * Math.sqrt(cosHalfSquared));
      out[3] = (r21 - r12) * scale;
      out[4] = (r02 - r20) * scale;
      out[5] = (r10 - r01) * scale;
      return;
    }
    // Half a turn: the axis is the eigenvector of 1, up to a sign that does not matter.
    const x = Math.sqrt(Math.max(0, (1 + r00) / 2));
    const y = Math.sqrt(Math.max(0, (1 + r11) / 2));
    const z = Math.sqrt(Math.max(0, (1 + r22) / 2));
    const size = 2 * this.metresPerRad;
    out[3] = x * size;
    out[4] = (r01 + r10 < 0 ? -y : y) * size;
    out[5] = ((x > y ? r02 + r20 < 0 : r12 + r21 < 0 !== r01 + r10 < 0) ? -z : z) * size;
  }

  /** Jacobian, held joints and J Jᵀ at `q`, where the links are posed. */
  #linearize({ oriented }: TipGoal): void {
    const n = this.q.length;
    const J = this.#jacobian;
    const e = this.#error;
    const { lowerRad, upperRad } = this.#model;
    geometricJacobianInto(this.#model, this.#worldFromLinks, J);
    const weight = oriented ? this.metresPerRad : 0;
    for (let k = 3 * n; k < 6 * n; k++) J[k]! *= weight;
    for (let j = 0; j < n; j++) {
      const linear = J[j]! * e[0]! + J[n + j]! * e[1]! + J[2 * n + j]! * e[2]!;
      const uphill = linear + J[3 * n + j]! * e[3]! + J[4 * n + j]! * e[4]! + J[5 * n + j]! * e[5]!;
      const q = this.q[j]!;
      const held = (uphill > 0 && !(q < upperRad[j]!)) || (uphill < 0 && !(q > lowerRad[j]!));
      this.#held[j] = held ? 1 : 0;
      if (held) for (let k = j; k < 6 * n; k += n) J[k] = 0;
    }
    gramInto(J, n, this.#gram);
  }

  /** The trial for one λ, clamped to the limits. Returns the |e|² that the linear model expects there. */
  #solveStep({ oriented }: TipGoal, lambda: number): number {
    const n = this.q.length;
    const rows = oriented ? 6 : 3;
    const J = this.#jacobian;
    const y = this.#y;
    const { lowerRad, upperRad } = this.#model;
    for (let r = 0; r < 6; r++) y[r] = this.#error[r]!;
    for (let j = 0; j < n; j++) {
      const q = this.q[j]!;
      const calm = Math.min(Math.max(q, this.#calmLow[j]!), this.#calmHigh[j]!);
      this.#step[j] = this.#held[j] === 1 || calm === q ? 0 : pull * (calm - q);
      if (this.#step[j] !== 0) for (let r = 0; r < rows; r++) y[r]! -= J[r * n + j]! * this.#step[j]!;
    }
    // Where no orientation is asked for, the last three equations are λ y = 0.
    solveDampedInPlace(this.#gram, lambda, y);
    let left = 0;
    for (let r = 0; r < 6; r++) left += y[r]! * y[r]!;
    let longest = 0;
    for (let j = 0; j < n; j++) {
      const linear = J[j]! * y[0]! + J[n + j]! * y[1]! + J[2 * n + j]! * y[2]!;
      const step = this.#step[j]! + linear + J[3 * n + j]! * y[3]! + J[4 * n + j]! * y[4]! + J[5 * n + j]! * y[5]!;
      this.#step[j] = step;
      if (this.#turns[j] === 1) longest = Math.max(longest, Math.abs(step));
    }
    const shorter = longest > maxTurnRad ? maxTurnRad / longest : 1;
    for (let j = 0; j < n; j++) {
      this.#trial[j] = Math.min(Math.max(this.q[j]! + shorter * this.#step[j]!, lowerRad[j]!), upperRad[j]!);
    }
    return lambda * lambda * left;
  }
}
