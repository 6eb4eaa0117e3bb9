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

/** Three normals whose determinant is smaller meet too uncertainly to bound anything; leaving them out only widens. */
const leastDeterminant = 1e-6;

/** A weight this little below 0 counts as 0: the direction then is off by as little, and no face it follows exactly is passed over. */
const leastWeight = -1e-12;

/** What bounds a polytope in one direction: how far it reaches along it, and the corner that does. */
export interface Extreme {
  readonly reachM: number;
  readonly corner: Vec3;
}

/**
 * How far the inflated polytope reaches along `direction`; undefined where it is not known to end. By duality of linear programming:
 * whenever the direction is a sum of outward normals with weights >= 0, the same sum of the faces' positions bounds the reach, and
 * the least such bound over all three faces is the reach itself, at the corner where they meet.
 */
export function polytopeExtreme({ faces }: ConvexPolytope, direction: Vec3): Extreme | undefined {
  let best: Extreme | undefined;
  for (let i = 0; i < faces.length; i++)
    for (let j = i + 1; j < faces.length; j++)
      for (let k = j + 1; k < faces.length; k++) {
        const [a, b, c] = [faces[i]!, faces[j]!, faces[k]!];
        const bc = crossed(b.normal, c.normal);
        const determinant = dotted(a.normal, bc);
        if (!(Math.abs(determinant) > leastDeterminant)) continue;
        const ca = crossed(c.normal, a.normal);
        const ab = crossed(a.normal, b.normal);
        const [u, v, w] = [dotted(direction, bc) / determinant, dotted(direction, ca) / determinant, dotted(direction, ab) / determinant];
        if (!(u >= leastWeight && v >= leastWeight && w >= leastWeight)) continue;
        const [p, q, r] = [a.inflationM - a.offsetM, b.inflationM - b.offsetM, c.inflationM - c.offsetM];
        const reachM = u * p + v * q + w * r;
        if (best !== undefined && !(reachM < best.reachM)) continue;
        const along = (axis: 0 | 1 | 2): number => (p * bc[axis] + q * ca[axis] + r * ab[axis]) / determinant;
        best = { reachM, corner: [along(0), along(1), along(2)] };
      }
  return best;
}

/** Relative; rounding must never make bounds too small. */
const boundsSlack = 1e-9;

/** ±Infinity along an axis where the polytope is not known to end. */
export function polytopeBounds(shape: ConvexPolytope): Bounds {
  const reach = (x: number, y: number, z: number): number => {
    const { reachM } = polytopeExtreme(shape, [x, y, z]) ?? { reachM: Infinity };
    return reachM + boundsSlack * Math.max(1, Math.abs(reachM));
  };
  return {
    min: [-reach(-1, 0, 0), -reach(0, -1, 0), -reach(0, 0, -1)],
    max: [reach(1, 0, 0), reach(0, 1, 0), reach(0, 0, 1)],
  };
}

function dotted(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function crossed(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
