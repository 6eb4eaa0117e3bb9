/**
 * The velocity jumps at the corners of a path of straight lines.
 *
 * The path parameter u has one speed on both sides of a corner. Its scale is free from line to line, and is chosen so that the
 * jump at each corner is as small as it can be: points that are samples of a smooth curve then cost little.
 * @module
 */
import { hasTipCap, jointAcceleration, tipMotionBoundOf, type TrajectoryLimits } from "./line-limits.ts";

/** The window over which the acceleration of a joint is measured: one control tick. */
export const CONTROL_TICK_MS = 2;
/** The window for the acceleration of the tip (spec/safety-kernel.md §5, `ee_accel`). */
export const TIP_ACCELERATION_WINDOW_MS = 100;

/** Jumps of one kind: what corner `i` needs of the window's acceleration per unit of speed, and how long the window is. */
export interface Jumps {
  readonly windowS: number;
  /** The most of the acceleration that corners may take. */
  readonly maxShare: number;
  /** Shape `[nLines]`, of the corner at the start of each line. */
  readonly perSpeed: Float64Array;
}

/** Measures a path line by line, in order: `add` each line once. */
export class PathJumps {
  readonly #rows: Float64Array;
  readonly #n: number;
  /** Velocity change of each joint, and of the tip, that the acceleration limit allows within the window. */
  readonly #jointChange: Float64Array;
  readonly #tipChange: number;
  readonly #limits: TrajectoryLimits;
  /** Shape `[nLines, 6]`: tip velocity per f at the start and the end of each line. */
  readonly #tipVelocity: Float64Array;
  readonly joints: Jumps;
  readonly tip: Jumps;

  constructor(limits: TrajectoryLimits, rows: Float64Array, nLines: number) {
    this.#limits = limits;
    this.#rows = rows;
    this.#n = limits.model.nJoints;
    this.joints = { windowS: CONTROL_TICK_MS / 1000, maxShare: 0.9, perSpeed: new Float64Array(nLines) };
    this.tip = { windowS: TIP_ACCELERATION_WINDOW_MS / 1000, maxShare: 0.5, perSpeed: new Float64Array(nLines) };
    this.#jointChange = new Float64Array(this.#n);
    for (let j = 0; j < this.#n; j++) this.#jointChange[j] = jointAcceleration(limits, j) * this.joints.windowS;
    this.#tipChange = limits.maxTipAccelerationMps2 * this.tip.windowS;
    this.#tipVelocity = new Float64Array(nLines * 6);
  }

  /**
   * Line `i`, which `lineLimits` has just measured. Answers its length in u: the one that makes the jump at its start smallest,
   * within a factor of 2 of equal joint speeds.
   */
  add(i: number, lengthBefore: number): number {
    if (hasTipCap(this.#limits)) {
      const bound = tipMotionBoundOf(this.#limits.model);
      this.#tipVelocity.set(bound.startVelocity, i * 6);
      this.#tipVelocity.set(bound.endVelocity, i * 6 + 3);
    }
    if (i === 0) return 1;
    const length = this.#bestLength(i, lengthBefore);
    this.joints.perSpeed[i] = this.#jointJumpAt(i, 1 / lengthBefore, 1 / length);
    this.tip.perSpeed[i] = this.#tipJumpAt(i, 1 / lengthBefore, 1 / length);
    return length;
  }

  #bestLength(i: number, lengthBefore: number): number {
    const before = 1 / lengthBefore;
    const equal = (before * this.#size(i - 1)) / this.#size(i);
    if (!(equal > 0 && equal < Number.POSITIVE_INFINITY)) return lengthBefore;
    const jumpAt = (perLength: number): number => Math.max(this.#jointJumpAt(i, before, perLength), this.#tipJumpAt(i, before, perLength));
    const best = minimum(jumpAt, equal / 2, equal * 2);
    // On a straight path the search would leave its own rounding as a jump.
    return 1 / (jumpAt(best) < jumpAt(equal) ? best : equal);
  }

  /** Largest jump of a joint at the start of line `i`, as a part of the change that one window allows. */
  #jointJumpAt(i: number, perLengthBefore: number, perLength: number): number {
    const n = this.#n;
    const at = i * n;
    const rows = this.#rows;
    let most = 0;
    for (let j = 0; j < n; j++) {
      const before = (rows[at + j]! - rows[at - n + j]!) * perLengthBefore;
      const after = (rows[at + n + j]! - rows[at + j]!) * perLength;
      most = Math.max(most, Math.abs(after - before) / this.#jointChange[j]!);
    }
    return most;
  }

  #tipJumpAt(i: number, perLengthBefore: number, perLength: number): number {
    const tip = this.#tipVelocity;
    let squares = 0;
    for (let k = 0; k < 3; k++) {
      const change = tip[i * 6 + k]! * perLength - tip[i * 6 - 3 + k]! * perLengthBefore;
      squares += change * change;
    }
    return Math.sqrt(squares) / this.#tipChange;
  }

  /** Largest joint travel of line `i` in units of what one window's acceleration changes. */
  #size(i: number): number {
    const n = this.#n;
    let most = 0;
    for (let j = 0; j < n; j++)
      most = Math.max(most, Math.abs(this.#rows[(i + 1) * n + j]! - this.#rows[i * n + j]!) / this.#jointChange[j]!);
    return most;
  }
}

/** Where a convex function is least in `[low, high]`, by ternary search. */
function minimum(of: (x: number) => number, low: number, high: number): number {
  let from = low;
  let to = high;
  for (let round = 0; round < 40; round++) {
    const left = from + (to - from) / 3;
    const right = to - (to - from) / 3;
    if (of(left) <= of(right)) to = right;
    else from = left;
  }
  return (from + to) / 2;
}
