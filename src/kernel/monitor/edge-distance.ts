/**
 * Distance of two segments for the second channel, by exhaustion: the squared distance of the points at s and t is a convex quadratic
 * over the unit square, so its least value lies where the gradient vanishes inside, or on one of the four edges, each of which is an
 * end of one segment against the whole other. Every candidate is a pair of points on the segments; none is too near.
 * @module
 */

/** Segments `ax ay az bx by bz` at `aAt` of `a` and `bAt` of `b`, m. NaN in, NaN out. */
export function edgeDistance(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number {
  let least = pointToSegment(a, aAt, b, bAt);
  least = smaller(least, pointToSegment(a, aAt + 3, b, bAt));
  least = smaller(least, pointToSegment(b, bAt, a, aAt));
  least = smaller(least, pointToSegment(b, bAt + 3, a, aAt));
  return Math.sqrt(smaller(least, inside(a, aAt, b, bAt)));
}

/** Unlike a bare comparison, keeps a NaN. */
function smaller(x: number, y: number): number {
  return x <= y ? x : y <= x ? y : Number.NaN;
}

/** Squared distance of the point at `pAt` from the segment at `sAt`. */
function pointToSegment(p: Float64Array, pAt: number, s: Float64Array, sAt: number): number {
  const ux = s[sAt + 3]! - s[sAt]!;
  const uy = s[sAt + 4]! - s[sAt + 1]!;
  const uz = s[sAt + 5]! - s[sAt + 2]!;
  const rx = p[pAt]! - s[sAt]!;
  const ry = p[pAt + 1]! - s[sAt + 1]!;
  const rz = p[pAt + 2]! - s[sAt + 2]!;
  const length = ux * ux + uy * uy + uz * uz;
  const t = length > 0 ? clamped((ux * rx + uy * ry + uz * rz) / length) : 0 * length;
  const dx = rx - t * ux;
  const dy = ry - t * uy;
  const dz = rz - t * uz;
  return dx * dx + dy * dy + dz * dz;
}

/**
 * Squared distance where the gradient vanishes, if that is inside; Infinity for parallel segments, where an edge is as near. The
 * determinant is taken as |u × v|² (Lagrange), and the point is found in two steps, the second from where the first came to: nearly
 * parallel segments lose half their digits in one.
 */
function inside(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number {
  const ux = a[aAt + 3]! - a[aAt]!;
  const uy = a[aAt + 4]! - a[aAt + 1]!;
  const uz = a[aAt + 5]! - a[aAt + 2]!;
  const vx = b[bAt + 3]! - b[bAt]!;
  const vy = b[bAt + 4]! - b[bAt + 1]!;
  const vz = b[bAt + 5]! - b[bAt + 2]!;
  const nx = uy * vz - uz * vy;
  const ny = uz * vx - ux * vz;
  const nz = ux * vy - uy * vx;
  const determinant = nx * nx + ny * ny + nz * nz;
  if (!(determinant > 0)) return Infinity;
  const uu = ux * ux + uy * uy + uz * uz;
  const vv = vx * vx + vy * vy + vz * vz;
  const uv = ux * vx + uy * vy + uz * vz;
  const rx = a[aAt]! - b[bAt]!;
  const ry = a[aAt + 1]! - b[bAt + 1]!;
  const rz = a[aAt + 2]! - b[bAt + 2]!;
  let s = 0;
  let t = 0;
  let dx = rx;
  let dy = ry;
  let dz = rz;
  for (let step = 0; step < 2; step++) {
    const ud = ux * dx + uy * dy + uz * dz;
    const vd = vx * dx + vy * dy + vz * dz;
    s = clamped(s + (uv * vd - vv * ud) / determinant);
    t = clamped(t + (uu * vd - uv * ud) / determinant);
    dx = rx + s * ux - t * vx;
    dy = ry + s * uy - t * vy;
    dz = rz + s * uz - t * vz;
  }
  return dx * dx + dy * dy + dz * dz;
}

function clamped(x: number): number {
  return x < 0 ? 0 : x > 1 ? 1 : x;
}
