/**
 * The nearest pair at one configuration, and whether every pair keeps a margin there. Spheres bound each distance from below, those
 * around groups of capsules first and those around single ones where a group's does not tell:
 *
 *     distance(capsule, other)  >=  |centre - centre| - radius - radius
 *
 * Measured exactly is only what its bound does not rule out. The search for the nearest begins below the distance that the pair
 * nearest at the configuration before has now, or, where that is far, the pair whose spheres overlap most. Scratch of one checker;
 * measuring allocates nothing, and what was asked before changes no answer.
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

/** Keeps a guess from being the answer: of pairs as near as each other the first is named, whatever was nearest before. */
const aboveGuess = 1e-9;
/** By how much the distance of a pair may have grown since it was the nearest, to be worth a guess by itself. */
const sameSceneM = 0.02;

export class NearestPair {
  /** Of the pair found last: its approach, and the row of the obstacle; -1 where there is none. */
  approach = none;
  row = none;

  readonly #posed: PosedCapsules;
  readonly #obstacles: ObstacleSet;
  readonly #forLinks: ObstacleRows;
  readonly #forBody: ObstacleRows;
  readonly #groups: CapsuleGroups;
  /** Shape `[1]`, m: the least distance so far, or the margin that is asked for. NaN stays. */
  readonly #limitM = new Float64Array(1);
  /** A guess of the nearest: member of a group, and row in use. */
  #guessedMember = 0;
  #guessedK = 0;

  constructor(posed: PosedCapsules, obstacles: ObstacleSet) {
    this.#posed = posed;
    this.#obstacles = obstacles;
    this.#forLinks = new ObstacleRows(obstacles);
    this.#forBody = new ObstacleRows(obstacles);
    this.#groups = new CapsuleGroups(posed);
  }

  /** Of the pair found last, m. */
  get nearestM(): number {
    return this.#limitM[0]!;
  }

  /** What does not count from now on: for everything what `mayTouch` names and what is carried, for that what it may touch too. */
  exempt(mayTouch: readonly string[], carrying: AttachedBody | undefined): void {
    this.#forLinks.take(mayTouch, noNames, carrying?.name);
    this.#forBody.take(mayTouch, carrying?.mayTouch ?? noNames, carrying?.name);
  }

  /** Leaves the nearest pair of the configuration posed last; `nearestM` is Infinity without pairs, NaN where a number is not one. */
  find(table: ApproachTable): void {
    const groups = this.#groups;
    this.approach = none;
    this.row = none;
    groups.use(table);
    if (!groups.place()) {
      this.approach = groups.approach[0]!;
      this.#limitM[0] = Number.NaN;
      return;
    }
    this.#guess();
    this.#measurePairs(table, false);
    for (let g = 0; g < groups.count; g++) this.#measureGroup(g, false);
  }

  /** Whether every pair of the configuration posed last is farther apart than `marginM`. */
  isClear(table: ApproachTable, marginM: number): boolean {
    const groups = this.#groups;
    groups.use(table);
    if (!groups.place()) return false;
    this.#limitM[0] = marginM;
    for (let g = 0; g < groups.count; g++) if (!this.#measureGroup(g, true)) return false;
    return this.#measurePairs(table, true);
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

  #rowsOf(group: number): ObstacleRows {
    return this.#groups.isCarried(group) ? this.#forBody : this.#forLinks;
  }

  /** Begins below the distance of some pair: any will do. The nearest of before does best, unless the robot is elsewhere by now. */
  #guess(): void {
    const limitM = this.#limitM;
    const beforeM = limitM[0]!;
    limitM[0] = Infinity;
    if (this.#groups.count === 0 || this.#forLinks.count === 0) return;
    this.#tryGuess();
    if (limitM[0]! <= beforeM + sameSceneM) return;
    this.#guessLikeliest();
    this.#tryGuess();
  }

  #tryGuess(): void {
    const { start, capsule, count } = this.#groups;
    const { row, count: nRows } = this.#forLinks;
    const m = this.#guessedMember;
    const k = this.#guessedK;
    if (!(k < nRows && m < start[count]! && capsule[m]! < this.#posed.collision.nCapsules)) return;
    const distanceM = this.#distanceToRow(capsule[m]!, row[k]!);
    const guessM = distanceM + (1 + Math.abs(distanceM)) * aboveGuess;
    if (guessM < this.#limitM[0]!) this.#limitM[0] = guessM;
  }

  /** The group and the row whose spheres come nearest to each other, or overlap most, and of that group the capsule. */
  #guessLikeliest(): void {
    const { count: nGroups, spheres: ours, start, capsule } = this.#groups;
    const { count, spheres: theirs } = this.#forLinks;
    let least = Infinity;
    let group = 0;
    let likeliestK = 0;
    for (let g = 0; g < nGroups; g++) {
      const x = ours[g * 4]!;
      const y = ours[g * 4 + 1]!;
      const z = ours[g * 4 + 2]!;
      const radius = ours[g * 4 + 3]!;
      for (let k = 0, o = 0; k < count; k++, o += 4) {
        const dx = x - theirs[o]!;
        const dy = y - theirs[o + 1]!;
        const dz = z - theirs[o + 2]!;
        const apart = Math.sqrt(dx * dx + dy * dy + dz * dz) - theirs[o + 3]! - radius;
        if (apart >= least) continue;
        least = apart;
        group = g;
        likeliestK = k;
      }
    }
    const s = this.#posed.spheres;
    const o = likeliestK * 4;
    least = Infinity;
    for (let m = start[group]!; m < start[group + 1]!; m++) {
      const b = capsule[m]! << 2;
      const dx = s[b]! - theirs[o]!;
      const dy = s[b + 1]! - theirs[o + 1]!;
      const dz = s[b + 2]! - theirs[o + 2]!;
      const apart = Math.sqrt(dx * dx + dy * dy + dz * dz) - s[b + 3]!;
      if (apart >= least) continue;
      least = apart;
      this.#guessedMember = m;
    }
    this.#guessedK = likeliestK;
  }

  /**
   * The capsules of a group against the rows in use. `onlyAsk`: the limit is a margin and stays, and the answer is whether all are
   * beyond it; otherwise the nearest pair below the limit is taken down, with its distance as the new limit.
   */
  #measureGroup(group: number, onlyAsk: boolean): boolean {
    const { spheres: ours, start, approach, capsule } = this.#groups;
    const { count, spheres: theirs, row: rowAt } = this.#rowsOf(group);
    const s = this.#posed.spheres;
    const from = start[group]!;
    const to = start[group + 1]!;
    const gx = ours[group * 4]!;
    const gy = ours[group * 4 + 1]!;
    const gz = ours[group * 4 + 2]!;
    const gradius = ours[group * 4 + 3]!;
    let limit = this.#limitM[0]!;
    for (let k = 0, o = 0; k < count; k++, o += 4) {
      const x = theirs[o]!;
      const y = theirs[o + 1]!;
      const z = theirs[o + 2]!;
      const radius = theirs[o + 3]!;
      const dx = gx - x;
      const dy = gy - y;
      const dz = gz - z;
      const within = limit + gradius + radius;
      // Overlapping by more than both spheres is no distance of theirs.
      if (within < 0 || dx * dx + dy * dy + dz * dz > within * within) continue;
      for (let m = from; m < to; m++) {
        const b = capsule[m]! << 2;
        const ex = s[b]! - x;
        const ey = s[b + 1]! - y;
        const ez = s[b + 2]! - z;
        const apart = limit + s[b + 3]! + radius;
        if (apart < 0 || ex * ex + ey * ey + ez * ez > apart * apart) continue;
        const distanceM = this.#distanceToRow(capsule[m]!, rowAt[k]!);
        if (onlyAsk) {
          if (distanceM > limit) continue;
          return false;
        }
        // A distance that is not a number stays the answer.
        if (distanceM >= limit || Number.isNaN(limit)) continue;
        limit = distanceM;
        this.approach = approach[m]!;
        this.row = rowAt[k]!;
        this.#guessedMember = m;
        this.#guessedK = k;
      }
    }
    this.#limitM[0] = limit;
    return true;
  }

  /** The same for the pairs of capsules. */
  #measurePairs({ count, capsuleA, capsuleB }: ApproachTable, onlyAsk: boolean): boolean {
    const { spheres: s, capsules } = this.#posed;
    let limit = this.#limitM[0]!;
    for (let i = 0; i < count; i++) {
      if (capsuleA[i]! < 0) continue;
      const a = capsuleA[i]! << 2;
      const b = capsuleB[i]! << 2;
      const dx = s[b]! - s[a]!;
      const dy = s[b + 1]! - s[a + 1]!;
      const dz = s[b + 2]! - s[a + 2]!;
      const apart = limit + s[a + 3]! + s[b + 3]!;
      if (apart < 0 || dx * dx + dy * dy + dz * dz > apart * apart) continue;
      const distanceM = capsuleCapsuleDistance(capsules, capsuleA[i]! * 7, capsules, capsuleB[i]! * 7);
      if (onlyAsk) {
        if (distanceM > limit) continue;
        return false;
      }
      if (distanceM >= limit || Number.isNaN(limit)) continue;
      limit = distanceM;
      this.approach = i;
      this.row = none;
    }
    this.#limitM[0] = limit;
    return true;
  }

  #distanceToRow(capsule: number, row: number): number {
    const { kinds, params } = this.#obstacles.shapes;
    return capsuleToShapeDistance(kinds[row]!, params, row * SHAPE_STRIDE, this.#posed.capsules, capsule * 7);
  }
}
