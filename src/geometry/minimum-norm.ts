/**
 * The point nearest the origin in a convex set that is known by its support function: with the set of differences of two bodies, the
 * distance between them. Wolfe's algorithm (Finding the nearest point in a polytope, 1976).
 * @module
 */
import type { Vec3 } from "../core/index.ts";

/** The point of the set farthest in the direction (x, y, z); undefined where the set has no end there. */
export type Support = (x: number, y: number, z: number) => Vec3 | undefined;

const maxRounds = 200;
const toleranceM = 1e-10;

/**
 * Distance of the set from the origin, from below: every round proves that the set lies beyond the plane through its farthest point
 * towards the origin, and the best such bound is returned. 0 where the origin is in the set, where the set has no end
 * towards it, and where a number is not finite.
 */
export function minimumNormPoint(support: Support): number {
  const first = support(1, 0, 0) ?? support(-1, 0, 0);
  if (first === undefined) return 0;
  let points = [first];
  let weights = [1];
  let bound = 0;
  for (let round = 0; round < maxRounds; round++) {
    const [x, y, z] = combine(points, weights);
    const size = Math.sqrt(x * x + y * y + z * z);
    if (!(size > toleranceM && size < Infinity)) return bound;
    const next = support(-x, -y, -z);
    if (next === undefined) return bound;
    bound = Math.max(bound, (x * next[0] + y * next[1] + z * next[2]) / size || 0);
    if (!(size - bound > toleranceM)) return bound;
    points.push(next);
    weights.push(0);
    ({ points, weights } = shrink(points, weights));
  }
  return bound;
}

/** Moves to the nearest point of the hull, dropping the points that do not carry it. */
function shrink(points: Vec3[], weights: number[]): { points: Vec3[]; weights: number[] } {
  let corral = { points, weights };
  for (let pass = 0; pass < 8; pass++) {
    const target = affineWeights(corral.points);
    if (target === undefined) return dropped(corral.points, corral.weights, 0);
    if (target.every((weight) => weight > 0)) return { points: corral.points, weights: target };
    // As far towards the target as all weights stay >= 0; one of them becomes 0 and its point goes.
    let step = 1;
    corral.weights.forEach((from, i) => {
      const to = target[i]!;
      if (to <= 0) step = Math.min(step, from / (from - to) || 0);
    });
    const moved = corral.weights.map((from, i) => from + step * (target[i]! - from));
    const least = moved.indexOf(Math.min(...moved));
    corral = dropped(corral.points, moved, least);
    if (corral.points.length === 1) return corral;
  }
  return corral;
}

function dropped(points: readonly Vec3[], weights: readonly number[], index: number): { points: Vec3[]; weights: number[] } {
  const rest = weights.filter((_, i) => i !== index).map((weight) => Math.max(weight, 0));
  const sum = rest.reduce((total, weight) => total + weight, 0);
  const kept = points.filter((_, i) => i !== index);
  return { points: kept, weights: rest.map((weight) => (sum > 0 ? weight / sum : 1 / rest.length)) };
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
