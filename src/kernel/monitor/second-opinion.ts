/**
 * What the second channel computes of one configuration: nearest pair and distance, by brute force over all pairs.
 * @module
 */
import type { CollisionModel } from "../../robot/collision-model.ts";
import { JOINT_FIXED } from "../../robot/robot-model.ts";
import { edgeDistance } from "./edge-distance.ts";
import { QuaternionChain } from "./quaternion-chain.ts";

export class SecondOpinion {
  readonly chain: QuaternionChain;
  readonly #collision: CollisionModel;
  /** Shape `[nLinks]`: 1 where some joint moves the link. */
  readonly #moves: Uint8Array;
  #obstacles = new Float64Array(0);
  #nObstacles = 0;
  /** Shape `[nPairs]`: distance of each self-pair found last, m. */
  readonly pairsM: Float64Array;
  /** Least self-distance found last, m, and its capsules; Infinity and -1 where there is no pair. */
  selfM = Infinity;
  selfA = -1;
  selfB = -1;
  /** Least distance from an obstacle found last, m. */
  obstacleM = Infinity;
  capsule = -1;
  obstacle = -1;

  constructor(collision: CollisionModel) {
    this.#collision = collision;
    this.chain = new QuaternionChain(collision);
    this.pairsM = new Float64Array(collision.selfPairs.length / 2);
    const { nLinks, parentOfLink, jointKindOfLink } = collision.robot;
    this.#moves = new Uint8Array(nLinks);
    for (let link = 1; link < nLinks; link++)
      this.#moves[link] = jointKindOfLink[link] === JOINT_FIXED ? this.#moves[parentOfLink[link]!]! : 1;
  }

  /** World capsules, shape `[n, 7]`: ax ay az bx by bz radius, m. A copy is kept. */
  setObstacles(capsules: Float64Array): void {
    this.#obstacles = capsules.slice();
    this.#nObstacles = Math.floor(capsules.length / 7);
  }

  /** Places the robot at `q` and measures everything. A distance that is not a number is the nearest. Allocates nothing. */
  look(q: ArrayLike<number>): void {
    this.chain.place(q);
    this.#lookAtSelf();
    this.#lookAtObstacles();
  }

  /** Whether some joint moves the link. */
  moves(link: number): boolean {
    return this.#moves[link] === 1;
  }

  /** Distance of two of the robot's capsules as placed last, m; negative where they overlap. */
  pairM(a: number, b: number): number {
    const { capsulesInLink } = this.#collision;
    return edgeDistance(this.chain.ends, a * 6, this.chain.ends, b * 6) - capsulesInLink[a * 7 + 6]! - capsulesInLink[b * 7 + 6]!;
  }

  #lookAtSelf(): void {
    const { selfPairs } = this.#collision;
    this.selfM = Infinity;
    this.selfA = -1;
    this.selfB = -1;
    for (let pair = 0; pair < selfPairs.length; pair += 2) {
      const distance = this.pairM(selfPairs[pair]!, selfPairs[pair + 1]!);
      this.pairsM[pair / 2] = distance;
      if (distance >= this.selfM || Number.isNaN(this.selfM)) continue;
      this.selfM = distance;
      this.selfA = selfPairs[pair]!;
      this.selfB = selfPairs[pair + 1]!;
    }
  }

  #lookAtObstacles(): void {
    const { nCapsules, capsulesInLink, linkOfCapsule } = this.#collision;
    this.obstacleM = Infinity;
    this.capsule = -1;
    this.obstacle = -1;
    for (let c = 0; c < nCapsules; c++) {
      // What stands fast stands where it was put, and near it is no news.
      if (!this.moves(linkOfCapsule[c]!)) continue;
      for (let o = 0; o < this.#nObstacles; o++) {
        const distance =
          edgeDistance(this.chain.ends, c * 6, this.#obstacles, o * 7) - capsulesInLink[c * 7 + 6]! - this.#obstacles[o * 7 + 6]!;
        if (distance >= this.obstacleM || Number.isNaN(this.obstacleM)) continue;
        this.obstacleM = distance;
        this.capsule = c;
        this.obstacle = o;
      }
    }
  }
}
