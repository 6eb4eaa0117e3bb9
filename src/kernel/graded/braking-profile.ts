/**
 * The quickest way along a path that can always stop: time-optimal path parameterisation with a backward and a forward pass
 * (Bobrow, Dubowsky, Gibson 1985; the passes as in Pham and Pham, TOPP-RA, 2018), on the vertices of the polyline.
 *
 * Of the change a joint may make from period to period, a part is for corners and the rest for speeding up and braking, so that
 * both at once stay within it: `corner + ramp = change`, corner being what the sharpest corner takes at the asked speed, at most
 * half. With x = σ², ramps are straight lines in x over u: dx/du = 2 dσ/dt. Between two vertices the answer is
 * up at β, along the cap, down at β:
 *
 *     x │   ┌─────┐   cap²
 *       │  ╱       ╲
 *       │ ╱         ╲ slope 2β
 *       └──────────────── u
 * @module
 */
import { DESIGN_MARGIN, type PathLimits } from "./path-limits.ts";

/** Stands for a ramp without limit, 1 / period²: short enough a time for no row to fall into it. */
const steepestRamp = 1e12;
const numbersPerPhase = 4;

export const PROFILE_FOUND = 0;
/** The measured velocity does not fit the path at any speed that the acceleration allows. */
export const PROFILE_NO_START = 1;
/** The robot is too fast to rest before the end, or to be as slow as a cap asks. */
export const PROFILE_NO_STOP = 2;

export class BrakingProfile {
  readonly #limits: PathLimits;
  readonly #corner: Float64Array;
  readonly #ramp: Float64Array;
  /** Cap on σ in each step, and the steepest ramp there. */
  readonly #cap: Float64Array;
  readonly #beta: Float64Array;
  /** σ² at each vertex. */
  readonly #x: Float64Array;
  /** Per phase: time and u at its begin, σ there, dσ/dt. Times in periods. */
  readonly #phases: Float64Array;
  #nPhases = 0;
  #lowest = 0;
  #highest = 1;
  /** How long the whole way takes, in periods; NaN or Infinity when it never ends. */
  durationPeriods = Number.NaN;

  constructor(limits: PathLimits) {
    this.#limits = limits;
    this.#corner = new Float64Array(limits.width);
    this.#ramp = new Float64Array(limits.width);
    this.#cap = new Float64Array(limits.maxRows);
    this.#beta = new Float64Array(limits.maxRows);
    this.#x = new Float64Array(limits.maxRows + 1);
    this.#phases = new Float64Array(3 * limits.maxRows * numbersPerPhase);
  }

  /** Works out the profile over the usable steps, at least one. PROFILE_FOUND or why there is none. */
  find(): number {
    this.#splitChanges();
    this.#capSteps();
    if (!this.#boundStart()) return PROFILE_NO_START;
    const { nSteps, restAtEnd } = this.#limits;
    const x = this.#x;
    const beta = this.#beta;
    const last = this.#cap[nSteps - 1]!;
    x[nSteps] = restAtEnd ? 0 : last * last;
    for (let i = nSteps - 1; i >= 0; i--) x[i] = Math.min(this.#vertexCap(i), x[i + 1]! + 2 * beta[i]!);
    const start = Math.min(this.#highest, Math.sqrt(x[0]!));
    if (!(start >= this.#lowest)) return PROFILE_NO_STOP;
    x[0] = start * start;
    for (let i = 0; i < nSteps; i++) x[i + 1] = Math.min(x[i + 1]!, x[i]! + 2 * beta[i]!);
    this.#layPhases();
    return PROFILE_FOUND;
  }

  #splitChanges(): void {
    const { width, nSteps, steps, mostChange } = this.#limits;
    for (let j = 0; j < width; j++) {
      let sharpest = 0;
      for (let i = 1; i < nSteps; i++) sharpest = Math.max(sharpest, Math.abs(steps[i * width + j]! - steps[(i - 1) * width + j]!));
      const change = mostChange[j]! * DESIGN_MARGIN;
      const corner = Math.min(sharpest, change / 2);
      this.#corner[j] = corner;
      this.#ramp[j] = change - corner;
    }
  }

  #capSteps(): void {
    const { width, nSteps, steps, mostStep, mostScale } = this.#limits;
    for (let i = 0; i < nSteps; i++) {
      let cap = mostScale[i]!;
      let beta = steepestRamp;
      for (let j = 0; j < width; j++) {
        const step = Math.abs(steps[i * width + j]!);
        if (!(step <= mostStep[j]!)) cap = Math.min(cap, (mostStep[j]! * DESIGN_MARGIN) / step);
        if (step > 0) beta = Math.min(beta, this.#ramp[j]! / step);
      }
      this.#cap[i] = cap;
      this.#beta[i] = beta;
    }
  }

  /** σ² may be this much where step i begins. */
  #vertexCap(i: number): number {
    const { width, steps } = this.#limits;
    let cap = this.#cap[i]!;
    if (i > 0) {
      cap = Math.min(cap, this.#cap[i - 1]!);
      for (let j = 0; j < width; j++) {
        const turn = Math.abs(steps[i * width + j]! - steps[(i - 1) * width + j]!);
        if (!(turn <= this.#corner[j]!)) cap = Math.min(cap, this.#corner[j]! / turn);
      }
    }
    return cap * cap;
  }

  /**
   * The range of σ at the start for which every joint goes on from its measured velocity. Of the first period's change a ramp takes
   * at most half its part, for it acts on average over half of the period.
   */
  #boundStart(): boolean {
    const { width, steps, startStep, mostChange } = this.#limits;
    let lowest = 0;
    let highest = this.#cap[0]!;
    let fits = true;
    for (let j = 0; j < width; j++) {
      const step = steps[j]!;
      const speed = startStep[j]!;
      const jump = (mostChange[j]! * DESIGN_MARGIN + this.#corner[j]!) / 2;
      if (step === 0) {
        if (!(Math.abs(speed) <= jump)) fits = false;
        continue;
      }
      const a = (speed - jump) / step;
      const b = (speed + jump) / step;
      lowest = Math.max(lowest, Math.min(a, b));
      highest = Math.min(highest, Math.max(a, b));
    }
    this.#lowest = lowest;
    this.#highest = highest;
    return fits && highest >= 0 && (lowest <= highest || highest === this.#cap[0]);
  }

  #layPhases(): void {
    this.#nPhases = 0;
    let t = 0;
    for (let i = 0; i < this.#limits.nSteps; i++) {
      const beta = this.#beta[i]!;
      const x0 = this.#x[i]!;
      const x1 = this.#x[i + 1]!;
      const cap = this.#cap[i]!;
      const peak = Math.max(x0, x1, Math.min(cap * cap, (x0 + x1) / 2 + beta));
      const s0 = Math.sqrt(x0);
      const s1 = Math.sqrt(x1);
      const top = Math.sqrt(peak);
      const up = (peak - x0) / (2 * beta);
      const down = (peak - x1) / (2 * beta);
      const along = Math.max(0, 1 - up - down);
      this.#phase(t, i, s0, beta);
      t += (top - s0) / beta;
      this.#phase(t, i + up, top, 0);
      t += along / top;
      this.#phase(t, i + 1 - down, top, -beta);
      t += (top - s1) / beta;
    }
    this.durationPeriods = t;
  }

  #phase(t: number, u: number, scale: number, ramp: number): void {
    const at = this.#nPhases * numbersPerPhase;
    this.#phases[at] = t;
    this.#phases[at + 1] = u;
    this.#phases[at + 2] = scale;
    this.#phases[at + 3] = ramp;
    this.#nPhases += 1;
  }

  /** Writes u after each of `n` periods, each of `share` of the profile's: never falling, never past the end, which is the last. */
  sampleInto(u: Float64Array, n: number, share: number): void {
    const phases = this.#phases;
    const end = this.#limits.nSteps;
    let phase = 0;
    let last = 0;
    for (let k = 1; k < n; k++) {
      const t = k * share;
      while (phase + 1 < this.#nPhases && phases[(phase + 1) * numbersPerPhase]! <= t) phase += 1;
      const at = phase * numbersPerPhase;
      const since = t - phases[at]!;
      const reached = phases[at + 1]! + since * (phases[at + 2]! + 0.5 * phases[at + 3]! * since);
      last = Math.min(end, Math.max(last, reached));
      u[k - 1] = last;
    }
    u[n - 1] = end;
  }
}
