/**
 * The capsule of least volume that we can find around a set of balls (points, where the radius is 0), and the proof that it contains
 * them. A capsule is convex: with the balls it contains their convex hull.
 *
 * For one axis direction the best capsule is nearly closed form: the smallest circle around the projections says where the axis runs
 * and the least radius; a larger radius lets the ends draw in, so a few are tried, up to the sphere. Directions: 13 that are fixed (edges,
 * face and space diagonals of a cube), the longest distance, then a local search around the best two. The search looks at the points
 * farthest out in 30 or 96 directions only; the direction found is then fitted to all of them, so what the search leaves out costs volume,
 * never containment.
 * @module
 */
import { cos, hypot2, hypot3, sin } from "../core/elementary.ts";
import { enclosingCircle, type Circle } from "./enclosing-circle.ts";

/** ax ay az bx by bz radius, m. */
export type CapsuleNumbers = readonly [number, number, number, number, number, number, number];

/** Shape `[n, 4]`: x y z radius. */
export type Balls = Float64Array;

export type Direction = readonly [x: number, y: number, z: number];

/** No capsule is thinner: a flat or straight set of points still gets a body. In m. */
const leastRadiusM = 1e-4;
/** Absolute growth that covers the rounding of the fit itself; containment is promised to 1e-9 m. */
const roundingM = 1e-12;
/** Cells a side in `unionVolume`. */
const gridSide = 14;
const radiusFactors = [1, 1.02, 1.05, 1.1, 1.17, 1.26, 1.4, 1.6, 2, 3, 5];
const halfSqrt2 = Math.sqrt(1 / 2);
const thirdSqrt3 = Math.sqrt(1 / 3);
const fixedDirections: readonly Direction[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  ...[1, -1].flatMap((s): Direction[] => [
    [halfSqrt2, s * halfSqrt2, 0],
    [halfSqrt2, 0, s * halfSqrt2],
    [0, halfSqrt2, s * halfSqrt2],
  ]),
  ...[1, -1].flatMap((s): Direction[] => [
    [thirdSqrt3, thirdSqrt3, s * thirdSqrt3],
    [thirdSqrt3, -thirdSqrt3, s * thirdSqrt3],
  ]),
];
const fineProbes = spread(96);
const roughProbes = spread(30);

export function capsuleVolume(capsule: CapsuleNumbers): number {
  const [ax, ay, az, bx, by, bz, r] = capsule;
  const length = hypot3(bx - ax, by - ay, bz - az);
  return Math.PI * r * r * (length + (4 / 3) * r);
}

/** Volume of capsules together, overlaps once, m³: the cells of a grid that lie in any of them, so good to a tenth or so: enough to compare ways of slicing. */
export function unionVolume(capsules: readonly CapsuleNumbers[]): number {
  const low = [0, 1, 2].map((k) => Math.min(...capsules.map((c) => Math.min(c[k]!, c[k + 3]!) - c[6])));
  const high = [0, 1, 2].map((k) => Math.max(...capsules.map((c) => Math.max(c[k]!, c[k + 3]!) + c[6])));
  const cell = [0, 1, 2].map((k) => (high[k]! - low[k]!) / gridSide);
  const point = new Float64Array(4);
  let inside = 0;
  for (let i = 0; i < gridSide * gridSide * gridSide; i++) {
    point[0] = low[0]! + cell[0]! * ((i % gridSide) + 0.5);
    point[1] = low[1]! + cell[1]! * ((Math.floor(i / gridSide) % gridSide) + 0.5);
    point[2] = low[2]! + cell[2]! * (Math.floor(i / (gridSide * gridSide)) + 0.5);
    if (capsules.some((capsule) => largestExcess(capsule, point) <= 0)) inside += 1;
  }
  return inside * cell[0]! * cell[1]! * cell[2]!;
}

/** How far the balls stick out of the capsule, m; at most 0 where it contains them all. NaN where a number is NaN. */
export function largestExcess(capsule: CapsuleNumbers, balls: Balls): number {
  let largest = -Infinity;
  for (let at = 0; at < balls.length; at += 4) {
    const excess = excessAt(capsule, balls, at);
    if (!(excess <= largest)) largest = excess;
  }
  return largest;
}

function excessAt(capsule: CapsuleNumbers, balls: Balls, at: number): number {
  // By index: destructuring an array runs its iterator, ten times slower here.
  const ax = capsule[0];
  const ay = capsule[1];
  const az = capsule[2];
  const ux = capsule[3] - ax;
  const uy = capsule[4] - ay;
  const uz = capsule[5] - az;
  const uu = ux * ux + uy * uy + uz * uz;
  const x = balls[at]! - ax;
  const y = balls[at + 1]! - ay;
  const z = balls[at + 2]! - az;
  const t = uu > 0 ? Math.min(1, Math.max(0, (x * ux + y * uy + z * uz) / uu)) : 0;
  return hypot3(x - t * ux, y - t * uy, z - t * uz) + balls[at + 3]! - capsule[6];
}

/**
 * Balls of shape `[n, 4]`, n >= 1. The answer contains every ball, and so their convex hull. A `rough` search takes a quarter of the
 * time and leaves some percent more volume.
 */
export function fitCapsule(balls: Balls, rough = false): CapsuleNumbers {
  const few = outermost(balls, rough ? roughProbes : fineProbes);
  const [best, second] = bestTwo(few);
  const leastStep = rough ? 0.05 : 0.002;
  const winner = (rough ? [best] : [best, second])
    .map((fit) => refine(few, fit, leastStep))
    .reduce((a, b) => (b.volume < a.volume ? b : a));
  return fitAround(balls, few, winner.direction);
}

function bestTwo(balls: Balls): readonly [Fit, Fit] {
  let best = fitAlong(balls, longestDirection(balls));
  let second = best;
  for (const direction of fixedDirections) {
    const candidate = fitAlong(balls, direction);
    if (candidate.volume < best.volume) {
      second = best;
      best = candidate;
    } else if (candidate.volume < second.volume) second = candidate;
  }
  return [best, second];
}

/** `few` grows by the ball that sticks out most until none sticks out by more than a thousandth of the radius. */
function fitAround(balls: Balls, start: Balls, direction: Direction): CapsuleNumbers {
  let few = start;
  let { capsule } = fitAlong(few, direction);
  for (let rounds = 0; rounds < 24; rounds++) {
    let worst = -1;
    let most = 1e-3 * capsule[6];
    for (let at = 0; at < balls.length; at += 4) {
      const excess = excessAt(capsule, balls, at);
      if (!(excess > most)) continue;
      most = excess;
      worst = at;
    }
    if (worst < 0) break;
    few = Float64Array.of(...few, ...balls.subarray(worst, worst + 4));
    ({ capsule } = fitAlong(few, direction));
  }
  return grown(capsule, balls);
}

interface Fit {
  readonly capsule: CapsuleNumbers;
  readonly volume: number;
  readonly direction: Direction;
}

/** Rounding may leave a ball out by a few units in the last place: the radius takes that up. */
function grown(capsule: CapsuleNumbers, balls: Balls): CapsuleNumbers {
  const [ax, ay, az, bx, by, bz, r] = capsule;
  return [ax, ay, az, bx, by, bz, Math.max(leastRadiusM, r + Math.max(0, largestExcess(capsule, balls)) + roundingM)];
}

/** Turns the direction by steps from 0.25 rad down to `leastStep` while that makes the capsule smaller. */
function refine(balls: Balls, start: Fit, leastStep: number): Fit {
  let best = start;
  for (let step = 0.25; step > leastStep; step /= 2) {
    for (let improved = true, rounds = 0; improved && rounds < 4; rounds++) {
      improved = false;
      const [u, v] = basis(best.direction);
      const [x, y, z] = best.direction;
      for (const [a, b] of [
        [step, 0],
        [-step, 0],
        [0, step],
        [0, -step],
      ] as const) {
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

/** The best capsule whose segment runs along `direction`. */
function fitAlong(balls: Balls, direction: Direction): Fit {
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
  const axis = enclosingCircle(discs, n);
  const across = new Float64Array(n);
  let least = leastRadiusM;
  for (let i = 0; i < n; i++) {
    across[i] = hypot2(discs[i * 3]! - axis.x, discs[i * 3 + 1]! - axis.y);
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
  return { capsule, volume, direction };
}

function at(axis: Circle, along: number, d: Direction, u: Direction, v: Direction): [number, number, number] {
  return [
    axis.x * u[0] + axis.y * v[0] + along * d[0],
    axis.x * u[1] + axis.y * v[1] + along * d[1],
    axis.x * u[2] + axis.y * v[2] + along * d[2],
  ];
}

/** `n` directions spread evenly over the sphere by the golden angle, shape `[n, 3]`. */
function spread(n: number): Float64Array {
  const out = new Float64Array(n * 3);
  for (let i = 0; i < n; i++) {
    const z = 1 - (2 * i + 1) / n;
    const r = Math.sqrt(1 - z * z);
    out.set([r * cos(i * 2.399963229728653), r * sin(i * 2.399963229728653), z], i * 3);
  }
  return out;
}

/** The balls farthest out in each of the probed directions, each once. */
function outermost(balls: Balls, probes: Float64Array): Balls {
  if (balls.length / 4 <= probes.length / 3) return balls;
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

function longestDirection(balls: Balls): Direction {
  let longest = 0;
  let direction: Direction = [1, 0, 0];
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

function unit(x: number, y: number, z: number): Direction {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

/** Two unit vectors that complete the unit vector `d` to a right-handed basis (Duff and others 2017). */
export function basis(d: Direction): readonly [Direction, Direction] {
  const [x, y, z] = d;
  const s = z >= 0 ? 1 : -1;
  const a = -1 / (s + z);
  const b = x * y * a;
  return [
    [1 + s * x * x * a, s * b, -s * x],
    [b, s + y * y * a, -y],
  ];
}
