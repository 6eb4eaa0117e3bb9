/**
 * A seeded task on the arm's table: posts stand about, one cube is moved and the tip visits two points. The straight way is sometimes
 * blocked and often close to a post.
 * @module
 */
import { hypot2 } from "../../core/elementary.ts";
import { Random } from "../../core/random.ts";
import type { FixtureSpec, WorldSpec } from "../../core/world-spec.ts";

export interface PlaceGoal {
  readonly kind: "place";
  readonly object: string;
  readonly x: number;
  readonly y: number;
}
export interface ReachGoal {
  readonly kind: "reach";
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface ClutteredTask {
  readonly seed: number;
  readonly world: WorldSpec;
  /** What the robot must not touch, as named in the world. */
  readonly postNames: readonly string[];
  readonly goals: readonly (PlaceGoal | ReachGoal)[];
}

const nPosts = 5;
const postRadiusM = 0.02;

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** `table` with posts and goals that only the seed decides. Spots keep apart, so that every goal can be reached by a careful arm. */
export function clutteredTask(table: WorldSpec, seed: number): ClutteredTask {
  const random = new Random(`safety cost ${seed}`);
  const taken: Spot[] = table.objects.map(({ positionM: [x, y] }) => ({ x, y }));
  const target = spot(random.fork("target"), taken, 0.12, [0.35, 0.65], [-0.3, 0.35]);
  taken.push(target);
  const reach = [0, 1].map((i) => {
    const at = spot(random.fork(`reach ${i}`), taken, 0.1, [0.3, 0.65], [-0.35, 0.4]);
    taken.push(at);
    return { kind: "reach", ...at, z: random.uniform(0.15, 0.4) } as const;
  });
  const posts = Array.from({ length: nPosts }, (_, i) => {
    const at = spot(random.fork(`post ${i}`), taken, 0.13, [0.25, 0.75], [-0.45, 0.45]);
    taken.push(at);
    return post(`post ${i + 1}`, at, random.uniform(0.1, 0.35));
  });
  const object = table.objects[Math.floor(random.uniform(0, table.objects.length))]?.name ?? "";
  return {
    seed,
    world: { ...table, name: `${table.name}, cluttered`, fixtures: [...table.fixtures, ...posts] },
    postNames: posts.map(({ name }) => name),
    goals: [{ kind: "place", object, ...target }, ...reach],
  };
}

/** Farther than `apartM` from everything taken; the farthest of many tries where the table is too full for that. */
function spot(random: Random, taken: readonly Spot[], apartM: number, xM: readonly [number, number], yM: readonly [number, number]): Spot {
  let best = { x: xM[0], y: yM[0] };
  let bestM = -1;
  for (let attempt = 0; attempt < 200 && bestM < apartM; attempt++) {
    const at = { x: random.uniform(...xM), y: random.uniform(...yM) };
    const nearestM = Math.min(...taken.map((other) => hypot2(at.x - other.x, at.y - other.y)));
    if (nearestM > bestM) [best, bestM] = [at, nearestM];
  }
  return best;
}

function post(name: string, { x, y }: Spot, heightM: number): FixtureSpec {
  const toM = [x, y, heightM - postRadiusM] as const;
  return { name, shapes: [{ kind: "capsule", fromM: [x, y, 0], toM, radiusM: postRadiusM }], rgba: [0.85, 0.55, 0.1, 1] };
}
