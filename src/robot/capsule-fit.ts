/**
 * The capsule of least volume that we can find around a set of balls (points, where the radius is 0), and the proof that it contains
 * them. A capsule is convex: with the balls it contains their convex hull.
 *
 * For one axis direction the best capsule is nearly closed form: the smallest circle around the projections says where the axis runs
 * and the least radius; a larger radius lets the ends draw in, so a few are tried, up to the sphere. Directions: 13 that are fixed (edges,
 * face and space diagonals of a cube), the longest distance, then a local search around the best two. The search looks at the points
 * farthest out in 96 directions only; the capsule found is then fitted to all of them, so what the search leaves out costs volume,
 * never containment.
 * @module
 */
import { cos, sin } from "../core/elementary.ts";
import { enclosingCircle } from "./enclosing-circle.ts";

/** ax ay az bx by bz radius, m. */
export type CapsuleNumbers = readonly [number, number, number, number, number, number, number];

/** Shape `[n, 4]`: x y z radius. */
export type Balls = Float64Array;

/** No capsule is thinner: a flat or straight set of points still gets a body. In m. */
const leastRadiusM = 1e-4;
/** Absolute growth that covers the rounding of the fit itself; containment is promised to 1e-9 m. */
const roundingM = 1e-12;
/** Cells a side in `unionVolume`. */
const gridSide = 16;
const radiusFactors = [1, 1.02, 1.05, 1.1, 1.17, 1.26, 1.4, 1.6, 2, 3, 5];
const halfSqrt2 = Math.sqrt(1 / 2);
const thirdSqrt3 = Math.sqrt(1 / 3);
const fixedDirections: readonly (readonly [number, number, number])[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  ...[1, -1].flatMap((s): (readonly [number, number, number])[] => [
    [halfSqrt2, s * halfSqrt2, 0],
    [halfSqrt2, 0, s * halfSqrt2],
    [0, halfSqrt2, s * halfSqrt2],
  ]),
  ...[1, -1].flatMap((s): (readonly [number, number, number])[] => [
    [thirdSqrt3, thirdSqrt3, s * thirdSqrt3],
    [thirdSqrt3, -thirdSqrt3, s * thirdSqrt3],
  ]),
];
/** Spread evenly over the sphere by the golden angle. */
const probes = Float64Array.from({ length: 96 * 3 }, (_, k) => {
  const i = Math.floor(k / 3);
  const z = 1 - (2 * i + 1) / 96;
  const r = Math.sqrt(1 - z * z);
  return k % 3 === 0 ? r * cos(i * 2.399963229728653) : k % 3 === 1 ? r * sin(i * 2.399963229728653) : z;
});

export function capsuleVolume(capsule: CapsuleNumbers): number {
  const [ax, ay, az, bx, by, bz, r] = capsule;
  const length = Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2 + (bz - az) ** 2);
  return Math.PI * r * r * (length + (4 / 3) * r);
}

/**
 * Volume of two capsules together, the overlap once, m³: the cells of a grid that lie in either, so good to a few percent.
 */
export function unionVolume(a: CapsuleNumbers, b: CapsuleNumbers): number {
  const low = [0, 1, 2].map((k) => Math.min(a[k]! - a[6], a[k + 3]! - a[6], b[k]! - b[6], b[k + 3]! - b[6]));
  const cell = [0, 1, 2].map((k) => (Math.max(a[k]! + a[6], a[k + 3]! + a[6], b[k]! + b[6], b[k + 3]! + b[6]) - low[k]!) / gridSide);
  const point = new Float64Array(4);
  let inside = 0;
  for (let i = 0; i < gridSide ** 3; i++) {
    point[0] = low[0]! + cell[0]! * ((i % gridSide) + 0.5);
    point[1] = low[1]! + cell[1]! * ((Math.floor(i / gridSide) % gridSide) + 0.5);
    point[2] = low[2]! + cell[2]! * (Math.floor(i / gridSide ** 2) + 0.5);
    if (largestExcess(a, point) <= 0 || largestExcess(b, point) <= 0) inside += 1;
  }
  return inside * cell[0]! * cell[1]! * cell[2]!;
}

/** How far the balls stick out of the capsule, m; at most 0 where it contains them all. NaN where a number is NaN. */
export function largestExcess(capsule: CapsuleNumbers, balls: Balls): number {
  const [ax, ay, az, bx, by, bz, r] = capsule;
  const ux = bx - ax;
  const uy = by - ay;
  const uz = bz - az;
  const uu = ux * ux + uy * uy + uz * uz;
  let excess = -Infinity;
  for (let i = 0; i < balls.length; i += 4) {
    const x = balls[i]! - ax;
    const y = balls[i + 1]! - ay;
    const z = balls[i + 2]! - az;
    const t = uu > 0 ? Math.min(1, Math.max(0, (x * ux + y * uy + z * uz) / uu)) : 0;
    const d = Math.sqrt((x - t * ux) ** 2 + (y - t * uy) ** 2 + (z - t * uz) ** 2) + balls[i + 3]! - r;
    if (!(d <= excess)) excess = d;
  }
  return excess;
}

/**
 * Balls of shape `[n, 4]`, n >= 1. The answer contains every ball, and so their convex hull. `quick` shortens the local search:
 * somewhat more volume in a third of the time.
 */
export function fitCapsule(balls: Balls, quick = false): CapsuleNumbers {
  const few = outermost(balls);
  let best = fitAlong(few, longestDirection(few));
  let second = best;
  for (const direction of fixedDirections) {
    const candidate = fitAlong(few, direction);
    if (candidate.volume < best.volume) {
      second = best;
      best = candidate;
    } else if (candidate.volume < second.volume) second = candidate;
  }
  const first = refine(few, best, quick ? 0.1 : 0.01);
  const other = quick ? first : refine(few, second, 0.01);
  const winner = first.volume <= other.volume ? first : other;
  return grown(fitAlong(balls, winner.direction, winner.axis).capsule, balls);
}

interface Fit {
  readonly capsule: CapsuleNumbers;
  readonly volume: number;
  readonly direction: readonly [number, number, number];
  /** Where the axis crosses the plane of `basis(direction)`. */
  readonly axis: PlanePoint;
}
interface PlanePoint {
  readonly x: number;
  readonly y: number;
}

/** Rounding may leave a ball out by a few units in the last place: the radius takes that up. */
function grown(capsule: CapsuleNumbers, balls: Balls): CapsuleNumbers {
  const [ax, ay, az, bx, by, bz, r] = capsule;
  return [ax, ay, az, bx, by, bz, Math.max(leastRadiusM, r + Math.max(0, largestExcess(capsule, balls)) + roundingM)];
}

/** Turns the direction by steps of 0.25 rad down to `least` while that makes the capsule smaller. */
function refine(balls: Balls, start: Fit, least: number): Fit {
  let best = start;
  for (let step = 0.25; step > least; step /= 2) {
    for (let improved = true, rounds = 0; improved && rounds < 4; rounds++) {
      improved = false;
      const [u, v] = basis(best.direction);
      const [x, y, z] = best.direction;
      for (const [a, b] of [[step, 0], [-step, 0], [0, step], [0, -step]] as const) {
        const candidate = fitAlong(balls, unit(x + a * u[0] + b * v[0], y + a * u[1] + b * v[1], z + a * u[2] + b * v[2]));
        if (candidate.volume < best.volume * (1 - 1e-9)) {
          best = candidate;
          improved = true;
        }
      }
    }
  }
  return best;
}

/** The best capsule whose segment runs along `direction`, on the given axis or on the best one. */
function fitAlong(balls: Balls, direction: readonly [number, number, number], given?: PlanePoint): Fit {
  const n = balls.length / 4;
  const [u, v] = basis(direction);
  const discs = new Float64Array(n * 3);
  const along = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const x = balls[i * 4]!;
    const y = balls[i * 4 + 1]!;
    const z = balls[i * 4 + 2]!;
    discs[i * 3] = x * u[0] + y * u[1] + z * u[2];
    discs[i * 3 + 1] = x * v[0] + y * v[1] + z * v[2];
    discs[i * 3 + 2] = balls[i * 4 + 3]!;
    along[i] = x * direction[0] + y * direction[1] + z * direction[2];
  }
  const axis = given ?? enclosingCircle(discs, n);
  const across = new Float64Array(n);
  let least = leastRadiusM;
  for (let i = 0; i < n; i++) {
    across[i] = Math.sqrt((discs[i * 3]! - axis.x) ** 2 + (discs[i * 3 + 1]! - axis.y) ** 2);
    least = Math.max(least, across[i]! + discs[i * 3 + 2]!);
  }
  let volume = Infinity;
  let capsule: CapsuleNumbers = [0, 0, 0, 0, 0, 0, least];
  for (const factor of radiusFactors) {
    const radius = least * factor;
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < n; i++) {
      const room = radius - discs[i * 3 + 2]!;
      const reach = Math.sqrt(Math.max(0, room * room - across[i]! * across[i]!));
      low = Math.min(low, along[i]! + reach);
      high = Math.max(high, along[i]! - reach);
    }
    // Past each other: any one point between them serves, a sphere.
    const from = low <= high ? low : (low + high) / 2;
    const to = low <= high ? high : from;
    const candidate = Math.PI * radius * radius * (to - from + (4 / 3) * radius);
    if (!(candidate < volume)) continue;
    volume = candidate;
    capsule = [...at(axis, from, direction, u, v), ...at(axis, to, direction, u, v), radius];
  }
  return { capsule, volume, direction, axis };
}

function at(
  axis: PlanePoint,
  along: number,
  d: readonly [number, number, number],
  u: readonly [number, number, number],
  v: readonly [number, number, number],
): [number, number, number] {
  return [
    axis.x * u[0] + axis.y * v[0] + along * d[0],
    axis.x * u[1] + axis.y * v[1] + along * d[1],
    axis.x * u[2] + axis.y * v[2] + along * d[2],
  ];
}

/** The balls farthest out in each of the probed directions, each once. */
function outermost(balls: Balls): Balls {
  if (balls.length / 4 <= 96) return balls;
  const chosen = new Set<number>();
  for (let k = 0; k < probes.length; k += 3) {
    let far = 0;
    let most = -Infinity;
    for (let i = 0; i < balls.length; i += 4) {
      const d = balls[i]! * probes[k]! + balls[i + 1]! * probes[k + 1]! + balls[i + 2]! * probes[k + 2]! + balls[i + 3]!;
      if (d > most) {
        most = d;
        far = i;
      }
    }
    chosen.add(far);
  }
  const out = new Float64Array(chosen.size * 4);
  for (const [index, from] of [...chosen].entries()) out.set(balls.subarray(from, from + 4), index * 4);
  return out;
}

function longestDirection(balls: Balls): readonly [number, number, number] {
  let longest = 0;
  let direction: readonly [number, number, number] = [1, 0, 0];
  for (let i = 0; i < balls.length; i += 4)
    for (let j = 0; j < i; j += 4) {
      const x = balls[i]! - balls[j]!;
      const y = balls[i + 1]! - balls[j + 1]!;
      const z = balls[i + 2]! - balls[j + 2]!;
      const length = x * x + y * y + z * z;
      if (!(length > longest)) continue;
      longest = length;
      direction = [x, y, z];
    }
  return longest > 0 ? unit(...direction) : direction;
}

function unit(x: number, y: number, z: number): readonly [number, number, number] {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

/** Two unit vectors that complete the unit vector `d` to a right-handed basis (Duff and others 2017). */
export function basis(d: readonly [number, number, number]): readonly [readonly [number, number, number], readonly [number, number, number]] {
  const [x, y, z] = d;
  const s = z >= 0 ? 1 : -1;
  const a = -1 / (s + z);
  const b = x * y * a;
  return [
    [1 + s * x * x * a, s * b, -s * x],
    [b, s + y * y * a, -y],
  ];
}
