/**
 * Measures approaches at one configuration: how much room is left above each pair's margin, and which pair is nearest. Spheres
 * around everything spare most of the exact distances. Scratch of one checker; measuring allocates nothing.
 * @module
 */
import { capsuleCapsuleDistance, capsuleToShapeDistance, SHAPE_STRIDE } from "../geometry/index.ts";
import type { ApproachTable } from "./approach-table.ts";
import { largestM, type ObstacleSet } from "./obstacle-set.ts";
import type { PairMargins } from "./pair-margins.ts";
import type { PosedCapsules } from "./posed-capsules.ts";

/** Stands for no cap: finite, so that sums with an infinite margin are numbers. */
const farM = 1e150;

/** Nobody. */
const none = -1;

export class ClearanceProbe {
  /** Smallest distance measured since `forget`, m; Infinity before. */
  nearestM = Infinity;
  /** The approach it belongs to and, for the world, the row of the obstacle; -1 before. */
  nearestApproach = none;
  nearestRow = none;
  /** Where it was measured. */
  nearestWaypoint = 0;
  nearestFraction = 0;
  /** Where the robot is posed now; set by whoever poses it. */
  waypoint = 0;
  fraction = 0;
  evaluations = 0;
  /** Shape `[1]`: the least distance minus margin found by the last `measure`, or its cap. */
  readonly room = new Float64Array(1);
  /** The pair that `room` belongs to, with its distance. */
  tightestRow = none;
  tightestM = Infinity;

  readonly #posed: PosedCapsules;
  readonly #obstacles: ObstacleSet;
  readonly #margins: PairMargins;
  /** Shape `[nApproaches]`: the row that was tightest last, -1 for none yet. */
  readonly #hints: Int32Array;
  #table: ApproachTable;

  constructor(posed: PosedCapsules, obstacles: ObstacleSet, margins: PairMargins, table: ApproachTable) {
    this.#posed = posed;
    this.#obstacles = obstacles;
    this.#margins = margins;
    this.#hints = new Int32Array(margins.self.length);
    this.#table = table;
  }

  use(table: ApproachTable): void {
    this.#table = table;
  }

  forget(): void {
    this.#hints.fill(none);
    this.nearestM = Infinity;
    this.nearestApproach = none;
    this.nearestRow = none;
    this.nearestWaypoint = 0;
    this.nearestFraction = 0;
    this.waypoint = 0;
    this.fraction = 0;
    this.evaluations = 0;
  }

  /** Leaves min(cap, room of the approach) in `room[0]`; NaN where a distance is not a number. */
  measure(approach: number, capM: number): void {
    this.evaluations += 1;
    this.tightestRow = none;
    this.tightestM = Infinity;
    this.room[0] = Math.min(capM, farM);
    if (this.#table.capsuleA[approach]! < 0) this.#measureWorld(approach);
    else this.#measurePair(approach);
  }

  /** The same without a cap, and gives the pairs that start inside the margin their own. False where one is too near to start. */
  start(approach: number): boolean {
    const a = this.#table.capsuleA[approach]!;
    if (a >= 0) return this.#startPair(approach);
    const { count } = this.#obstacles;
    const base = this.#table.capsuleB[approach]! * count;
    for (let row = 0; row < count; row++) {
      if (this.#margins.world[base + row] === -Infinity) continue;
      const distanceM = this.#distanceToRow(approach, row, this.#margins.marginM);
      const margin = this.#margins.graced(distanceM);
      if (margin === undefined) {
        this.blame(approach, row, distanceM);
        return false;
      }
      this.#margins.world[base + row] = margin;
    }
    this.measure(approach, Infinity);
    return true;
  }

  #startPair(approach: number): boolean {
    this.measure(approach, Infinity);
    const distanceM = this.tightestM;
    const margin = this.#margins.graced(distanceM);
    if (margin === undefined) {
      this.blame(approach, none, distanceM);
      return false;
    }
    this.#margins.self[approach] = margin;
    this.room[0] = distanceM - margin;
    return true;
  }

  /** Makes a pair the nearest, whatever was nearer: the one that is reported is the one that broke its margin. */
  blame(approach: number, row: number, distanceM: number): void {
    this.nearestM = distanceM;
    this.nearestApproach = approach;
    this.nearestRow = row;
    this.nearestWaypoint = this.waypoint;
    this.nearestFraction = this.fraction;
  }

  /** Exact where it is not above `enoughM`; Infinity where the spheres already tell that it is. */
  #distanceToRow(approach: number, row: number, enoughM: number): number {
    const b = this.#table.capsuleB[approach]!;
    const { shapes, boundingSpheres: o } = this.#obstacles;
    const s = this.#posed.spheres;
    const dx = s[b * 4]! - o[row * 4]!;
    const dy = s[b * 4 + 1]! - o[row * 4 + 1]!;
    const dz = s[b * 4 + 2]! - o[row * 4 + 2]!;
    const apart = enoughM + s[b * 4 + 3]! + o[row * 4 + 3]!;
    if (dx * dx + dy * dy + dz * dz > apart * apart) return Infinity;
    return capsuleToShapeDistance(shapes.kinds[row]!, shapes.params, row * SHAPE_STRIDE, this.#posed.capsules, b * 7);
  }

  /** The obstacle that was tightest last is measured first: after that, the spheres of most others are too far to matter. */
  #measureWorld(approach: number): void {
    const b = this.#table.capsuleB[approach]!;
    const { spheres } = this.#posed;
    const { boundingSpheres, count } = this.#obstacles;
    const margins = this.#margins.world;
    const x = spheres[b * 4]!;
    const y = spheres[b * 4 + 1]!;
    const z = spheres[b * 4 + 2]!;
    const radius = spheres[b * 4 + 3]!;
    if (!(Math.abs(x) + Math.abs(y) + Math.abs(z) < largestM)) {
      this.room[0] = Number.NaN;
      this.#see(approach, none, Number.NaN);
      return;
    }
    const hint = this.#hints[approach]!;
    if (hint >= 0) this.#measureRow(approach, b, hint);
    let within = this.room[0]! + radius;
    for (let row = 0, o = 0, m = b * count; row < count; row++, o += 4, m++) {
      const dx = x - boundingSpheres[o]!;
      const dy = y - boundingSpheres[o + 1]!;
      const dz = z - boundingSpheres[o + 2]!;
      const apart = within + boundingSpheres[o + 3]! + margins[m]!;
      if (apart < 0 || dx * dx + dy * dy + dz * dz > apart * apart || row === hint) continue;
      this.#measureRow(approach, b, row);
      within = this.room[0]! + radius;
    }
    if (this.tightestRow >= 0) this.#hints[approach] = this.tightestRow;
  }

  #measureRow(approach: number, b: number, row: number): void {
    const { shapes, count } = this.#obstacles;
    const at = row * SHAPE_STRIDE;
    const distanceM = capsuleToShapeDistance(shapes.kinds[row]!, shapes.params, at, this.#posed.capsules, b * 7);
    if (!(distanceM >= this.nearestM)) this.#see(approach, row, distanceM);
    const room = distanceM - this.#margins.world[b * count + row]!;
    // A room that is not a number stays.
    if (room >= this.room[0]! || Number.isNaN(this.room[0]!)) return;
    this.room[0] = room;
    this.tightestRow = row;
    this.tightestM = distanceM;
  }

  #measurePair(approach: number): void {
    const a = this.#table.capsuleA[approach]!;
    const b = this.#table.capsuleB[approach]!;
    const margin = this.#margins.self[approach]!;
    const s = this.#posed.spheres;
    const dx = s[a * 4]! - s[b * 4]!;
    const dy = s[a * 4 + 1]! - s[b * 4 + 1]!;
    const dz = s[a * 4 + 2]! - s[b * 4 + 2]!;
    const apart = this.room[0]! + margin + s[a * 4 + 3]! + s[b * 4 + 3]!;
    if (apart < 0 || dx * dx + dy * dy + dz * dz > apart * apart) return;
    const distanceM = capsuleCapsuleDistance(this.#posed.capsules, a * 7, this.#posed.capsules, b * 7);
    if (!(distanceM >= this.nearestM)) this.#see(approach, none, distanceM);
    if (distanceM - margin >= this.room[0]!) return;
    this.room[0] = distanceM - margin;
    this.tightestM = distanceM;
  }

  /** A distance that is not a number stays the answer. */
  #see(approach: number, row: number, distanceM: number): void {
    if (!Number.isNaN(this.nearestM)) this.blame(approach, row, distanceM);
  }
}
