/**
 * The chunk that is being carried out. A new chunk begins where the old one stands, so its head and the old one's tail say twice what
 * to do next; over that overlap of n actions the new one's weight rises linearly:
 *
 *     action i = (1 - w) · old[at + i] + w · new[i],   w = (i + 1) / (n + 1)
 *
 * The gripper's number is the new one's from the first action on: half closed is nothing a model meant.
 * @module
 */
import type { ActionChunk } from "./vla-model.ts";

export class ActionQueue {
  readonly #gripperDim: number;
  /** Actions carried out of each chunk before the model is asked again; the rest is the tail. */
  readonly #executeRows: number | undefined;
  #actions = new Float64Array(0);
  #width = 0;
  #rows = 0;
  #next = 0;
  #until = 0;
  /** When the observation was made that the chunk answers, ms. */
  #madeAtMs = 0;

  /** `executeRows`: half of each chunk unless given. */
  constructor(gripperDim: number, executeRows?: number) {
    this.#gripperDim = gripperDim;
    this.#executeRows = executeRows;
  }

  get madeAtMs(): number {
    return this.#madeAtMs;
  }

  /** A view of the action that is next; undefined when the model is to be asked. */
  get next(): Float64Array | undefined {
    return this.#next < this.#until ? this.#actions.subarray(this.#next * this.#width, (this.#next + 1) * this.#width) : undefined;
  }

  advance(): void {
    this.#next++;
  }

  /** Forgets what is left, tail included; the number of actions that were still to come. */
  clear(): number {
    const left = Math.max(0, this.#until - this.#next);
    this.#rows = 0;
    this.#next = 0;
    this.#until = 0;
    return left;
  }

  /** Blends the tail that is left into a copy of the chunk. */
  take({ actions, rows, width }: ActionChunk, madeAtMs: number): void {
    const blended = actions.slice();
    const overlap = width === this.#width ? Math.min(this.#rows - this.#next, rows) : 0;
    for (let row = 0; row < overlap; row++) {
      const weight = (row + 1) / (overlap + 1);
      for (let column = 0; column < width; column++) {
        if (column === this.#gripperDim) continue;
        const old = this.#actions[(this.#next + row) * width + column]!;
        const at = row * width + column;
        blended[at] = (1 - weight) * old + weight * blended[at]!;
      }
    }
    this.#actions = blended;
    this.#width = width;
    this.#rows = rows;
    this.#next = 0;
    this.#until = Math.min(rows, this.#executeRows ?? Math.ceil(rows / 2));
    this.#madeAtMs = madeAtMs;
  }
}
