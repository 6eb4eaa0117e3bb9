/**
 * What a renderer draws, as plain data that survives JSON: shapes and colours once, where they are for each picture.
 * @module
 */
import type { Pose } from "./pose.ts";
import type { Vec3 } from "./vec3.ts";

/** About the origin of the part's own frame, m. */
export type VisualShape =
  | { readonly kind: "box"; readonly halfM: Vec3 }
  | { readonly kind: "sphere"; readonly radiusM: number }
  | { readonly kind: "ellipsoid"; readonly radiiM: Vec3 }
  /** Along z: the caps' centres are at ±halfLengthM. */
  | { readonly kind: "capsule"; readonly radiusM: number; readonly halfLengthM: number }
  /** Along z. */
  | { readonly kind: "cylinder"; readonly radiusM: number; readonly halfHeightM: number }
  /** Its place in `VisualScene.meshes`. */
  | { readonly kind: "mesh"; readonly mesh: number }
  /** z = 0, seen from above, drawn with fields of half a metre; a half size of 0 is without end. */
  | { readonly kind: "plane"; readonly halfM: readonly [x: number, y: number] };

export interface VisualMesh {
  /** m, shape `[nVertices, 3]`. */
  readonly verticesM: readonly number[];
  /** Places in `verticesM`, counter-clockwise seen from outside; shape `[nTriangles, 3]`. */
  readonly triangles: readonly number[];
}

export interface VisualPart {
  /** What it is a part of: a fixture, an object, a link, a person. */
  readonly name: string;
  readonly shape: VisualShape;
  /** As shown under white light, 0 to 1 each. */
  readonly rgb: Vec3;
}

/** Linear colours: what falls on a white surface that faces it. */
export interface VisualLight {
  /** Any length above 0. */
  readonly towardSun: Vec3;
  /** Casts shadows. */
  readonly sun: Vec3;
  /** The sky's, from straight above and straight below; in between, in between. */
  readonly above: Vec3;
  readonly below: Vec3;
}

/** What does not change from picture to picture. */
export interface VisualScene {
  readonly light: VisualLight;
  readonly parts: readonly VisualPart[];
  readonly meshes: readonly VisualMesh[];
}

/** It looks along its x; y is left in the picture, z up. */
export interface VisualCamera {
  readonly worldFromCamera: Pose;
  readonly verticalFovRad: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** One picture of a scene. */
export interface VisualShot {
  readonly camera: VisualCamera;
  /** Position x y z in m, then orientation w x y z, of each part; shape `[nParts, 7]`. */
  readonly worldFromParts: readonly number[];
  /** Places in `parts` of what is not there for this camera: what carries it, objects that are gone. They cast no shadow either. */
  readonly unseen: readonly number[];
}
