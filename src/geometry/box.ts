import { finiteNumber } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { boxField, boxFieldGradient, sideOf } from "./box-field.ts";
import { copyVec3, invalidShape, shapeBase } from "./shape.ts";
import type { AxisAlignedBox, Bounds, ShapeOptions } from "./shape.ts";

/** Zero extent is legal. @throws ClearanceError `value.invalid` when a minimum exceeds its maximum or a number is not finite. */
export function box(minM: Vec3, maxM: Vec3, options: ShapeOptions = {}): AxisAlignedBox {
  const min = copyVec3(minM);
  const max = copyVec3(maxM);
  if (!(min[0] <= max[0] && min[1] <= max[1] && min[2] <= max[2]))
    throw invalidShape("box", "AABB.min_corner must be componentwise <= max_corner");
  return Object.freeze({ kind: "box", minM: min, maxM: max, ...shapeBase(options) });
}

/** Both corners moved outward by `m`; too negative gives the corner error. The inflation stays what it was. */
export function expandBox({ minM, maxM, label, inflationM }: AxisAlignedBox, m: number): AxisAlignedBox {
  finiteNumber("expand distance", m);
  return box([minM[0] - m, minM[1] - m, minM[2] - m], [maxM[0] + m, maxM[1] + m, maxM[2] + m], { label, inflationM });
}

export function boxCenter({ minM, maxM }: AxisAlignedBox): Vec3 {
  return copyVec3([minM[0] / 2 + maxM[0] / 2, minM[1] / 2 + maxM[1] / 2, minM[2] / 2 + maxM[2] / 2]);
}

/** Exact and inclusive. */
export function boxContains({ minM, maxM, inflationM }: AxisAlignedBox, p: Vec3): boolean {
  for (const axis of [0, 1, 2] as const) if (!(p[axis] >= minM[axis] - inflationM && p[axis] <= maxM[axis] + inflationM)) return false;
  return true;
}

export function boxSignedDistance(shape: AxisAlignedBox, p: Vec3): number {
  return boxField(overhang(shape, p, 0), overhang(shape, p, 1), overhang(shape, p, 2));
}

export function boxGradient(shape: AxisAlignedBox, p: Vec3): Vec3 {
  const { minM, maxM } = shape;
  return boxFieldGradient(
    [overhang(shape, p, 0), overhang(shape, p, 1), overhang(shape, p, 2)],
    [sideOf(p[0] - minM[0] / 2 - maxM[0] / 2), sideOf(p[1] - minM[1] / 2 - maxM[1] / 2), sideOf(p[2] - minM[2] / 2 - maxM[2] / 2)],
  );
}

export function boxBounds({ minM, maxM, inflationM: m }: AxisAlignedBox): Bounds {
  return { min: [minM[0] - m, minM[1] - m, minM[2] - m], max: [maxM[0] + m, maxM[1] + m, maxM[2] + m] };
}

/** |p - centre| - (half + inflation) along one axis, without computing the centre. */
function overhang({ minM, maxM, inflationM }: AxisAlignedBox, p: Vec3, axis: 0 | 1 | 2): number {
  return Math.max(minM[axis] - inflationM - p[axis], p[axis] - (maxM[axis] + inflationM));
}
