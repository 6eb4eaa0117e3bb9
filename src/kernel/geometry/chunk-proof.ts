/**
 * A whole chunk from few configurations. The rows are corners of a polyline, along which an item travels no farther than the sum M of
 * what it travels in each step, so that for any two rows a and b, and all configurations between, at rows and between rows,
 *
 *     distance  >=  (d(a) + d(b) - M(a, b)) / 2                                          (safety-geometry.md §4, over several steps)
 *
 * Everything is looked at where the robot was measured. What is there farther than the nearest by all that it may travel can neither
 * come to its margin nor become the nearest, and is done with. The others are looked at in the last row, and what the two distances do
 * not prove in the row halfway, and so on. Each step on its own is proven by what proves the whole: d(k) + d(k + 1) - M(k, k + 1) is
 * never less than d(a) + d(b) - M(a, b). So this clears nothing that row after row would refuse. What it cannot clear is open, and no
 * verdict: then every row is looked at in order.
 * @module
 */
import type { ClearanceCheck } from "./clearance-check.ts";
import { KIND_BOX } from "./codes.ts";
import type { Motion } from "./motion.ts";

export const CHUNK_PROVEN = 0;
/** At or below a margin where it was measured. */
export const CHUNK_HIT = 1;
export const CHUNK_OPEN = 2;

export class ChunkProof {
  /** The check that was hit. */
  check = -1;
  readonly #checks: readonly ClearanceCheck[];
  readonly #motion: Motion;
  /** Lists of open items, two for each level: of the rows before the one halfway and of those after it. Shape `[levels, 2, widest]`. */
  readonly #openCheck: Int32Array;
  readonly #openItem: Int32Array;
  readonly #atStart: Float64Array;
  readonly #atEnd: Float64Array;
  readonly #widest: number;
  readonly #counts: Int32Array;
  readonly #enough = new Float64Array(1);

  constructor(checks: readonly ClearanceCheck[], motion: Motion) {
    const levels = 34 - Math.clz32(motion.maxRows);
    this.#checks = checks;
    this.#motion = motion;
    this.#widest = checks.reduce((sum, { count }) => sum + count, 0);
    const size = levels * 2 * this.#widest;
    this.#openCheck = new Int32Array(size);
    this.#openItem = new Int32Array(size);
    this.#atStart = new Float64Array(size);
    this.#atEnd = new Float64Array(size);
    this.#counts = new Int32Array(levels * 2);
  }

  /** For the checks in `kinds`, bits by kind, but for the box, which travel alone does not prove. `growthM`: per row, shape `[1]`. */
  prove(kinds: number, growthM: Float64Array): number {
    const checks = this.#checks;
    const motion = this.#motion;
    const { nSteps, placed } = motion;
    motion.placeAt(0);
    if (!placed.finite) return CHUNK_OPEN;
    for (let c = 0; c < checks.length; c++) {
      const check = checks[c]!;
      if (!judges(kinds, check.kind)) continue;
      // The last row's margin is the largest; where it was measured none has grown.
      check.grown[0] = growthM[0]! * nSteps;
      const clear = check.lookAtFirst();
      if (clear) continue;
      check.grown[0] = 0;
      this.check = c;
      return CHUNK_HIT;
    }
    if (nSteps === 0) return CHUNK_PROVEN;
    return this.#end(kinds);
  }

  /** Looks at what is near in the last row, and halves. */
  #end(kinds: number): number {
    const checks = this.#checks;
    const motion = this.#motion;
    const { nSteps } = motion;
    let placed = false;
    let open = 0;
    for (let c = 0; c < checks.length; c++) {
      const check = checks[c]!;
      if (!judges(kinds, check.kind)) continue;
      for (let k = 0; k < check.nearCount; k++) {
        if (!placed) {
          motion.placeAt(nSteps);
          if (!motion.placed.finite) return CHUNK_OPEN;
          placed = true;
        }
        const item = check.near[k]!;
        const before = check.atFirst[k]!;
        const travel = check.travelBetween(item, 0, nSteps);
        this.#enough[0] = check.enoughAfter(item, before, travel);
        const after = check.measureNear(item, this.#enough);
        // No bound would prove it either; this is sooner.
        if (!check.above(item, after)) return CHUNK_OPEN;
        if (!check.provesWay(item, before, after, travel)) this.#push(0, open++, c, item, before, after);
      }
    }
    this.#counts[0] = open;
    return open === 0 ? CHUNK_PROVEN : this.#halve(0, 0, 0, nSteps);
  }

  /** Proves list `side` at `level` from row `low` to row `high`. */
  #halve(level: number, side: number, low: number, high: number): number {
    const motion = this.#motion;
    const middle = (low + high) >> 1;
    // A step alone is halved by the swept proof.
    if (middle === low) return CHUNK_OPEN;
    motion.placeAt(middle);
    if (!motion.placed.finite || !this.#measure(level * 2 + side, level + 1, low, middle, high)) return CHUNK_OPEN;
    if (this.#counts[level * 2 + 2]! > 0 && this.#halve(level + 1, 0, low, middle) !== CHUNK_PROVEN) return CHUNK_OPEN;
    return this.#counts[level * 2 + 3]! === 0 ? CHUNK_PROVEN : this.#halve(level + 1, 1, middle, high);
  }

  /** Measures a list in the row halfway and shares out what is still open. False where something is at or below its margin. */
  #measure(list: number, next: number, low: number, middle: number, high: number): boolean {
    const from = list * this.#widest;
    let left = 0;
    let right = 0;
    for (let k = from; k < from + this.#counts[list]!; k++) {
      const at = this.#openCheck[k]!;
      const check = this.#checks[at]!;
      const item = this.#openItem[k]!;
      const before = this.#atStart[k]!;
      const after = this.#atEnd[k]!;
      const first = check.travelBetween(item, low, middle);
      const second = check.travelBetween(item, middle, high);
      this.#enough[0] = Math.max(check.enoughAfter(item, before, first), check.enoughAfter(item, after, second));
      const distance = check.measureNear(item, this.#enough);
      if (!check.above(item, distance)) return false;
      if (!check.provesWay(item, before, distance, first)) this.#push(next * 2, left++, at, item, before, distance);
      if (!check.provesWay(item, distance, after, second)) this.#push(next * 2 + 1, right++, at, item, distance, after);
    }
    this.#counts[next * 2] = left;
    this.#counts[next * 2 + 1] = right;
    return true;
  }

  #push(list: number, at: number, check: number, item: number, atStart: number, atEnd: number): void {
    const k = list * this.#widest + at;
    this.#openCheck[k] = check;
    this.#openItem[k] = item;
    this.#atStart[k] = atStart;
    this.#atEnd[k] = atEnd;
  }
}

function judges(kinds: number, kind: number): boolean {
  return ((kinds >> kind) & 1) === 1 && kind !== KIND_BOX;
}
