import type { ObstacleSet } from "./obstacle-set.ts";

/** The rows of an obstacle set that count, with their bounding spheres in one piece. Scratch of one checker. */
export class ObstacleRows {
  count = 0;
  /** Shape `[count]`: indices into the set. */
  readonly row: Int32Array;
  /** Shape `[count, 4]`: centre and radius, m. */
  readonly spheres: Float64Array;
  readonly #obstacles: ObstacleSet;

  constructor(obstacles: ObstacleSet) {
    this.#obstacles = obstacles;
    this.row = new Int32Array(obstacles.count);
    this.spheres = new Float64Array(obstacles.count * 4);
  }

  /** All rows of the set in their order, but for those of the names in `exempt` and `alsoExempt` and of `carried`. */
  take(exempt: readonly string[], alsoExempt: readonly string[], carried: string | undefined): void {
    const { count, nameOfRow, boundingSpheres } = this.#obstacles;
    const all = exempt.length === 0 && alsoExempt.length === 0 && carried === undefined;
    if (all && this.count === count) return;
    this.count = 0;
    for (let row = 0; row < count; row++) {
      const name = nameOfRow[row]!;
      if (name === carried || exempt.includes(name) || alsoExempt.includes(name)) continue;
      for (let k = 0; k < 4; k++) this.spheres[this.count * 4 + k] = boundingSpheres[row * 4 + k]!;
      this.row[this.count++] = row;
    }
  }
}
