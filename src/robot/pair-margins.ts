/**
 * How near each pair may come during one check: the margin; nothing at all for what may be touched; and less than the margin for
 * pairs that start inside it.
 *
 * A path that begins inside the margin, say a gripper just above the table, must be allowed to leave. That its distance only grows
 * is hard to prove; instead such a pair is held to half its starting distance for the whole path (start grace). A pair that touches
 * at the start gets no grace.
 * @module
 */
import type { AttachedBody } from "./collision-model.ts";
import type { ObstacleSet } from "./obstacle-set.ts";

export class PairMargins {
  /** Shape `[nCapsules + 1, nRows]`, m; -Infinity for pairs that are not checked. */
  readonly world: Float64Array;
  /** Shape `[nApproaches]`, m; used for capsule against capsule. */
  readonly self: Float64Array;
  marginM = 0;
  #startGraceM = 0;
  readonly #obstacles: ObstacleSet;
  readonly #nCapsules: number;

  constructor(obstacles: ObstacleSet, nCapsules: number, nApproaches: number) {
    this.#obstacles = obstacles;
    this.#nCapsules = nCapsules;
    this.world = new Float64Array((nCapsules + 1) * obstacles.count);
    this.self = new Float64Array(nApproaches);
  }

  /** Starts a check: the margin for all, except what may be touched. */
  reset(marginM: number, startGraceM: number, mayTouch: readonly string[], carrying: AttachedBody | undefined): void {
    this.marginM = marginM;
    this.#startGraceM = startGraceM;
    this.world.fill(marginM);
    this.self.fill(marginM);
    for (const name of mayTouch) this.#exempt(name, 0);
    if (carrying === undefined) return;
    for (const name of carrying.mayTouch) this.#exempt(name, this.#nCapsules);
    // What is carried is no obstacle, should the view of the world still hold it.
    this.#exempt(carrying.name, 0);
  }

  /** The margin for a pair that starts `startM` apart, or undefined where it is too near to start. */
  graced(startM: number): number | undefined {
    if (startM > this.marginM) return this.marginM;
    return startM > 0 && startM > this.marginM - this.#startGraceM ? startM / 2 : undefined;
  }

  #exempt(name: string, fromCapsule: number): void {
    const { count } = this.#obstacles;
    for (const row of this.#obstacles.rowsOf(name)) {
      for (let capsule = fromCapsule; capsule <= this.#nCapsules; capsule++) this.world[capsule * count + row] = -Infinity;
    }
  }
}
