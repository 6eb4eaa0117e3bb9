/**
 * Both channels on the same configurations, for the test and the bench that compare them.
 * @module
 */
import type { Random } from "../../../core/random.ts";
import { segmentSegmentDistance } from "../../../geometry/capsule-distance.ts";
import { collisionOnly, withModel } from "../../../robot/testing/mujoco-models.ts";
import type { CollisionModel } from "../../../robot/collision-model.ts";
import { robotFromCompiledMjcf } from "../../../robot/mjcf.ts";
import { PosedCapsules } from "../../../robot/posed-capsules.ts";
import type { RobotModel } from "../../../robot/robot-model.ts";
import { SecondOpinion } from "../second-opinion.ts";

const arms = {
  Panda: { path: "menagerie/franka_emika_panda/panda.xml", options: { tipBody: "hand" } },
  UR5e: { path: "menagerie/universal_robots_ur5e/ur5e.xml", options: { tipSite: "attachment_site" } },
} as const;
export const realArmNames = ["Panda", "UR5e"] as const;

/** A real arm, with the capsules that its meshes are lowered to. `modelPath`: from a path in ../shared/models to a file. */
export function realArm(name: (typeof realArmNames)[number], modelPath: (relative: string) => string): CollisionModel {
  const { path, options } = arms[name];
  const { xml, files } = collisionOnly(modelPath(path));
  return withModel(xml, files, (_, arrays) => robotFromCompiledMjcf(arrays, options).collision);
}

export function randomConfigurationInto({ nJoints, lowerRad, upperRad }: RobotModel, random: Random, q: Float64Array): void {
  for (let j = 0; j < nJoints; j++) q[j] = random.uniform(Math.max(lowerRad[j]!, -7), Math.min(upperRad[j]!, 7));
}

/** Greatest differences of the two channels so far. One that is not a number stays. */
export class ChannelComparison {
  readonly #collision: CollisionModel;
  readonly #first: PosedCapsules;
  readonly #second: SecondOpinion;
  readonly #q: Float64Array;
  /** Of a coordinate of a capsule's end, m. */
  endsM = 0;
  /** Of the distance of a pair, and of the least one, m. */
  pairsM = 0;

  constructor(collision: CollisionModel) {
    this.#collision = collision;
    this.#first = new PosedCapsules(collision);
    this.#second = new SecondOpinion(collision);
    this.#q = new Float64Array(collision.robot.nJoints);
  }

  compare(n: number, random: Random): void {
    for (let i = 0; i < n; i++) {
      randomConfigurationInto(this.#collision.robot, random, this.#q);
      this.#first.pose(this.#q);
      this.#second.look(this.#q);
      this.#compareEnds();
      this.#comparePairs();
    }
  }

  #compareEnds(): void {
    const first = this.#first.capsules;
    const { ends } = this.#second.chain;
    for (let c = 0; c < this.#collision.nCapsules; c++)
      for (let k = 0; k < 6; k++) this.endsM = worse(this.endsM, Math.abs(first[c * 7 + k]! - ends[c * 6 + k]!));
  }

  #comparePairs(): void {
    const { selfPairs } = this.#collision;
    const { capsules } = this.#first;
    let leastM = Infinity;
    for (let p = 0; p < selfPairs.length; p += 2) {
      const a = selfPairs[p]!;
      const b = selfPairs[p + 1]!;
      const distance = segmentSegmentDistance(capsules, a * 7, capsules, b * 7) - capsules[a * 7 + 6]! - capsules[b * 7 + 6]!;
      this.pairsM = worse(this.pairsM, Math.abs(distance - this.#second.pairsM[p / 2]!));
      leastM = Math.min(leastM, distance);
    }
    if (selfPairs.length > 0) this.pairsM = worse(this.pairsM, Math.abs(leastM - this.#second.selfM));
  }
}

function worse(x: number, y: number): number {
  return y <= x ? x : y;
}
