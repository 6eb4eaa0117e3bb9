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
  let along = 0;
  let length = 0;
  for (let k = 0; k < 3; k++) {
    const direction = s[sAt + 3 + k]! - s[sAt + k]!;
    along += direction * (p[pAt + k]! - s[sAt + k]!);
    length += direction * direction;
  }
  const t = length > 0 ? Math.max(0, Math.min(1, along / length)) : 0 * length;
  let squared = 0;
  for (let k = 0; k < 3; k++) {
    const apart = p[pAt + k]! - (s[sAt + k]! + t * (s[sAt + 3 + k]! - s[sAt + k]!));
    squared += apart * apart;
  }
  return squared;
}

/**
 * Squared distance where the gradient vanishes, if that is inside; Infinity otherwise, and for parallel segments, where an edge is as
 * near. Nearly parallel ones leave few digits of s and t, which a few exact minimisations over one of the two at a time restore.
 */
function inside(a: Float64Array, aAt: number, b: Float64Array, bAt: number): number {
  let uu = 0;
  let vv = 0;
  let uv = 0;
  let ur = 0;
  let vr = 0;
  for (let k = 0; k < 3; k++) {
    const u = a[aAt + 3 + k]! - a[aAt + k]!;
    const v = b[bAt + 3 + k]! - b[bAt + k]!;
    const r = a[aAt + k]! - b[bAt + k]!;
    uu += u * u;
    vv += v * v;
    uv += u * v;
    ur += u * r;
    vr += v * r;
  }
  const determinant = uu * vv - uv * uv;
  if (!(determinant > 0)) return Infinity;
  let s = clamped((uv * vr - vv * ur) / determinant);
  let t = 0;
  for (let round = 0; round < 4; round++) {
    t = clamped((uv * s + vr) / vv);
    s = clamped((uv * t - ur) / uu);
  }
  let squared = 0;
  for (let k = 0; k < 3; k++) {
    const onA = a[aAt + k]! + s * (a[aAt + 3 + k]! - a[aAt + k]!);
    const onB = b[bAt + k]! + t * (b[bAt + 3 + k]! - b[bAt + k]!);
    squared += (onA - onB) * (onA - onB);
  }
  return squared;
}

function clamped(x: number): number {
  return Math.max(0, Math.min(1, x));
}
