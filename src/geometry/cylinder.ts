import { hypot2, hypot3, nonNegativeNumber, normalize, vec3 } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { copyVec3, perpendicularTo, shapeBase, unitOr } from "./shape.ts";
import type { Bounds, Cylinder, ShapeOptions } from "./shape.ts";

/** Nearer to the axis than this part of the way along it is on it. */
const onAxis = 1e-14;

export interface CylinderOptions extends ShapeOptions {
  /** Direction of the axis, any length above 0; world z by default. */
  readonly axis?: Vec3;
}

/** Solid and flat-ended, centred between its ends. */
export function cylinder(centerM: Vec3, radiusM: number, halfHeightM: number, options: CylinderOptions = {}): Cylinder {
  nonNegativeNumber("cylinder radius", radiusM);
  nonNegativeNumber("cylinder half height", halfHeightM);
  const axis = options.axis === undefined ? vec3(0, 0, 1) : normalize(options.axis);
  return Object.freeze({ kind: "cylinder", centerM: copyVec3(centerM), axis, radiusM, halfHeightM, ...shapeBase(options) });
}

export function cylinderSignedDistance(shape: Cylinder, p: Vec3): number {
  const { side, end } = overhangs(shape, p);
  return hypot2(Math.max(side, 0), Math.max(end, 0)) + Math.min(Math.max(side, end), 0);
}

/** Through the nearest part of the surface, the side before an end; on the axis at right angles to it (`perpendicularTo`). */
export function cylinderGradient(shape: Cylinder, p: Vec3): Vec3 {
  const { axis } = shape;
  const { side, end, axial, radial } = overhangs(shape, p);
  // What is left of a point on the axis is rounding, and has any direction.
  const out = unitOr(radial[0], radial[1], radial[2], perpendicularTo(axis), onAxis * Math.abs(axial));
  const up = axial < 0 ? -1 : 1;
  if (side <= 0 && end <= 0) return side >= end ? out : vec3(up * axis[0], up * axis[1], up * axis[2]);
  const a = Math.max(side, 0);
  const b = up * Math.max(end, 0);
  return unitOr(a * out[0] + b * axis[0], a * out[1] + b * axis[1], a * out[2] + b * axis[2], out);
}

export function cylinderBounds({ centerM, axis, radiusM, halfHeightM, inflationM }: Cylinder): Bounds {
  const reach = (component: number): number =>
    Math.abs(component) * (halfHeightM + inflationM) + Math.sqrt(Math.max(0, 1 - component * component)) * (radiusM + inflationM);
  const [x, y, z] = [reach(axis[0]), reach(axis[1]), reach(axis[2])];
  return {
    min: [centerM[0] - x, centerM[1] - y, centerM[2] - z],
    max: [centerM[0] + x, centerM[1] + y, centerM[2] + z],
  };
}

interface Overhangs {
  /** Beyond the curved side and beyond the nearer end; negative within. */
  readonly side: number;
  readonly end: number;
  /** Along the axis from the centre, and the rest at right angles to it. */
  readonly axial: number;
  readonly radial: readonly [number, number, number];
}

function overhangs({ centerM, axis, radiusM, halfHeightM, inflationM }: Cylinder, p: Vec3): Overhangs {
  const x = p[0] - centerM[0];
  const y = p[1] - centerM[1];
  const z = p[2] - centerM[2];
  const axial = x * axis[0] + y * axis[1] + z * axis[2];
  const radial = [x - axial * axis[0], y - axial * axis[1], z - axial * axis[2]] as const;
  return {
    side: hypot3(radial[0], radial[1], radial[2]) - (radiusM + inflationM),
    end: Math.abs(axial) - (halfHeightM + inflationM),
    axial,
    radial,
  };
}
