/**
 * Spheres around a few neighbouring capsules at a time: where one of them is far from an obstacle, none of its capsules is asked.
 * Scratch of one checker; placing allocates nothing.
 * @module
 */
import type { ApproachTable } from "./approach-table.ts";
import { largestM } from "./obstacle-set.ts";
import type { PosedCapsules } from "./posed-capsules.ts";

/** Small enough that a bent elbow does not make its group as large as the arm. */
const perGroup = 4;

export class CapsuleGroups {
  count = 0;
  /** Shape `[count + 1]`: where each group begins in `approach`. */
  readonly start: Int32Array;
  /** The approaches against the world, group by group; what is carried is a group of its own, the last. */
  readonly approach: Int32Array;
  /** The capsule of each of them. */
  readonly capsule: Int32Array;
  /** Shape `[count, 4]`: centre and radius, m. */
  readonly spheres: Float64Array;
  readonly #posed: PosedCapsules;
  #table: ApproachTable | undefined;

  constructor(posed: PosedCapsules) {
    const most = posed.collision.nCapsules + 1;
    this.#posed = posed;
    this.start = new Int32Array(most + 1);
    this.approach = new Int32Array(most);
    this.capsule = new Int32Array(most);
    this.spheres = new Float64Array(most * 4);
  }

  /** Groups the approaches of `table`, unless that is done. */
  use(table: ApproachTable): void {
    if (table === this.#table) return;
    this.#table = table;
    this.count = 0;
    let taken = 0;
    for (let i = 0; i < table.count; i++) {
      if (table.capsuleA[i]! >= 0) continue;
      const full = taken - this.start[Math.max(0, this.count - 1)]! >= perGroup;
      if (this.count === 0 || full || table.capsuleB[i] === this.#posed.collision.nCapsules) this.start[this.count++] = taken;
      this.approach[taken] = i;
      this.capsule[taken++] = table.capsuleB[i]!;
      this.start[this.count] = taken;
    }
  }

  /** Whether a group is what the tip carries. */
  isCarried(group: number): boolean {
    return this.capsule[this.start[group]!] === this.#posed.collision.nCapsules;
  }

  /** Around the capsules as they are posed. False where one of them is nowhere. */
  place(): boolean {
    const s = this.#posed.spheres;
    const { capsule } = this;
    let size = 0;
    for (let g = 0; g < this.count; g++) {
      const from = this.start[g]!;
      const to = this.start[g + 1]!;
      let x = 0;
      let y = 0;
      let z = 0;
      for (let m = from; m < to; m++) {
        const o = capsule[m]! << 2;
        x += s[o]!;
        y += s[o + 1]!;
        z += s[o + 2]!;
        size = Math.max(size, Math.abs(s[o]!) + Math.abs(s[o + 1]!) + Math.abs(s[o + 2]!));
      }
      x /= to - from;
      y /= to - from;
      z /= to - from;
      let radius = 0;
      for (let m = from; m < to; m++) {
        const o = capsule[m]! << 2;
        const dx = s[o]! - x;
        const dy = s[o + 1]! - y;
        const dz = s[o + 2]! - z;
        radius = Math.max(radius, Math.sqrt(dx * dx + dy * dy + dz * dz) + s[o + 3]!);
      }
      this.spheres[g * 4] = x;
      this.spheres[g * 4 + 1] = y;
      this.spheres[g * 4 + 2] = z;
      // The last term keeps rounding from leaving a capsule outside.
      this.spheres[g * 4 + 3] = radius + 1e-12;
    }
    return size < largestM;
  }
}
