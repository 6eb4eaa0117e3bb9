/**
 * Where a ray first meets a shape. Shapes as `flat-shape.ts` encodes them; all are convex, so a ray is inside for one stretch at most.
 *
 *     origin ──────────────▶ enter ▓▓▓▓▓▓▓▓▓▓ leave ─────▶
 * @module
 */
import {
  SHAPE_BOX,
  SHAPE_CAPSULE,
  SHAPE_CYLINDER,
  SHAPE_HALF_SPACE,
  SHAPE_ORIENTED_BOX,
  SHAPE_POLYTOPE,
  SHAPE_SPHERE,
} from "./flat-shape.ts";

/** Shorter than this is no direction. */
const tiny = 1e-150;

/** The stretch of the ray that is inside what was clipped so far. */
let enter = 0;
let leave = Infinity;

/**
 * Distance in m along the ray `x y z dx dy dz` at `rayAt` (the direction unit) to an encoded shape; 0 where it begins inside or on it,
 * Infinity where it misses, NaN for an unknown kind. A ray from NaN misses.
 */
export function rayToShapeDistance(kind: number, params: Float64Array, at: number, ray: Float64Array, rayAt: number): number {
  enter = 0;
  leave = Infinity;
  switch (kind) {
    case SHAPE_SPHERE:
      return toSphere(params, at, params[at + 3]!, ray, rayAt);
    case SHAPE_BOX:
      for (let k = 0; k < 3; k++) clipSlab(ray[rayAt + k]!, ray[rayAt + 3 + k]!, params[at + k]!, params[at + 3 + k]!);
      return entered();
    case SHAPE_ORIENTED_BOX:
      return toOrientedBox(params, at, ray, rayAt);
    case SHAPE_CAPSULE:
      return toCapsule(params, at, ray, rayAt);
    case SHAPE_CYLINDER:
      return toCylinder(params, at, ray, rayAt);
    case SHAPE_HALF_SPACE:
      clipPlane(params, at, ray, rayAt, -1);
      return entered();
    case SHAPE_POLYTOPE:
      for (let face = 0; face < params[at + 1]!; face++) clipPlane(params, params[at]! + 4 * face, ray, rayAt, 1);
      return entered();
    default:
      return Number.NaN;
  }
}

/** Writes the outward unit normal of an encoded shape at a point of its surface into `out3`; up where a shape has no extent there. */
export function surfaceNormalInto(
  kind: number,
  params: Float64Array,
  at: number,
  x: number,
  y: number,
  z: number,
  out3: Float64Array,
): void {
  const cx = params[at]!;
  const cy = params[at + 1]!;
  const cz = params[at + 2]!;
  switch (kind) {
    case SHAPE_SPHERE:
      return unitInto(x - cx, y - cy, z - cz, out3);
    case SHAPE_BOX:
      return boxNormalInto(params, at, x, y, z, out3);
    case SHAPE_ORIENTED_BOX:
      return orientedBoxNormalInto(params, at, x - cx, y - cy, z - cz, out3);
    case SHAPE_CAPSULE: {
      const dx = params[at + 3]! - cx;
      const dy = params[at + 4]! - cy;
      const dz = params[at + 5]! - cz;
      const lengthSquared = dx * dx + dy * dy + dz * dz;
      const along = lengthSquared > 0 ? ((x - cx) * dx + (y - cy) * dy + (z - cz) * dz) / lengthSquared : 0;
      const t = Math.min(1, Math.max(0, along));
      return unitInto(x - cx - t * dx, y - cy - t * dy, z - cz - t * dz, out3);
    }
    case SHAPE_CYLINDER: {
      const ux = params[at + 3]!;
      const uy = params[at + 4]!;
      const uz = params[at + 5]!;
      const axial = (x - cx) * ux + (y - cy) * uy + (z - cz) * uz;
      const rx = x - cx - axial * ux;
      const ry = y - cy - axial * uy;
      const rz = z - cz - axial * uz;
      const end = Math.abs(axial) - params[at + 7]!;
      if (Math.sqrt(rx * rx + ry * ry + rz * rz) - params[at + 6]! > end) return unitInto(rx, ry, rz, out3);
      const side = axial < 0 ? -1 : 1;
      return unitInto(side * ux, side * uy, side * uz, out3);
    }
    case SHAPE_HALF_SPACE:
      return unitInto(-cx, -cy, -cz, out3);
    case SHAPE_POLYTOPE:
      return polytopeNormalInto(params, at, x, y, z, out3);
    default:
      return unitInto(0, 0, 0, out3);
  }
}

function entered(): number {
  return enter <= leave ? enter : Infinity;
}

/** Keeps what is between two planes across one axis. */
function clipSlab(o: number, d: number, low: number, high: number): void {
  if (Math.abs(d) < tiny) {
    if (!(o >= low && o <= high)) leave = -Infinity;
    return;
  }
  const a = (low - o) / d;
  const b = (high - o) / d;
  enter = Math.max(enter, Math.min(a, b));
  leave = Math.min(leave, Math.max(a, b));
}

/** Keeps what is where `sign × (normal · p + offset) <= 0`. */
function clipPlane(params: Float64Array, at: number, ray: Float64Array, rayAt: number, sign: number): void {
  const nx = params[at]!;
  const ny = params[at + 1]!;
  const nz = params[at + 2]!;
  const outside = sign * (nx * ray[rayAt]! + ny * ray[rayAt + 1]! + nz * ray[rayAt + 2]! + params[at + 3]!);
  const rate = sign * (nx * ray[rayAt + 3]! + ny * ray[rayAt + 4]! + nz * ray[rayAt + 5]!);
  if (!(Math.abs(rate) >= tiny)) {
    if (!(outside <= 0)) leave = -Infinity;
  } else if (rate < 0) enter = Math.max(enter, -outside / rate);
  else leave = Math.min(leave, -outside / rate);
}

function toSphere(centre: Float64Array, at: number, radiusM: number, ray: Float64Array, rayAt: number): number {
  const x = ray[rayAt]! - centre[at]!;
  const y = ray[rayAt + 1]! - centre[at + 1]!;
  const z = ray[rayAt + 2]! - centre[at + 2]!;
  if (x * x + y * y + z * z <= radiusM * radiusM) return 0;
  const dx = ray[rayAt + 3]!;
  const dy = ray[rayAt + 4]!;
  const dz = ray[rayAt + 5]!;
  const along = x * dx + y * dy + z * dz;
  if (!(along < 0)) return Infinity;
  // From the nearest point of the line: what is left there loses no digits.
  const px = x - along * dx;
  const py = y - along * dy;
  const pz = z - along * dz;
  const half = radiusM * radiusM - (px * px + py * py + pz * pz);
  return half >= 0 ? Math.max(0, -along - Math.sqrt(half)) : Infinity;
}

function toOrientedBox(params: Float64Array, at: number, ray: Float64Array, rayAt: number): number {
  const x = ray[rayAt]! - params[at]!;
  const y = ray[rayAt + 1]! - params[at + 1]!;
  const z = ray[rayAt + 2]! - params[at + 2]!;
  const dx = ray[rayAt + 3]!;
  const dy = ray[rayAt + 4]!;
  const dz = ray[rayAt + 5]!;
  for (let k = 0; k < 3; k++) {
    const rx = params[at + 3 + k]!;
    const ry = params[at + 6 + k]!;
    const rz = params[at + 9 + k]!;
    const half = params[at + 12 + k]!;
    clipSlab(rx * x + ry * y + rz * z, rx * dx + ry * dy + rz * dz, -half, half);
  }
  return entered();
}

/** Two balls and the cylinder between them: first into any is first into all. */
function toCapsule(params: Float64Array, at: number, ray: Float64Array, rayAt: number): number {
  const radiusM = params[at + 6]!;
  const first = Math.min(toSphere(params, at, radiusM, ray, rayAt), toSphere(params, at + 3, radiusM, ray, rayAt));
  const ax = params[at]!;
  const ay = params[at + 1]!;
  const az = params[at + 2]!;
  const ux = params[at + 3]! - ax;
  const uy = params[at + 4]! - ay;
  const uz = params[at + 5]! - az;
  const length = Math.sqrt(ux * ux + uy * uy + uz * uz);
  if (!(length > 0)) return first;
  clipCylinder(ax + ux / 2, ay + uy / 2, az + uz / 2, ux / length, uy / length, uz / length, radiusM, length / 2, ray, rayAt);
  return Math.min(first, entered());
}

function toCylinder(params: Float64Array, at: number, ray: Float64Array, rayAt: number): number {
  clipCylinder(
    params[at]!,
    params[at + 1]!,
    params[at + 2]!,
    params[at + 3]!,
    params[at + 4]!,
    params[at + 5]!,
    params[at + 6]!,
    params[at + 7]!,
    ray,
    rayAt,
  );
  return entered();
}

/** Between its ends, and within its radius: A t² + 2 B t + C <= 0 for the part of the ray at right angles to the unit axis u. */
function clipCylinder(
  cx: number,
  cy: number,
  cz: number,
  ux: number,
  uy: number,
  uz: number,
  radiusM: number,
  halfM: number,
  ray: Float64Array,
  rayAt: number,
): void {
  const x = ray[rayAt]! - cx;
  const y = ray[rayAt + 1]! - cy;
  const z = ray[rayAt + 2]! - cz;
  const dx = ray[rayAt + 3]!;
  const dy = ray[rayAt + 4]!;
  const dz = ray[rayAt + 5]!;
  const axial = x * ux + y * uy + z * uz;
  const rate = dx * ux + dy * uy + dz * uz;
  clipSlab(axial, rate, -halfM, halfM);
  const ox = x - axial * ux;
  const oy = y - axial * uy;
  const oz = z - axial * uz;
  const vx = dx - rate * ux;
  const vy = dy - rate * uy;
  const vz = dz - rate * uz;
  const a = vx * vx + vy * vy + vz * vz;
  const b = ox * vx + oy * vy + oz * vz;
  const c = ox * ox + oy * oy + oz * oz - radiusM * radiusM;
  if (a < 1e-24) {
    // Along the axis, as far as numbers tell.
    if (!(c <= 0)) leave = -Infinity;
    return;
  }
  const nearX = ox - (b / a) * vx;
  const nearY = oy - (b / a) * vy;
  const nearZ = oz - (b / a) * vz;
  const half = a * (radiusM * radiusM - (nearX * nearX + nearY * nearY + nearZ * nearZ));
  if (!(half >= 0)) {
    leave = -Infinity;
    return;
  }
  // The root that adds up loses no digits; the other follows from their product C / A.
  const sum = -(b + (b < 0 ? -1 : 1) * Math.sqrt(half));
  const one = sum / a;
  const other = sum === 0 ? 0 : c / sum;
  enter = Math.max(enter, Math.min(one, other));
  leave = Math.min(leave, Math.max(one, other));
}

function boxNormalInto(params: Float64Array, at: number, x: number, y: number, z: number, out3: Float64Array): void {
  const half = (k: number): number => (params[at + 3 + k]! - params[at + k]!) / 2;
  const middle = (k: number): number => (params[at + 3 + k]! + params[at + k]!) / 2;
  faceInto(x - middle(0), y - middle(1), z - middle(2), half(0), half(1), half(2), out3);
}

function orientedBoxNormalInto(params: Float64Array, at: number, x: number, y: number, z: number, out3: Float64Array): void {
  const r = (row: number, column: number): number => params[at + 3 + 3 * row + column]!;
  const local = (k: number): number => r(0, k) * x + r(1, k) * y + r(2, k) * z;
  faceInto(local(0), local(1), local(2), params[at + 12]!, params[at + 13]!, params[at + 14]!, out3);
  const nx = out3[0]!;
  const ny = out3[1]!;
  const nz = out3[2]!;
  for (let row = 0; row < 3; row++) out3[row] = r(row, 0) * nx + r(row, 1) * ny + r(row, 2) * nz;
}

/** The face of a box about the origin that the point is farthest out of. */
function faceInto(x: number, y: number, z: number, hx: number, hy: number, hz: number, out3: Float64Array): void {
  const ex = Math.abs(x) - hx;
  const ey = Math.abs(y) - hy;
  const ez = Math.abs(z) - hz;
  const axis = ex >= ey && ex >= ez ? 0 : ey >= ez ? 1 : 2;
  out3.fill(0);
  out3[axis] = [x, y, z][axis]! < 0 ? -1 : 1;
}

function polytopeNormalInto(params: Float64Array, at: number, x: number, y: number, z: number, out3: Float64Array): void {
  let farthest = -Infinity;
  for (let face = 0; face < params[at + 1]!; face++) {
    const plane = params[at]! + 4 * face;
    const out = params[plane]! * x + params[plane + 1]! * y + params[plane + 2]! * z + params[plane + 3]!;
    if (!(out > farthest)) continue;
    farthest = out;
    for (let k = 0; k < 3; k++) out3[k] = params[plane + k]!;
  }
}

function unitInto(x: number, y: number, z: number, out3: Float64Array): void {
  const length = Math.sqrt(x * x + y * y + z * z);
  const some = length > 0;
  out3[0] = some ? x / length : 0;
  out3[1] = some ? y / length : 0;
  out3[2] = some ? z / length : 1;
}
