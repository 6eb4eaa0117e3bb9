/**
 * Units, poses, clock, random, ids, errors, canonical JSON, hashing. Imports nothing of ours; runs anywhere.
 * @module
 */
export { backoffS } from "./backoff.ts";
export type { Backoff } from "./backoff.ts";
export { SimulatedClock } from "./clock.ts";
export type { Clock } from "./clock.ts";
export { acos, asin, atan, atan2, cos, exp, hypot2, hypot3, log, sin, sinCosInto, sinCosPairsInto } from "./elementary.ts";
export { ClearanceError } from "./errors.ts";
export type { ClearanceErrorCode, ClearanceErrorData } from "./errors.ts";
export { finiteNumber, nonNegativeNumber } from "./finite.ts";
export { formatG, formatPair, sixDigits } from "./format.ts";
export { uuidV4 } from "./ids.ts";
export { canonicalJson, deepFreeze, isJsonObject, toJsonValue } from "./json.ts";
export type { JsonCopy, JsonObject, JsonValue } from "./json.ts";
export { nearestName } from "./nearest.ts";
export type { GripperState, ObjectState, Observation } from "./observation.ts";
export {
  composePoses,
  identityPose,
  invertPose,
  matrix34FromPose,
  poseFromMatrix34,
  quatConjugate,
  quatFromAxisAngle,
  quatFromMatrix,
  quatFromRpy,
  quatFromZ,
  quatMultiply,
  quatNormalize,
  rotateVector,
  rotationAngleBetween,
  transformPoint,
  yawOf,
} from "./pose.ts";
export type { Pose, QuatWxyz } from "./pose.ts";
export { Random } from "./random.ts";
export type { RandomState } from "./random.ts";
export { sha256Hex } from "./sha256.ts";
export type { HashFunction } from "./sha256.ts";
export { add, clamp, cross, distance, dot, formatVec3, lerp, norm, normalize, scale, sub, vec3 } from "./vec3.ts";
export type { Vec3 } from "./vec3.ts";
export type { VisualCamera, VisualLight, VisualMesh, VisualPart, VisualScene, VisualShape, VisualShot } from "./visual-scene.ts";
export type { FixtureSpec, ObjectSpec, PlaceSpec, ShapeSpec, WorldSpec, ZoneSpec } from "./world-spec.ts";
