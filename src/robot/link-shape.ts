/**
 * A piece of a link's body as its description gives it, before it is lowered to capsules.
 * @module
 */
import type { Vec3 } from "../core/vec3.ts";

export type Primitive =
  | { readonly kind: "sphere"; readonly radiusM: number }
  /** Along local z; `halfLengthM` is half of the segment, without the caps. */
  | { readonly kind: "capsule"; readonly radiusM: number; readonly halfLengthM: number }
  /** Along local z. */
  | { readonly kind: "cylinder"; readonly radiusM: number; readonly halfLengthM: number }
  | { readonly kind: "box"; readonly halfM: Vec3 }
  | { readonly kind: "ellipsoid"; readonly semiAxesM: Vec3 }
  | { readonly kind: "mesh"; readonly mesh: Mesh };

export interface LinkShape {
  /** For messages: the link, or the link and the geometry. */
  readonly label: string;
  readonly primitive: Primitive;
  /** Shape `[12]`: rows of the 3×4 matrix linkFromShape. */
  readonly linkFromShape: Float64Array;
}

/** A triangle soup; solid where it is closed. */
export interface Mesh {
  /** Shape `[nVertices, 3]`, m. */
  readonly vertices: Float64Array;
  /** Shape `[nTriangles, 3]`, indices of vertices. */
  readonly triangles: Uint32Array;
}
