/**
 * The point nearest the origin in a convex set that is known by its support function: with the set of differences of two bodies, the
 * distance between them. The algorithm of Gilbert, Johnson and Keerthi (1988), its subproblem solved by trying every subset.
 * @module
 */
import type { Vec3 } from "../core/index.ts";

/** The point of the set farthest in the direction (x, y, z); undefined where the set has no end there. */
export type Support = (x: number, y: number, z: number) => Vec3 | undefined;

const maxRounds = 200;
const toleranceM = 1e-10;

/** Up to four points of the set and the weights that make the nearest point of their hull. */
interface Hull {
  readonly points: readonly Vec3[];
  readonly weights: readonly number[];
}

/**
 * Distance of the set from the origin, from below: every round proves that the set lies beyond the plane through its farthest point
 * towards the origin, and the best such bound is returned. 0 where the origin is in the set, where the set has no end towards it,
 * and where a number is not finite.
 */
export function minimumNormPoint(support: Support): number {
  const first = support(1, 0, 0) ?? support(-1, 0, 0);
  if (first === undefined) return 0;
  let hull: Hull = { points: [first], weights: [1] };
  let bound = 0;
  for (let round = 0; round < maxRounds; round++) {
    const [x, y, z] = combine(hull.points, hull.weights);
    const size = Math.sqrt(x * x + y * y + z * z);
    if (!(size > toleranceM && size < Infinity)) return bound;
    const next = support(-x, -y, -z);
    if (next === undefined) return bound;
    bound = Math.max(bound, (x * next[0] + y * next[1] + z * next[2]) / size || 0);
    if (!(size - bound > toleranceM)) return bound;
    const nearer = nearestOfHull([...hull.points, next], size);
    if (nearer === undefined) return bound;
    hull = nearer;
  }
  return bound;
}

/** The nearest point of the hull of up to five points, carried by at most four; undefined unless it is nearer than `size`. */
function nearestOfHull(points: readonly Vec3[], size: number): Hull | undefined {
  let best: Hull | undefined;
  let least = size;
  for (let subset = 1; subset < 1 << points.length; subset++) {
    const chosen = points.filter((_, i) => (subset & (1 << i)) !== 0);
    const weights = chosen.length <= 4 ? affineWeights(chosen) : undefined;
    if (weights === undefined || !weights.every((weight) => weight >= 0)) continue;
    const [x, y, z] = combine(chosen, weights);
    const distance = Math.sqrt(x * x + y * y + z * z);
    if (distance < least) {
      least = distance;
      best = { points: chosen, weights };
    }
  }
  return best;
}

function combine(points: readonly Vec3[], weights: readonly number[]): Vec3 {
  const sum: [number, number, number] = [0, 0, 0];
  points.forEach((p, i) => {
    for (const axis of [0, 1, 2] as const) sum[axis] += p[axis] * weights[i]!;
  });
  return sum;
}

/**
 * Weights, summing to 1, of the point of the points' affine hull nearest the origin: with p0 as base, the normal equations of the
 * differences, solved by elimination. Undefined where the points are affinely dependent.
 */
function affineWeights(points: readonly Vec3[]): number[] | undefined {
  const [base, ...others] = points;
  if (base === undefined || others.length > 3) return undefined;
  const edges = others.map((p): Vec3 => [p[0] - base[0], p[1] - base[1], p[2] - base[2]]);
  const rows = edges.map((edge) => [...edges.map((other) => dot(edge, other)), -dot(edge, base)]);
  const n = edges.length;
  for (let column = 0; column < n; column++) {
    const pivot = rows[column]![column]!;
    if (!(pivot > 1e-14 * dot(edges[column]!, edges[column]!))) return undefined;
    for (let row = column + 1; row < n; row++) {
      const factor = rows[row]![column]! / pivot;
      for (let k = column; k <= n; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  const solution = Array.from({ length: n }, () => 0);
  for (let row = n - 1; row >= 0; row--) {
    let rest = rows[row]![n]!;
    for (let k = row + 1; k < n; k++) rest -= rows[row]![k]! * solution[k]!;
    solution[row] = rest / rows[row]![row]!;
  }
  return [1 - solution.reduce((sum, weight) => sum + weight, 0), ...solution];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
