/**
 * Steps whose ends alone do not prove them (safety-geometry.md §4). Such a step is halved: what is still open is measured in the
 * middle, where being at or below the margin is a hit, and what the three distances do not prove is halved again.
 *
 *     start ──────────── middle ──────────── end
 *       d0                 d1                 d2        left half proven:  (d0 + d1 - M/2) / 2 > margin, and so the right one
 *
 * At most {@link MAX_DEPTH} halvings of a step and {@link MAX_EXTRA} configurations in a chunk; what is not proven then is refused.
 * @module
 */
import type { ClearanceCheck } from "./clearance-check.ts";
import type { Motion } from "./motion.ts";

export const MAX_DEPTH = 8;
export const MAX_EXTRA = 64;

export const SWEEP_CLEAR = 0;
export const SWEEP_HIT = 1;
export const SWEEP_UNPROVEN = 2;
/** A place that is not a number. */
export const SWEEP_LOST = 3;

export class SweptProof {
  /** Configurations looked at between rows in this judgement. */
  extra = 0;
  /** What was hit or could not be proven. */
  check = -1;
  item = -1;
  other = -1;
  kind = 0;
  config = 0;
  /** Shape `[1]` each: its distance, m, and the fraction of the step. */
  readonly distance = new Float64Array(1);
  readonly fraction = new Float64Array(1);
  readonly #checks: readonly ClearanceCheck[];
  readonly #motion: Motion;
  /** Lists of open items, two for each level: of the left half and of the right one. Shape `[levels, 2, widest]`. */
  readonly #openCheck: Int32Array;
  readonly #openItem: Int32Array;
  readonly #atStart: Float64Array;
  readonly #atEnd: Float64Array;
  readonly #travel: Float64Array;
  readonly #widest: number;
  /** Shape `[levels, 2]`: where the interval at hand begins and ends, as fractions of the step. */
  readonly #bounds = new Float64Array((MAX_DEPTH + 2) * 2);
  readonly #counts = new Int32Array((MAX_DEPTH + 2) * 2);
  readonly #ahead = new Float64Array(1);

  constructor(checks: readonly ClearanceCheck[], motion: Motion) {
    this.#checks = checks;
    this.#motion = motion;
    this.#widest = checks.reduce((sum, { count }) => sum + count, 0);
    const size = (MAX_DEPTH + 2) * 2 * this.#widest;
    this.#openCheck = new Int32Array(size);
    this.#openItem = new Int32Array(size);
    this.#atStart = new Float64Array(size);
    this.#atEnd = new Float64Array(size);
    this.#travel = new Float64Array(size);
  }

  begin(): void {
    this.extra = 0;
    this.check = -1;
    this.item = -1;
  }

  /** Proves the step that leads to `config`, for the checks that the distances at its ends left open. */
  prove(config: number): number {
    this.config = config;
    this.#motion.config = config;
    let open = 0;
    for (let c = 0; c < this.#checks.length; c++) {
      const check = this.#checks[c]!;
      if (!check.isOpen(config)) continue;
      for (let item = 0; item < check.count; item++) {
        const travel = check.travelIn(item, config);
        const before = check.distanceAt(config - 1, item);
        const after = check.distanceAt(config, item);
        if (before === Infinity || after === Infinity) continue;
        if (!check.above(item, after)) return this.#endsIn(c, item, after);
        if (check.proves(item, before, after, travel, 1)) continue;
        this.#push(0, open++, c, item, before, after, travel);
      }
    }
    if (open === 0) return SWEEP_CLEAR;
    this.#counts[0] = open;
    this.#bounds[0] = 0;
    this.#bounds[1] = 1;
    return this.#halve(0, 0);
  }

  /** Proves the interval of list `side` at `level`. */
  #halve(level: number, side: number): number {
    const list = level * 2 + side;
    const low = this.#bounds[level * 2]!;
    const high = this.#bounds[level * 2 + 1]!;
    const middle = (low + high) / 2;
    if (!(level < MAX_DEPTH && this.extra < MAX_EXTRA)) return this.#giveUp(list, middle);
    this.extra += 1;
    this.fraction[0] = middle;
    this.#motion.placeBetween(this.config, middle);
    if (!this.#motion.placed.finite) return SWEEP_LOST;
    if (this.#measure(list, level + 1, middle - low)) return SWEEP_HIT;
    // The left half first; the right list waits at the next level, below which the left half works.
    if (this.#counts[level * 2 + 2]! > 0) {
      this.#bounds[level * 2 + 2] = low;
      this.#bounds[level * 2 + 3] = middle;
      const left = this.#halve(level + 1, 0);
      if (left !== SWEEP_CLEAR) return left;
    }
    if (this.#counts[level * 2 + 3]! === 0) return SWEEP_CLEAR;
    this.#bounds[level * 2 + 2] = middle;
    this.#bounds[level * 2 + 3] = high;
    return this.#halve(level + 1, 1);
  }

  /** Measures list `list` in the middle and shares out what is still open. `half`: length of each half, as a part of the step. */
  #measure(list: number, next: number, half: number): boolean {
    const from = list * this.#widest;
    let left = 0;
    let right = 0;
    let hit = false;
    for (let k = from; k < from + this.#counts[list]!; k++) {
      const check = this.#checks[this.#openCheck[k]!]!;
      const item = this.#openItem[k]!;
      const travel = this.#travel[k]!;
      this.#ahead[0] = travel * half;
      const distance = check.measureOne(item, this.#ahead, this.fraction);
      if (!check.above(item, distance)) {
        if (hit && distance >= this.distance[0]!) continue;
        hit = true;
        this.#blame(k, distance, check);
        continue;
      }
      if (distance === Infinity) continue;
      const before = this.#atStart[k]!;
      const after = this.#atEnd[k]!;
      if (!check.proves(item, before, distance, travel, half))
        this.#push(next * 2, left++, this.#openCheck[k]!, item, before, distance, travel);
      if (!check.proves(item, distance, after, travel, half))
        this.#push(next * 2 + 1, right++, this.#openCheck[k]!, item, distance, after, travel);
    }
    this.#counts[next * 2] = left;
    this.#counts[next * 2 + 1] = right;
    return hit;
  }

  /** A row that was not looked at for itself (`collision_predict_max_steps`) ends the step at or below a margin. */
  #endsIn(check: number, item: number, distance: number): number {
    this.check = check;
    this.item = item;
    this.other = this.#checks[check]!.otherOf(item);
    this.kind = this.#checks[check]!.kind;
    this.distance[0] = distance;
    this.fraction[0] = 1;
    return SWEEP_HIT;
  }

  #blame(k: number, distance: number, check: ClearanceCheck): void {
    this.check = this.#openCheck[k]!;
    this.item = this.#openItem[k]!;
    this.other = check.foundOther;
    this.kind = check.foundKind;
    this.distance[0] = distance;
  }

  /** Names the open item with the least distance at either end. */
  #giveUp(list: number, middle: number): number {
    const from = list * this.#widest;
    let least = Infinity;
    this.check = this.#openCheck[from]!;
    this.item = this.#openItem[from]!;
    for (let k = from; k < from + this.#counts[list]!; k++) {
      const distance = Math.min(this.#atStart[k]!, this.#atEnd[k]!);
      if (!(distance < least)) continue;
      least = distance;
      this.check = this.#openCheck[k]!;
      this.item = this.#openItem[k]!;
    }
    const check = this.#checks[this.check]!;
    this.other = check.otherOf(this.item);
    this.kind = check.kind;
    this.distance[0] = least;
    this.fraction[0] = middle;
    return SWEEP_UNPROVEN;
  }

  #push(list: number, at: number, check: number, item: number, atStart: number, atEnd: number, travel: number): void {
    const k = list * this.#widest + at;
    this.#openCheck[k] = check;
    this.#openItem[k] = item;
    this.#atStart[k] = atStart;
    this.#atEnd[k] = atEnd;
    this.#travel[k] = travel;
  }
}
