/**
 * Waypoints in joint space, straight lines between them. Immutable by encapsulation (typed arrays cannot be frozen), so that a
 * cleared plan cannot be changed after it was judged.
 * @module
 */
export class JointPath {
  readonly nJoints: number;
  readonly nWaypoints: number;
  readonly #rows: Float64Array;

  /** `rows`: row-major, shape `[nWaypoints, nJoints]`, copied. Values may be anything; the gates and the kernel judge them. */
  constructor(nJoints: number, rows: ArrayLike<number>) {
    this.nJoints = nJoints;
    this.nWaypoints = rows.length / nJoints;
    this.#rows = new Float64Array(rows);
    if (!(nJoints > 0 && Number.isInteger(this.nWaypoints) && this.nWaypoints >= 1))
      throw new RangeError(`a joint path of ${rows.length} numbers does not divide into rows of ${nJoints}`);
    Object.freeze(this);
  }

  get(waypoint: number, joint: number): number {
    return this.#rows[waypoint * this.nJoints + joint] ?? Number.NaN;
  }

  /** Copies one waypoint into `out[offset …]`. */
  readInto(waypoint: number, out: Float64Array, offset = 0): void {
    const from = waypoint * this.nJoints;
    for (let j = 0; j < this.nJoints; j++) out[offset + j] = this.#rows[from + j] ?? Number.NaN;
  }

  toJSON(): number[][] {
    return Array.from({ length: this.nWaypoints }, (_, w) => Array.from({ length: this.nJoints }, (_unused, j) => this.get(w, j)));
  }
}
