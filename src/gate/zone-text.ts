/**
 * How violations of zones are worded (compatible).
 * @module
 */
import type { Vec3 } from "../core/vec3.ts";
import type { ShapeSpec } from "../core/world-spec.ts";

export interface ZoneMeasure {
  /** Centre of the zone, `(0.00, 1.20, 1.00)`. */
  readonly at: string;
  /** For round zones the distance from centre or axis, with the radius as limit; for others from the surface, with 0. */
  readonly distanceM: number;
  readonly limitM: number;
}

export function zoneMeasure(zone: ShapeSpec, signedM: number, nearestM: Vec3): ZoneMeasure {
  switch (zone.kind) {
    case "sphere":
      return {
        at: twoDecimals(zone.centerM),
        distanceM: signedM + zone.radiusM,
        limitM: zone.radiusM,
      };
    case "capsule": {
      const { fromM, toM, radiusM } = zone;
      const middle: Vec3 = [(fromM[0] + toM[0]) / 2, (fromM[1] + toM[1]) / 2, (fromM[2] + toM[2]) / 2];
      return { at: twoDecimals(middle), distanceM: signedM + radiusM, limitM: radiusM };
    }
    case "box":
    case "cylinder":
      return { at: twoDecimals(zone.centerM), distanceM: signedM, limitM: 0 };
    case "half-space":
      return { at: twoDecimals(nearestM), distanceM: signedM, limitM: 0 };
    default:
      return zone satisfies never;
  }
}

/** `0.30m < 0.5m`: two decimals, or as many as it takes, to nine, for the text to read as a violation. */
export function asShortfall(valueM: number, limitM: number): string {
  const limit = Number.isInteger(limitM) ? limitM.toFixed(1) : String(limitM);
  for (let decimals = 2; decimals <= 9; decimals++) {
    const value = valueM.toFixed(decimals);
    if (Number(value) < limitM) return `${value}m < ${limit}m`;
  }
  return `${valueM.toFixed(9)}m < ${limit}m (short by less than 1e-9 m)`;
}

function twoDecimals(point: Vec3): string {
  return `(${point.map((value) => value.toFixed(2)).join(", ")})`;
}
