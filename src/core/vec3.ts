/**
 * Points and vectors for the borders of the project: checked, frozen, clear. Hot loops use plain numbers in typed arrays instead.
 * @module
 */
import { ClearanceError } from "./errors.ts";
import { hypot3 } from "./exponential.ts";

/** A point or a vector, metres unless the name says otherwise. The frame is in the variable's name: `tipInWorld`. */
export type Vec3 = readonly [x: number, y: number, z: number];

/** @throws ClearanceError `value.invalid` unless all three are finite numbers. */
export function vec3(x: number, y: number, z: number): Vec3 {
  if (Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z)) return Object.freeze([x, y, z] as const);
  const problem = `components must be finite; got (${show(x)}, ${show(y)}, ${show(z)})`;
  throw new ClearanceError("value.invalid", `Vec3 ${problem}`, { field: "Vec3", problem });
}

/** Overflow throws, as for every operation here that answers a vector. */
export function add(a: Vec3, b: Vec3): Vec3 {
  return vec3(a[0] + b[0], a[1] + b[1], a[2] + b[2]);
}

export function sub(a: Vec3, b: Vec3): Vec3 {
  return vec3(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

export function scale(a: Vec3, factor: number): Vec3 {
  return vec3(a[0] * factor, a[1] * factor, a[2] * factor);
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return vec3(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
}

/** Euclidean length, scaled inside: any length a double can hold is returned, never an infinity in its place. */
export function norm(a: Vec3): number {
  return hypot3(a[0], a[1], a[2]);
}

/** As `norm`; the difference itself may overflow where the halved one does not. */
export function distance(a: Vec3, b: Vec3): number {
  const length = hypot3(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  if (length !== Infinity) return length;
  return 2 * hypot3(a[0] / 2 - b[0] / 2, a[1] / 2 - b[1] / 2, a[2] / 2 - b[2] / 2);
}

/** @throws ClearanceError `value.invalid` for the zero vector, which has no direction. */
export function normalize(a: Vec3): Vec3 {
  const largest = Math.max(Math.abs(a[0]), Math.abs(a[1]), Math.abs(a[2]));
  if (largest > 0) {
    // Scaled by the largest component first, so that no square leaves the range, even of subnormals.
    const x = a[0] / largest;
    const y = a[1] / largest;
    const z = a[2] / largest;
    const length = Math.sqrt(x * x + y * y + z * z);
    return vec3(x / length, y / length, z / length);
  }
  const problem = "has no direction: its length is 0";
  throw new ClearanceError("value.invalid", `Vec3 ${problem}`, { field: "Vec3", problem });
}

/** a at t = 0, b at t = 1, both exactly; t is not clamped. */
export function lerp(a: Vec3, b: Vec3, t: number): Vec3 {
  return vec3(a[0] * (1 - t) + b[0] * t, a[1] * (1 - t) + b[1] * t, a[2] * (1 - t) + b[2] * t);
}

/** @throws ClearanceError `value.invalid` when low > high on an axis. */
export function clamp(p: Vec3, low: Vec3, high: Vec3): Vec3 {
  if (!(low[0] <= high[0] && low[1] <= high[1] && low[2] <= high[2])) {
    const problem = "low must be componentwise <= high";
    throw new ClearanceError("value.invalid", problem, { field: "low", problem });
  }
  return vec3(
    Math.min(Math.max(p[0], low[0]), high[0]),
    Math.min(Math.max(p[1], low[1]), high[1]),
    Math.min(Math.max(p[2], low[2]), high[2]),
  );
}

/** `(x, y, z)` with the shortest decimals that read back as the same numbers. */
export function formatVec3(a: Vec3): string {
  return `(${a[0]}, ${a[1]}, ${a[2]})`;
}

function show(value: unknown): string {
  return typeof value === "number" ? String(value) : typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : typeof value;
}
