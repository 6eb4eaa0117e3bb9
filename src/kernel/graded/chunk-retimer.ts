/**
 * `Slow`, realised: the chunk's own path, gone more slowly. Never another path, never faster than asked, and never so that the
 * robot could not rest before the path ends or is blocked.
 *
 * Every row that comes out lies on the polyline start → row 0 → … → last row. What connects two such rows in a straight line may cut
 * a corner between them, so the caller checks the new rows whole, as any chunk.
 * @module
 */
import { BrakingProfile, PROFILE_FOUND, PROFILE_NO_START } from "./braking-profile.ts";
import { FORCED_BY_NOTHING, PathLimits, type RetimeRequest } from "./path-limits.ts";

/** The chunk complies as it is: the rows come back bit for bit. */
export const RETIME_UNCHANGED = 0;
/** Every step takes the same number of times as long. */
export const RETIME_STRETCHED = 1;
/** Speeding up and braking along the path. */
export const RETIME_BRAKED = 2;
/** NaN, a wrong shape, a negative limit. This and all above: nothing may be executed of this chunk. */
export const CANNOT_INVALID = 16;
/** The measured velocity does not fit the path. */
export const CANNOT_START = 17;
/** The robot cannot rest before the path ends or is blocked, or cannot be as slow at once as a cap asks. */
export const CANNOT_STOP = 18;
/** Slower than the largest factor allowed. */
export const CANNOT_FACTOR = 19;
/** More rows than a chunk may have. */
export const CANNOT_ROWS = 20;
/** The new rows did not pass the check that every result has to: a fault in here, or limits below what rounding allows. */
export const CANNOT_CHECK = 21;
export const MAX_STRETCH = 10;

/** Stands for endless; an integer, for those are passed about without an allocation. */
const tooManyRows = 1_000_000;

const codeWords: Readonly<Record<number, string>> = {
  [RETIME_UNCHANGED]: "unchanged",
  [RETIME_STRETCHED]: "stretched",
  [RETIME_BRAKED]: "braked",
  [CANNOT_INVALID]: "cannot: invalid",
  [CANNOT_START]: "cannot: start velocity off the path",
  [CANNOT_STOP]: "cannot: no stop before the end of the path",
  [CANNOT_FACTOR]: "cannot: factor above the limit",
  [CANNOT_ROWS]: "cannot: too many rows",
  [CANNOT_CHECK]: "cannot: the new rows failed the check",
};
const forcedWords = ["nothing", "velocity", "acceleration", "speed cap", "start velocity", "end at rest", "blocked row", "position limit"];

/** For one width of rows. Nothing is allocated after construction; the results are overwritten by the next call. */
export class ChunkRetimer {
  readonly width: number;
  readonly maxRows: number;
  readonly maxStretch: number;
  /** The new rows, row-major, shape `[nRows, width]` in a buffer of `maxRows` rows. Meaningful only below `CANNOT_INVALID`. */
  readonly rows: Float64Array;
  /** How many steps of the asked path lie behind each new row, shape `[nRows]`, never falling. */
  readonly coveredAt: Float64Array;
  nRows = 0;
  /** Executed duration over the duration the same piece of path was asked for; 1 <= factor <= maxStretch. NaN when it cannot be. */
  factor = Number.NaN;
  /** Duration asked for by the whole chunk, and duration of the new rows, s. */
  originalS = 0;
  executedS = 0;
  readonly #limits: PathLimits;
  readonly #profile: BrakingProfile;
  readonly #points: Float64Array;

  /** `maxStretch`: the largest factor; the default is the specification's for a chunk that somebody else made. */
  constructor(width: number, maxRows = 256, maxStretch = MAX_STRETCH) {
    this.width = width;
    this.maxRows = maxRows;
    this.maxStretch = maxStretch;
    this.#limits = new PathLimits(width, maxRows);
    this.#profile = new BrakingProfile(this.#limits);
    this.#points = new Float64Array((maxRows + 1) * width);
    this.rows = this.#points.subarray(width);
    this.coveredAt = new Float64Array(maxRows);
  }

  /** Which limit the asked timing breaks worst: one of FORCED_BY_…, with the row and the joint (-1: none in particular). */
  get forcedBy(): number {
    return this.#limits.forcedBy;
  }

  get forcedRow(): number {
    return this.#limits.forcedRow;
  }

  get forcedJoint(): number {
    return this.#limits.forcedJoint;
  }

  /** Steps of the chunk's path that the new rows cover; fewer than its rows when it is blocked. */
  get coveredSteps(): number {
    return this.#limits.nSteps;
  }

  /**
   * RETIME_UNCHANGED; RETIME_STRETCHED for a chunk that breaks only rates and accelerations, where that suffices; for others the
   * quicker of RETIME_STRETCHED and RETIME_BRAKED; or CANNOT_….
   */
  retime(request: RetimeRequest): number {
    const limits = this.#limits;
    this.nRows = 0;
    this.factor = Number.NaN;
    this.originalS = 0;
    this.executedS = 0;
    limits.forget();
    if (!limits.load(request)) return CANNOT_INVALID;
    this.originalS = limits.nRows * limits.periodS;
    if (limits.uncapped && limits.allows(limits.vertices, limits.nRows)) {
      this.#points.set(limits.vertices);
      for (let k = 1; k <= limits.nRows; k++) this.coveredAt[k - 1] = k;
      return this.#done(RETIME_UNCHANGED, limits.nRows);
    }
    limits.measureNeed();
    if (limits.nSteps === 0) return CANNOT_STOP;
    const nStretched = limits.cutBy === FORCED_BY_NOTHING ? wholePeriods(limits.need * limits.nRows, 1e-12) : tooManyRows;
    const stretchable = nStretched <= Math.min(this.maxRows, this.maxStretch * limits.nRows);
    if (stretchable && limits.onlyRates && this.#stretchTo(nStretched)) return this.#done(RETIME_STRETCHED, nStretched);
    const found = this.#profile.find();
    const nBraked = found === PROFILE_FOUND ? wholePeriods(this.#profile.durationPeriods, 1e-9) : tooManyRows;
    if (stretchable && nStretched <= nBraked && this.#stretchTo(nStretched)) return this.#done(RETIME_STRETCHED, nStretched);
    if (found !== PROFILE_FOUND) return found === PROFILE_NO_START ? CANNOT_START : CANNOT_STOP;
    return this.#brake(nBraked);
  }

  #done(code: number, nRows: number): number {
    this.nRows = nRows;
    this.factor = nRows / this.#limits.nSteps;
    this.executedS = nRows * this.#limits.periodS;
    return code;
  }

  #stretchTo(n: number): boolean {
    const u = this.coveredAt;
    const { nRows } = this.#limits;
    for (let k = 1; k <= n; k++) u[k - 1] = (k * nRows) / n;
    return this.#place(n);
  }

  #brake(n: number): number {
    const limits = this.#limits;
    if (!(n <= this.maxStretch * limits.nSteps)) return CANNOT_FACTOR;
    if (!(n <= this.maxRows)) return CANNOT_ROWS;
    // Where the motion goes on after the last row, that row must fall on a whole period; a rest may begin within one.
    this.#profile.sampleInto(this.coveredAt, n, limits.restAtEnd ? 1 : this.#profile.durationPeriods / n);
    if (this.#place(n)) return this.#done(RETIME_BRAKED, n);
    // Rounded up to whole periods the start is slower too, at times by more than the measured velocity allows.
    return limits.restAtEnd ? CANNOT_CHECK : CANNOT_START;
  }

  /** Puts the points at `coveredAt` on the path, and holds them against the limits once more. */
  #place(n: number): boolean {
    const { width, vertices, steps, nSteps } = this.#limits;
    const points = this.#points;
    for (let j = 0; j < width; j++) points[j] = vertices[j]!;
    for (let k = 0; k < n; k++) {
      const u = this.coveredAt[k]!;
      const step = Math.floor(u);
      const share = u - step;
      const from = step * width;
      const to = (k + 1) * width;
      const atVertex = share === 0 || step >= nSteps;
      for (let j = 0; j < width; j++) points[to + j] = atVertex ? vertices[from + j]! : vertices[from + j]! + share * steps[from + j]!;
    }
    return this.#limits.allows(points, n);
  }
}

/** A profile that never ends, or whose length is NaN, takes too many. */
function wholePeriods(periods: number, rounding: number): number {
  const n = Math.ceil(periods - rounding);
  return n >= 1 && n <= tooManyRows ? n : tooManyRows;
}

/** Words for a code of `retime`; for records, outside the hot path. */
export function retimeWords(code: number): string {
  return codeWords[code] ?? `code ${code}`;
}

export function forcedByWords(forcedBy: number): string {
  return forcedWords[forcedBy] ?? `limit ${forcedBy}`;
}
