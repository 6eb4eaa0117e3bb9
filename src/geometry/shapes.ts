/**
 * One set of questions for every shape. Distances in m; points in the world frame, as the shapes are.
 * @module
 */
import { quatFromAxisAngle } from "../core/index.ts";
import type { ShapeSpec, Vec3 } from "../core/index.ts";
import { box, boxBounds, boxContains, boxGradient, boxSignedDistance } from "./box.ts";
import { capsule, capsuleBounds, capsuleGradient, capsuleSignedDistance } from "./capsule.ts";
import { cylinder, cylinderBounds, cylinderGradient, cylinderSignedDistance } from "./cylinder.ts";
import { halfSpace, halfSpaceBounds, halfSpaceGradient, halfSpaceSignedDistance } from "./half-space.ts";
import { orientedBox, orientedBoxBounds, orientedBoxGradient, orientedBoxSignedDistance } from "./oriented-box.ts";
import { polytopeBounds, polytopeGradient, polytopeSignedDistance } from "./polytope.ts";
import { invalidShape } from "./shape.ts";
import type { Bounds, Shape } from "./shape.ts";
import { sphere, sphereBounds, sphereGradient, sphereSignedDistance } from "./sphere.ts";

export { box, boxCenter, expandBox } from "./box.ts";
export { capsule } from "./capsule.ts";
export { cylinder } from "./cylinder.ts";
export { ceilingAt, floorAt, halfSpace, wallAt } from "./half-space.ts";
export { orientedBox } from "./oriented-box.ts";
export { polytope } from "./polytope.ts";
export { sphere } from "./sphere.ts";
export type { AxisAlignedBox, Bounds, Capsule, ConvexPolytope, Shape, ShapeKind, Sphere } from "./shape.ts";

/** Whether the inflated shape contains the point; exact and inclusive. Nothing contains a point that is not finite. */
export function contains(shape: Shape, p: Vec3): boolean {
  return shape.kind === "box" ? boxContains(shape, p) : signedDistance(shape, p) <= 0;
}

/** As `contains`, but true as well where the distance is not a number: for obstacles, which must not be lost to an overflow. */
export function mayContain(shape: Shape, p: Vec3): boolean {
  return contains(shape, p) || Number.isNaN(signedDistance(shape, p));
}

/** 0 inside. For a polytope a lower bound beyond its edges. */
export function distance(shape: Shape, p: Vec3): number {
  return Math.max(0, signedDistance(shape, p));
}

/**
 * Positive outside, negative inside, to the surface of the inflated shape. Exact but for polytopes, whose value is a lower bound
 * beyond an edge. NaN in, NaN out.
 * @throws ClearanceError `value.invalid` for a shape of unknown kind.
 */
export function signedDistance(shape: Shape, p: Vec3): number {
  switch (shape.kind) {
    case "sphere":
      return sphereSignedDistance(shape, p);
    case "box":
      return boxSignedDistance(shape, p);
    case "oriented-box":
      return orientedBoxSignedDistance(shape, p);
    case "capsule":
      return capsuleSignedDistance(shape, p);
    case "cylinder":
      return cylinderSignedDistance(shape, p);
    case "half-space":
      return halfSpaceSignedDistance(shape, p);
    case "polytope":
      return polytopeSignedDistance(shape, p);
    default:
      return unknownKind(shape satisfies never);
  }
}

/**
 * The unit direction in which `signedDistance` grows fastest. Where there are several (centres, axes, equally near faces) one is
 * fixed by convention: +x at a sphere's centre, `perpendicularTo` on an axis, the first face in order.
 */
export function signedDistanceGradient(shape: Shape, p: Vec3): Vec3 {
  switch (shape.kind) {
    case "sphere":
      return sphereGradient(shape, p);
    case "box":
      return boxGradient(shape, p);
    case "oriented-box":
      return orientedBoxGradient(shape, p);
    case "capsule":
      return capsuleGradient(shape, p);
    case "cylinder":
      return cylinderGradient(shape, p);
    case "half-space":
      return halfSpaceGradient(shape);
    case "polytope":
      return polytopeGradient(shape, p);
    default:
      return unknownKind(shape satisfies never);
  }
}

/** The shape grown by `m` more on every side. @throws ClearanceError `value.invalid` for `m` negative or not finite: it never shrinks. */
export function inflate(shape: Shape, m: number): Shape {
  if (!(m >= 0 && m < Infinity)) throw invalidShape("inflation", `must be >= 0, got ${m}`);
  const inflationM = shape.inflationM + m;
  if (shape.kind !== "polytope") return Object.freeze({ ...shape, inflationM });
  const faces = shape.faces.map((face) => Object.freeze({ ...face, inflationM: face.inflationM + m }));
  return Object.freeze({ ...shape, inflationM, faces: Object.freeze(faces) });
}

/** Axis-aligned bounds of the inflated shape; never too small. */
export function aabbOf(shape: Shape): Bounds {
  switch (shape.kind) {
    case "sphere":
      return sphereBounds(shape);
    case "box":
      return boxBounds(shape);
    case "oriented-box":
      return orientedBoxBounds(shape);
    case "capsule":
      return capsuleBounds(shape);
    case "cylinder":
      return cylinderBounds(shape);
    case "half-space":
      return halfSpaceBounds(shape);
    case "polytope":
      return polytopeBounds(shape);
    default:
      return unknownKind(shape satisfies never);
  }
}

/** The shape of a world file's plain data. */
export function shapeFromSpec(spec: ShapeSpec, label: string, inflationM = 0): Shape {
  const options = { label, inflationM };
  switch (spec.kind) {
    case "box": {
      const { centerM: c, halfM: h, yawRad = 0 } = spec;
      if (yawRad !== 0) return orientedBox(c, h, quatFromAxisAngle([0, 0, 1], yawRad), options);
      return box([c[0] - h[0], c[1] - h[1], c[2] - h[2]], [c[0] + h[0], c[1] + h[1], c[2] + h[2]], options);
    }
    case "sphere":
      return sphere(spec.centerM, spec.radiusM, options);
    case "capsule":
      return capsule(spec.fromM, spec.toM, spec.radiusM, options);
    case "cylinder":
      return cylinder(spec.centerM, spec.radiusM, spec.halfHeightM, options);
    case "half-space":
      return halfSpace(spec.normal, spec.offsetM, options);
    default:
      return unknownKind(spec satisfies never);
  }
}

function unknownKind(shape: never): never {
  throw invalidShape("shape", `is of unknown kind: ${String(JSON.stringify(shape)).slice(0, 80)}`);
}
