/**
 * What one judgement is about: the measured configuration, the rows after it, and how far each step can move anything at most.
 *
 *     configuration 0          1          2     …           q is linear in between, or the base turns and slides at one twist
 *        measured ──step 1── row 0 ──step 2── row 1 ── …
 *
 * A body moves no more in a step than M = Σ |Δq_j| ρ_j over its joints, and what a base that moves adds.
 * @module
 */
import { multiply34Into } from "../../robot/kinematics.ts";
import { isAncestor, travelPadM } from "../../robot/motion-reach.ts";
import { JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "../../robot/robot-model.ts";
import type { JointPaths } from "./bodies.ts";
import type { PlacedBodies } from "./placed-bodies.ts";
import { twistMotionInto } from "./rigid.ts";

const MOTION_JOINTS = 0;
const MOTION_BASE = 1;
const MOTION_DWELL = 2;

/** What the rounding of sums may take away from a travel, relative and m. */
const sumRounding = 1e-11;

export class Motion {
  nSteps = 0;
  /** The configuration that is placed now; between two of them the later one. */
  config = 0;
  /** Shape `[maxRows + 2, nJoints]`: |Δq| of each step; of step 1 in a dwell what each joint may travel. Step 0 is none. */
  readonly absDelta: Float64Array;
  /** Shape `[nJoints]`: the longest |Δq| of each joint from row to row; the step from the measured state is none of these. */
  readonly longest: Float64Array;
  /** Shape `[maxRows + 2, count]`: the most a body moves in each step, m; after `boundSteps`. */
  readonly travel: Float64Array;
  /** Shape `[count]`: the most a body moves in all steps together, m; after `begin`. */
  readonly total: Float64Array;
  /** Shape `[maxRows + 2]`: how much a moving base turns in each step, rad. */
  readonly baseTurn: Float64Array;
  /** Shape `[count]`: the larger travel of the steps before and after the configuration at hand, m. */
  readonly most: Float64Array;
  readonly placed: PlacedBodies;
  readonly maxRows: number;
  #kind = MOTION_JOINTS;
  readonly #nJoints: number;
  readonly #columns: Int32Array;
  readonly #q: Float64Array;
  readonly #now: Float64Array;
  /** Shape `[maxRows + 1, nJoints]`: how far each joint has gone, there and back counted, from the first configuration to each. */
  readonly #gone: Float64Array;
  /** Joints outside of whose range, and some more, the reaches are no bounds; shape `[nBounded]` each. */
  readonly #bounded: Int32Array;
  readonly #lowest: Float64Array;
  readonly #highest: Float64Array;
  readonly #bases: Float64Array;
  readonly #twists: Float64Array;
  readonly #seconds = new Float64Array(1);
  readonly #moved = new Float64Array(12);
  readonly #baseFromMoved = new Float64Array(12);
  #periodS = 0;

  /** `columns`: shape `[nJoints]`, where each joint stands in the arrays that are handed in. */
  constructor(robot: RobotModel, placed: PlacedBodies, columns: Int32Array, maxRows: number) {
    const { nJoints } = robot;
    const { count } = placed.bodies;
    this.placed = placed;
    this.maxRows = maxRows;
    this.#nJoints = nJoints;
    this.#columns = columns;
    this.#q = new Float64Array((maxRows + 1) * nJoints);
    this.#now = new Float64Array(nJoints);
    this.absDelta = new Float64Array((maxRows + 2) * nJoints);
    this.longest = new Float64Array(nJoints);
    this.travel = new Float64Array((maxRows + 2) * count);
    this.baseTurn = new Float64Array(maxRows + 2);
    this.most = new Float64Array(count);
    this.total = new Float64Array(count);
    this.#gone = new Float64Array((maxRows + 1) * nJoints);
    this.#bases = new Float64Array((maxRows + 1) * 12);
    this.#twists = new Float64Array((maxRows + 1) * 6);
    const bounded = boundedJoints(robot);
    this.#bounded = Int32Array.from(bounded);
    this.#lowest = Float64Array.from(bounded, (joint) => robot.lowerRad[joint]! - travelPadM);
    this.#highest = Float64Array.from(bounded, (joint) => robot.upperRad[joint]! + travelPadM);
  }

  /** The measured state alone, then rows of `stride` numbers. False where a number is not finite or there is no room. */
  loadRows(measured: Float64Array, rows: Float64Array, nRows: number, stride: number): boolean {
    if (!(nRows >= 0 && nRows <= this.maxRows && rows.length >= nRows * stride)) return false;
    if (!this.#loadMeasured(measured, stride)) return false;
    this.#kind = MOTION_JOINTS;
    this.nSteps = nRows;
    const n = this.#nJoints;
    const q = this.#q;
    const gone = this.#gone;
    const columns = this.#columns;
    const { absDelta, longest } = this;
    longest.fill(0);
    for (let row = 0; row < nRows; row++) {
      const to = (row + 1) * n;
      for (let j = 0; j < n; j++) {
        const value = rows[row * stride + columns[j]!]!;
        if (!(value - value === 0)) return false;
        q[to + j] = value;
        const delta = Math.abs(value - q[to + j - n]!);
        absDelta[to + j] = delta;
        gone[to + j] = gone[to + j - n]! + delta;
        if (row > 0 && delta > longest[j]!) longest[j] = delta;
      }
    }
    this.#endSteps();
    return true;
  }

  /** The measured state, from which every joint may travel `travel[column]` either way. */
  loadDwell(measured: Float64Array, travel: Float64Array, stride: number): boolean {
    if (!this.#loadMeasured(measured, stride) || travel.length < stride) return false;
    this.#kind = MOTION_DWELL;
    this.nSteps = 0;
    const n = this.#nJoints;
    for (let j = 0; j < n; j++) {
      const most = travel[this.#columns[j]!]!;
      if (!(most >= 0 && most < Infinity)) return false;
      this.absDelta[n + j] = most;
    }
    return true;
  }

  /** The measured state on a base that moves at each of the twists `vx vy vz ωx ωy ωz` in its own axes for `periodS`. */
  loadBase(measured: Float64Array, twists: Float64Array, nRows: number, periodS: number, stride: number): boolean {
    if (!(nRows >= 0 && nRows <= this.maxRows && twists.length >= nRows * 6 && periodS > 0 && periodS < Infinity)) return false;
    if (!this.#loadMeasured(measured, stride)) return false;
    this.#kind = MOTION_BASE;
    this.nSteps = nRows;
    this.#periodS = periodS;
    const n = this.#nJoints;
    for (let row = 0; row < nRows; row++) {
      for (let k = 0; k < 6; k++) {
        const value = twists[row * 6 + k]!;
        if (!(value - value === 0)) return false;
        this.#twists[row * 6 + k] = value;
      }
      for (let j = 0; j < n; j++) {
        this.#q[(row + 1) * n + j] = this.#q[j]!;
        this.absDelta[(row + 1) * n + j] = 0;
      }
    }
    this.#integrateBase();
    this.#endSteps();
    return true;
  }

  get dwells(): boolean {
    return this.#kind === MOTION_DWELL;
  }

  /** Whether the base alone moves, so that no self-distance changes. */
  get movesBase(): boolean {
    return this.#kind === MOTION_BASE;
  }

  /** Column of a joint outside the range for which the reaches hold, -1 for none. */
  outOfRange(): number {
    for (let k = 0; k < this.#bounded.length; k++) {
      const j = this.#bounded[k]!;
      for (let at = j; at < (this.nSteps + 1) * this.#nJoints; at += this.#nJoints) {
        if (!(this.#q[at]! >= this.#lowest[k]! && this.#q[at]! <= this.#highest[k]!)) return j;
      }
    }
    return -1;
  }

  /** Stands the base where it was measured, and bounds how far each body moves in all. */
  begin(): void {
    const { total, nSteps } = this;
    const { count, paths } = this.placed.bodies;
    for (let j = 0; j < this.#nJoints; j++) this.#now[j] = this.#q[j]!;
    this.placed.standAt(this.#now);
    this.config = 0;
    if (this.#kind !== MOTION_JOINTS || nSteps === 0) {
      total.fill(0);
      return;
    }
    for (let b = 0; b < count; b++) total[b] = this.travelBetween(paths, b, 0, nSteps);
  }

  /** Whether `total` and `travelBetween` bound the motion: the joints go from row to row. */
  get followsRows(): boolean {
    return this.#kind === MOTION_JOINTS;
  }

  /** After `begin`: bounds how far each body moves in each step. */
  boundSteps(): void {
    const { bodies } = this.placed;
    const { count, paths } = bodies;
    this.config = 0;
    const steps = this.dwells ? 1 : this.nSteps;
    this.baseTurn.fill(0, 0, steps + 2);
    // No step leads to the first configuration, and none from the last.
    this.travel.fill(0, 0, count);
    this.travel.fill(0, (steps + 1) * count, (steps + 2) * count);
    if (this.movesBase) this.#boundBaseTravel();
    else
      for (let step = 1; step <= steps; step++) {
        for (let b = 0; b < count; b++) this.travel[step * count + b] = this.alongPath(paths.start, paths.joint, paths.reachM, b, step);
      }
  }

  /**
   * The most an item of `paths` moves on the way between two configurations, m: what it moves in each step, summed. A bound of the
   * reach times what each joint goes there and back, a little more for the rounding of sums.
   */
  travelBetween({ start, joint, reachM }: JointPaths, row: number, from: number, to: number): number {
    const gone = this.#gone;
    const first = from * this.#nJoints;
    const last = to * this.#nJoints;
    let sum = 0;
    for (let k = start[row]!, end = start[row + 1]!; k < end; k++) {
      const j = joint[k]!;
      sum += reachM[k]! * (gone[last + j]! - gone[first + j]!);
    }
    return sum * (1 + sumRounding) + sumRounding;
  }

  /** How far each joint goes below and above where it was measured, at most, over all rows; shape `[nJoints]` each. */
  rangeInto(below: Float64Array, above: Float64Array): void {
    const n = this.#nJoints;
    const end = this.nSteps * n;
    for (let j = 0; j < n; j++) {
      const moved = this.#q[end + j]! - this.#q[j]!;
      // What it went there and back.
      const astray = ((this.#gone[end + j]! - this.#gone[j]! - Math.abs(moved)) / 2) * (1 + sumRounding) + sumRounding;
      below[j] = astray + (moved < 0 ? -moved : 0);
      above[j] = astray + (moved > 0 ? moved : 0);
    }
  }

  /** The largest |Δq of a row − Δq `rows` rows before| of each joint, the step from the measured state left out; shape `[nJoints]`. */
  largestChangeInto(rows: number, out: Float64Array): void {
    const n = this.#nJoints;
    const q = this.#q;
    const back = rows * n;
    out.fill(0);
    for (let at = (rows + 2) * n; at < (this.nSteps + 1) * n; at += n) {
      for (let j = 0; j < n; j++) {
        const i = at + j;
        const change = Math.abs(q[i]! - q[i - n]! - (q[i - back]! - q[i - back - n]!));
        if (change > out[j]!) out[j] = change;
      }
    }
  }

  /** Σ |Δq| weight over the entries of `row` in a table of paths. */
  alongPath(start: Int32Array, joint: Int32Array, weight: Float64Array, row: number, step: number): number {
    const at = step * this.#nJoints;
    let sum = 0;
    for (let k = start[row]!; k < start[row + 1]!; k++) sum += weight[k]! * this.absDelta[at + joint[k]!]!;
    return sum;
  }

  /** M of an item of `paths` in `step`, m. */
  travelOf(paths: JointPaths, row: number, step: number): number {
    return this.alongPath(paths.start, paths.joint, paths.reachM, row, step);
  }

  placeAt(config: number): void {
    const n = this.#nJoints;
    const q = this.#q;
    const now = this.#now;
    this.config = config;
    for (let j = 0; j < n; j++) now[j] = q[config * n + j]!;
    if (this.movesBase && config > 0) this.#moveBase(config - 1, this.#periodS);
    this.placed.place(now);
  }

  /** After `boundSteps` and `placeAt`: leaves in `most` how far each body moves in the steps at hand. */
  boundAround(config: number): void {
    const { count } = this.placed.bodies;
    for (let b = 0; b < count; b++) this.most[b] = Math.max(this.travel[config * count + b]!, this.travel[(config + 1) * count + b]!);
  }

  /** On the way to configuration `config`, at this fraction of the step. */
  placeBetween(config: number, fraction: number): void {
    const n = this.#nJoints;
    this.config = config;
    for (let j = 0; j < n; j++) {
      const from = this.#q[(config - 1) * n + j]!;
      this.#now[j] = from + fraction * (this.#q[config * n + j]! - from);
    }
    if (this.movesBase) this.#moveBase(config - 1, fraction * this.#periodS);
    this.placed.place(this.#now);
  }

  #loadMeasured(measured: Float64Array, stride: number): boolean {
    if (!(measured.length >= stride)) return false;
    for (let j = 0; j < this.#nJoints; j++) {
      const value = measured[this.#columns[j]!]!;
      if (!(value - value === 0)) return false;
      this.#q[j] = value;
    }
    return true;
  }

  /** Nothing follows the last configuration. */
  #endSteps(): void {
    const n = this.#nJoints;
    for (let at = (this.nSteps + 1) * n; at < (this.nSteps + 2) * n; at++) this.absDelta[at] = 0;
  }

  #integrateBase(): void {
    const b = this.#bases;
    for (let k = 0; k < 12; k++) b[k] = k % 5 === 0 ? 1 : 0;
    this.#seconds[0] = this.#periodS;
    for (let row = 0; row < this.nSteps - 1; row++) {
      twistMotionInto(this.#twists, row * 6, this.#seconds, this.#moved);
      multiply34Into(b, row * 12, this.#moved, 0, b, (row + 1) * 12);
    }
  }

  /** `row` of the twists, held for `seconds`, after all before it. */
  #moveBase(row: number, seconds: number): void {
    this.#seconds[0] = seconds;
    twistMotionInto(this.#twists, row * 6, this.#seconds, this.#moved);
    multiply34Into(this.#bases, row * 12, this.#moved, 0, this.#baseFromMoved, 0);
    this.placed.moveBase(this.#baseFromMoved);
  }

  /** A point p in the base's axes moves at |v + ω × p| <= |v| + |ω| |p|, and the robot stands still in them. */
  #boundBaseTravel(): void {
    const { count } = this.placed.bodies;
    this.placed.place(this.#now);
    for (let step = 1; step <= this.nSteps; step++) {
      const at = (step - 1) * 6;
      const t = this.#twists;
      const slidM = Math.sqrt(t[at]! * t[at]! + t[at + 1]! * t[at + 1]! + t[at + 2]! * t[at + 2]!) * this.#periodS;
      const turned = Math.sqrt(t[at + 3]! * t[at + 3]! + t[at + 4]! * t[at + 4]! + t[at + 5]! * t[at + 5]!) * this.#periodS;
      this.baseTurn[step] = turned;
      for (let b = 0; b < count; b++) this.travel[step * count + b] = slidM + turned * this.placed.farFromBase(b);
    }
  }
}

/** Prismatic joints that some reach counts with: all but those that carry every turning joint. */
function boundedJoints(robot: RobotModel): readonly number[] {
  const links = Array.from({ length: robot.nLinks }, (_, link) => link);
  const turning = links.filter((link) => robot.jointKindOfLink[link] === JOINT_REVOLUTE);
  return links
    .filter((link) => robot.jointKindOfLink[link] === JOINT_PRISMATIC && !turning.every((turn) => isAncestor(robot, link, turn)))
    .map((link) => robot.qIndexOfLink[link]!);
}
