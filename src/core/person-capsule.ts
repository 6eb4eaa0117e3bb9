import { lerp } from "./vec3.ts";
import type { PersonSpec } from "./world-spec.ts";

/** ax ay az bx by bz radius of the upright capsule around somebody who walks, at a time of the episode. World frame, m. */
export function personCapsuleAt({ heightM, radiusM, walk }: PersonSpec, atS: number): readonly number[] {
  const last = walk.length - 1;
  const next = walk.findIndex((point) => !(point.atS <= atS));
  const from = walk[next < 0 ? last : Math.max(0, next - 1)]!;
  const to = walk[next < 0 ? last : next]!;
  const share = to.atS > from.atS ? (atS - from.atS) / (to.atS - from.atS) : 0;
  const [x, y, z] = lerp(from.feetM, to.feetM, share);
  return [x, y, z + radiusM, x, y, z + heightM - radiusM, radiusM];
}
