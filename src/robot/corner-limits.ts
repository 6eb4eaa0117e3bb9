/**
 * How fast a path of straight lines may be followed round its corners without stopping.
 *
 * The path is followed exactly, so at a corner the velocity jumps. Measured over a window of time a jump is an acceleration of
 * jump / window. Each corner takes a share c of the acceleration allowed, for the jump, and leaves 1 - c to speeding up and slowing
 * down within one window's way of it, so that over any window both together stay within the limit.
 *
 *     share   ___|c|______|c|____    for joints the window is a control tick: a short piece on each side of a corner
 *          __________________        for the tip it is 100 ms, and takes whole lines
 * @module
 */
import { lineLimits, type TrajectoryLimits } from "./line-limits.ts";
import { PathJumps, type Jumps } from "./path-jumps.ts";

/** Parts of the path to be passed one after another, in units of the path parameter u. */
export interface PathTiming {
  /** Shape `[nLines + 1]`: u at each waypoint. */
  readonly knots: Float64Array;
  readonly parts: readonly PathPart[];
}

export interface PathPart {
  readonly length: number;
  readonly speed: number;
  readonly acceleration: number;
  /** The most at its end, no more than `speed` there and beyond; 0 for a stop, as at the end of the path. */
  readonly endSpeed: number;
}

/** Shape `[nLines]` each. */
interface Lines {
  readonly length: Float64Array;
  readonly speed: Float64Array;
  readonly acceleration: Float64Array;
}

/** What the corners take of the acceleration on each line: on all of it, and more near its start and its end. Shape `[nLines]` each. */
interface Shares {
  readonly whole: Float64Array;
  readonly headLength: Float64Array;
  readonly head: Float64Array;
  readonly tailLength: Float64Array;
  readonly tail: Float64Array;
}

/** `rows`: shape `[nLines + 1, nJoints]`, no row the same as the one before. Speeds and accelerations are NaN where a limit is. */
export function pathTiming(limits: TrajectoryLimits, rows: Float64Array, nLines: number): PathTiming {
  const jumps = new PathJumps(limits, rows, nLines);
  const lines: Lines = { length: new Float64Array(nLines), speed: new Float64Array(nLines), acceleration: new Float64Array(nLines) };
  const knots = new Float64Array(nLines + 1);
  for (let i = 0; i < nLines; i++) {
    const line = lineLimits(limits, rows, i, true);
    const length = jumps.add(i, i === 0 ? 1 : lines.length[i - 1]!);
    lines.length[i] = length;
    // The jerk does not count here, but a description in which it is NaN or negative is none to move by.
    lines.speed[i] = line.jerk > 0 ? line.speed * length : Number.NaN;
    lines.acceleration[i] = line.acceleration * length;
    knots[i + 1] = knots[i]! + length;
  }
  boundSpeeds(lines);
  const shares = noShares(nLines);
  const endSpeed = passingSpeeds(lines, jumps, shares);
  const parts: PathPart[] = [];
  for (let i = 0; i < nLines; i++) appendParts(parts, lines, shares, i, endSpeed[i]!);
  return { knots, parts };
}

/** Where nothing limits the speed, what a motion from rest can reach on the whole path does. */
function boundSpeeds({ length, speed, acceleration }: Lines): void {
  const way = length.reduce((sum, part) => sum + part, 0);
  const reachable = Math.sqrt(greatest(acceleration) * way);
  for (let i = 0; i < speed.length; i++) speed[i] = Math.min(speed[i]!, reachable);
}

/** The most at the end of each line, 0 where the corner there is a stop; notes in `shares` what the others need. */
function passingSpeeds(lines: Lines, jumps: PathJumps, shares: Shares): Float64Array {
  const nLines = lines.length.length;
  const endSpeed = new Float64Array(nLines);
  const most = greatest(lines.acceleration);
  for (let i = 1; i < nLines; i++) {
    const around = Math.min(lines.speed[i - 1]!, lines.speed[i]!);
    const passing = fastestThrough(lines, jumps.tip, i, fastestThrough(lines, jumps.joints, i, around, most), most);
    endSpeed[i - 1] = passing;
    // At a stop there is no jump.
    if (!(passing > 0)) continue;
    takeShare(lines, jumps.joints, i, passing, most, shares, false);
    takeShare(lines, jumps.tip, i, passing, most, shares, true);
  }
  return endSpeed;
}

/** Speed, at most `fastest`, at which corner `i` needs no more than its share; 0, a stop, where there is none. */
function fastestThrough(path: Lines, jumps: Jumps, i: number, fastest: number, acceleration: number): number {
  const allowed = (speed: number): boolean => shareNeeded(path, jumps, i, speed, acceleration) <= jumps.maxShare;
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
function shareNeeded(path: Lines, jumps: Jumps, i: number, speed: number, acceleration: number): number {
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

/** Takes the share of corner `i` off the way that one window reaches on both sides of it; `whole`: off all lines touched. */
function takeShare(lines: Lines, jumps: Jumps, i: number, speed: number, acceleration: number, shares: Shares, whole: boolean): void {
  const share = shareNeeded(lines, jumps, i, speed, acceleration);
  const reach = (speed + acceleration * jumps.windowS) * jumps.windowS;
  const take = (k: number, rest: number, lengths: Float64Array, near: Float64Array): void => {
    if (whole || lines.length[k]! <= rest) {
      shares.whole[k] = Math.max(shares.whole[k]!, share);
    } else {
      lengths[k] = Math.max(lengths[k]!, rest);
      near[k] = Math.max(near[k]!, share);
    }
  };
  let rest = reach;
  for (let k = i; k < lines.length.length && rest >= 0; k++) {
    take(k, rest, shares.headLength, shares.head);
    rest -= lines.length[k]!;
  }
  rest = reach;
  for (let k = i - 1; k >= 0 && rest >= 0; k--) {
    take(k, rest, shares.tailLength, shares.tail);
    rest -= lines.length[k]!;
  }
}

/** Line `i` as one part, or as up to three where the corners take more near its ends. */
function appendParts(parts: PathPart[], lines: Lines, shares: Shares, i: number, endSpeed: number): void {
  const length = lines.length[i]!;
  const speed = lines.speed[i]!;
  const left = (share: number): number => lines.acceleration[i]! * (1 - share);
  const whole = shares.whole[i]!;
  const head = Math.max(whole, shares.head[i]!);
  const tail = Math.max(whole, shares.tail[i]!);
  const headLength = head > whole ? shares.headLength[i]! : 0;
  const tailLength = tail > whole ? shares.tailLength[i]! : 0;
  const middle = length - headLength - tailLength;
  if (!(middle > 0)) {
    parts.push({ length, speed, acceleration: left(Math.max(head, tail)), endSpeed });
    return;
  }
  if (headLength > 0) parts.push({ length: headLength, speed, acceleration: left(head), endSpeed: speed });
  parts.push({ length: middle, speed, acceleration: left(whole), endSpeed: tailLength > 0 ? speed : endSpeed });
  if (tailLength > 0) parts.push({ length: tailLength, speed, acceleration: left(tail), endSpeed });
}

function noShares(nLines: number): Shares {
  const zeros = (): Float64Array => new Float64Array(nLines);
  return { whole: zeros(), headLength: zeros(), head: zeros(), tailLength: zeros(), tail: zeros() };
}

function greatest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
