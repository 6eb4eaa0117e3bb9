/**
 * The nearest pair at one configuration, and whether every pair keeps a margin there. Spheres bound each distance from below, those
 * around groups of capsules first and those around single ones where a group's does not tell:
 *
 *     distance(capsule, other)  >=  |centre - centre| - radius - radius
 *
 * Measured exactly is only what its bound does not rule out. The search for the nearest begins with the group and the obstacle whose
 * bound is least, so that the first distances rule out nearly all others. Scratch of one checker; measuring allocates nothing.
 * @module
 */
import { capsuleCapsuleDistance, capsuleToShapeDistance, SHAPE_STRIDE } from "../geometry/index.ts";
import type { ApproachTable } from "./approach-table.ts";
import { CapsuleGroups } from "./capsule-groups.ts";
import type { AttachedBody } from "./collision-model.ts";
import { ObstacleRows } from "./obstacle-rows.ts";
import type { ObstacleSet } from "./obstacle-set.ts";
import type { PosedCapsules } from "./posed-capsules.ts";

/** Nobody. */
const none = -1;
const noNames: readonly string[] = [];

export class NearestPair {
  /** Of the pair found last: its approach, and the row of the obstacle; -1 where there is none. */
  approach = none;
  row = none;

  readonly #posed: PosedCapsules;
  readonly #obstacles: ObstacleSet;
  readonly #forLinks: ObstacleRows;
  readonly #forBody: ObstacleRows;
  readonly #groups: CapsuleGroups;
  /** Shape `[1]`: the least distance so far, m. NaN stays. */
  readonly #nearestM = new Float64Array(1);
  /** Shape `[nGroups, nRows]`: lower bounds of the distance between group and row, m. */
  readonly #bounds: Float64Array;

  constructor(posed: PosedCapsules, obstacles: ObstacleSet) {
    this.#posed = posed;
    this.#obstacles = obstacles;
    this.#forLinks = new ObstacleRows(obstacles);
    this.#forBody = new ObstacleRows(obstacles);
    this.#groups = new CapsuleGroups(posed);
    this.#bounds = new Float64Array((posed.collision.nCapsules + 1) * obstacles.count);
  }

  get nearestM(): number {
    return this.#nearestM[0]!;
  }

  /** What does not count from now on: for everything what `mayTouch` names and what is carried, for that what it may touch too. */
  exempt(mayTouch: readonly string[], carrying: AttachedBody | undefined): void {
    this.#forLinks.take(mayTouch, noNames, carrying?.name);
    this.#forBody.take(mayTouch, carrying?.mayTouch ?? noNames, carrying?.name);
  }

  /** Leaves the nearest pair of the configuration posed last; `nearestM` is Infinity without pairs, NaN where a number is not one. */
  find(table: ApproachTable): void {
    const groups = this.#groups;
    const nearestM = this.#nearestM;
    this.approach = none;
    this.row = none;
    nearestM[0] = Infinity;
    groups.use(table);
    if (!groups.place(table)) {
      this.#see(groups.approach[0]!, none, Number.NaN);
      return;
    }
    const nRows = this.#obstacles.count;
    const first = this.#boundGroups(table);
    if (first >= 0) this.#measureGroup(table, Math.floor(first / nRows), first % nRows);
    for (let i = 0; i < table.count; i++) if (table.capsuleA[i]! >= 0) this.#measurePair(table, i);
    for (let g = 0; g < groups.count; g++) {
      const { count } = this.#rowsFor(table, g);
      for (let k = 0, at = g * nRows; k < count; k++, at++) {
        if (at !== first && !(this.#bounds[at]! >= nearestM[0])) this.#measureGroup(table, g, k);
      }
    }
  }

  /** Lower bounds of each approach's distance, m, by spheres alone, into `out`, shape `[nApproaches]`. */
  boundsInto(table: ApproachTable, out: Float64Array): void {
    const { count, capsuleA, capsuleB } = table;
    const { spheres: s, collision } = this.#posed;
    for (let i = 0; i < count; i++) {
      const a = capsuleA[i]! * 4;
      const b = capsuleB[i]! * 4;
      const x = s[b]!;
      const y = s[b + 1]!;
      const z = s[b + 2]!;
      let least = Infinity;
      if (a >= 0) {
        const dx = x - s[a]!;
        const dy = y - s[a + 1]!;
        const dz = z - s[a + 2]!;
        least = Math.sqrt(dx * dx + dy * dy + dz * dz) - s[a + 3]!;
      } else {
        const { count: nRows, spheres: theirs } = capsuleB[i] === collision.nCapsules ? this.#forBody : this.#forLinks;
        for (let o = 0; o < nRows * 4; o += 4) {
          const dx = x - theirs[o]!;
          const dy = y - theirs[o + 1]!;
          const dz = z - theirs[o + 2]!;
          const bound = Math.sqrt(dx * dx + dy * dy + dz * dz) - theirs[o + 3]!;
          if (bound < least) least = bound;
        }
      }
      out[i] = least - s[b + 3]!;
    }
  }

  /** Whether every pair of the configuration posed last is farther apart than `marginM`. */
  isClear(table: ApproachTable, marginM: number): boolean {
    this.#groups.use(table);
    if (!this.#groups.place(table)) return false;
    for (let g = 0; g < this.#groups.count; g++) if (!this.#groupIsClear(table, g, marginM)) return false;
    for (let i = 0; i < table.count; i++) {
      if (table.capsuleA[i]! >= 0 && !this.#pairIsClear(table, i, marginM)) return false;
    }
    return true;
  }

  #rowsFor({ capsuleB }: ApproachTable, group: number): ObstacleRows {
    const first = this.#groups.approach[this.#groups.start[group]!]!;
    return capsuleB[first] === this.#posed.collision.nCapsules ? this.#forBody : this.#forLinks;
  }

  /** Fills the bounds and returns the place of the least; -1 without any. */
  #boundGroups(table: ApproachTable): number {
    const { count: nGroups, spheres: ours } = this.#groups;
    const bounds = this.#bounds;
    let least = Infinity;
    let first = none;
    for (let g = 0; g < nGroups; g++) {
      const { count, spheres: theirs } = this.#rowsFor(table, g);
      const x = ours[g * 4]!;
      const y = ours[g * 4 + 1]!;
      const z = ours[g * 4 + 2]!;
      const radius = ours[g * 4 + 3]!;
      for (let k = 0, o = 0, at = g * this.#obstacles.count; k < count; k++, o += 4, at++) {
        const dx = x - theirs[o]!;
        const dy = y - theirs[o + 1]!;
        const dz = z - theirs[o + 2]!;
        const bound = Math.sqrt(dx * dx + dy * dy + dz * dz) - theirs[o + 3]! - radius;
        bounds[at] = bound;
        if (bound >= least) continue;
        least = bound;
        first = at;
      }
    }
    return first;
  }

  /** The capsules of a group against the `k`-th row in use. */
  #measureGroup(table: ApproachTable, group: number, k: number): void {
    const { start, approach } = this.#groups;
    const { spheres: s, capsules } = this.#posed;
    const { spheres: theirs, row: rowAt } = this.#rowsFor(table, group);
    const { kinds, params } = this.#obstacles.shapes;
    const row = rowAt[k]!;
    const x = theirs[k * 4]!;
    const y = theirs[k * 4 + 1]!;
    const z = theirs[k * 4 + 2]!;
    const radius = theirs[k * 4 + 3]!;
    for (let m = start[group]!; m < start[group + 1]!; m++) {
      const b = table.capsuleB[approach[m]!]!;
      const dx = x - s[b * 4]!;
      const dy = y - s[b * 4 + 1]!;
      const dz = z - s[b * 4 + 2]!;
      const apart = this.#nearestM[0]! + radius + s[b * 4 + 3]!;
      // Overlapping by more than both spheres is no distance of theirs.
      if (apart < 0 || dx * dx + dy * dy + dz * dz > apart * apart) continue;
      this.#see(approach[m]!, row, capsuleToShapeDistance(kinds[row]!, params, row * SHAPE_STRIDE, capsules, b * 7));
    }
  }

  #measurePair({ capsuleA, capsuleB }: ApproachTable, i: number): void {
    const a = capsuleA[i]!;
    const b = capsuleB[i]!;
    const { spheres: s, capsules } = this.#posed;
    const dx = s[b * 4]! - s[a * 4]!;
    const dy = s[b * 4 + 1]! - s[a * 4 + 1]!;
    const dz = s[b * 4 + 2]! - s[a * 4 + 2]!;
    const apart = this.#nearestM[0]! + s[a * 4 + 3]! + s[b * 4 + 3]!;
    if (apart < 0 || dx * dx + dy * dy + dz * dz > apart * apart) return;
    this.#see(i, none, capsuleCapsuleDistance(capsules, a * 7, capsules, b * 7));
  }

  /** A distance that is not a number stays the answer. */
  #see(approach: number, row: number, distanceM: number): void {
    if (distanceM >= this.#nearestM[0]! || Number.isNaN(this.#nearestM[0]!)) return;
    this.#nearestM[0] = distanceM;
    this.approach = approach;
    this.row = row;
  }

  #groupIsClear(table: ApproachTable, group: number, marginM: number): boolean {
    const { spheres: ours, start, approach } = this.#groups;
    const { count, spheres: theirs, row: rowAt } = this.#rowsFor(table, group);
    const { spheres: s, capsules } = this.#posed;
    const { kinds, params } = this.#obstacles.shapes;
    const { capsuleB } = table;
    const x = ours[group * 4]!;
    const y = ours[group * 4 + 1]!;
    const z = ours[group * 4 + 2]!;
    const within = marginM + ours[group * 4 + 3]!;
    const from = start[group]!;
    const to = start[group + 1]!;
    for (let k = 0, o = 0; k < count; k++, o += 4) {
      const ox = theirs[o]!;
      const oy = theirs[o + 1]!;
      const oz = theirs[o + 2]!;
      const dx = x - ox;
      const dy = y - oy;
      const dz = z - oz;
      const apart = within + theirs[o + 3]!;
      if (dx * dx + dy * dy + dz * dz > apart * apart) continue;
      for (let m = from; m < to; m++) {
        const b = capsuleB[approach[m]!]!;
        const ex = s[b * 4]! - ox;
        const ey = s[b * 4 + 1]! - oy;
        const ez = s[b * 4 + 2]! - oz;
        const near = marginM + s[b * 4 + 3]! + theirs[o + 3]!;
        if (ex * ex + ey * ey + ez * ez > near * near) continue;
        const row = rowAt[k]!;
        if (!(capsuleToShapeDistance(kinds[row]!, params, row * SHAPE_STRIDE, capsules, b * 7) > marginM)) return false;
      }
    }
    return true;
  }

  #pairIsClear({ capsuleA, capsuleB }: ApproachTable, i: number, marginM: number): boolean {
    const a = capsuleA[i]!;
    const b = capsuleB[i]!;
    const { spheres: s, capsules } = this.#posed;
    const dx = s[b * 4]! - s[a * 4]!;
    const dy = s[b * 4 + 1]! - s[a * 4 + 1]!;
    const dz = s[b * 4 + 2]! - s[a * 4 + 2]!;
    const apart = marginM + s[a * 4 + 3]! + s[b * 4 + 3]!;
    return dx * dx + dy * dy + dz * dz > apart * apart || capsuleCapsuleDistance(capsules, a * 7, capsules, b * 7) > marginM;
  }
}
