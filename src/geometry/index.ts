/**
 * Shapes, distances, signed distance, swept proofs. World frame, metres.
 * @module
 */
export { proveClear } from "./advancement.ts";
export type { Advancement, AdvancementResult } from "./advancement.ts";
export {
  capsuleCapsuleDistance,
  segmentHalfSpaceDistance,
  segmentPointDistance,
  segmentPolytopeDistance,
  segmentSegmentDistance,
  segmentSegmentDistanceSquared,
} from "./capsule-distance.ts";
export { distanceBetween, intersects } from "./convex-distance.ts";
export type { CylinderOptions } from "./cylinder.ts";
export {
  capsuleToShapeDistance,
  encodeShape,
  flattenShapes,
  SHAPE_BOX,
  SHAPE_CAPSULE,
  SHAPE_CYLINDER,
  SHAPE_HALF_SPACE,
  SHAPE_ORIENTED_BOX,
  SHAPE_POLYTOPE,
  SHAPE_SPHERE,
  SHAPE_STRIDE,
  segmentToShapeDistance,
} from "./flat-shape.ts";
export type { FlatShapes } from "./flat-shape.ts";
export type { FaceSpec } from "./polytope.ts";
export { segmentBoxDistance, segmentOrientedBoxDistance } from "./segment-box-distance.ts";
export { firstContact } from "./segment-contact.ts";
export { segmentCylinderDistance } from "./segment-cylinder-distance.ts";
export { rayToShapeDistance, surfaceNormalInto } from "./ray.ts";
export { perpendicularTo } from "./shape.ts";
export type {
  AxisAlignedBox,
  Bounds,
  Capsule,
  ConvexPolytope,
  Cylinder,
  HalfSpace,
  OrientedBox,
  PolytopeFace,
  Shape,
  ShapeKind,
  ShapeOptions,
  Sphere,
} from "./shape.ts";
export {
  aabbOf,
  box,
  boxCenter,
  capsule,
  ceilingAt,
  contains,
  cylinder,
  distance,
  expandBox,
  floorAt,
  halfSpace,
  inflate,
  mayContain,
  orientedBox,
  polytope,
  shapeFromSpec,
  signedDistance,
  signedDistanceGradient,
  sphere,
  wallAt,
} from "./shapes.ts";
export { WorkspaceModel, workspaceSignedDistance } from "./workspace-model.ts";
