import { aabbOf } from "../../geometry/index.ts";
import type { Shape } from "../../geometry/index.ts";

/** Centre and radius of a sphere that holds the shape: about its bounds, which is not the smallest. Radius Infinity where none does. */
export function boundingSphere(shape: Shape): readonly [x: number, y: number, z: number, radiusM: number] {
  const { min, max } = aabbOf(shape);
  const [x, y, z] = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
  const [hx, hy, hz] = [max[0] - x, max[1] - y, max[2] - z];
  const radiusM = Math.sqrt(hx * hx + hy * hy + hz * hz);
  return Number.isFinite(radiusM) ? [x, y, z, radiusM * (1 + 1e-9) + 1e-9] : [0, 0, 0, Infinity];
}
