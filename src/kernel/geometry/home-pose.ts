/**
 * The declared home pose: what is mounted where, and that it is clear.
 * @module
 */
import { GEOMETRY_CLEAR, GEOMETRY_COLLISION, KIND_FIXTURE, KIND_SELF, KIND_ZONE } from "./codes.ts";
import type { KernelGeometry } from "./kernel-geometry.ts";
import { refuse, type LoadedGeometry } from "./load.ts";
import type { Mount } from "./options.ts";
import type { Scene } from "./scene.ts";

const noRows = new Float64Array(0);

/** Shape `[nColumns]`, rad or m; 0 in columns without a joint. */
function homeOf({ collision, columns, stride }: LoadedGeometry): Float64Array {
  const home = new Float64Array(stride);
  collision.robot.homeRad.forEach((value, joint) => (home[columns[joint]!] = value));
  return home;
}

/** What touches a fixture at home and cannot be moved off it by any joint. */
export function mountsAtHome({ fixtures, bodies, motion }: Scene, loaded: LoadedGeometry): readonly Mount[] {
  if (fixtures === undefined || !motion.loadRows(homeOf(loaded), noRows, 0, loaded.stride)) return [];
  motion.begin();
  motion.placeAt(0);
  const mounts = new Map<string, Mount>();
  for (let item = 0; item < fixtures.count; item++) {
    const body = fixtures.bodyOf(item);
    // What is held is not mounted.
    if (body >= bodies.nCapsules) continue;
    const link = bodies.names[body]!;
    for (const fixture of fixtures.mountedOn(item)) mounts.set(`${link}\n${fixture}`, { link, fixture });
  }
  return [...mounts.values()];
}

/**
 * Distance of the nearest checked pair of the robot itself, m.
 * @throws ClearanceError `config.invalid` where the robot is in collision with itself or a fixture, or in a zone, at its home.
 */
export function homeDistance(geometry: KernelGeometry, loaded: LoadedGeometry): number {
  const home = homeOf(loaded);
  // Self last: its nearest distance is reported.
  for (const kind of [KIND_ZONE, KIND_FIXTURE, KIND_SELF]) {
    const code = geometry.judgeOnly(kind, home, noRows, 0, 1, 0);
    if (code === GEOMETRY_CLEAR) continue;
    const { bodyA, other, distanceM, limit } = geometry.finding;
    const solid = kind === KIND_SELF ? `"${geometry.nameOfBody(other)}"` : `fixture "${geometry.nameOfObstacle(other)}"`;
    const against = kind === KIND_ZONE ? `zone ${other}` : solid;
    const what = code === GEOMETRY_COLLISION ? "collides" : "is refused";
    refuse([`the home pose ${what}: "${geometry.nameOfBody(bodyA)}" is ${distanceM} m from ${against}, margin ${limit} m`]);
  }
  return geometry.nearestOf(KIND_SELF);
}
