/**
 * The robot's bodies against the voxel grid. A blocking cell is a ball around its centre that holds it, or exactly its cube; what
 * lies outside the grid blocks too, unless the deployment says otherwise.
 *
 * Only blocks of cells are visited that reach into the segment's box grown by how far to look.
 * @module
 */
import { segmentPointDistance } from "../../geometry/capsule-distance.ts";
import { segmentBoxDistance } from "../../geometry/segment-box-distance.ts";
import { BodyCheck } from "./body-check.ts";
import { GEOMETRY_COLLISION, KIND_OUTSIDE, KIND_VOXEL } from "./codes.ts";
import { NOBODY } from "./finding.ts";
import type { Motion } from "./motion.ts";
import { BLOCK_SHIFT, type VoxelStore } from "./voxel-store.ts";

export interface VoxelCheckOptions {
  readonly exactCubes: boolean;
  readonly outsideBlocks: boolean;
  /** Cells farther than this above the margin are not looked for as the nearest, m. */
  readonly horizonM: number;
}

/** What the rounding of indices may leave out, as a part of a cell. */
const padCells = 1e-6;

export class VoxelCheck extends BodyCheck {
  readonly #store: VoxelStore;
  readonly #exactCubes: boolean;
  readonly #outsideBlocks: boolean;
  readonly #horizonM: number;
  readonly #center = new Float64Array(3);
  readonly #cube = new Float64Array(6);
  readonly #best = new Float64Array(1);
  readonly #first = new Int32Array(3);
  readonly #last = new Int32Array(3);

  constructor(
    store: VoxelStore,
    options: VoxelCheckOptions,
    bodies: Int32Array,
    margins: Float64Array,
    motion: Motion,
    exhaustive: boolean,
  ) {
    super(KIND_VOXEL, GEOMETRY_COLLISION, bodies, margins, motion, exhaustive);
    this.#store = store;
    this.#exactCubes = options.exactCubes;
    this.#outsideBlocks = options.outsideBlocks;
    this.#horizonM = options.horizonM;
  }

  /** Of a cell beyond the horizon nothing more is known than that it is beyond. */
  override begin(): void {
    super.begin();
    for (let item = 0; item < this.count; item++) this.bound[0] = Math.min(this.bound[0]!, this.margins[item]! + this.#horizonM);
  }

  protected override nearestLimit(margin: number): number {
    return Math.min(super.nearestLimit(margin), margin + this.#horizonM);
  }

  protected look(item: number): void {
    const b = this.bodies[item]!;
    this.#best[0] = this.cap[0]!;
    this.foundOther = NOBODY;
    this.foundKind = KIND_VOXEL;
    if (this.exhaustive) this.#visit(b, 0, this.#store.nBlocking);
    else if (!this.#farFromAll(b)) this.#visitBlocks(b);
    if (this.#outsideBlocks) this.#lookOutside(b);
    this.found[0] = this.foundOther === NOBODY && this.foundKind === KIND_VOXEL ? Infinity : this.#best[0]!;
  }

  /** Whether the blocks around the body's sphere tell that no blocking cell is within `best`. */
  #farFromAll(body: number): boolean {
    const { spheres } = this.motion.placed;
    const { low, size, blocks, blocksAway, resolutionM } = this.#store;
    if (this.#store.nBlocking === 0) return true;
    const edge = resolutionM[0]! * (1 << BLOCK_SHIFT);
    let at = 0;
    let stride = 1;
    for (let axis = 0; axis < 3; axis++) {
      const cell = (spheres[body * 4 + axis]! - low[axis]!) / resolutionM[0]!;
      if (!(cell >= 0 && cell < size[axis]!)) return false;
      at += stride * (Math.floor(cell) >> BLOCK_SHIFT);
      stride *= blocks[axis]!;
    }
    // Whole blocks in between, less what rounding may move the sphere over a border.
    const gap = (blocksAway[at]! - 1 - padCells) * edge;
    return gap - this.#ballM() - spheres[body * 4 + 3]! > this.#best[0]!;
  }

  /** Radius of what stands for a cell, about its centre; for cubes that which holds them. */
  #ballM(): number {
    return (this.#store.resolutionM[0]! * Math.sqrt(3)) / 2;
  }

  #visitBlocks(body: number): void {
    const { ends } = this.motion.placed;
    const { low, size, blocks, resolutionM, blockStart } = this.#store;
    const i = body * 7;
    const grow = this.#best[0]! + ends[i + 6]! + this.#ballM();
    const first = this.#first;
    const last = this.#last;
    for (let axis = 0; axis < 3; axis++) {
      const a = ends[i + axis]!;
      const b = ends[i + 3 + axis]!;
      // Centres are half a cell from the corner with the cell's index.
      const from = ((a < b ? a : b) - grow - low[axis]!) / resolutionM[0]! - 0.5 - padCells;
      const to = ((a > b ? a : b) + grow - low[axis]!) / resolutionM[0]! - 0.5 + padCells;
      if (!(from <= to)) {
        this.#visit(body, 0, this.#store.nBlocking);
        return;
      }
      first[axis] = Math.max(0, Math.ceil(from)) >> BLOCK_SHIFT;
      last[axis] = to < 0 ? -1 : Math.min(size[axis]! - 1, Math.floor(to)) >> BLOCK_SHIFT;
    }
    const bx = blocks[0]!;
    const by = blocks[1]!;
    for (let z = first[2]!; z <= last[2]!; z++)
      for (let y = first[1]!; y <= last[1]!; y++) {
        // Blocks along x follow each other, and so do their cells.
        const row = bx * (y + by * z);
        this.#visit(body, blockStart[row + first[0]!]!, last[0]! < first[0]! ? 0 : blockStart[row + last[0]! + 1]!);
      }
  }

  /** The blocking cells from one place in the list to another. */
  #visit(body: number, from: number, to: number): void {
    const { ends } = this.motion.placed;
    const { blocking, low, size, resolutionM } = this.#store;
    const center = this.#center;
    const resolution = resolutionM[0]!;
    const sx = size[0]!;
    const sy = size[1]!;
    const radius = ends[body * 7 + 6]!;
    const ball = this.#ballM();
    let best = this.#best[0]!;
    for (let k = from; k < to; k++) {
      const cell = blocking[k]!;
      const line = Math.floor(cell / sx);
      center[0] = low[0]! + (cell - line * sx + 0.5) * resolution;
      center[1] = low[1]! + ((line % sy) + 0.5) * resolution;
      center[2] = low[2]! + (Math.floor(line / sy) + 0.5) * resolution;
      let distance = segmentPointDistance(ends, body * 7, center, 0) - radius - ball;
      if (this.#exactCubes) {
        if (distance - 1e-9 > best) continue;
        distance = this.#cubeDistance(body * 7, resolution / 2) - radius;
      }
      if (distance > best || (distance === best && this.foundOther !== NOBODY)) continue;
      best = distance;
      this.foundOther = cell;
      if (Number.isNaN(distance)) break;
    }
    this.#best[0] = best;
  }

  #cubeDistance(at: number, half: number): number {
    for (let axis = 0; axis < 3; axis++) {
      this.#cube[axis] = this.#center[axis]! - half;
      this.#cube[axis + 3] = this.#center[axis]! + half;
    }
    return segmentBoxDistance(this.motion.placed.ends, at, this.#cube, 0);
  }

  /** How deep the whole body lies inside the grid, which is convex: the least over the ends and the faces. */
  #lookOutside(body: number): void {
    const { ends } = this.motion.placed;
    const { low, high } = this.#store;
    let depth = Infinity;
    for (let end = body * 7; end < body * 7 + 6; end += 3) {
      for (let axis = 0; axis < 3; axis++) {
        // Math.min, unlike a comparison, hands on a NaN.
        depth = Math.min(depth, ends[end + axis]! - low[axis]!, high[axis]! - ends[end + axis]!);
      }
    }
    const distance = depth - ends[body * 7 + 6]!;
    if (distance > this.#best[0]! || Number.isNaN(this.#best[0]!)) return;
    this.#best[0] = distance;
    this.foundOther = NOBODY;
    this.foundKind = KIND_OUTSIDE;
  }
}
