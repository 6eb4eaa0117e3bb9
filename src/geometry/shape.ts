/**
 * The solids of the world, in the world frame, metres. All are convex. `inflationM` grows the solid on every side and is part of it
 * in every question: containment, distance, bounds. Values are frozen; make them with the factories, which validate.
 * @module
 */
import { ClearanceError, finiteNumber, nonNegativeNumber, normalize, vec3 } from "../core/index.ts";
import type { QuatWxyz, Vec3 } from "../core/index.ts";

interface ShapeBase {
  /** Name for reasons and reports; "" where there is none. */
  readonly label: string;
  /** >= 0. Boxes, cylinders and polytopes grow face by face, so their corners stay sharp. */
  readonly inflationM: number;
}

export interface Sphere extends ShapeBase {
  readonly kind: "sphere";
  readonly centerM: Vec3;
  readonly radiusM: number;
}

export interface AxisAlignedBox extends ShapeBase {
  readonly kind: "box";
  readonly minM: Vec3;
  readonly maxM: Vec3;
}

export interface OrientedBox extends ShapeBase {
  readonly kind: "oriented-box";
  readonly centerM: Vec3;
  readonly halfM: Vec3;
  /** worldFromBox. */
  readonly orientation: QuatWxyz;
  /** The same turn as a 3×3 matrix, row-major. */
  readonly rotation: readonly number[];
}

export interface Capsule extends ShapeBase {
  readonly kind: "capsule";
  readonly fromM: Vec3;
  readonly toM: Vec3;
  readonly radiusM: number;
}

/** Solid, with flat ends. */
export interface Cylinder extends ShapeBase {
  readonly kind: "cylinder";
  readonly centerM: Vec3;
  /** Unit. */
  readonly axis: Vec3;
  readonly radiusM: number;
  readonly halfHeightM: number;
}

/** Everything where `normal · p + offsetM >= -inflationM`: the normal points into the solid side. */
export interface HalfSpace extends ShapeBase {
  readonly kind: "half-space";
  /** Unit. */
  readonly normal: Vec3;
  readonly offsetM: number;
}

/** Inside where `normal · p + offsetM <= inflationM`; the normal is unit and points outward. */
export interface PolytopeFace {
  readonly normal: Vec3;
  readonly offsetM: number;
  /** Of this face, the polytope's own included. */
  readonly inflationM: number;
}

/** The intersection of its faces' inner sides. May be unbounded. */
export interface ConvexPolytope extends ShapeBase {
  readonly kind: "polytope";
  readonly faces: readonly PolytopeFace[];
}

export type Shape = Sphere | AxisAlignedBox | OrientedBox | Capsule | Cylinder | HalfSpace | ConvexPolytope;
export type ShapeKind = Shape["kind"];

export interface ShapeOptions {
  readonly label?: string;
  readonly inflationM?: number;
}

/** Axis-aligned bounds, m; ±Infinity where a shape has none. */
export interface Bounds {
  readonly min: readonly [x: number, y: number, z: number];
  readonly max: readonly [x: number, y: number, z: number];
}

/** Label and inflation of a new shape. @throws ClearanceError `value.invalid` for an inflation that is negative or not finite. */
export function shapeBase(options: ShapeOptions): ShapeBase {
  return { label: options.label ?? "", inflationM: nonNegativeNumber("inflation", options.inflationM ?? 0) };
}

/** A frozen copy. @throws ClearanceError `value.invalid` unless all components are finite. */
export function copyVec3(v: Vec3): Vec3 {
  return vec3(v[0], v[1], v[2]);
}

/** A plane `normal · p + offsetM` scaled so that the normal is unit. @throws ClearanceError `value.invalid` for a zero normal. */
export function unitPlane(what: string, normal: Vec3, offsetM: number): { readonly normal: Vec3; readonly offsetM: number } {
  const [x, y, z] = copyVec3(normal);
  finiteNumber(`${what} offset`, offsetM);
  const largest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
  if (!(largest > 0)) throw invalidShape(`${what} normal`, "must not be the zero vector");
  // Dividing by the largest component first keeps the squares in range; a unit normal passes unchanged.
  const length = largest * Math.sqrt((x / largest) * (x / largest) + (y / largest) * (y / largest) + (z / largest) * (z / largest));
  return { normal: vec3(x / length, y / length, z / length), offsetM: finiteNumber(`${what} offset / |normal|`, offsetM / length) };
}

export function invalidShape(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}

/** (x, y, z) at length 1, or `fallback` where no component exceeds `noise`. */
export function unitOr(x: number, y: number, z: number, fallback: Vec3, noise = 0): Vec3 {
  return Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > noise ? normalize([x, y, z]) : fallback;
}

/** A unit vector at right angles to `axis`: the part of +x (of +y where the axis is near x) that is; +x for no axis at all. */
export function perpendicularTo(axis: Vec3): Vec3 {
  const [x, y, z] = unitOr(axis[0], axis[1], axis[2], [0, 0, 1]);
  return Math.abs(x) < 0.9 ? unitOr(1 - x * x, 0 - x * y, 0 - x * z, [1, 0, 0]) : unitOr(0 - y * x, 1 - y * y, 0 - y * z, [0, 1, 0]);
}
