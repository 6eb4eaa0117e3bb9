/**
 * Planar arms of three or more links with joint limits: damped least squares (Levenberg 1944, Marquardt 1963), limits as hard clamps.
 * Finding nothing proves nothing.
 * @module
 */
import { sinCosInto } from "../core/elementary.ts";
import { Random } from "../core/random.ts";
import type { JointLimit } from "./joint-chain.ts";

const restarts = 8;
const maxIterations = 200;

export interface LimitedProblem {
  readonly linkLengthsM: readonly number[];
  readonly limitsRad: readonly (JointLimit | undefined)[];
  /** Target in the plane, from the base, m. */
  readonly x: number;
  readonly y: number;
  readonly toleranceM: number;
  /** Tried first, clamped into the limits. */
  readonly seedsRad: readonly (readonly number[])[];
}

/** Joint angles inside their limits that reach the target within the tolerance, or undefined. The same problem, the same answer. */
export function solveWithLimits(problem: LimitedProblem): number[] | undefined {
  const solver = new ClampedSolver(problem);
  for (const seed of problem.seedsRad) if (solver.descend(seed)) return solver.answer();
  const random = new Random("planar-arm");
  for (let restart = 0; restart < restarts; restart++) {
    const seed = problem.limitsRad.map((limit) => random.uniform(limit?.[0] ?? -3.141592653589793, limit?.[1] ?? 3.141592653589793));
    if (solver.descend(seed)) return solver.answer();
  }
  return undefined;
}

class ClampedSolver {
  readonly #problem: LimitedProblem;
  readonly #q: Float64Array;
  readonly #trial: Float64Array;
  /** Shape `[2, nJoints]`: how far the tip moves in x and y per rad, m. */
  readonly #jacobian: Float64Array;
  readonly #sinCos = new Float64Array(2);
  readonly #firstDamping: number;
  #errorX = 0;
  #errorY = 0;

  constructor(problem: LimitedProblem) {
    const n = problem.linkLengthsM.length;
    let reachM = 0;
    for (const lengthM of problem.linkLengthsM) reachM += lengthM;
    this.#problem = problem;
    this.#firstDamping = 1e-3 * reachM * reachM;
    this.#q = new Float64Array(n);
    this.#trial = new Float64Array(n);
    this.#jacobian = new Float64Array(2 * n);
  }

  answer(): number[] {
    return Array.from(this.#q);
  }

  descend(seedRad: readonly number[]): boolean {
    const { toleranceM } = this.#problem;
    for (let joint = 0; joint < this.#q.length; joint++) this.#q[joint] = this.#clamp(joint, seedRad[joint]!);
    let errorM = this.#measure(this.#q);
    let damping = this.#firstDamping;
    for (let iteration = 0; iteration < maxIterations && !(errorM <= toleranceM); iteration++) {
      const [errorX, errorY] = [this.#errorX, this.#errorY];
      this.#step(errorX, errorY, damping);
      const trialM = this.#measure(this.#trial);
      if (trialM < errorM) {
        this.#q.set(this.#trial);
        errorM = trialM;
        damping *= 0.3;
      } else {
        damping *= 4;
        if (!(damping <= 1e15 * this.#firstDamping)) return false;
        this.#measure(this.#q);
      }
    }
    return errorM <= toleranceM;
  }

  /** Tip error of `q`, m; leaves the error vector and the Jacobian behind. */
  #measure(q: Float64Array): number {
    const { linkLengthsM, x, y } = this.#problem;
    const n = q.length;
    let angle = 0;
    let tipX = 0;
    let tipY = 0;
    for (let joint = 0; joint < n; joint++) {
      angle += q[joint]!;
      sinCosInto(angle, this.#sinCos, 0);
      // Where each joint is, for now; the lever of the tip about it once the tip is known.
      this.#jacobian[joint] = tipX;
      this.#jacobian[n + joint] = tipY;
      tipX += linkLengthsM[joint]! * this.#sinCos[1]!;
      tipY += linkLengthsM[joint]! * this.#sinCos[0]!;
    }
    for (let joint = 0; joint < n; joint++) {
      const leverX = tipX - this.#jacobian[joint]!;
      this.#jacobian[joint] = this.#jacobian[n + joint]! - tipY;
      this.#jacobian[n + joint] = leverX;
    }
    this.#errorX = x - tipX;
    this.#errorY = y - tipY;
    return Math.sqrt(this.#errorX * this.#errorX + this.#errorY * this.#errorY);
  }

  /** Jᵀ (J Jᵀ + damping I)⁻¹ error over the joints that may move, clamped, into the trial. */
  #step(errorX: number, errorY: number, damping: number): void {
    const n = this.#q.length;
    const first = this.#solve(errorX, errorY, damping, undefined);
    // A joint that would leave its limit stands still, and the others take over its share.
    const second = this.#solve(errorX, errorY, damping, first);
    for (let joint = 0; joint < n; joint++) {
      const move = this.#blocked(joint, first) ? 0 : this.#push(joint, second);
      this.#trial[joint] = this.#clamp(joint, this.#q[joint]! + move);
    }
  }

  #solve(errorX: number, errorY: number, damping: number, without: readonly [number, number] | undefined): readonly [number, number] {
    const n = this.#q.length;
    let xx = damping;
    let xy = 0;
    let yy = damping;
    for (let joint = 0; joint < n; joint++) {
      if (without !== undefined && this.#blocked(joint, without)) continue;
      const jx = this.#jacobian[joint]!;
      const jy = this.#jacobian[n + joint]!;
      xx += jx * jx;
      xy += jx * jy;
      yy += jy * jy;
    }
    const determinant = xx * yy - xy * xy;
    return [(yy * errorX - xy * errorY) / determinant, (xx * errorY - xy * errorX) / determinant];
  }

  #push(joint: number, multiplier: readonly [number, number]): number {
    return this.#jacobian[joint]! * multiplier[0] + this.#jacobian[this.#q.length + joint]! * multiplier[1];
  }

  #blocked(joint: number, multiplier: readonly [number, number]): boolean {
    const limit = this.#problem.limitsRad[joint];
    if (limit === undefined) return false;
    const move = this.#push(joint, multiplier);
    return (this.#q[joint]! <= limit[0] && move < 0) || (this.#q[joint]! >= limit[1] && move > 0);
  }

  #clamp(joint: number, rad: number): number {
    const limit = this.#problem.limitsRad[joint];
    return limit === undefined ? rad : Math.min(Math.max(rad, limit[0]), limit[1]);
  }
}
