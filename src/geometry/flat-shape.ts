/**
 * Shapes as numbers, for loops that must not look into objects: a kind code and `SHAPE_STRIDE` numbers each, inflation included.
 *
 *     sphere        centre 3, radius
 *     box           min 3, max 3
 *     oriented box  centre 3, worldFromBox rotation 9 row-major, half extents 3
 *     capsule       from 3, to 3, radius
 *     cylinder      centre 3, unit axis 3, radius, half height
 *     half-space    unit normal 3 into the solid, offset
 *     polytope      index of its first plane in the same array, number of planes; a plane is unit outward normal 3, offset
 * @module
 */
import { segmentHalfSpaceDistance, segmentPointDistance, segmentPolytopeDistance, segmentSegmentDistance } from "./capsule-distance.ts";
import { segmentBoxDistance, segmentOrientedBoxDistance } from "./segment-box-distance.ts";
import { segmentCylinderDistance } from "./segment-cylinder-distance.ts";
import { invalidShape } from "./shape.ts";
import type { Shape } from "./shape.ts";

export const SHAPE_STRIDE = 16;

export const SHAPE_SPHERE = 0;
export const SHAPE_BOX = 1;
export const SHAPE_ORIENTED_BOX = 2;
export const SHAPE_CAPSULE = 3;
export const SHAPE_CYLINDER = 4;
export const SHAPE_HALF_SPACE = 5;
export const SHAPE_POLYTOPE = 6;

/** Shapes in flat arrays: shape i has the code `kinds[i]` and its numbers at `params[i * SHAPE_STRIDE]`; the planes come last. */
export interface FlatShapes {
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly params: Float64Array;
}

export function flattenShapes(shapes: readonly Shape[]): FlatShapes {
  const planes = shapes.reduce((sum, shape) => sum + (shape.kind === "polytope" ? shape.faces.length : 0), 0);
  const params = new Float64Array(shapes.length * SHAPE_STRIDE + planes * 4);
  const kinds = new Uint8Array(shapes.length);
  let planesAt = shapes.length * SHAPE_STRIDE;
  shapes.forEach((shape, i) => {
    kinds[i] = encodeShape(shape, params, i * SHAPE_STRIDE, planesAt);
    if (shape.kind === "polytope") planesAt += shape.faces.length * 4;
  });
  return { count: shapes.length, kinds, params };
}

/**
 * Writes one shape at `offset` and returns its kind code. A polytope's planes, four numbers each, go to `planesAt` in the same array.
 * @throws ClearanceError `value.invalid` when the array is too short.
 */
export function encodeShape(shape: Shape, out: Float64Array, offset: number, planesAt?: number): number {
  const m = shape.inflationM;
  let kind: number;
  let numbers: readonly number[];
  switch (shape.kind) {
    case "sphere":
      kind = SHAPE_SPHERE;
      numbers = [...shape.centerM, shape.radiusM + m];
      break;
    case "box":
      kind = SHAPE_BOX;
      numbers = [...shape.minM.map((x) => x - m), ...shape.maxM.map((x) => x + m)];
      break;
    case "oriented-box":
      kind = SHAPE_ORIENTED_BOX;
      numbers = [...shape.centerM, ...shape.rotation, ...shape.halfM.map((x) => x + m)];
      break;
    case "capsule":
      kind = SHAPE_CAPSULE;
      numbers = [...shape.fromM, ...shape.toM, shape.radiusM + m];
      break;
    case "cylinder":
      kind = SHAPE_CYLINDER;
      numbers = [...shape.centerM, ...shape.axis, shape.radiusM + m, shape.halfHeightM + m];
      break;
    case "half-space":
      kind = SHAPE_HALF_SPACE;
      numbers = [...shape.normal, shape.offsetM + m];
      break;
    case "polytope":
      kind = SHAPE_POLYTOPE;
      if (planesAt === undefined) throw invalidShape("polytope", "needs a place for its planes in the flat array");
      numbers = [planesAt, shape.faces.length];
      put(
        shape.faces.flatMap((face) => [...face.normal, face.offsetM - face.inflationM]),
        out,
        planesAt,
      );
      break;
    default:
      throw invalidShape("shape", `is of unknown kind: ${String(shape satisfies never)}`);
  }
  put(numbers, out, offset);
  return kind;
}

/**
 * Distance from the segment `ax ay az bx by bz` at `segmentAt` to an encoded shape: exact, or a proved lower bound (polytopes beyond
 * their edges; cylinders within 1e-10 m). 0 or less where they meet; how far below 0 means nothing. NaN for an unknown kind.
 */
export function segmentToShapeDistance(
  kind: number,
  params: Float64Array,
  offset: number,
  segment: Float64Array,
  segmentAt: number,
): number {
  switch (kind) {
    case SHAPE_SPHERE:
      return segmentPointDistance(segment, segmentAt, params, offset) - params[offset + 3]!;
    case SHAPE_BOX:
      return segmentBoxDistance(segment, segmentAt, params, offset);
    case SHAPE_ORIENTED_BOX:
      return segmentOrientedBoxDistance(segment, segmentAt, params, offset);
    case SHAPE_CAPSULE:
      return segmentSegmentDistance(segment, segmentAt, params, offset) - params[offset + 6]!;
    case SHAPE_CYLINDER:
      return segmentCylinderDistance(segment, segmentAt, params, offset);
    case SHAPE_HALF_SPACE:
      return segmentHalfSpaceDistance(segment, segmentAt, params, offset);
    case SHAPE_POLYTOPE:
      return segmentPolytopeDistance(segment, segmentAt, params, params[offset]!, params[offset + 1]!);
    default:
      return Number.NaN;
  }
}

/** The same for the capsule `ax ay az bx by bz radius` at `capsuleAt`; negative where they overlap. */
export function capsuleToShapeDistance(
  kind: number,
  params: Float64Array,
  offset: number,
  capsule: Float64Array,
  capsuleAt: number,
): number {
  return segmentToShapeDistance(kind, params, offset, capsule, capsuleAt) - capsule[capsuleAt + 6]!;
}

function put(numbers: readonly number[], out: Float64Array, offset: number): void {
  if (!(offset >= 0 && offset + numbers.length <= out.length))
    throw invalidShape("flat array", `is too short: ${numbers.length} numbers at ${offset} of ${out.length}`);
  out.set(numbers, offset);
}
