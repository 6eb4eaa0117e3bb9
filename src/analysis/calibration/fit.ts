/**
 * The rotation, shift and scale that bring commanded positions nearest to the measured ones, in the least-squares sense: the rotation
 * by Horn's quaternion (J. Opt. Soc. Am. A 4, 1987), the scale by Umeyama (IEEE PAMI 13, 1991).
 * @module
 */
import { rotateVector, type QuatWxyz } from "../../core/pose.ts";
import { add, distance, dot, scale, sub, type Vec3 } from "../../core/vec3.ts";
import type { StepRecord } from "../../trace/records.ts";
import { executedSteps, finite } from "./executed-steps.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** World frame, m. */
export interface PointPair {
  readonly commandedM: Vec3;
  readonly measuredM: Vec3;
}

/** measured ≈ scale · rotation(commanded) + translation. */
export interface SimilarityFit {
  readonly rotationWxyz: QuatWxyz;
  readonly scale: number;
  readonly translationM: Vec3;
  readonly n: number;
  /** Root of the mean square of what is left, and the most of it, m. */
  readonly residualM: number;
  readonly worstM: number;
}

const leastPoints = 4;
/** Points are on one line when their spread beside it is less than a millionth of that along it. */
const flatness = 1e-12;

/** Of primitives that command a point of the tip, as far as they came to their own end. */
export function pointPairs(log: readonly StepRecord[]): readonly PointPair[] {
  return executedSteps(log).flatMap(({ record: { intent, result, kernel }, after }) => {
    const { x, y, z } = intent.args;
    const ended = (result.status === "ok" || result.status === "error") && kernel?.["refused"] === undefined;
    const point = intent.name === "move_to" || intent.name === "fly_to";
    if (!(point && ended && after !== undefined && finite(x) && finite(y) && finite(z))) return [];
    return [{ commandedM: [x, y, z], measuredM: after.positionM }];
  });
}

/** Undefined with fewer than four different commanded points, or where the points of either side lie on one line. */
export function fit(pairs: readonly PointPair[]): SimilarityFit | undefined {
  const commanded = pairs.map(({ commandedM }) => commandedM);
  const measured = pairs.map(({ measuredM }) => measuredM);
  if (!(new Set(commanded.map(String)).size >= leastPoints && spans(commanded) && spans(measured))) return undefined;
  const from = centred(commanded);
  const to = centred(measured);
  const rotationWxyz = bestRotation(from.points, to.points);
  const turned = from.points.map((point) => rotateVector(rotationWxyz, point));
  const factor = total(turned, (point, i) => dot(point, to.points[i]!)) / total(turned, (point) => dot(point, point));
  const translationM = sub(to.middle, scale(rotateVector(rotationWxyz, from.middle), factor));
  const leftM = commanded.map((point, i) => distance(add(scale(rotateVector(rotationWxyz, point), factor), translationM), measured[i]!));
  return {
    rotationWxyz,
    scale: factor,
    translationM,
    n: pairs.length,
    residualM: Math.sqrt(leftM.reduce((sum, m) => sum + m * m, 0) / pairs.length),
    worstM: leftM.reduce((most, m) => Math.max(most, m), 0),
  };
}

function centred(points: readonly Vec3[]): { readonly middle: Vec3; readonly points: readonly Vec3[] } {
  const middle = scale(
    points.reduce((sum, point) => add(sum, point), [0, 0, 0] as Vec3),
    1 / points.length,
  );
  return { middle, points: points.map((point) => sub(point, middle)) };
}

/** Whether the points are finite and spread in two directions at least. */
function spans(points: readonly Vec3[]): boolean {
  if (!points.flat().every(Number.isFinite)) return false;
  const { points: around } = centred(points);
  const axes = [0, 1, 2] as const;
  const spread = axes.map((i) => axes.map((j) => total(around, (point) => point[i] * point[j])));
  const [along = 0, beside = 0] = symmetricEigen(spread).values;
  return beside > flatness * along;
}

/** Horn's: the eigenvector of the largest eigenvalue of a 4 × 4 matrix of the products. Never a reflection. */
function bestRotation(from: readonly Vec3[], to: readonly Vec3[]): QuatWxyz {
  const s = (i: 0 | 1 | 2, j: 0 | 1 | 2): number => total(from, (point, k) => point[i] * to[k]![j]);
  const [xx, xy, xz] = [s(0, 0), s(0, 1), s(0, 2)];
  const [yx, yy, yz] = [s(1, 0), s(1, 1), s(1, 2)];
  const [zx, zy, zz] = [s(2, 0), s(2, 1), s(2, 2)];
  const { vectors } = symmetricEigen([
    [xx + yy + zz, yz - zy, zx - xz, xy - yx],
    [yz - zy, xx - yy - zz, xy + yx, zx + xz],
    [zx - xz, xy + yx, yy - xx - zz, yz + zy],
    [xy - yx, zx + xz, yz + zy, zz - xx - yy],
  ]);
  const [w = 1, x = 0, y = 0, z = 0] = vectors[0] ?? [];
  return w < 0 ? [-w, -x, -y, -z] : [w, x, y, z];
}

function total(points: readonly Vec3[], of: (point: Vec3, i: number) => number): number {
  return points.reduce((sum, point, i) => sum + of(point, i), 0);
}
