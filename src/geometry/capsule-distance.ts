/**
 * The hot kernel: how near a segment comes to another one or to a convex solid. Everything reads numbers out of `Float64Array`s,
 * because a call that is not inlined boxes each number it is given, and nothing here allocates. A capsule's distance is its
 * segment's minus its radius. Frames and units are the caller's, the same for both; NaN in, NaN out, so that a comparison denies.
 *
 * None of these over-estimates a distance by more than rounding (about 1e-15 of the coordinates).
 * @module
 */

/**
 * Distance of the segments `ax ay az bx by bz` at `aAt` and `bAt`. Exact for crossing, parallel and degenerate ones: the parameters
 * come from cross products, whose error shrinks with the angle as fast as its effect grows (cf. Ericson, Real-Time Collision
 * Detection, 2005, §5.1.9, which takes them from dot products and loses half the digits near parallel).
 */
export function segmentSegmentDistance(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number {
  const ux = a[aAt + 3]! - a[aAt]!;
  const uy = a[aAt + 4]! - a[aAt + 1]!;
  const uz = a[aAt + 5]! - a[aAt + 2]!;
  const vx = b[bAt + 3]! - b[bAt]!;
  const vy = b[bAt + 4]! - b[bAt + 1]!;
  const vz = b[bAt + 5]! - b[bAt + 2]!;
  const rx = b[bAt]! - a[aAt]!;
  const ry = b[bAt + 1]! - a[aAt + 1]!;
  const rz = b[bAt + 2]! - a[aAt + 2]!;
  const uu = ux * ux + uy * uy + uz * uz;
  const vv = vx * vx + vy * vy + vz * vz;
  const ur = ux * rx + uy * ry + uz * rz;

  let s = 0;
  let t = 0;
  if (vv > 0) {
    // Nearest points of the two lines; for parallel ones any s will do.
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    const nn = nx * nx + ny * ny + nz * nz;
    if (nn > 0) {
      s = (nx * (ry * vz - rz * vy) + ny * (rz * vx - rx * vz) + nz * (rx * vy - ry * vx)) / nn;
      s = s < 0 ? 0 : s > 1 ? 1 : s;
    }
    const uv = ux * vx + uy * vy + uz * vz;
    t = (s * uv - (vx * rx + vy * ry + vz * rz)) / vv;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    s = ur + t * uv;
  } else {
    s = ur;
  }
  // The point of a nearest to where b now is.
  s = uu > 0 ? s / uu : 0;
  s = s < 0 ? 0 : s > 1 ? 1 : s;
  const dx = rx + t * vx - s * ux;
  const dy = ry + t * vy - s * uy;
  const dz = rz + t * vz - s * uz;
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

const ends = new Float64Array(12);

/** Squared distance of the segments p1 q1 and p2 q2, for callers that hold plain numbers. */
export function segmentSegmentDistanceSquared(
  p1x: number,
  p1y: number,
  p1z: number,
  q1x: number,
  q1y: number,
  q1z: number,
  p2x: number,
  p2y: number,
  p2z: number,
  q2x: number,
  q2y: number,
  q2z: number,
): number {
  ends[0] = p1x;
  ends[1] = p1y;
  ends[2] = p1z;
  ends[3] = q1x;
  ends[4] = q1y;
  ends[5] = q1z;
  ends[6] = p2x;
  ends[7] = p2y;
  ends[8] = p2z;
  ends[9] = q2x;
  ends[10] = q2y;
  ends[11] = q2z;
  const distance = segmentSegmentDistance(ends, 0, ends, 6);
  return distance * distance;
}

/** Distance of two capsules `ax ay az bx by bz radius`; negative where they overlap. */
export function capsuleCapsuleDistance(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number {
  return segmentSegmentDistance(a, aAt, b, bAt) - a[aAt + 6]! - b[bAt + 6]!;
}

/** Distance of the segment at `at` from the point at `pointAt`. */
export function segmentPointDistance(segment: Float64Array, at: number, point: Float64Array, pointAt: number): number {
  const ax = segment[at]!;
  const ay = segment[at + 1]!;
  const az = segment[at + 2]!;
  const ux = segment[at + 3]! - ax;
  const uy = segment[at + 4]! - ay;
  const uz = segment[at + 5]! - az;
  const rx = point[pointAt]! - ax;
  const ry = point[pointAt + 1]! - ay;
  const rz = point[pointAt + 2]! - az;
  const uu = ux * ux + uy * uy + uz * uz;
  let t = uu > 0 ? (ux * rx + uy * ry + uz * rz) / uu : 0;
  t = t < 0 ? 0 : t > 1 ? 1 : t;
  const dx = rx - t * ux;
  const dy = ry - t * uy;
  const dz = rz - t * uz;
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

/** Least of the two ends' distances from the half-space `nx ny nz offset` (solid where n · p + offset >= 0); negative within. */
export function segmentHalfSpaceDistance(segment: Float64Array, at: number, plane: Float64Array, planeAt: number): number {
  const nx = plane[planeAt]!;
  const ny = plane[planeAt + 1]!;
  const nz = plane[planeAt + 2]!;
  const a = nx * segment[at]! + ny * segment[at + 1]! + nz * segment[at + 2]!;
  const b = nx * segment[at + 3]! + ny * segment[at + 4]! + nz * segment[at + 5]!;
  return -(Math.max(a, b) + plane[planeAt + 3]!);
}

/**
 * Lower bound of the distance from the polytope whose `count` planes `nx ny nz offset` (inside where n · p + offset <= 0) begin at
 * `planesAt`: the least over the segment of the largest plane distance, which is convex and piecewise linear along it. Two planes
 * that fall and rise bound it from below where they cross; the plane highest there replaces one of them until none is higher.
 */
export function segmentPolytopeDistance(segment: Float64Array, at: number, planes: Float64Array, planesAt: number, count: number): number {
  // No plane, or a number of planes that is none, bounds nothing.
  if (!(count >= 1)) return Number.NaN;
  let low = 0;
  let high = 1;
  const falling = highestPlane(segment, at, planes, planesAt, count, 0);
  let lowValue = planeDistance(segment, at, planes, falling, 0);
  let lowSlope = planeSlope(segment, at, planes, falling);
  if (!(lowSlope < 0)) return lowValue;
  const rising = highestPlane(segment, at, planes, planesAt, count, 1);
  let highValue = planeDistance(segment, at, planes, rising, 1);
  let highSlope = planeSlope(segment, at, planes, rising);
  if (!(highSlope > 0)) return highValue;
  let bound = -Infinity;
  for (let round = 0; round < 64; round++) {
    const t = low + (highValue - lowValue - highSlope * (high - low)) / (lowSlope - highSlope);
    bound = lowValue + lowSlope * (t - low);
    const highest = highestPlane(segment, at, planes, planesAt, count, t);
    const value = planeDistance(segment, at, planes, highest, t);
    const slope = planeSlope(segment, at, planes, highest);
    if (!(value > bound + 1e-15) || !(t > low && t < high)) break;
    if (slope < 0) {
      low = t;
      lowValue = value;
      lowSlope = slope;
    } else if (slope > 0) {
      high = t;
      highValue = value;
      highSlope = slope;
    } else {
      return value;
    }
  }
  return bound;
}

/** Where in `planes` the plane begins that is highest at t; the first that is not a number, if any. */
function highestPlane(segment: Float64Array, at: number, planes: Float64Array, planesAt: number, count: number, t: number): number {
  let best = planesAt;
  let most = -Infinity;
  for (let k = 0; k < count; k++) {
    const value = planeDistance(segment, at, planes, planesAt + 4 * k, t);
    if (value > most) {
      most = value;
      best = planesAt + 4 * k;
    } else if (Number.isNaN(value)) {
      return planesAt + 4 * k;
    }
  }
  return best;
}

function planeDistance(segment: Float64Array, at: number, planes: Float64Array, plane: number, t: number): number {
  const x = segment[at]! * (1 - t) + segment[at + 3]! * t;
  const y = segment[at + 1]! * (1 - t) + segment[at + 4]! * t;
  const z = segment[at + 2]! * (1 - t) + segment[at + 5]! * t;
  return planes[plane]! * x + planes[plane + 1]! * y + planes[plane + 2]! * z + planes[plane + 3]!;
}

function planeSlope(segment: Float64Array, at: number, planes: Float64Array, plane: number): number {
  return (
    planes[plane]! * (segment[at + 3]! - segment[at]!) +
    planes[plane + 1]! * (segment[at + 4]! - segment[at + 1]!) +
    planes[plane + 2]! * (segment[at + 5]! - segment[at + 2]!)
  );
}
