/**
 * Capsules as rows of spheres, for planners that know nothing else.
 * @module
 */
import { hypot3 } from "../../core/elementary.ts";

export interface SphereRow {
  /** Shape `[count, 3]`, in the capsule's frame, m. */
  readonly centers: readonly (readonly [number, number, number])[];
  readonly radiusM: number;
  readonly spacingM: number;
}

/**
 * `capsule`: ax ay az bx by bz radius. Spheres stand along the segment of length L, max(2, ceil(L / r) + 1) of them at spacing s; with
 * radius √(r² + s²/4) each covers the capsule half way to the next, so that their union contains it. A ball stays one sphere.
 */
export function spheresOf(capsule: ArrayLike<number>): SphereRow {
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, r = 0] = Array.from(capsule);
  const length = hypot3(bx - ax, by - ay, bz - az);
  if (!(length > 0)) return { centers: [[ax, ay, az]], radiusM: r, spacingM: 0 };
  // A quotient such as 0.3 / 0.05 comes out above 6 by rounding and must not add a sphere.
  const count = Math.max(2, Math.ceil((length / r) * (1 - 1e-12)) + 1);
  const spacingM = length / (count - 1);
  const centers = Array.from({ length: count }, (_, k): [number, number, number] => {
    const t = k / (count - 1);
    return [ax + t * (bx - ax), ay + t * (by - ay), az + t * (bz - az)];
  });
  return { centers, radiusM: Math.sqrt(r * r + (spacingM * spacingM) / 4), spacingM };
}
