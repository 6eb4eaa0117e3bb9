/**
 * Rigid transforms. `worldFromTip` maps tip coordinates to world coordinates, so names cancel in a product:
 * `worldFromTip = composePoses(worldFromBase, baseFromTip)`.
 *
 * Poses are for borders and planning; loops over links use 3×4 matrices in `Float64Array`s, rows first:
 *
 *     [ r00 r01 r02 tx   r10 r11 r12 ty   r20 r21 r22 tz ]
 * @module
 */
import { atan2, sinCosInto } from "./trigonometry.ts";
import { hypot3 } from "./exponential.ts";
import { ClearanceError } from "./errors.ts";
import { normalize, vec3 } from "./vec3.ts";
import type { Vec3 } from "./vec3.ts";

/** Unit quaternion, scalar first. */
export type QuatWxyz = readonly [w: number, x: number, y: number, z: number];

/** Where a frame is: `worldFromTip` maps tip coordinates to world coordinates. Position in m. */
export interface Pose {
  readonly position: Vec3;
  readonly orientation: QuatWxyz;
}

export const identityPose: Pose = pose(vec3(0, 0, 0), Object.freeze([1, 0, 0, 0] as const));

const sinCos = new Float64Array(2);

/** aFromC. */
export function composePoses(aFromB: Pose, bFromC: Pose): Pose {
  const orientation = quatNormalize(quatMultiply(aFromB.orientation, bFromC.orientation));
  return pose(transformPoint(aFromB, bFromC.position), orientation);
}

/** bFromA of an aFromB. */
export function invertPose(aFromB: Pose): Pose {
  const back = quatConjugate(aFromB.orientation);
  const p = rotateVector(back, aFromB.position);
  return pose(vec3(-p[0], -p[1], -p[2]), back);
}

export function transformPoint(aFromB: Pose, pointInB: Vec3): Vec3 {
  const turned = rotateVector(aFromB.orientation, pointInB);
  const p = aFromB.position;
  return vec3(turned[0] + p[0], turned[1] + p[1], turned[2] + p[2]);
}

/** v + 2 q × (q × v + w v), with q a unit quaternion. */
export function rotateVector(q: QuatWxyz, v: Vec3): Vec3 {
  const w = q[0];
  const x = q[1];
  const y = q[2];
  const z = q[3];
  const tx = 2 * (y * v[2] - z * v[1]);
  const ty = 2 * (z * v[0] - x * v[2]);
  const tz = 2 * (x * v[1] - y * v[0]);
  return vec3(v[0] + w * tx + y * tz - z * ty, v[1] + w * ty + z * tx - x * tz, v[2] + w * tz + x * ty - y * tx);
}

/** The rotation b followed by the rotation a. */
export function quatMultiply(a: QuatWxyz, b: QuatWxyz): QuatWxyz {
  return Object.freeze([
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ] as const);
}

export function quatConjugate(q: QuatWxyz): QuatWxyz {
  return Object.freeze([q[0], -q[1], -q[2], -q[3]] as const);
}

/** @throws ClearanceError `value.invalid` for a quaternion that is zero or not finite: it stands for no rotation at all. */
export function quatNormalize(q: QuatWxyz): QuatWxyz {
  const length = hypot3(hypot3(q[0], q[1], 0), q[2], q[3]);
  if (length > 0 && length < Infinity) return Object.freeze([q[0] / length, q[1] / length, q[2] / length, q[3] / length] as const);
  const problem = `must have a finite length above 0; got (${q.join(", ")})`;
  throw new ClearanceError("value.invalid", `quaternion ${problem}`, { field: "quaternion", problem });
}

/** Right-handed turn by `angleRad` about `axis`, which need not have length 1 but must have one. */
export function quatFromAxisAngle(axis: Vec3, angleRad: number): QuatWxyz {
  const unit = normalize(axis);
  sinCosInto(angleRad / 2, sinCos, 0);
  const s = sinCos[0]!;
  return quatNormalize([sinCos[1]!, unit[0] * s, unit[1] * s, unit[2] * s]);
}

/** URDF `rpy`: about the fixed x, then y, then z axes, so R = Rz(yaw) Ry(pitch) Rx(roll). */
export function quatFromRpy(rollRad: number, pitchRad: number, yawRad: number): QuatWxyz {
  const yaw = quatFromAxisAngle([0, 0, 1], yawRad);
  const pitch = quatFromAxisAngle([0, 1, 0], pitchRad);
  return quatNormalize(quatMultiply(quatMultiply(yaw, pitch), quatFromAxisAngle([1, 0, 0], rollRad)));
}

/**
 * From a rotation matrix in a flat array: element (row, column) at `offset + row * stride + column`. Takes the largest of the four
 * components first (Shepperd 1978), so it is accurate at every angle; w >= 0 in the answer.
 */
export function quatFromMatrix(m: ArrayLike<number>, offset = 0, stride = 3): QuatWxyz {
  const second = offset + stride;
  const third = second + stride;
  const [xx, xy, xz] = [m[offset] ?? Number.NaN, m[offset + 1] ?? Number.NaN, m[offset + 2] ?? Number.NaN];
  const [yx, yy, yz] = [m[second] ?? Number.NaN, m[second + 1] ?? Number.NaN, m[second + 2] ?? Number.NaN];
  const [zx, zy, zz] = [m[third] ?? Number.NaN, m[third + 1] ?? Number.NaN, m[third + 2] ?? Number.NaN];
  const trace = xx + yy + zz;
  const largest = Math.max(trace, xx, yy, zz);
  let q: QuatWxyz;
  if (largest === trace) q = [1 + trace, zy - yz, xz - zx, yx - xy];
  else if (largest === xx) q = [zy - yz, 1 + 2 * xx - trace, xy + yx, xz + zx];
  else if (largest === yy) q = [xz - zx, xy + yx, 1 + 2 * yy - trace, yz + zy];
  else q = [yx - xy, xz + zx, yz + zy, 1 + 2 * zz - trace];
  return quatNormalize(q[0] < 0 ? [-q[0], -q[1], -q[2], -q[3]] : q);
}

/** The smallest turn that takes z to `direction` (any length above 0). */
export function quatFromZ(direction: Vec3): QuatWxyz {
  const [x, y, z] = direction;
  const length = Math.sqrt(x * x + y * y + z * z);
  const w = length + z;
  if (!(w > 1e-9 * length)) return [0, 1, 0, 0];
  const norm = Math.sqrt(w * w + x * x + y * y);
  return [w / norm, -y / norm, x / norm, 0];
}

/** Heading in (-π, π]: the turn about world z of the frame's x axis, seen from above. */
export function yawOf(q: QuatWxyz): number {
  return atan2(2 * (q[0] * q[3] + q[1] * q[2]), 1 - 2 * (q[2] * q[2] + q[3] * q[3]));
}

/** Angle of the smallest turn from a to b, [0, π]; accurate near 0 and near π. */
export function rotationAngleBetween(a: QuatWxyz, b: QuatWxyz): number {
  const turn = quatMultiply(quatConjugate(a), b);
  return 2 * atan2(hypot3(turn[1], turn[2], turn[3]), Math.abs(turn[0]));
}

/** The 3×4 matrix of a pose, 12 numbers row-major, into `out[offset …]`. */
export function matrix34FromPose(aFromB: Pose, out: Float64Array = new Float64Array(12), offset = 0): Float64Array {
  const q = aFromB.orientation;
  const w = q[0];
  const x = q[1];
  const y = q[2];
  const z = q[3];
  out[offset] = 1 - 2 * (y * y + z * z);
  out[offset + 1] = 2 * (x * y - w * z);
  out[offset + 2] = 2 * (x * z + w * y);
  out[offset + 3] = aFromB.position[0];
  out[offset + 4] = 2 * (x * y + w * z);
  out[offset + 5] = 1 - 2 * (x * x + z * z);
  out[offset + 6] = 2 * (y * z - w * x);
  out[offset + 7] = aFromB.position[1];
  out[offset + 8] = 2 * (x * z - w * y);
  out[offset + 9] = 2 * (y * z + w * x);
  out[offset + 10] = 1 - 2 * (x * x + y * y);
  out[offset + 11] = aFromB.position[2];
  return out;
}

/** The pose of a 3×4 matrix, 12 numbers row-major from `offset` on. Throws where a number is not finite. */
export function poseFromMatrix34(m: ArrayLike<number>, offset = 0): Pose {
  const position = vec3(m[offset + 3] ?? Number.NaN, m[offset + 7] ?? Number.NaN, m[offset + 11] ?? Number.NaN);
  return pose(position, quatFromMatrix(m, offset, 4));
}

/** Of frozen parts. */
function pose(position: Vec3, orientation: QuatWxyz): Pose {
  return Object.freeze({ position, orientation });
}
