/**
 * How fast control points move from row to row, and how fast that changes over a window of 100 ms or more.
 * @module
 */
import { GEOMETRY_CLEAR, GEOMETRY_EE_ACCEL, GEOMETRY_EE_SPEED } from "./codes.ts";
import type { Motion } from "./motion.ts";
import type { PointBounds } from "./point-bounds.ts";

/** Shorter differences are noise of the timing, s. */
const windowS = 0.1;
/** Rounding of kinematics and division must not refuse a motion at exactly the limit. */
const tolerance = 1 + 1e-9;

export interface EeSpeedLimits {
  /** Infinity where there is none. */
  readonly maxSpeedMps: number;
  readonly maxAccelMps2: number;
  /** What the first step, from the measured state, may be longer by, m: what tracking lags behind. */
  readonly jumpToleranceM: number;
}

export class EeSpeed {
  /** Which control point, what it does and the limit: shape `[1]`, m/s or m/s². */
  body = -1;
  readonly value = new Float64Array(1);
  readonly limit = new Float64Array(1);
  readonly #limits: EeSpeedLimits;
  readonly #motion: Motion;
  readonly #bounds: PointBounds;
  /** Shape `[nJoints]`: how much the joints' steps change. */
  readonly #changes: Float64Array;
  /** Bodies that are control points: a range of indices. */
  readonly #first: number;
  readonly #count: number;
  /** Shape `[maxRows + 1, nPoints, 3]`, base frame, m. */
  readonly #places: Float64Array;

  constructor(limits: EeSpeedLimits, motion: Motion, bounds: PointBounds) {
    const { nSolid, count } = motion.placed.bodies;
    this.#limits = limits;
    this.#motion = motion;
    this.#bounds = bounds;
    this.#changes = new Float64Array(motion.longest.length);
    this.#first = nSolid;
    this.#count = count - nSolid;
    this.#places = new Float64Array((motion.maxRows + 1) * this.#count * 3);
  }

  /** Whether the joints alone show that `measure` would refuse no row of the motion, which begins at the measured state. */
  provenWhole(periodS: number): boolean {
    const { longest, absDelta, nSteps } = this.#motion;
    const { maxSpeedMps, maxAccelMps2, jumpToleranceM } = this.#limits;
    const rows = windowRows(periodS);
    const accelerates = maxAccelMps2 !== Infinity && nSteps > rows + 1;
    if (accelerates) this.#motion.largestChangeInto(rows, this.#changes);
    for (let p = 0; p < this.#count; p++) {
      const first = this.#bounds.length(p, absDelta, longest.length) - jumpToleranceM;
      const later = this.#bounds.length(p, longest, 0);
      if (!(Math.max(first, later) <= maxSpeedMps * periodS)) return false;
      if (!accelerates) continue;
      if (!(this.#bounds.change(p, this.#changes, longest) <= maxAccelMps2 * periodS * periodS * rows)) return false;
    }
    return true;
  }

  /** Keeps the places of the configuration at hand and compares them with those before. `predicted`: the first step starts exactly. */
  measure(periodS: number, predicted: boolean): number {
    const { config, placed } = this.#motion;
    for (let p = 0; p < this.#count; p++) {
      const to = (config * this.#count + p) * 3;
      for (let axis = 0; axis < 3; axis++) this.#places[to + axis] = placed.ends[(this.#first + p) * 7 + axis]!;
    }
    if (config === 0) return GEOMETRY_CLEAR;
    const first = predicted ? 0 : 1;
    const { maxSpeedMps, maxAccelMps2, jumpToleranceM } = this.#limits;
    const rows = windowRows(periodS);
    for (let p = 0; p < this.#count; p++) {
      const free = config === 1 && !predicted ? jumpToleranceM : 0;
      const speed = Math.max(0, this.#step(p, config) - free) / periodS;
      if (!(speed <= maxSpeedMps * tolerance)) return this.#blame(GEOMETRY_EE_SPEED, p, speed, maxSpeedMps);
      if (maxAccelMps2 === Infinity || config - rows <= first) continue;
      const accel = this.#change(p, config, config - rows) / (periodS * periodS * rows);
      if (!(accel <= maxAccelMps2 * tolerance)) return this.#blame(GEOMETRY_EE_ACCEL, p, accel, maxAccelMps2);
    }
    return GEOMETRY_CLEAR;
  }

  /** Length of the step that leads to `config`, m. */
  #step(p: number, config: number): number {
    const to = (config * this.#count + p) * 3;
    const from = to - this.#count * 3;
    const x = this.#places[to]! - this.#places[from]!;
    const y = this.#places[to + 1]! - this.#places[from + 1]!;
    const z = this.#places[to + 2]! - this.#places[from + 2]!;
    return Math.sqrt(x * x + y * y + z * z);
  }

  /** |step to `config` - step to `earlier`|, m. */
  #change(p: number, config: number, earlier: number): number {
    const width = this.#count * 3;
    const a = (config * this.#count + p) * 3;
    const b = (earlier * this.#count + p) * 3;
    let sum = 0;
    for (let axis = 0; axis < 3; axis++) {
      const now = this.#places[a + axis]! - this.#places[a - width + axis]!;
      const then = this.#places[b + axis]! - this.#places[b - width + axis]!;
      sum += (now - then) * (now - then);
    }
    return Math.sqrt(sum);
  }

  #blame(code: number, p: number, value: number, limit: number): number {
    this.body = this.#first + p;
    this.value[0] = value;
    this.limit[0] = limit;
    return code;
  }
}

/** Rows over which a change of speed is measured. */
function windowRows(periodS: number): number {
  return Math.max(1, Math.ceil(windowS / periodS - 1e-9));
}
