/**
 * Rigid motions as rows of 3×4 matrices in flat arrays: inverse, exponential of a twist, rotation vectors. Allocates nothing.
 * @module
 */
import { atan2, sinCosInto } from "../../core/elementary.ts";

const sinCos = new Float64Array(2);

/** out = m⁻¹ for the rigid motion at `at`. */
export function inverse34Into(m: Float64Array, at: number, out: Float64Array): void {
  const x = m[at + 3]!;
  const y = m[at + 7]!;
  const z = m[at + 11]!;
  for (let row = 0; row < 3; row++) {
    const a = m[at + row]!;
    const b = m[at + 4 + row]!;
    const c = m[at + 8 + row]!;
    out[row * 4] = a;
    out[row * 4 + 1] = b;
    out[row * 4 + 2] = c;
    out[row * 4 + 3] = -(a * x + b * y + c * z);
  }
}

/**
 * exp of the twist `vx vy vz ωx ωy ωz` at `at`, held for `scaleAt[0]` seconds: the motion of a frame that moves at that twist in its
 * own axes. Rodrigues' formula; R = 1 + sin θ/θ W + (1-cos θ)/θ² W², t = (1 + (1-cos θ)/θ² W + (θ - sin θ)/θ³ W²) v.
 */
export function twistMotionInto(twist: Float64Array, at: number, seconds: Float64Array, out: Float64Array): void {
  const time = seconds[0]!;
  const wx = twist[at + 3]! * time;
  const wy = twist[at + 4]! * time;
  const wz = twist[at + 5]! * time;
  const vx = twist[at]! * time;
  const vy = twist[at + 1]! * time;
  const vz = twist[at + 2]! * time;
  const squared = wx * wx + wy * wy + wz * wz;
  const angle = Math.sqrt(squared);
  let a = 1 - squared / 6;
  let b = 0.5 - squared / 24;
  let c = 1 / 6 - squared / 120;
  if (!(angle < 1e-3)) {
    sinCosInto(angle, sinCos, 0);
    a = sinCos[0]! / angle;
    b = (1 - sinCos[1]!) / squared;
    c = (angle - sinCos[0]!) / (squared * angle);
  }
  out[0] = 1 - b * (wy * wy + wz * wz);
  out[1] = b * wx * wy - a * wz;
  out[2] = b * wx * wz + a * wy;
  out[4] = b * wx * wy + a * wz;
  out[5] = 1 - b * (wx * wx + wz * wz);
  out[6] = b * wy * wz - a * wx;
  out[8] = b * wx * wz - a * wy;
  out[9] = b * wy * wz + a * wx;
  out[10] = 1 - b * (wx * wx + wy * wy);
  const dot = wx * vx + wy * vy + wz * vz;
  // W² v = ω (ω·v) - |ω|² v
  out[3] = vx + b * (wy * vz - wz * vy) + c * (wx * dot - squared * vx);
  out[7] = vy + b * (wz * vx - wx * vz) + c * (wy * dot - squared * vy);
  out[11] = vz + b * (wx * vy - wy * vx) + c * (wz * dot - squared * vz);
}

/**
 * Rotation vector, in the common frame, that turns the orientation of `from` into that of `to`: log(R_to R_fromᵀ), rad, |v| <= π.
 * Through the quaternion, whose largest component is taken first, so that it is accurate at every angle.
 */
export function turnBetweenInto(
  to: Float64Array,
  toAt: number,
  from: Float64Array,
  fromAt: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += to[toAt + row * 4 + k]! * from[fromAt + column * 4 + k]!;
      product[row * 3 + column] = sum;
    }
  }
  quaternionOfProduct();
  const x = quaternion[1]!;
  const y = quaternion[2]!;
  const z = quaternion[3]!;
  const half = Math.sqrt(x * x + y * y + z * z);
  const w = quaternion[0]!;
  // Near no turn: angle / sin(angle / 2) goes to 2 / w.
  const factor = half < 1e-12 ? 2 : (2 * atan2(half, w)) / half;
  out[outAt] = x * factor;
  out[outAt + 1] = y * factor;
  out[outAt + 2] = z * factor;
}

const product = new Float64Array(9);
const quaternion = new Float64Array(4);

/** Shepperd (1978): unit quaternion w x y z of `product`, w >= 0. */
function quaternionOfProduct(): void {
  const m = product;
  const trace = m[0]! + m[4]! + m[8]!;
  const largest = Math.max(trace, m[0]!, m[4]!, m[8]!);
  const q = quaternion;
  if (largest === trace) setQuaternion(1 + trace, m[7]! - m[5]!, m[2]! - m[6]!, m[3]! - m[1]!);
  else if (largest === m[0]!) setQuaternion(m[7]! - m[5]!, 1 + 2 * m[0]! - trace, m[1]! + m[3]!, m[2]! + m[6]!);
  else if (largest === m[4]!) setQuaternion(m[2]! - m[6]!, m[1]! + m[3]!, 1 + 2 * m[4]! - trace, m[5]! + m[7]!);
  else setQuaternion(m[3]! - m[1]!, m[2]! + m[6]!, m[5]! + m[7]!, 1 + 2 * m[8]! - trace);
  const norm = Math.sqrt(q[0]! * q[0]! + q[1]! * q[1]! + q[2]! * q[2]! + q[3]! * q[3]!);
  const sign = q[0]! < 0 ? -1 : 1;
  for (let k = 0; k < 4; k++) q[k] = (q[k]! * sign) / norm;
}

function setQuaternion(w: number, x: number, y: number, z: number): void {
  quaternion[0] = w;
  quaternion[1] = x;
  quaternion[2] = y;
  quaternion[3] = z;
}

/** Rotation matrix, upper left of a 3×4, of the quaternion x y z w at `at`, which need not be exactly unit. */
export function rotationFromXyzwInto(q: Float64Array, at: number, out: Float64Array): void {
  const n = Math.sqrt(q[at]! * q[at]! + q[at + 1]! * q[at + 1]! + q[at + 2]! * q[at + 2]! + q[at + 3]! * q[at + 3]!);
  const x = q[at]! / n;
  const y = q[at + 1]! / n;
  const z = q[at + 2]! / n;
  const w = q[at + 3]! / n;
  out[0] = 1 - 2 * (y * y + z * z);
  out[1] = 2 * (x * y - w * z);
  out[2] = 2 * (x * z + w * y);
  out[4] = 2 * (x * y + w * z);
  out[5] = 1 - 2 * (x * x + z * z);
  out[6] = 2 * (y * z - w * x);
  out[8] = 2 * (x * z - w * y);
  out[9] = 2 * (y * z + w * x);
  out[10] = 1 - 2 * (x * x + y * y);
}
