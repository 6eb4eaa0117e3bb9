import { hypot3, nonNegativeNumber } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { copyVec3, perpendicularTo, shapeBase, unitOr } from "./shape.ts";
import type { Bounds, Capsule, ShapeOptions } from "./shape.ts";

/** Nearer to the axis than this part of its length is on it. */
const onAxis = 1e-14;

/** Every point within `radiusM` of the segment; equal ends make a sphere. */
export function capsule(fromM: Vec3, toM: Vec3, radiusM: number, options: ShapeOptions = {}): Capsule {
  nonNegativeNumber("capsule radius", radiusM);
  return Object.freeze({ kind: "capsule", fromM: copyVec3(fromM), toM: copyVec3(toM), radiusM, ...shapeBase(options) });
}

export function capsuleSignedDistance(shape: Capsule, p: Vec3): number {
  const [x, y, z] = fromAxis(shape, p);
  return hypot3(x, y, z) - (shape.radiusM + shape.inflationM);
}

/** Away from the nearest point of the axis; on the axis itself at right angles to it (`perpendicularTo`). */
export function capsuleGradient(shape: Capsule, p: Vec3): Vec3 {
  const { fromM: a, toM: b } = shape;
  const [x, y, z] = fromAxis(shape, p);
  const axis: Vec3 = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  // What is left of a point on the axis is rounding, and has any direction.
  return unitOr(x, y, z, perpendicularTo(axis), onAxis * hypot3(axis[0], axis[1], axis[2]));
}

export function capsuleBounds({ fromM: a, toM: b, radiusM, inflationM }: Capsule): Bounds {
  const r = radiusM + inflationM;
  return {
    min: [Math.min(a[0], b[0]) - r, Math.min(a[1], b[1]) - r, Math.min(a[2], b[2]) - r],
    max: [Math.max(a[0], b[0]) + r, Math.max(a[1], b[1]) + r, Math.max(a[2], b[2]) + r],
  };
}

/** From the nearest point of the axis to p. */
function fromAxis({ fromM: a, toM: b }: Capsule, p: Vec3): readonly [number, number, number] {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const dz = b[2] - a[2];
  const x = p[0] - a[0];
  const y = p[1] - a[1];
  const z = p[2] - a[2];
  const lengthSquared = dx * dx + dy * dy + dz * dz;
  const t = lengthSquared > 0 ? Math.min(Math.max((x * dx + y * dy + z * dz) / lengthSquared, 0), 1) : 0;
  return [x - t * dx, y - t * dy, z - t * dz];
}
