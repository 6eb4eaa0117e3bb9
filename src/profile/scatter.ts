import type { Random } from "../core/random.ts";
import type { WorldSpec } from "../core/world-spec.ts";

/** The world with its objects moved as `scatter` says: every seed is another start, the same seed the same one. */
export function scattered(world: WorldSpec, random: Random): WorldSpec {
  const { scatter } = world;
  if (scatter === undefined) return world;
  const objects = world.objects.map((object) => {
    const stream = random.fork(object.name);
    const [x, y, z] = object.positionM;
    const moved = [
      x + stream.uniform(-scatter.positionM, scatter.positionM),
      y + stream.uniform(-scatter.positionM, scatter.positionM),
      z,
    ] as const;
    return { ...object, positionM: moved, yawRad: object.yawRad + stream.uniform(-scatter.yawRad, scatter.yawRad) };
  });
  return { ...world, objects };
}
