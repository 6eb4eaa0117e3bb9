/**
 * Whether the robot may stand at its home at all.
 * @module
 */
import { GEOMETRY_CLEAR, GEOMETRY_COLLISION, KIND_SELF, KIND_ZONE } from "./codes.ts";
import type { KernelGeometry } from "./kernel-geometry.ts";
import { refuse, type LoadedGeometry } from "./load.ts";

/**
 * Of the nearest checked pair of the robot's own, m; Infinity where none is checked.
 * @throws ClearanceError `config.invalid` where the robot is in collision with itself, or in a zone, at its home
 */
export function homeDistance(geometry: KernelGeometry, { collision, columns, stride }: LoadedGeometry): number {
  const home = new Float64Array(stride);
  collision.robot.homeRad.forEach((value, joint) => (home[columns[joint]!] = value));
  const none = new Float64Array(0);
  // Self last: its nearest distance is reported.
  for (const kind of [KIND_ZONE, KIND_SELF]) {
    const code = geometry.judgeOnly(kind, home, none, 0, 1, 0);
    if (code === GEOMETRY_CLEAR) continue;
    const { bodyA, other, distanceM, limit } = geometry.finding;
    const against = kind === KIND_SELF ? `"${geometry.nameOfBody(other)}"` : `zone ${other}`;
    const what = code === GEOMETRY_COLLISION ? "collides" : "is refused";
    refuse([`the home pose ${what}: "${geometry.nameOfBody(bodyA)}" is ${distanceM} m from ${against}, margin ${limit} m`]);
  }
  return geometry.nearestOf(KIND_SELF);
}
