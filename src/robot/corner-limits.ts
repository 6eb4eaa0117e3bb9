/**
 * How fast a path of straight lines may be followed round its corners without stopping.
 *
 * The path is followed exactly, so at a corner the velocity jumps. Measured over a window of time a jump is an acceleration of
 * jump / window. Each corner takes a share c <= 1/2 of the acceleration allowed, for the jump, and leaves 1 - c to speeding up
 * and slowing down on the lines around it, so that over any window both together stay within the limit.
 *
 * The path parameter u has one speed on both sides of a corner. Its scale is free from line to line, and is chosen so that the
 * jump at each corner is as small as it can be: points that are samples of a smooth curve then cost next to nothing.
 * @module
 */
import { hasTipCap, jointAcceleration, lineLimits, tipMotionBoundOf, type TrajectoryLimits } from "./line-limits.ts";

/** The window over which the acceleration of a joint is measured: one control tick. */
export const CONTROL_TICK_MS = 2;
/** The window for the acceleration of the tip (spec/safety-kernel.md §5, `ee_accel`). */
export const TIP_ACCELERATION_WINDOW_MS = 100;
/** The most of the acceleration that corners may take. */
const MAX_CORNER_SHARE = 0.5;
/** Below this part of the speed around it, stopping with all of the acceleration loses less time than passing with half. */
const SHARP_CORNER = 0.3;

/** Shape `[nLines]` each, in units of the path parameter u; `knotSpeed` has one more, 0 at both ends and where a corner is a stop. */
export interface PathLimits {
  readonly length: Float64Array;
  readonly speed: Float64Array;
  readonly acceleration: Float64Array;
  readonly jerk: Float64Array;
  readonly knotSpeed: Float64Array;
}

/** `rows`: shape `[nLines + 1, nJoints]`, no row the same as the one before. */
export function pathLimits(limits: TrajectoryLimits, rows: Float64Array, nLines: number): PathLimits {
  const path: PathLimits = {
    length: new Float64Array(nLines),
    speed: new Float64Array(nLines),
    acceleration: new Float64Array(nLines),
    jerk: new Float64Array(nLines),
    knotSpeed: new Float64Array(nLines + 1),
  };
  const corners = new Corners(limits, rows, nLines);
  for (let i = 0; i < nLines; i++) {
    const line = lineLimits(limits, rows, i, nLines > 1);
    corners.rememberLine(i);
    const length = i === 0 ? 1 : corners.bestLength(i, path.length[i - 1]!);
    path.length[i] = length;
    path.speed[i] = line.speed * length;
    path.acceleration[i] = line.acceleration * length;
    path.jerk[i] = line.jerk * length;
    if (i > 0) corners.rememberJump(i, path.length[i - 1]!, length);
  }
  boundSpeeds(path);
  corners.limit(path);
  return path;
}

/** Where nothing limits the speed, what a motion from rest can reach on the whole path does. */
function boundSpeeds(path: PathLimits): void {
  let way = 0;
  let acceleration = 0;
  for (let i = 0; i < path.length.length; i++) {
    way += path.length[i]!;
    acceleration = Math.max(acceleration, path.acceleration[i]!);
  }
  const reachable = Math.sqrt(acceleration * way);
  for (let i = 0; i < path.length.length; i++) path.speed[i] = Math.min(path.speed[i]!, reachable);
}

/** The speed a motion from rest can reach on line `i` before it must end at rest. */
function reachableOn(path: PathLimits, i: number): number {
  return Math.sqrt(path.acceleration[i]! * path.length[i]!);
}

/** Jumps of one kind: what corner `i` needs of the window's acceleration per unit of speed, and how long the window is. */
interface Jumps {
  readonly windowS: number;
  /** Shape `[nLines]`, of the corner at the start of each line. */
  readonly perSpeed: Float64Array;
}

class Corners {
  readonly #rows: Float64Array;
  readonly #n: number;
  /** Velocity change of each joint, and of the tip, that the acceleration limit allows within the window. */
  readonly #jointChange: Float64Array;
  readonly #tipChange: number;
  readonly #limits: TrajectoryLimits;
  /** Shape `[nLines, 6]`: tip velocity per f at the start and the end of each line. */
  readonly #tipVelocity: Float64Array;
  readonly #joints: Jumps;
  readonly #tip: Jumps;

  constructor(limits: TrajectoryLimits, rows: Float64Array, nLines: number) {
    this.#limits = limits;
    this.#rows = rows;
    this.#n = limits.model.nJoints;
    this.#joints = { windowS: CONTROL_TICK_MS / 1000, perSpeed: new Float64Array(nLines) };
    this.#tip = { windowS: TIP_ACCELERATION_WINDOW_MS / 1000, perSpeed: new Float64Array(nLines) };
    this.#jointChange = new Float64Array(this.#n);
    for (let j = 0; j < this.#n; j++) this.#jointChange[j] = jointAcceleration(limits, j) * this.#joints.windowS;
    this.#tipChange = limits.maxTipAccelerationMps2 * this.#tip.windowS;
    this.#tipVelocity = new Float64Array(nLines * 6);
  }

  /** Keeps what `lineLimits` just measured of line `i`. */
  rememberLine(i: number): void {
    if (!hasTipCap(this.#limits)) return;
    const bound = tipMotionBoundOf(this.#limits.model);
    this.#tipVelocity.set(bound.startVelocity, i * 6);
    this.#tipVelocity.set(bound.endVelocity, i * 6 + 3);
  }

  rememberJump(i: number, lengthBefore: number, length: number): void {
    this.#joints.perSpeed[i] = this.#jointJumpAt(i, 1 / lengthBefore, 1 / length);
    this.#tip.perSpeed[i] = this.#tipJumpAt(i, 1 / lengthBefore, 1 / length);
  }

  /** The length of line `i` in u that makes the jump at its start smallest, within a factor of 2 of equal joint speeds. */
  bestLength(i: number, lengthBefore: number): number {
    const before = 1 / lengthBefore;
    const equal = (before * this.#size(i - 1)) / this.#size(i);
    if (!(equal > 0 && equal < Number.POSITIVE_INFINITY)) return lengthBefore;
    const jumpAt = (perLength: number): number => Math.max(this.#jointJumpAt(i, before, perLength), this.#tipJumpAt(i, before, perLength));
    const best = minimum(jumpAt, equal / 2, equal * 2);
    // On a straight path the search would leave its own rounding as a jump.
    return 1 / (jumpAt(best) < jumpAt(equal) ? best : equal);
  }

  /** Sets the speeds at the knots and takes the shares of the corners off the accelerations. */
  limit(path: PathLimits): void {
    const nLines = path.length.length;
    const share = new Float64Array(nLines);
    const most = path.acceleration.reduce((a, b) => Math.max(a, b), 0);
    for (let i = 1; i < nLines; i++) {
      const fastest = Math.min(path.speed[i - 1]!, path.speed[i]!);
      const throughJoints = fastestThrough(path, this.#joints, i, fastest, most);
      const passing = fastestThrough(path, this.#tip, i, throughJoints, most);
      if (!(passing >= SHARP_CORNER * Math.min(fastest, reachableOn(path, i - 1), reachableOn(path, i)))) continue;
      path.knotSpeed[i] = passing;
      spread(path, this.#joints, i, passing, most, share);
      spread(path, this.#tip, i, passing, most, share);
    }
    for (let i = 0; i < nLines; i++) path.acceleration[i] = path.acceleration[i]! * (1 - share[i]!);
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

/** Speed, at most `fastest`, at which corner `i` needs no more than its share; 0, a stop, where there is none. */
function fastestThrough(path: PathLimits, jumps: Jumps, i: number, fastest: number, acceleration: number): number {
  const allowed = (speed: number): boolean => shareNeeded(path, jumps, i, speed, acceleration) <= MAX_CORNER_SHARE;
  if (allowed(fastest)) return fastest;
  if (!allowed(0)) return 0;
  let low = 0;
  let high = fastest;
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    if (allowed(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The most that the corners passed within one window, corner `i` among them, need together when corner `i` is passed at `speed`:
 * none of them is then passed faster than `speed` + acceleration × window.
 */
function shareNeeded(path: PathLimits, jumps: Jumps, i: number, speed: number, acceleration: number): number {
  const { length } = path;
  const { perSpeed, windowS } = jumps;
  const top = speed + acceleration * windowS;
  const reach = top * windowS;
  let first = i;
  let last = i;
  let way = 0;
  let sum = perSpeed[i]!;
  // Slides the window from where corner i is its last to where it is its first.
  while (first > 1 && way + length[first - 1]! <= reach) {
    first--;
    way += length[first]!;
    sum += perSpeed[first]!;
  }
  let most = sum;
  while (last + 1 < length.length) {
    way += length[last]!;
    last++;
    sum += perSpeed[last]!;
    while (way > reach && first < i) {
      way -= length[first]!;
      sum -= perSpeed[first]!;
      first++;
    }
    if (way > reach) break;
    most = Math.max(most, sum);
  }
  return most * top;
}

/** Makes every line within one window's way of corner `i` leave its share free. */
function spread(path: PathLimits, jumps: Jumps, i: number, speed: number, acceleration: number, share: Float64Array): void {
  const needed = shareNeeded(path, jumps, i, speed, acceleration);
  const reach = (speed + acceleration * jumps.windowS) * jumps.windowS;
  let way = 0;
  for (let k = i; k < path.length.length && way <= reach; k++) {
    share[k] = Math.max(share[k]!, needed);
    way += path.length[k]!;
  }
  way = 0;
  for (let k = i - 1; k >= 0 && way <= reach; k--) {
    share[k] = Math.max(share[k]!, needed);
    way += path.length[k]!;
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
