/**
 * The checks over one set of bodies, with the memory they need. Made at load, and again when the robot takes or leaves something;
 * what was received of the world stays in its stores.
 * @module
 */
import { linksBetween } from "../../robot/motion-reach.ts";
import { JOINT_FIXED, type RobotModel } from "../../robot/robot-model.ts";
import { bodiesOf, pairPaths, type AttachedGeometry, type Bodies, type JointPaths } from "./bodies.ts";
import { BoxCheck } from "./box-check.ts";
import { ChunkProof } from "./chunk-proof.ts";
import type { ClearanceCheck } from "./clearance-check.ts";
import { EeSpeed } from "./ee-speed.ts";
import { FixtureCheck, type FixtureStore } from "./fixture-check.ts";
import type { LoadedGeometry } from "./load.ts";
import { Motion } from "./motion.ts";
import { PlacedBodies } from "./placed-bodies.ts";
import { PointBounds } from "./point-bounds.ts";
import { SelfCheck } from "./self-check.ts";
import { SweptProof } from "./swept-proof.ts";
import type { Mount } from "./options.ts";
import { VoxelCheck } from "./voxel-check.ts";
import type { VoxelStore } from "./voxel-store.ts";
import { WorldCheck, type WorldStore } from "./world-check.ts";
import { ZoneCheck } from "./zone-check.ts";

export interface Scene {
  readonly bodies: Bodies;
  readonly motion: Motion;
  /** In the order in which they decide: self, world, fixtures, voxels, zones, box. */
  readonly checks: readonly ClearanceCheck[];
  readonly world: WorldCheck | undefined;
  readonly fixtures: FixtureCheck | undefined;
  readonly box: BoxCheck | undefined;
  readonly speed: EeSpeed | undefined;
  readonly chunk: ChunkProof;
  readonly proof: SweptProof;
}

/** What outlives a change of what the robot holds. */
export interface Surroundings {
  readonly world: WorldStore;
  readonly fixtures: FixtureStore;
  readonly voxels: VoxelStore;
}

export function buildScene(
  loaded: LoadedGeometry,
  { world, fixtures, voxels }: Surroundings,
  attached: readonly AttachedGeometry[],
  mounts: readonly Mount[],
): Scene {
  const { collision, options, columns, baseJoints, maxRows, zones } = loaded;
  const { robot } = collision;
  const { exhaustive = false, controlPoints = [] } = options;
  const bodies = bodiesOf(collision, attached, controlPoints);
  const placed = new PlacedBodies(robot, bodies, baseJoints);
  const motion = new Motion(robot, placed, columns, maxRows);
  const margins = (paths: JointPaths, rows: ArrayLike<number>, marginM = 0): Float64Array =>
    Float64Array.from(rows, (row) => marginM + trackingGrowth(paths, row, loaded.trackingError));
  const solid = Array.from({ length: bodies.nSolid }, (_, b) => b);
  const exempting = (links: readonly string[] = []): Int32Array =>
    Int32Array.from(solid.filter((b) => b >= bodies.nCapsules || !links.includes(robot.linkNames[bodies.linkOf[b]!]!)));
  const checks: ClearanceCheck[] = [];
  let worldCheck: WorldCheck | undefined;
  if (options.self !== undefined) {
    const pairs = Int32Array.from([...collision.selfPairs, ...attachedPairs(robot, bodies, attached)]);
    const paths = pairPaths(robot, bodies, pairs);
    checks.push(
      new SelfCheck(
        pairs,
        paths,
        margins(
          paths,
          Array.from({ length: pairs.length / 2 }, (_, pair) => pair),
          options.self.marginM,
        ),
        motion,
        exhaustive,
      ),
    );
  }
  if (options.world !== undefined) {
    const items = exempting(options.world.exemptLinks);
    worldCheck = new WorldCheck(world, items, margins(bodies.paths, items, options.world.marginM), motion, exhaustive);
    worldCheck.allow(Array.from(items, (b) => attached[bodies.attachedOf[b]!]?.mayTouchObstacles ?? []));
    checks.push(worldCheck);
  }
  let fixtureCheck: FixtureCheck | undefined;
  if (options.fixtures !== undefined) {
    const items = exempting(options.fixtures.exemptLinks);
    fixtureCheck = new FixtureCheck(fixtures, items, margins(bodies.paths, items, options.fixtures.marginM), motion, exhaustive);
    for (const [item, b] of items.entries()) {
      const mayTouch = attached[bodies.attachedOf[b]!]?.mayTouchObstacles ?? [];
      const mountedOn = mounts.filter(({ link }) => link === bodies.names[b]).map(({ fixture }) => fixture);
      fixtureCheck.allow(item, b < bodies.nCapsules ? mountedOn : mayTouch);
    }
    checks.push(fixtureCheck);
  }
  if (options.voxels !== undefined) {
    const { shape, outside, horizonM = 0.05, exemptLinks, marginM } = options.voxels;
    const items = exempting(exemptLinks);
    const how = { exactCubes: shape === "box", outsideBlocks: outside !== "free", horizonM };
    checks.push(new VoxelCheck(voxels, how, items, margins(bodies.paths, items, marginM), motion, exhaustive));
  }
  if (options.zones !== undefined) {
    const items = Int32Array.from({ length: bodies.count }, (_, b) => b);
    checks.push(new ZoneCheck(zones, items, margins(bodies.paths, items, options.zones.marginM), motion, exhaustive));
  }
  const bounds = new PointBounds(robot, motion);
  let box: BoxCheck | undefined;
  if (options.box !== undefined) {
    const { minM, maxM, toleranceM = 0.001 } = options.box;
    const points = Int32Array.from({ length: bodies.count - bodies.nSolid }, (_, p) => bodies.nSolid + p);
    box = new BoxCheck(Float64Array.of(...minM, ...maxM), toleranceM, points, motion, bounds, exhaustive);
    checks.push(box);
  }
  const proofs = { chunk: new ChunkProof(checks, motion), proof: new SweptProof(checks, motion) };
  return { bodies, motion, checks, world: worldCheck, fixtures: fixtureCheck, box, speed: speedOf(loaded, motion, bounds), ...proofs };
}

function speedOf({ options: { eeSpeed } }: LoadedGeometry, motion: Motion, bounds: PointBounds): EeSpeed | undefined {
  if (eeSpeed === undefined) return undefined;
  const { maxMps = Infinity, maxAccelMps2 = Infinity, jumpToleranceM = 0.02 } = eeSpeed;
  return new EeSpeed({ maxSpeedMps: maxMps, maxAccelMps2, jumpToleranceM }, motion, bounds);
}

/** Σ trackingError_j · ρ_j over the joints of one row of paths, m. */
function trackingGrowth({ start, joint, reachM }: JointPaths, row: number, trackingError: Float64Array): number {
  let sum = 0;
  for (let k = start[row]!; k < start[row + 1]!; k++) sum += trackingError[joint[k]!]! * reachM[k]!;
  return sum;
}

/** What is held against every capsule that can move relative to it, and against what else is held. */
function attachedPairs(robot: RobotModel, bodies: Bodies, attached: readonly AttachedGeometry[]): number[] {
  const { nCapsules, nSolid, linkOf, attachedOf } = bodies;
  const pairs: number[] = [];
  for (let b = nCapsules; b < nSolid; b++) {
    const mayTouch = attached[attachedOf[b]!]!.mayTouchLinks ?? [];
    for (let a = 0; a < b; a++) {
      if (rigidWith(robot, linkOf[a]!, linkOf[b]!)) continue;
      if (a < nCapsules && mayTouch.includes(robot.linkNames[linkOf[a]!]!)) continue;
      pairs.push(a, b);
    }
  }
  return pairs;
}

/** Whether no joint lies between two links. */
function rigidWith(robot: RobotModel, a: number, b: number): boolean {
  const joints = (link: number): string =>
    linksBetween(robot, 0, link)
      .filter((at) => robot.jointKindOfLink[at] !== JOINT_FIXED)
      .join();
  return joints(a) === joints(b);
}
