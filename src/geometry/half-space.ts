import { finiteNumber, vec3 } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { shapeBase, unitPlane } from "./shape.ts";
import type { Bounds, HalfSpace, ShapeOptions } from "./shape.ts";

/** Everything where `normal · p + offsetM >= 0`; both are divided by the normal's length here. */
export function halfSpace(normal: Vec3, offsetM = 0, options: ShapeOptions = {}): HalfSpace {
  return Object.freeze({ kind: "half-space", ...unitPlane("half-space", normal, offsetM), ...shapeBase(options) });
}

/** Solid at and below z = `zM`. */
export function floorAt(zM: number, options: ShapeOptions = {}): HalfSpace {
  return halfSpace([0, 0, -1], finiteNumber("floor height", zM), options);
}

/** Solid at and above z = `zM`. */
export function ceilingAt(zM: number, options: ShapeOptions = {}): HalfSpace {
  return halfSpace([0, 0, 1], -finiteNumber("ceiling height", zM), options);
}

/** A plane across an axis at `valueM`, solid on the side of larger ("positive") or smaller ("negative") coordinates, itself included. */
export function wallAt(
  axis: "x" | "y" | "z",
  valueM: number,
  forbiddenSide: "positive" | "negative",
  options: ShapeOptions = {},
): HalfSpace {
  const sign = forbiddenSide === "positive" ? 1 : -1;
  const normal: Vec3 = [axis === "x" ? sign : 0, axis === "y" ? sign : 0, axis === "z" ? sign : 0];
  return halfSpace(normal, -sign * finiteNumber("wall position", valueM), options);
}

/** -(normal · p + offset + inflation). */
export function halfSpaceSignedDistance({ normal, offsetM, inflationM }: HalfSpace, p: Vec3): number {
  return -(normal[0] * p[0] + normal[1] * p[1] + normal[2] * p[2] + offsetM + inflationM);
}

/** Out of the solid, everywhere. */
export function halfSpaceGradient({ normal }: HalfSpace): Vec3 {
  return vec3(-normal[0], -normal[1], -normal[2]);
}

/** Infinite, except across the plane of a half-space whose normal lies along an axis. */
export function halfSpaceBounds({ normal, offsetM, inflationM }: HalfSpace): Bounds {
  const min: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const max: [number, number, number] = [Infinity, Infinity, Infinity];
  for (const axis of [0, 1, 2] as const) {
    if (normal[axis] === 1) min[axis] = -(offsetM + inflationM);
    if (normal[axis] === -1) max[axis] = offsetM + inflationM;
  }
  return { min, max };
}
