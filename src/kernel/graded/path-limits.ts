/**
 * The limits of a chunk as seen from its own path: how far each joint may go in one period, how much that may change from one
 * period to the next, and how much slower the whole chunk would have to be.
 *
 * The path is the polyline start → row 0 → … → last row. u counts its steps, so that the asked timing is one step a period; σ is
 * du/dt in steps a period, never above 1. A step d moves the joints by |d| σ a period; where step c meets step c + 1, the change
 * between periods is at most |d_{c+1} - d_c| σ, wherever the rows fall: corners are at least one period apart because σ <= 1.
 * @module
 */

/** What a joint may do, each shape `[width]`, order of the rows. `rad` or `m`; Infinity where the robot has no limit, NaN refuses. */
export interface JointLimits {
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  readonly velocity: ArrayLike<number>;
  readonly acceleration: ArrayLike<number>;
  /** Kept by holding accelerations below `jerk * period / 2`: sufficient, up to twice as careful as need be. */
  readonly jerk?: ArrayLike<number>;
}

export interface RetimeRequest {
  /** Row-major, shape `[nRows, width]`, one row a period; the first is due one period after the start. Not kept, not changed. */
  readonly rows: ArrayLike<number>;
  readonly nRows: number;
  readonly periodS: number;
  /** Where the motion begins, shape `[width]`: the measured position, or the last setpoint while the robot tracks it. */
  readonly start: ArrayLike<number>;
  /** Velocity there, shape `[width]`. */
  readonly startVelocity: ArrayLike<number>;
  readonly limits: JointLimits;
  /** Shape `[nRows]`: the step into each row may go at this share of the asked speed; 0 blocks it. From `SpeedGovernor`. */
  readonly maxScale?: ArrayLike<number>;
  /** The first row that must not be approached (contact): the robot rests before. `nRows` or absent: none. */
  readonly blockedRow?: number;
  /** Whether the robot must be able to rest on the last row. Only where the next chunk is certain to come may this be false. */
  readonly endAtRest: boolean;
}

export const FORCED_BY_NOTHING = 0;
export const FORCED_BY_VELOCITY = 1;
export const FORCED_BY_ACCELERATION = 2;
export const FORCED_BY_SPEED_CAP = 3;
/** The chunk asks for more at once than the measured velocity and the acceleration allow. */
export const FORCED_BY_START = 4;
/** The robot could not rest at the end of the path. */
export const FORCED_BY_END = 5;
export const FORCED_BY_BLOCK = 6;
export const FORCED_BY_POSITION = 7;

/** Rounding of positions in the sums below, rad or m. */
const roundingSlack = 1e-13;
/** Profiles are made this much below the limits, so that rounding does not take them over. */
export const DESIGN_MARGIN = 1 - 1e-9;

/** Holds one chunk's path and limits. Reused; `load` overwrites everything. */
export class PathLimits {
  readonly width: number;
  readonly maxRows: number;
  /** Shape `[maxRows + 1, width]`: the start, then the rows. */
  readonly vertices: Float64Array;
  /** Shape `[maxRows, width]`: from each vertex to the next. */
  readonly steps: Float64Array;
  /** Most a joint may move in a period, shape `[width]`. */
  readonly mostStep: Float64Array;
  /** Most its movement may change from period to period. */
  readonly mostChange: Float64Array;
  readonly startStep: Float64Array;
  readonly mostScale: Float64Array;
  /** Steps of the path that may be gone: all, or those before the first blocked one. */
  nSteps = 0;
  nRows = 0;
  periodS = 0;
  endAtRest = true;
  /** Why the path is cut short: FORCED_BY_NOTHING, _BLOCK, _POSITION or _SPEED_CAP. */
  cutBy = FORCED_BY_NOTHING;
  /** The smallest factor by which the whole chunk must be slower, whatever the phase of the rows; NaN when something is NaN. */
  need = 1;
  forcedBy = FORCED_BY_NOTHING;
  forcedRow = -1;
  forcedJoint = -1;
  /** Whether rates and accelerations between rows are all that the asked timing breaks. */
  onlyRates = true;

  constructor(width: number, maxRows: number) {
    this.width = width;
    this.maxRows = maxRows;
    this.vertices = new Float64Array((maxRows + 1) * width);
    this.steps = new Float64Array(maxRows * width);
    this.mostStep = new Float64Array(width);
    this.mostChange = new Float64Array(width);
    this.startStep = new Float64Array(width);
    this.mostScale = new Float64Array(maxRows);
  }

  /** False when anything is missing, not finite, or makes no sense. */
  load(request: RetimeRequest): boolean {
    const { rows, nRows, periodS, blockedRow = nRows } = request;
    if (!(Number.isInteger(nRows) && nRows >= 1 && nRows <= this.maxRows && rows.length >= nRows * this.width)) return false;
    if (!(periodS > 0 && periodS < Infinity && Number.isInteger(blockedRow) && blockedRow >= 0)) return false;
    this.nRows = nRows;
    this.nSteps = nRows;
    this.periodS = periodS;
    this.endAtRest = request.endAtRest;
    this.cutBy = FORCED_BY_NOTHING;
    return this.#loadLimits(request) && this.#loadPath(request) && this.#loadScales(request) && this.#cutAt(blockedRow, FORCED_BY_BLOCK);
  }

  #loadLimits({ limits, startVelocity, periodS }: RetimeRequest): boolean {
    for (let j = 0; j < this.width; j++) {
      const velocity = limits.velocity[j]!;
      const acceleration = limits.acceleration[j]!;
      const jerk = limits.jerk === undefined ? Infinity : limits.jerk[j]!;
      const speed = startVelocity[j]!;
      if (!(velocity >= 0 && acceleration >= 0 && jerk >= 0 && speed - speed === 0 && limits.lower[j]! <= limits.upper[j]!)) return false;
      this.mostStep[j] = velocity * periodS;
      this.mostChange[j] = Math.min(acceleration, (jerk * periodS) / 2) * periodS * periodS;
      this.startStep[j] = speed * periodS;
    }
    return true;
  }

  #loadPath({ rows, nRows, start, limits }: RetimeRequest): boolean {
    const { width, vertices, steps } = this;
    for (let j = 0; j < width; j++) vertices[j] = start[j]!;
    for (let i = 0; i < nRows * width; i++) vertices[width + i] = rows[i]!;
    for (let i = 0; i < (nRows + 1) * width; i++) if (!(vertices[i]! - vertices[i]! === 0)) return false;
    for (let i = 0; i < nRows * width; i++) {
      const q = vertices[width + i]!;
      const j = i % width;
      steps[i] = q - vertices[i]!;
      if (!(q >= limits.lower[j]! && q <= limits.upper[j]!)) this.#cutAt((i - j) / width, FORCED_BY_POSITION);
    }
    return true;
  }

  #loadScales({ maxScale, nRows }: RetimeRequest): boolean {
    for (let row = 0; row < nRows; row++) {
      const scale = maxScale === undefined ? 1 : maxScale[row]!;
      if (!(scale >= 0)) return false;
      this.mostScale[row] = Math.min(1, scale);
      if (!(scale > 0)) this.#cutAt(row, FORCED_BY_SPEED_CAP);
    }
    return true;
  }

  #cutAt(row: number, by: number): true {
    if (row < this.nSteps) {
      this.nSteps = row;
      this.cutBy = by;
    }
    return true;
  }

  /** Whether the motion must be able to rest where the usable path ends. */
  get restAtEnd(): boolean {
    return this.endAtRest || this.cutBy !== FORCED_BY_NOTHING;
  }

  /**
   * Whether points one period apart keep every joint's limits: from the start velocity, between them, and to rest afterwards where
   * that is asked for. `points` begins with the start, shape `[nPoints + 1, width]`.
   */
  allows(points: Float64Array, nPoints: number): boolean {
    const { width, mostStep, mostChange, startStep } = this;
    for (let j = 0; j < width; j++) {
      const most = mostStep[j]! + roundingSlack;
      const change = mostChange[j]! + roundingSlack;
      let last = startStep[j]!;
      for (let at = width + j; at <= nPoints * width + j; at += width) {
        const step = points[at]! - points[at - width]!;
        if (!(Math.abs(step) <= most && Math.abs(step - last) <= change)) return false;
        last = step;
      }
      if (this.restAtEnd && !(Math.abs(last) <= change)) return false;
    }
    return true;
  }

  /** Whether no step must be slower than asked and none is cut off. */
  get uncapped(): boolean {
    if (this.cutBy !== FORCED_BY_NOTHING) return false;
    for (let row = 0; row < this.nRows; row++) if (!(this.mostScale[row]! >= 1)) return false;
    return true;
  }

  forget(): void {
    this.need = 1;
    this.forcedBy = FORCED_BY_NOTHING;
    this.forcedRow = -1;
    this.forcedJoint = -1;
    this.onlyRates = true;
  }

  /** Sets `need` and what forces it: the limit that the asked timing breaks worst. */
  measureNeed(): void {
    const { width, steps, nRows, mostStep, mostChange, startStep } = this;
    this.forget();
    for (let row = 0; row < nRows; row++) this.#ask(1, this.mostScale[row]!, FORCED_BY_SPEED_CAP, row, -1);
    for (let j = 0; j < width; j++) {
      const change = mostChange[j]!;
      for (let row = 0; row < nRows; row++) {
        const step = steps[row * width + j]!;
        this.#ask(Math.abs(step), mostStep[j]!, FORCED_BY_VELOCITY, row, j);
        if (row > 0) this.#ask(Math.abs(step - steps[(row - 1) * width + j]!), change, FORCED_BY_ACCELERATION, row, j);
      }
      const first = steps[j]!;
      this.#ask(Math.abs(first), Math.max(0, (first < 0 ? -startStep[j]! : startStep[j]!) + change), FORCED_BY_START, 0, j);
      if (this.endAtRest) this.#ask(Math.abs(steps[(nRows - 1) * width + j]!), change, FORCED_BY_END, nRows - 1, j);
    }
    if (this.cutBy === FORCED_BY_NOTHING) return;
    this.onlyRates = false;
    this.forcedBy = this.cutBy;
    this.forcedRow = this.nSteps;
    this.forcedJoint = -1;
  }

  #ask(value: number, most: number, by: number, row: number, joint: number): void {
    if (value <= most) return;
    if (by !== FORCED_BY_VELOCITY && by !== FORCED_BY_ACCELERATION) this.onlyRates = false;
    const factor = value / most;
    if (factor <= this.need) return;
    this.need = factor;
    this.forcedBy = by;
    this.forcedRow = row;
    this.forcedJoint = joint;
  }
}
