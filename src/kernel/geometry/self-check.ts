/**
 * The robot against itself: the checked pairs of its capsules, and what it holds against all that is not rigid with it.
 * @module
 */
import { segmentSegmentDistance } from "../../geometry/capsule-distance.ts";
import { ClearanceCheck } from "./clearance-check.ts";
import type { JointPaths } from "./bodies.ts";
import { GEOMETRY_COLLISION, KIND_SELF } from "./codes.ts";
import type { Motion } from "./motion.ts";

export class SelfCheck extends ClearanceCheck {
  /** Shape `[nPairs, 2]`. */
  readonly #pairs: Int32Array;
  readonly #paths: JointPaths;

  constructor(pairs: Int32Array, paths: JointPaths, margins: Float64Array, motion: Motion, exhaustive: boolean) {
    super(KIND_SELF, GEOMETRY_COLLISION, margins, motion, exhaustive);
    this.#pairs = pairs;
    this.#paths = paths;
  }

  bodyOf(item: number): number {
    return this.#pairs[item * 2]!;
  }

  override otherOf(item: number): number {
    return this.#pairs[item * 2 + 1]!;
  }

  travelIn(item: number, step: number): number {
    return this.motion.travelOf(this.#paths, item, step);
  }

  travelBetween(item: number, from: number, to: number): number {
    return this.motion.travelBetween(this.#paths, item, from, to);
  }

  /** The same, where the spheres tell of most pairs that they are far, with the travel of both bodies in place of that of the pair. */
  override lookAtFirst(): boolean {
    const { count, margins, found, cap } = this;
    const { total, placed } = this.motion;
    const { spheres } = placed;
    const pairs = this.#pairs;
    const grown = this.grown[0]!;
    this.hitItem = -1;
    this.nearCount = 0;
    this.seed();
    // Nearer than this is worth knowing of any pair; a pair's own margin may be larger.
    let floor = this.nearestLimit(-Infinity);
    for (let pair = 0; pair < count; pair++) {
      const a = pairs[pair * 2]!;
      const b = pairs[pair * 2 + 1]!;
      const s = a * 4;
      const t = b * 4;
      const dx = spheres[s]! - spheres[t]!;
      const dy = spheres[s + 1]! - spheres[t + 1]!;
      const dz = spheres[s + 2]! - spheres[t + 2]!;
      const margin = margins[pair]! + grown;
      const far = (floor > margin ? floor : margin) + total[a]! + total[b]! + 1e-9;
      const apart = far + spheres[s + 3]! + spheres[t + 3]!;
      if (dx * dx + dy * dy + dz * dz > apart * apart) continue;
      cap[0] = far;
      this.look(pair);
      if (found[0] === Infinity) continue;
      this.takeFirst(pair);
      floor = this.nearestLimit(-Infinity);
    }
    return this.hitItem === -1;
  }

  /** The spheres tell of most pairs that they are far, with the travel of both bodies in place of that of the pair, which is less. */
  override measure(): boolean {
    const { motion, count, exhaustive, found, margins } = this;
    const { spheres } = motion.placed;
    const { most, movesBase } = motion;
    const pairs = this.#pairs;
    const grown = this.grown[0]!;
    this.hitItem = -1;
    this.seed();
    for (let pair = 0; pair < count; pair++) {
      const a = pairs[pair * 2]!;
      const b = pairs[pair * 2 + 1]!;
      const s = a * 4;
      const t = b * 4;
      const dx = spheres[s]! - spheres[t]!;
      const dy = spheres[s + 1]! - spheres[t + 1]!;
      const dz = spheres[s + 2]! - spheres[t + 2]!;
      const moved = movesBase ? 0 : (most[a]! + most[b]!) * (1 + 1e-9);
      const apart = this.nearestLimit(margins[pair]! + grown) + moved + spheres[s + 3]! + spheres[t + 3]! + 1e-9;
      if (!exhaustive && dx * dx + dy * dy + dz * dz > apart * apart) {
        found[0] = Infinity;
      } else {
        if (moved === 0) this.cap[0] = apart;
        else this.capFor(pair);
        this.look(pair);
      }
      this.settle(pair);
    }
    return this.hitItem === -1;
  }

  protected look(item: number): void {
    const { ends } = this.motion.placed;
    const other = this.#pairs[item * 2 + 1]!;
    const a = this.#pairs[item * 2]! * 7;
    const b = other * 7;
    const distance = segmentSegmentDistance(ends, a, ends, b) - ends[a + 6]! - ends[b + 6]!;
    this.foundOther = other;
    this.found[0] = distance > this.cap[0]! ? Infinity : distance;
  }
}
