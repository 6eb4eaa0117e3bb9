/**
 * The last voxel grid that was received, as lists of the cells that block, by blocks of 4 × 4 × 4 cells, and how many blocks away the
 * nearest block with such a cell is. Receiving allocates nothing.
 * @module
 */
import { GEOMETRY_CLEAR, GEOMETRY_VOXEL_MALFORMED, GEOMETRY_VOXEL_OVERFLOW, GEOMETRY_VOXEL_UNAVAILABLE } from "./codes.ts";
import type { KernelGeometryOptions } from "./options.ts";

export const CELL_FREE = 0;
export const CELL_OCCUPIED = 1;
export const CELL_UNKNOWN = 2;

/** Axis-aligned in the base frame. */
export interface VoxelGrid {
  /** When the sensor saw it, ms of the kernel's clock. */
  readonly stampMs: number;
  /** Least corner, m. */
  readonly originM: readonly [number, number, number];
  /** Edge of a cell, m. */
  readonly resolutionM: number;
  readonly size: readonly [sx: number, sy: number, sz: number];
  /** Shape `[sx · sy · sz]`, x fastest: index = x + sx · (y + sy · z). 0 free, 1 occupied, 2 unknown. */
  readonly cells: Uint8Array;
}

/** How many milliseconds a stamp may lie in the future. */
const earlyMs = 5;
/** Cells along the edge of a block, as a shift. */
export const BLOCK_SHIFT = 2;
const blockCells = 1 << BLOCK_SHIFT;
/** More blocks than this need not be told apart. */
const farBlocks = 255;

export interface VoxelStoreOptions {
  readonly maxCells: number;
  readonly deadlineMs: number;
  readonly unknownBlocks: boolean;
  readonly sourceLiveness: boolean;
}

export class VoxelStore {
  readonly deadlineMs: number;
  readonly maxCells: number;
  readonly unknownBlocks: boolean;
  readonly #sourceLiveness: boolean;
  /** Shape `[3]`: least and greatest corner, m. */
  readonly low = new Float64Array(3);
  readonly high = new Float64Array(3);
  readonly resolutionM = new Float64Array(1);
  /** Shape `[3]`: cells and blocks along each axis. */
  readonly size = new Int32Array(3);
  readonly blocks = new Int32Array(3);
  /** Shape `[nBlocks + 1]`: where each block's cells begin in `blocking`, linear indices of cells. */
  readonly blockStart: Int32Array;
  readonly blocking: Int32Array;
  /** Shape `[nBlocks]`: steps in the 26 directions to the nearest block with a blocking cell; `farBlocks` where there is none. */
  readonly blocksAway: Uint8Array;
  nBlocking = 0;
  readonly stampMs = Float64Array.of(Number.NaN);
  #status = GEOMETRY_VOXEL_UNAVAILABLE;
  readonly #cells: Uint8Array;

  constructor({ maxCells, deadlineMs, unknownBlocks, sourceLiveness }: VoxelStoreOptions) {
    this.maxCells = maxCells;
    this.deadlineMs = deadlineMs;
    this.unknownBlocks = unknownBlocks;
    this.#sourceLiveness = sourceLiveness;
    this.#cells = new Uint8Array(maxCells);
    // A grid one cell thick has a block for each four cells, one cell wide for each.
    this.blockStart = new Int32Array(maxCells + 1);
    this.blocking = new Int32Array(maxCells);
    this.blocksAway = new Uint8Array(maxCells);
  }

  /** 0, or why the grid is not known from now on until a good message comes. */
  receive(message: VoxelGrid): number {
    this.#status = this.#read(message);
    if (this.#status !== GEOMETRY_CLEAR) this.#forget();
    return this.#status;
  }

  /** 0, or why the grid cannot be relied on at `nowMs`. */
  available(nowMs: number): number {
    if (this.#status !== GEOMETRY_CLEAR) return this.#status;
    const age = nowMs - this.stampMs[0]!;
    return age >= -earlyMs && age <= this.deadlineMs ? GEOMETRY_CLEAR : GEOMETRY_VOXEL_UNAVAILABLE;
  }

  #read({ stampMs, originM, resolutionM, size, cells }: VoxelGrid): number {
    const [sx, sy, sz] = size;
    const n = sx * sy * sz;
    if (!Number.isFinite(stampMs) || !(resolutionM > 0 && resolutionM < Infinity)) return GEOMETRY_VOXEL_MALFORMED;
    for (let axis = 0; axis < 3; axis++) {
      if (!(Number.isSafeInteger(size[axis]) && size[axis]! >= 1)) return GEOMETRY_VOXEL_MALFORMED;
      // So far away that a cell is lost in the rounding of its place: no grid.
      if (!(Math.abs(originM[axis]!) + size[axis]! * resolutionM < 1e9 * resolutionM)) return GEOMETRY_VOXEL_MALFORMED;
    }
    if (!(cells.length === n)) return GEOMETRY_VOXEL_MALFORMED;
    if (!(n <= this.maxCells)) return GEOMETRY_VOXEL_OVERFLOW;
    const unchanged = this.#sourceLiveness && this.#same(originM, resolutionM, size, cells, n);
    for (let i = 0; i < n; i++) if (!(cells[i]! <= CELL_UNKNOWN)) return GEOMETRY_VOXEL_MALFORMED;
    if (!unchanged) this.stampMs[0] = stampMs;
    for (let axis = 0; axis < 3; axis++) {
      this.low[axis] = originM[axis]!;
      this.high[axis] = originM[axis]! + size[axis]! * resolutionM;
      this.size[axis] = size[axis]!;
      this.blocks[axis] = (size[axis]! + blockCells - 1) >> BLOCK_SHIFT;
    }
    this.resolutionM[0] = resolutionM;
    this.#cells.set(cells);
    this.#sortCells(sx, sy, sz);
    this.#measureBlocks();
    return GEOMETRY_CLEAR;
  }

  #same(originM: readonly number[], resolutionM: number, size: readonly number[], cells: Uint8Array, n: number): boolean {
    if (this.resolutionM[0] !== resolutionM) return false;
    for (let axis = 0; axis < 3; axis++) if (this.size[axis] !== size[axis] || this.low[axis] !== originM[axis]) return false;
    for (let i = 0; i < n; i++) if (this.#cells[i] !== cells[i]) return false;
    return true;
  }

  #forget(): void {
    this.nBlocking = 0;
    this.size.fill(0);
    this.blocks.fill(0);
    this.resolutionM[0] = Number.NaN;
    this.stampMs[0] = Number.NaN;
  }

  /** Counting sort of the blocking cells by their block. */
  #sortCells(sx: number, sy: number, sz: number): void {
    const [bx, by, bz] = [this.blocks[0]!, this.blocks[1]!, this.blocks[2]!];
    const nBlocks = bx * by * bz;
    const start = this.blockStart;
    const cells = this.#cells;
    const least = this.unknownBlocks ? CELL_OCCUPIED : CELL_UNKNOWN;
    start.fill(0, 0, nBlocks + 1);
    for (let pass = 0; pass < 2; pass++) {
      for (let z = 0, i = 0; z < sz; z++)
        for (let y = 0; y < sy; y++) {
          const row = bx * ((y >> BLOCK_SHIFT) + by * (z >> BLOCK_SHIFT));
          for (let x = 0; x < sx; x++, i++) {
            const value = cells[i]!;
            if (value === CELL_FREE || (value === CELL_UNKNOWN && least === CELL_UNKNOWN)) continue;
            const block = row + (x >> BLOCK_SHIFT);
            if (pass === 0) start[block + 1]!++;
            // Counts up to where the next block begins, which puts the starts back in place one block later.
            else this.blocking[start[block]!++] = i;
          }
        }
      if (pass === 0) for (let block = 0; block < nBlocks; block++) start[block + 1]! += start[block]!;
    }
    for (let block = nBlocks; block > 0; block--) start[block] = start[block - 1]!;
    start[0] = 0;
    this.nBlocking = start[nBlocks]!;
  }

  /** Chessboard distance, one axis after the other: it is the maximum of the distances along the axes. */
  #measureBlocks(): void {
    const away = this.blocksAway;
    const [bx, by, bz] = [this.blocks[0]!, this.blocks[1]!, this.blocks[2]!];
    const nBlocks = bx * by * bz;
    for (let b = 0; b < nBlocks; b++) away[b] = this.blockStart[b + 1]! > this.blockStart[b]! ? 0 : farBlocks;
    // Two sweeps of the 26-neighbour chamfer with unit weights give the chessboard distance exactly (Rosenfeld and Pfaltz, 1968).
    for (let z = 0; z < bz; z++) for (let y = 0; y < by; y++) for (let x = 0; x < bx; x++) this.#relax(x, y, z, -1);
    for (let z = bz - 1; z >= 0; z--) for (let y = by - 1; y >= 0; y--) for (let x = bx - 1; x >= 0; x--) this.#relax(x, y, z, 1);
  }

  /** Takes over the least of the neighbours that a sweep in the direction of `-side` has passed, plus one. */
  #relax(x: number, y: number, z: number, side: -1 | 1): void {
    const away = this.blocksAway;
    const [bx, by, bz] = [this.blocks[0]!, this.blocks[1]!, this.blocks[2]!];
    const at = x + bx * (y + by * z);
    let least = away[at]!;
    for (let dz = 0; dz <= 1; dz++) {
      const nz = z + side * dz;
      if (nz < 0 || nz >= bz) continue;
      for (let dy = dz === 0 ? 0 : -1; dy <= 1; dy++) {
        const ny = y + side * dy;
        if (ny < 0 || ny >= by) continue;
        for (let dx = dz === 0 && dy === 0 ? 1 : -1; dx <= 1; dx++) {
          const nx = x + side * dx;
          if (nx < 0 || nx >= bx) continue;
          const through = away[nx + bx * (ny + by * nz)]! + 1;
          if (through < least) least = through;
        }
      }
    }
    away[at] = least;
  }
}

/** No room for cells where no grid is configured. */
export function voxelStoreFor(
  voxels: KernelGeometryOptions["voxels"],
  { maxCells, voxelDeadlineMs }: { readonly maxCells: number; readonly voxelDeadlineMs: number },
): VoxelStore {
  return new VoxelStore({
    maxCells: voxels === undefined ? 0 : maxCells,
    deadlineMs: voxelDeadlineMs,
    unknownBlocks: voxels?.unknown !== "free",
    sourceLiveness: voxels?.sourceLiveness ?? false,
  });
}
