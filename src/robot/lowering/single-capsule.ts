/**
 * One capsule a link, in the form that other tools write: along the principal axis of the vertices, as long as their span, as thick as
 * the farthest vertex. It contains everything and is loose; the fit of `lowerLinks` is the one to use.
 *
 * Numbers are given with four decimals. Radius and length are rounded up, by as much as it takes that the rounded centre and angles
 * still leave every vertex inside.
 * @module
 */
import { acos, atan2, cos, hypot3 } from "../../core/elementary.ts";
import { ClearanceError } from "../../core/errors.ts";
import { basis, capsuleVolume, largestExcess, type CapsuleNumbers, type Direction } from "../capsule-fit.ts";
import type { LinkShape } from "../link-shape.ts";
import type { LinkFit } from "../lowering.ts";
import { frameOf } from "../manifest/link-order.ts";
import { pieceOf, primitiveVolume } from "../solid-piece.ts";
import type { CapsuleSet } from "./capsule-field.ts";

type Triple = readonly [number, number, number];

export interface SingleCapsule {
  readonly radiusM: number;
  /** Of the cylinder, without the caps. */
  readonly lengthM: number;
  /** Of the centre; the capsule runs along its z. */
  readonly xyzRpy: readonly [number, number, number, number, number, number];
}

/** `points`: shape `[n, 4]`, x y z and the radius of a ball there. @throws ClearanceError `value.invalid` for fewer than 4 distinct points */
export function singleCapsule(points: ArrayLike<number>, label: string): SingleCapsule {
  const list = distinct(points);
  if (list.length < 4 && list.every(([, , , r]) => !(r > 0))) {
    const problem = `has ${list.length} distinct points; a capsule needs at least 4`;
    throw new ClearanceError("value.invalid", `${label} ${problem}`, { field: label, problem });
  }
  const axis = principalAxis(list);
  const along = list.map(([x, y, z]) => x * axis[0] + y * axis[1] + z * axis[2]);
  const low = along.reduce((a, b) => Math.min(a, b), Infinity);
  const high = along.reduce((a, b) => Math.max(a, b), -Infinity);
  const center = middle(list, axis, (low + high) / 2);
  let radiusM = 1e-4;
  for (const [x, y, z, r] of list) {
    const [dx, dy, dz] = [x - center[0], y - center[1], z - center[2]];
    const t = dx * axis[0] + dy * axis[1] + dz * axis[2];
    radiusM = Math.max(radiusM, hypot3(dx - t * axis[0], dy - t * axis[1], dz - t * axis[2]) + r);
  }
  return { radiusM, lengthM: high - low, xyzRpy: [...center, ...rpyOfAxis(axis)] };
}

/** With four decimals, radius and length rounded up until every point is inside. */
export function roundedOutward(capsule: SingleCapsule, points: ArrayLike<number>): SingleCapsule {
  const near = (value: number): number => Math.round(value * 1e4) / 1e4 + 0;
  const [x, y, z, roll, pitch, yaw] = capsule.xyzRpy;
  const xyzRpy = [near(x), near(y), near(z), near(roll), near(pitch), near(yaw)] as const;
  const balls = Float64Array.from(points);
  let radius = Math.ceil(capsule.radiusM * 1e4 - 1e-9);
  const length = Math.ceil(capsule.lengthM * 1e4 - 1e-9);
  for (;;) {
    const rounded: SingleCapsule = { radiusM: radius / 1e4, lengthM: length / 1e4, xyzRpy };
    if (largestExcess(numbersOf(rounded), balls) <= 0) return rounded;
    radius += 1;
  }
}

/** ax ay az bx by bz radius, in the frame that the capsule's origin is in. */
export function numbersOf({ radiusM, lengthM, xyzRpy }: SingleCapsule): CapsuleNumbers {
  const m = frameOf(xyzRpy);
  const h = lengthM / 2;
  const end = (side: number): Triple => [m[3]! + side * m[2]!, m[7]! + side * m[6]!, m[11]! + side * m[10]!];
  return [...end(-h), ...end(h), radiusM];
}

/** Of all shapes of each link together. */
export function singleCapsules(
  linkNames: readonly string[],
  shapesOfLink: readonly (readonly LinkShape[])[],
): CapsuleSet & { readonly fits: readonly LinkFit[] } {
  const links: number[] = [];
  const numbers: number[] = [];
  const fits: LinkFit[] = [];
  for (const [link, shapes] of shapesOfLink.entries()) {
    if (shapes.length === 0) continue;
    const points = shapes.flatMap((shape) => Array.from(ballsOf(shape)));
    const capsule = numbersOf(roundedOutward(singleCapsule(points, linkNames[link]!), points));
    links.push(link);
    numbers.push(...capsule);
    const shapeVolumeM3 = shapes.reduce((sum, { primitive }) => sum + primitiveVolume(primitive), 0);
    fits.push({ link: linkNames[link]!, nShapes: shapes.length, nCapsules: 1, shapeVolumeM3, capsuleVolumeM3: capsuleVolume(capsule) });
  }
  return { nCapsules: links.length, linkOfCapsule: Int32Array.from(links), capsulesInLink: Float64Array.from(numbers), fits };
}

/** What contains the shape with its convex hull; a cylinder as the capsule of its radius and length. */
export function ballsOf(shape: LinkShape): Float64Array {
  const { primitive } = shape;
  return pieceOf(primitive.kind === "cylinder" ? { ...shape, primitive: { ...primitive, kind: "capsule" } } : shape).balls;
}

/** Roll, pitch and yaw of the least turn that takes +z to the axis; of -z: half a turn about x, diag(1, -1, -1). */
export function rpyOfAxis(axis: Direction): Triple {
  const [x, y, z] = axis;
  if (z <= -1 + 1e-12) return [Math.PI, 0, 0];
  const k = 1 / (1 + z);
  const r = [1 - x * x * k, -x * y * k, x, -x * y * k, 1 - y * y * k, y, -x, -y, z] as const;
  const cosPitch = Math.sqrt(r[0] * r[0] + r[3] * r[3]);
  const pitch = atan2(-r[6], cosPitch);
  if (cosPitch <= 1e-9) return [atan2(-r[5], r[4]), pitch, 0];
  return [atan2(r[7], r[8]), pitch, atan2(r[3], r[0])];
}

function distinct(points: ArrayLike<number>): readonly (readonly [number, number, number, number])[] {
  const found = new Map<string, readonly [number, number, number, number]>();
  for (let i = 0; i + 3 < points.length; i += 4) {
    const ball = [points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!] as const;
    found.set(ball.join(" "), ball);
  }
  return [...found.values()];
}

/** Mean of the points, moved along the axis to the middle of their span. */
function middle(list: readonly (readonly number[])[], axis: Direction, at: number): Triple {
  const mean = [0, 1, 2].map((k) => list.reduce((sum, point) => sum + point[k]!, 0) / list.length);
  const shift = at - (mean[0]! * axis[0] + mean[1]! * axis[1] + mean[2]! * axis[2]);
  return [mean[0]! + shift * axis[0], mean[1]! + shift * axis[1], mean[2]! + shift * axis[2]];
}

/** Eigenvector of the largest eigenvalue of the covariance (closed form: Smith, "Eigenvalues of a symmetric 3 × 3 matrix", 1961). */
function principalAxis(list: readonly (readonly number[])[]): Direction {
  const mean = [0, 1, 2].map((k) => list.reduce((sum, point) => sum + point[k]!, 0) / list.length);
  const c = (i: number, j: number): number =>
    list.reduce((sum, point) => sum + (point[i]! - mean[i]!) * (point[j]! - mean[j]!), 0) / list.length;
  const m = [c(0, 0), c(0, 1), c(0, 2), c(1, 1), c(1, 2), c(2, 2)] as const;
  const largest = largestEigenvalue(m);
  const rows: readonly Triple[] = [
    [m[0] - largest, m[1], m[2]],
    [m[1], m[3] - largest, m[4]],
    [m[2], m[4], m[5] - largest],
  ];
  const candidates = [cross(rows[0]!, rows[1]!), cross(rows[0]!, rows[2]!), cross(rows[1]!, rows[2]!)];
  const best = candidates.reduce((a, b) => (hypot3(...b) > hypot3(...a) ? b : a));
  const length = hypot3(...best);
  if (length > 1e-18) return [best[0] / length, best[1] / length, best[2] / length];
  // Two or three equal eigenvalues: any direction that no row contradicts.
  const row = rows.reduce((a, b) => (hypot3(...b) > hypot3(...a) ? b : a));
  const size = hypot3(...row);
  return size > 1e-15 ? basis([row[0] / size, row[1] / size, row[2] / size])[0] : [0, 0, 1];
}

function largestEigenvalue(m: readonly [number, number, number, number, number, number]): number {
  const [xx, xy, xz, yy, yz, zz] = m;
  const q = (xx + yy + zz) / 3;
  const off = xy * xy + xz * xz + yz * yz;
  const p = Math.sqrt(((xx - q) * (xx - q) + (yy - q) * (yy - q) + (zz - q) * (zz - q) + 2 * off) / 6);
  if (!(p > 0)) return q;
  const [a, b, c, d, e, f] = [(xx - q) / p, xy / p, xz / p, (yy - q) / p, yz / p, (zz - q) / p];
  const half = (a * (d * f - e * e) - b * (b * f - e * c) + c * (b * e - d * c)) / 2;
  return q + 2 * p * cos(acos(Math.min(1, Math.max(-1, half))) / 3);
}

function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
