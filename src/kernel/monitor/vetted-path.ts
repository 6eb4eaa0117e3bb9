/**
 * Where the joints were last told to be, over the last second or so: what the monitor holds measured motion against.
 * @module
 */

/** Setpoints kept; at 2 ms each that is two seconds. */
const kept = 1024;

export class VettedPath {
  readonly #nJoints: number;
  readonly #times = new Float64Array(kept);
  readonly #points: Float64Array;
  /** Setpoints written in all; the newest `kept` of them are there. */
  #count = 0;

  constructor(nJoints: number) {
    this.#nJoints = nJoints;
    this.#points = new Float64Array(kept * nJoints);
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  /** When the last setpoint is to be reached, ms; -Infinity while there is none. */
  get endMs(): number {
    return this.empty ? -Infinity : this.#times[(this.#count - 1) % kept]!;
  }

  clear(): void {
    this.#count = 0;
  }

  /** The joints are to be at `values[from …]` at `atMs`. What was to come at or after that time is replaced. */
  append(atMs: number, values: ArrayLike<number>, from: number): void {
    while (this.#count > 0 && !(this.endMs < atMs)) this.#count -= 1;
    const slot = this.#count % kept;
    this.#times[slot] = atMs;
    for (let j = 0; j < this.#nJoints; j++) this.#points[slot * this.#nJoints + j] = values[from + j]!;
    this.#count += 1;
  }

  /** Least and greatest value that joint `j` was to have between `fromMs` and `toMs`, into `range[0]` and `range[1]`. */
  rangeInto(j: number, fromMs: number, toMs: number, range: Float64Array): void {
    range[0] = Infinity;
    range[1] = -Infinity;
    this.#widen(range, this.#at(j, fromMs));
    this.#widen(range, this.#at(j, toMs));
    for (let i = this.#count - 1; i >= Math.max(0, this.#count - kept); i--) {
      const timeMs = this.#times[i % kept]!;
      if (!(timeMs > fromMs)) break;
      if (timeMs < toMs) this.#widen(range, this.#points[(i % kept) * this.#nJoints + j]!);
    }
  }

  #widen(range: Float64Array, value: number): void {
    range[0] = Math.min(range[0]!, value);
    range[1] = Math.max(range[1]!, value);
  }

  /** Linear between setpoints; the first and the last one hold before and after. */
  #at(j: number, atMs: number): number {
    const n = this.#nJoints;
    const oldest = Math.max(0, this.#count - kept);
    let after = this.#count;
    while (after > oldest && this.#times[(after - 1) % kept]! > atMs) after -= 1;
    if (after === oldest) return this.#points[(oldest % kept) * n + j]!;
    const before = (after - 1) % kept;
    const from = this.#points[before * n + j]!;
    if (after === this.#count) return from;
    const next = after % kept;
    const share = (atMs - this.#times[before]!) / (this.#times[next]! - this.#times[before]!);
    return from + share * (this.#points[next * n + j]! - from);
  }
}
