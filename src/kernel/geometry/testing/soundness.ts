/**
 * Tries to catch the swept proof lying: random steps of random robots among random obstacles, and every accepted one walked through
 * in small steps by code that shares nothing with the proof but forward kinematics and the distance of two segments.
 * @module
 */
import { cos, exp, sin } from "../../../core/elementary.ts";
import { Random } from "../../../core/random.ts";
import { segmentPointDistance, segmentSegmentDistance } from "../../../geometry/capsule-distance.ts";
import type { CollisionModel } from "../../../robot/collision-model.ts";
import { forwardKinematics } from "../../../robot/kinematics.ts";
import { pandaLike, pandaLikeCollision } from "../../../robot/testing/panda-like.ts";
import { randomCollision, randomConfiguration, randomRobot } from "../../../robot/testing/random-robot.ts";
import { GEOMETRY_CLEAR, GEOMETRY_SWEEP_UNPROVEN } from "../codes.ts";
import { KernelGeometry } from "../kernel-geometry.ts";
import type { VoxelGrid } from "../voxel-store.ts";
import type { WorldCapsules } from "../world-check.ts";
import { gridOf, ur5e, worldOf, type Xyzrpy } from "./fixtures.ts";

export interface SoundnessReport {
  readonly segments: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unproven: number;
  /** Configurations looked at in accepted steps. */
  readonly samples: number;
  /** Accepted steps in which a sample was at or below the margin, or below the bound that was promised. */
  readonly lies: readonly string[];
  /** How much nearer than promised the worst sample was, m; negative is good. */
  readonly worstM: number;
}

export interface SoundnessOptions {
  /** Longest joint motion between two samples, rad. */
  readonly sampleRad?: number;
  /** Told after each thousand segments. */
  readonly onProgress?: (segments: number) => void;
  readonly firstSegment?: number;
}

const marginM = 0.01;

export function soundness(
  n: number,
  seed: number | string,
  { sampleRad = 1e-4, onProgress, firstSegment = 0 }: SoundnessOptions = {},
): SoundnessReport {
  const panda = new Trial(pandaLikeCollision(pandaLike()));
  const arm = new Trial(ur5e());
  const report = { segments: 0, accepted: 0, refused: 0, unproven: 0, samples: 0, lies: [] as string[], worstM: -Infinity };
  for (let i = firstSegment; i < firstSegment + n; i++) {
    const random = new Random(`${seed} ${Math.floor(i / 50)}`);
    if (i % 50 === 0 || i === firstSegment) for (const trial of [panda, arm]) trial.furnish(random);
    const step = new Random(`${seed} step ${i}`);
    const strange = i % 10 === 9;
    const trial = strange ? new Trial(randomModel(step)) : i % 2 === 0 ? panda : arm;
    if (strange) trial.furnish(step);
    const from = randomConfiguration(step, trial.collision.robot);
    const length = 0.5 * exp(-step.uniform(0, 5));
    const to = from.map((value) => value + step.uniform(-length, length));
    const code = trial.geometry.judge(from, to, 1, 1, 0);
    report.segments += 1;
    if (code === GEOMETRY_CLEAR) {
      report.accepted += 1;
      const promised = trial.geometry.boundM[0]!;
      const nearest = trial.walk(from, to, sampleRad);
      report.samples += trial.samples;
      report.worstM = Math.max(report.worstM, promised - nearest, marginM - nearest);
      if (!(nearest > marginM && nearest >= promised - 1e-9)) report.lies.push(`segment ${i}: ${nearest} m, promised ${promised} m`);
    } else if (code === GEOMETRY_SWEEP_UNPROVEN) report.unproven += 1;
    else report.refused += 1;
    if (report.segments % 1000 === 0) onProgress?.(i + 1);
  }
  return report;
}

function randomModel(random: Random): CollisionModel {
  const robot = randomRobot(random, { nLinks: 3 + random.integer(6), nJoints: 3 });
  const driven = new Set(robot.qIndexOfLink);
  // A joint that moves no link is refused at load.
  return [0, 1, 2].every((joint) => driven.has(joint)) ? randomCollision(random, robot) : randomModel(random);
}

class Trial {
  readonly collision: CollisionModel;
  readonly geometry: KernelGeometry;
  samples = 0;
  readonly #frames: Float64Array;
  readonly #ends: Float64Array;
  #world: Float64Array = new Float64Array(0);
  #cells: Float64Array = new Float64Array(0);
  #ballM = 0;

  constructor(collision: CollisionModel) {
    const { robot, nCapsules } = collision;
    this.collision = collision;
    // Home may collide in a robot no factory builds; that is not the question here.
    const selfPairs = new Int32Array(0);
    const self = { marginM, acknowledgeNoPairs: true };
    const common = {
      world: { marginM },
      voxels: { marginM, outside: "free" as const, maxCells: 1000 },
      mimicLinks: robot.linkNames.slice(1),
    };
    try {
      this.geometry = new KernelGeometry({ collision, self, ...common });
    } catch {
      this.collision = { ...collision, selfPairs };
      this.geometry = new KernelGeometry({ collision: this.collision, self, ...common });
    }
    this.#frames = new Float64Array(robot.nLinks * 12);
    this.#ends = new Float64Array(nCapsules * 7);
  }

  /** New obstacles and a new grid. */
  furnish(random: Random): void {
    const place = (): Xyzrpy => {
      const [x, y, z] = [random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-0.2, 1.2)];
      return [x, y, z, random.uniform(-3, 3), random.uniform(-1.5, 1.5), random.uniform(-3, 3)];
    };
    const world = worldOf(Array.from({ length: 6 }, () => [random.uniform(0.02, 0.1), random.uniform(0, 0.3), place()] as const));
    const grid = gridOf([10, 10, 10], 0.08, [-0.9 + random.next(), -0.9 + random.next(), random.next() - 0.3], () =>
      random.next() < 0.01 ? 1 : 0,
    );
    this.geometry.setWorld(world);
    this.geometry.setVoxels(grid);
    this.#world = rowsOfWorld(world);
    this.#cells = centresOf(grid);
    this.#ballM = (grid.resolutionM * Math.sqrt(3)) / 2;
  }

  /** Nearest distance of anything on the way, m. */
  walk(from: Float64Array, to: Float64Array, sampleRad: number): number {
    const longest = from.reduce((most, value, j) => Math.max(most, Math.abs(to[j]! - value)), 0);
    const n = Math.max(1, Math.ceil(longest / sampleRad));
    const q = new Float64Array(from.length);
    let nearest = Infinity;
    for (let i = 0; i <= n; i++) {
      for (let j = 0; j < q.length; j++) q[j] = from[j]! + (i / n) * (to[j]! - from[j]!);
      nearest = Math.min(nearest, this.distanceAt(q));
    }
    this.samples = n + 1;
    return nearest;
  }

  distanceAt(q: Float64Array): number {
    const { robot, nCapsules, linkOfCapsule, capsulesInLink, selfPairs } = this.collision;
    forwardKinematics(robot, q, this.#frames);
    const ends = this.#ends;
    for (let c = 0; c < nCapsules; c++) {
      for (let k = 0; k < 6; k++) {
        const m = linkOfCapsule[c]! * 12 + (k % 3) * 4;
        const p = c * 7 + (k < 3 ? 0 : 3);
        const f = this.#frames;
        ends[c * 7 + k] = f[m]! * capsulesInLink[p]! + f[m + 1]! * capsulesInLink[p + 1]! + f[m + 2]! * capsulesInLink[p + 2]! + f[m + 3]!;
      }
      ends[c * 7 + 6] = capsulesInLink[c * 7 + 6]!;
    }
    let nearest = Infinity;
    for (let p = 0; p < selfPairs.length; p += 2) {
      const [a, b] = [selfPairs[p]! * 7, selfPairs[p + 1]! * 7];
      nearest = Math.min(nearest, segmentSegmentDistance(ends, a, ends, b) - ends[a + 6]! - ends[b + 6]!);
    }
    for (let a = 0; a < nCapsules * 7; a += 7) {
      for (let o = 0; o < this.#world.length; o += 7) {
        nearest = Math.min(nearest, segmentSegmentDistance(ends, a, this.#world, o) - ends[a + 6]! - this.#world[o + 6]!);
      }
      for (let v = 0; v < this.#cells.length; v += 3) {
        nearest = Math.min(nearest, segmentPointDistance(ends, a, this.#cells, v) - ends[a + 6]! - this.#ballM);
      }
    }
    return nearest;
  }
}

/** Rz(yaw) Ry(pitch) Rx(roll) written out: its third column is the direction of the segment. */
function rowsOfWorld({ radiusM, halfLengthM, originXyzRpy: o }: WorldCapsules): Float64Array {
  const rows = new Float64Array(radiusM.length * 7);
  for (let i = 0; i < radiusM.length; i++) {
    const [roll, pitch, yaw] = [o[i * 6 + 3]!, o[i * 6 + 4]!, o[i * 6 + 5]!];
    const direction = [
      cos(yaw) * sin(pitch) * cos(roll) + sin(yaw) * sin(roll),
      sin(yaw) * sin(pitch) * cos(roll) - cos(yaw) * sin(roll),
      cos(pitch) * cos(roll),
    ];
    for (let axis = 0; axis < 3; axis++) {
      rows[i * 7 + axis] = o[i * 6 + axis]! - direction[axis]! * halfLengthM[i]!;
      rows[i * 7 + 3 + axis] = o[i * 6 + axis]! + direction[axis]! * halfLengthM[i]!;
    }
    rows[i * 7 + 6] = radiusM[i]!;
  }
  return rows;
}

function centresOf({ cells, size: [sx, sy], originM, resolutionM }: VoxelGrid): Float64Array {
  const centres: number[] = [];
  cells.forEach((value, i) => {
    if (value === 0) return;
    const index = [i % sx, Math.floor(i / sx) % sy, Math.floor(i / (sx * sy))];
    centres.push(...index.map((k, axis) => originM[axis]! + (k + 0.5) * resolutionM));
  });
  return new Float64Array(centres);
}
