import { nonNegativeNumber } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { invalidShape, shapeBase, unitPlane } from "./shape.ts";
import type { Bounds, ConvexPolytope, PolytopeFace, ShapeOptions } from "./shape.ts";

/** More faces than this are refused: bounds are found by trying every three of them. */
const maxFaces = 128;

/** One face as given: outward normal of any length above 0, inside where `normal · p + offsetM <= 0`. */
export interface FaceSpec {
  readonly normal: Vec3;
  readonly offsetM: number;
  /** Instead of the polytope's own. */
  readonly inflationM?: number;
}

/** @throws ClearanceError `value.invalid` without faces, with more than 128, with a zero normal or a number that is not finite. */
export function polytope(faces: readonly FaceSpec[], options: ShapeOptions = {}): ConvexPolytope {
  if (faces.length === 0) throw invalidShape("polytope", "must have at least one face");
  if (!(faces.length <= maxFaces)) throw invalidShape("polytope", `must have at most ${maxFaces} faces, got ${faces.length}`);
  const base = shapeBase(options);
  const checked = faces.map((face) =>
    Object.freeze({
      ...unitPlane("polytope face", face.normal, face.offsetM),
      inflationM: nonNegativeNumber("polytope face inflation", face.inflationM ?? base.inflationM),
    }),
  );
  return Object.freeze({ kind: "polytope", faces: Object.freeze(checked), ...base });
}

/** max over faces of (normal · p + offset - inflation): exact inside and over a face, a lower bound beyond an edge or a corner. */
export function polytopeSignedDistance({ faces }: ConvexPolytope, p: Vec3): number {
  let largest = -Infinity;
  for (const face of faces) largest = Math.max(largest, beyond(face, p));
  return largest;
}

/** The normal of the face that decides the distance, the first of equal ones. */
export function polytopeGradient({ faces }: ConvexPolytope, p: Vec3): Vec3 {
  let largest = -Infinity;
  let normal: Vec3 = [1, 0, 0];
  for (const face of faces) {
    const d = beyond(face, p);
    if (d > largest) {
      largest = d;
      normal = face.normal;
    }
  }
  return normal;
}

/** How far a point is beyond one face, its inflation deducted. */
function beyond({ normal, offsetM, inflationM }: PolytopeFace, p: Vec3): number {
  return normal[0] * p[0] + normal[1] * p[1] + normal[2] * p[2] + (offsetM - inflationM);
}

/** Points within this of a face count as on it when bounds are computed, so that rounding only widens them. */
const onFaceM = 1e-9;

/**
 * Bounds of the inflated polytope: those of its corners, and ±Infinity where an edge runs off without end. Without a corner
 * everything is infinite.
 */
export function polytopeBounds({ faces }: ConvexPolytope): Bounds {
  const corners = cornersOf(faces);
  if (corners.length === 0) return { min: [-Infinity, -Infinity, -Infinity], max: [Infinity, Infinity, Infinity] };
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const corner of corners)
    for (const axis of [0, 1, 2] as const) {
      const slack = onFaceM * reachOf(corner);
      min[axis] = Math.min(min[axis], corner[axis] - slack);
      max[axis] = Math.max(max[axis], corner[axis] + slack);
    }
  for (const direction of endlessEdges(faces))
    for (const axis of [0, 1, 2] as const) {
      if (direction[axis] > 0) max[axis] = Infinity;
      if (direction[axis] < 0) min[axis] = -Infinity;
    }
  return { min, max };
}

/** The corners of the inflated polytope, some perhaps several times; undefined where it has no end or no corner. */
export function polytopeCorners({ faces }: ConvexPolytope): readonly Vec3[] | undefined {
  const corners = cornersOf(faces);
  return corners.length > 0 && endlessEdges(faces).length === 0 ? corners : undefined;
}

/** Where three faces meet within all the others. */
function cornersOf(faces: readonly PolytopeFace[]): readonly Vec3[] {
  const corners: Vec3[] = [];
  for (let i = 0; i < faces.length; i++)
    for (let j = i + 1; j < faces.length; j++)
      for (let k = j + 1; k < faces.length; k++) {
        const corner = meet(faces[i]!, faces[j]!, faces[k]!);
        const slack = onFaceM * reachOf(corner);
        if (faces.every((face) => beyond(face, corner) <= slack)) corners.push(corner);
      }
  return corners;
}

/** Directions along two faces in which no face is ever met. */
function endlessEdges(faces: readonly PolytopeFace[]): readonly Vec3[] {
  const directions: Vec3[] = [];
  for (let i = 0; i < faces.length; i++)
    for (let j = i + 1; j < faces.length; j++) {
      const [x, y, z] = crossed(faces[i]!.normal, faces[j]!.normal);
      if (!(Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) > 1e-12)) continue;
      for (const sign of [1, -1])
        if (faces.every(({ normal: n }) => sign * (n[0] * x + n[1] * y + n[2] * z) <= 1e-12))
          directions.push([sign * x, sign * y, sign * z]);
    }
  return directions;
}

function reachOf(corner: Vec3): number {
  return Math.max(1, Math.abs(corner[0]), Math.abs(corner[1]), Math.abs(corner[2]));
}

/** Where three faces meet; components are NaN or infinite where they do not meet in one point. */
function meet(a: PolytopeFace, b: PolytopeFace, c: PolytopeFace): Vec3 {
  const bc = crossed(b.normal, c.normal);
  const ca = crossed(c.normal, a.normal);
  const ab = crossed(a.normal, b.normal);
  const volume = a.normal[0] * bc[0] + a.normal[1] * bc[1] + a.normal[2] * bc[2];
  const [u, v, w] = [a.inflationM - a.offsetM, b.inflationM - b.offsetM, c.inflationM - c.offsetM];
  return [
    (u * bc[0] + v * ca[0] + w * ab[0]) / volume,
    (u * bc[1] + v * ca[1] + w * ab[1]) / volume,
    (u * bc[2] + v * ca[2] + w * ab[2]) / volume,
  ];
}

function crossed(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
