/**
 * Closed forms of planar arms, after the law of cosines in its half-angle form: accurate when the arm is stretched, folded or a
 * nanometre from its base, where acos loses half the digits.
 *
 *        elbow
 *        ·  ·            r      distance base to target
 *   l1 ·      · l2       theta2 angle between the links, 0 when stretched
 *    ·    r     ·        offset angle between r and l1
 * base ─────────── target
 *
 * A chain of more links folds into such triangles one after the other: the rest of the chain is a link whose length may be chosen.
 * @module
 */
import { atan2 } from "../core/elementary.ts";
import type { JointLimit } from "./joint-chain.ts";

const PI = 3.141592653589793;
const TWO_PI = 6.283185307179586;

/**
 * Writes |theta2| to `out[0]` and offset to `out[1]`, rad, for a triangle with sides l1, l2 and r, |l1 - l2| <= r <= l1 + l2, m.
 * offset has the sign opposite to theta2's.
 */
export function solveTriangle(l1: number, l2: number, r: number, out: Float64Array): void {
  const difference = Math.abs(l1 - l2);
  const p = Math.sqrt(Math.max(0, (l1 + l2 - r) * (l1 + l2 + r)));
  const q = Math.sqrt(Math.max(0, (r - difference) * (r + difference)));
  out[0] = 2 * atan2(p, q);
  out[1] = atan2(p * q, r * r + (l1 - l2) * (l1 + l2));
}

/**
 * Writes theta1 and theta2, rad, to `out`, for a target at (x, y) from the base, r away: theta1 is the direction of the target turned
 * by the offset, in one step, so that one arc tangent does for both. `side` +1: elbow to the left of the line base to target.
 *
 * Returns by how much the triangle misses the target, m: its sines and cosines come from its sides, so that only the two arc
 * tangents, good to an ulp, stand between this and going forward with the angles. NaN where the numbers leave the range of a double.
 */
export function solveTwoLinks(l1: number, l2: number, x: number, y: number, r: number, side: 1 | -1, out: Float64Array): number {
  const difference = Math.abs(l1 - l2);
  const p = Math.sqrt(Math.max(0, (l1 + l2 - r) * (l1 + l2 + r)));
  const q = Math.sqrt(Math.max(0, (r - difference) * (r + difference)));
  const along = r * r + (l1 - l2) * (l1 + l2);
  const across = side * p * q;
  // On its base a folded arm of equal links has no direction; all products vanish, and adding 0 to -0 makes theta1 0.
  const sin1 = y * along + x * across;
  const cos1 = x * along - y * across + 0;
  out[0] = atan2(sin1, cos1);
  out[1] = -side * 2 * atan2(p, q);

  const unit = 1 / Math.sqrt(sin1 * sin1 + cos1 * cos1);
  const per = 1 / (p * p + q * q);
  const cos2 = (q * q - p * p) * per;
  const sin2 = -2 * across * per;
  const missX = (l1 * cos1 + l2 * (cos1 * cos2 - sin1 * sin2)) * unit - x;
  const missY = (l1 * sin1 + l2 * (sin1 * cos2 + cos1 * sin2)) * unit - y;
  return Math.sqrt(missX * missX + missY * missY);
}

/** To (-π, π]; for angles within a turn of it, and never -0. */
export function normalizeAngle(rad: number): number {
  if (rad > PI) return rad - TWO_PI;
  return rad <= -PI ? rad + TWO_PI : rad + 0;
}

/** The angle shifted by whole turns into its limits, as few as it takes; NaN where none fits. */
export function shiftIntoLimit(rad: number, limit: JointLimit | undefined): number {
  if (limit === undefined) return rad;
  const [min, max] = limit;
  let shifted = rad;
  if (rad < min) shifted = rad + TWO_PI * Math.ceil((min - rad) / TWO_PI);
  else if (rad > max) shifted = rad - TWO_PI * Math.ceil((rad - max) / TWO_PI);
  return shifted >= min && shifted <= max ? shifted : Number.NaN;
}

/**
 * Joint angles, rad, that bring the end of `linkLengthsM` to distance r along x, r within the annulus of the chain; every joint bends the
 * same way, `side` +1 to the left of the line base to target, -1 to the right. Turn the first angle to aim elsewhere.
 */
export function foldChain(linkLengthsM: readonly number[], r: number, side: 1 | -1): number[] {
  const anglesRad: number[] = [];
  const triangle = new Float64Array(2);
  let remaining = r;
  // Direction of the line from the current joint to the target, and of the link before, both in the plane.
  let aimRad = 0;
  let beforeRad = 0;
  for (let joint = 0; joint < linkLengthsM.length - 1; joint++) {
    const length = linkLengthsM[joint]!;
    const rest = restLength(linkLengthsM, joint + 1, length, remaining);
    solveTriangle(length, rest, remaining, triangle);
    const linkRad = aimRad + side * triangle[1]!;
    anglesRad.push(normalizeAngle(wrap(linkRad - beforeRad)));
    aimRad = linkRad - side * triangle[0]!;
    beforeRad = linkRad;
    remaining = rest;
  }
  anglesRad.push(normalizeAngle(wrap(aimRad - beforeRad)));
  return anglesRad;
}

/** The middle of what the links from `from` on can span and still close a triangle with `length` and `r`. */
function restLength(linkLengthsM: readonly number[], from: number, length: number, r: number): number {
  let sum = 0;
  let longest = 0;
  for (let joint = from; joint < linkLengthsM.length; joint++) {
    sum += linkLengthsM[joint]!;
    longest = Math.max(longest, linkLengthsM[joint]!);
  }
  // For the last link both ends are its length: the triangle is decided.
  if (from === linkLengthsM.length - 1) return sum;
  const least = Math.max(2 * longest - sum, Math.abs(length - r), 0);
  const most = Math.min(sum, length + r);
  return (least + most) / 2;
}

function wrap(rad: number): number {
  return rad - TWO_PI * Math.round(rad / TWO_PI);
}
