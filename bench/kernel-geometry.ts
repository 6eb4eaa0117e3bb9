import { Random } from "../src/core/random.ts";
import { GEOMETRY_CLEAR } from "../src/kernel/geometry/codes.ts";
import { KernelGeometry } from "../src/kernel/geometry/kernel-geometry.ts";
import type { KernelGeometryOptions } from "../src/kernel/geometry/options.ts";
import { gridOf, ur5e, worldOf } from "../src/kernel/geometry/testing/fixtures.ts";
import { g1Class, h1Class } from "../src/kernel/geometry/testing/humanoid.ts";
import type { CollisionModel } from "../src/robot/collision-model.ts";
import { pandaLike, pandaLikeCollision } from "../src/robot/testing/panda-like.ts";
import type { BenchOptions } from "./main.ts";
import { timeBatches, timeEach } from "./measure.ts";
import type { Row } from "./report.ts";

const none = new Float64Array(0);

/** What the kernel's geometry costs: one configuration after the other, and a whole chunk. */
export function kernelGeometryRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const panda = pandaLikeCollision(pandaLike());
  const arm = ur5e();
  return Promise.resolve([
    oneState(quick, `Panda, ${panda.nCapsules} capsules`, 0.8, { collision: panda, self: {} }),
    oneState(quick, `UR5e, ${arm.selfPairs.length / 2} pairs`, 0.8, { collision: arm, self: {} }),
    oneState(quick, `H1 class, ${h1Class.selfPairs.length / 2} pairs`, 5, { collision: h1Class, self: {} }),
    oneState(quick, `G1 class, ${g1Class.selfPairs.length / 2} pairs`, 10, { collision: g1Class, self: {} }),
    amongPosts(quick, panda),
    voxels(quick),
    ...wholeChunk(quick, "Panda, 20 obstacles", { medianUs: 100, p99Us: 300 }, { collision: panda, self: {}, world: {} }),
    ...wholeChunk(
      quick,
      "G1 class, 20 obstacles, grid",
      { p99Us: 1000 },
      { collision: g1Class, self: {}, world: {}, voxels: { outside: "free" } },
    ),
  ]);
}

/** Configurations near home that pass, which is what a kernel sees nearly always. */
function clearStates(geometry: KernelGeometry, { robot }: CollisionModel, spreadRad: number): readonly Float64Array[] {
  const random = new Random("bench kernel geometry");
  const states: Float64Array[] = [];
  while (states.length < 256) {
    const q = robot.homeRad.map((value) => value + random.uniform(-spreadRad, spreadRad));
    if (geometry.judge(q, none, 0, 1, 0) === GEOMETRY_CLEAR) states.push(q);
  }
  return states;
}

function furnished(options: KernelGeometryOptions): KernelGeometry {
  const geometry = new KernelGeometry(options);
  const random = new Random("bench kernel world");
  const posts = Array.from({ length: 20 }, () => {
    const angle = random.uniform(0.7, 1.1);
    const [x, y] = [angle * random.uniform(-1, 1), angle];
    return [0.05, 0.15, [x, random.next() < 0.5 ? y : -y, random.uniform(0, 1), 0, 0, 0]] as const;
  });
  if (options.world !== undefined) geometry.setWorld(worldOf(posts));
  // 2 % of the cells, in clusters as depth cameras see them, and none where the robot stands.
  const cell = (x: number, y: number): number => (x * x + y * y > 0.49 && random.next() < 0.04 ? 1 : 0);
  if (options.voxels !== undefined) geometry.setVoxels(gridOf([40, 40, 40], 0.05, [-1, -1, -1.05], cell));
  return geometry;
}

function oneState(quick: boolean, what: string, limit: number, options: KernelGeometryOptions): Row {
  const geometry = furnished(options);
  const states = clearStates(geometry, options.collision, 0.2);
  const { medianUs, p99Us } = timeBatches(quick ? 50 : 400, 1024, (i) => geometry.judge(states[i % 256]!, none, 0, 1, 0));
  return { what: `kernel geometry, one state: ${what}`, measured: medianUs, unit: "µs", limit, note: `p99 ${p99Us.toFixed(2)} µs` };
}

/** The scene of the robot group: random configurations among posts, some of them in collision. */
function amongPosts(quick: boolean, collision: CollisionModel): Row {
  const geometry = new KernelGeometry({ collision, self: {}, world: {} });
  const random = new Random("bench clearance");
  geometry.setWorld(
    worldOf(
      Array.from({ length: 20 }, () => {
        const [x, y, z] = [random.uniform(-0.8, 0.8), random.uniform(-0.8, 0.8), random.uniform(0, 1)];
        return [0.05, 0.15, [x, y, z + 0.15, 0, 0, 0]] as const;
      }),
    ),
  );
  const { lowerRad, upperRad } = collision.robot;
  const states = Array.from({ length: 1024 }, () => Float64Array.from(lowerRad, (low, j) => random.uniform(low, upperRad[j]!)));
  const { medianUs, p99Us } = timeBatches(quick ? 50 : 400, 1024, (i) => geometry.judge(states[i % 1024]!, none, 0, 1, 0));
  const what = "kernel geometry, one state: Panda + 20 world capsules";
  return { what, measured: medianUs, unit: "µs", limit: 1.3, note: `p99 ${p99Us.toFixed(2)} µs` };
}

/** What the grid adds to the self check of the same robot. */
function voxels(quick: boolean): Row {
  const without = new KernelGeometry({ collision: g1Class, self: {} });
  const geometry = furnished({ collision: g1Class, self: {}, voxels: { outside: "free" } });
  const states = clearStates(geometry, g1Class, 0.1);
  const batches = quick ? 50 : 400;
  const bare = timeBatches(batches, 512, (i) => without.judge(states[i % 256]!, none, 0, 1, 0));
  const whole = timeBatches(batches, 512, (i) => geometry.judge(states[i % 256]!, none, 0, 1, 0));
  return {
    what: "kernel geometry, one state: voxel grid 40³ at 2 %, G1 class, added",
    measured: whole.medianUs - bare.medianUs,
    unit: "µs",
    limit: 6,
    note: `whole ${whole.medianUs.toFixed(2)} µs`,
  };
}

/** 16 rows, swept. */
function wholeChunk(
  quick: boolean,
  what: string,
  limits: { readonly medianUs?: number; readonly p99Us: number },
  options: KernelGeometryOptions,
): readonly Row[] {
  const geometry = furnished(options);
  const n = options.collision.robot.nJoints;
  const states = clearStates(geometry, options.collision, 0.1);
  const chunks = states.map((from, i) => {
    const to = states[(i + 1) % states.length]!;
    return Float64Array.from(
      { length: 16 * n },
      (_, at) => from[at % n]! + ((Math.floor(at / n) + 1) / 32) * (to[at % n]! - from[at % n]!),
    );
  });
  const timing = timeEach(quick ? 2000 : 20_000, (i) => geometry.judge(states[i % 256]!, chunks[i % 256]!, 16, 1 / 30, 0));
  const name = `kernel geometry, 16 rows swept, ${what}`;
  const p99: Row = {
    what: `${name}: p99`,
    measured: timing.p99Us,
    unit: "µs",
    limit: limits.p99Us,
    note: `median ${timing.medianUs.toFixed(0)} µs`,
  };
  if (limits.medianUs === undefined) return [p99];
  return [{ what: `${name}: median`, measured: timing.medianUs, unit: "µs", limit: limits.medianUs }, p99];
}
