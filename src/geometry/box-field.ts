/**
 * The distance field of a box in its own frame, from q, the signed overhang beyond the faces per axis (negative within).
 * @module
 */
import { hypot3, normalize, vec3 } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";

/** |max(q, 0)| + min(max component of q, 0). */
export function boxField(qx: number, qy: number, qz: number): number {
  return hypot3(Math.max(qx, 0), Math.max(qy, 0), Math.max(qz, 0)) + Math.min(Math.max(qx, qy, qz), 0);
}

/**
 * Unit gradient of that field; `side` holds +1 or -1 per axis, where the point lies from the centre. Within the box it points
 * through the nearest face, the first in the order x, y, z of equally near ones.
 */
export function boxFieldGradient(q: readonly [number, number, number], side: readonly [number, number, number]): Vec3 {
  const [qx, qy, qz] = q;
  if (qx > 0 || qy > 0 || qz > 0) return normalize([side[0] * Math.max(qx, 0), side[1] * Math.max(qy, 0), side[2] * Math.max(qz, 0)]);
  if (qx >= qy && qx >= qz) return vec3(side[0], 0, 0);
  return qy >= qz ? vec3(0, side[1], 0) : vec3(0, 0, side[2]);
}

/** Which side of the middle: +1 in the middle itself. */
export function sideOf(offset: number): number {
  return offset < 0 ? -1 : 1;
}
