import { hypot3, nonNegativeNumber, vec3 } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { copyVec3, shapeBase, unitOr } from "./shape.ts";
import type { Bounds, ShapeOptions, Sphere } from "./shape.ts";

/** @throws ClearanceError `value.invalid` for a negative radius or a number that is not finite. */
export function sphere(centerM: Vec3, radiusM: number, options: ShapeOptions = {}): Sphere {
  nonNegativeNumber("sphere radius", radiusM);
  return Object.freeze({ kind: "sphere", centerM: copyVec3(centerM), radiusM, ...shapeBase(options) });
}

/** |p - c| - (radius + inflation). */
export function sphereSignedDistance({ centerM, radiusM, inflationM }: Sphere, p: Vec3): number {
  return hypot3(p[0] - centerM[0], p[1] - centerM[1], p[2] - centerM[2]) - (radiusM + inflationM);
}

/** Away from the centre; +x at the centre itself. */
export function sphereGradient({ centerM }: Sphere, p: Vec3): Vec3 {
  return unitOr(p[0] - centerM[0], p[1] - centerM[1], p[2] - centerM[2], vec3(1, 0, 0));
}

export function sphereBounds({ centerM: [x, y, z], radiusM, inflationM }: Sphere): Bounds {
  const r = radiusM + inflationM;
  return { min: [x - r, y - r, z - r], max: [x + r, y + r, z + r] };
}
