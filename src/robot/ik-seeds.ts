/**
 * Configurations spread evenly over the joints' ranges, with where they put the tip: starts for a descent that failed from where it
 * was asked to begin. The same table for the same robot, always (no random source: an additive recurrence).
 * @module
 */
import { forwardKinematics, tipMatrixInto } from "./kinematics.ts";
import type { RobotModel } from "./robot-model.ts";
import { tipModelOf } from "./tip-model.ts";

const size = 1024;
/** Range taken for a joint without limits. */
const unlimitedRad = 3.141592653589793;

export class IkSeeds {
  readonly #model: RobotModel;
  /** Shape `[size, nJoints]`. */
  readonly #rows: Float64Array;
  /** Shape `[size, 12]`: worldFromTip. */
  readonly #tips: Float64Array;
  readonly #scores = new Float64Array(size);

  constructor(model: RobotModel) {
    const n = model.nJoints;
    this.#model = tipModelOf(model);
    this.#rows = new Float64Array(size * n);
    this.#tips = new Float64Array(size * 12);
    const worldFromLinks = new Float64Array(this.#model.nLinks * 12);
    const steps = irrationals(n);
    for (let i = 0; i < size; i++) {
      const row = this.#rows.subarray(i * n, i * n + n);
      for (let j = 0; j < n; j++) row[j] = this.#between(j, (0.5 + (i + 1) * steps[j]!) % 1);
      forwardKinematics(this.#model, row, worldFromLinks);
      tipMatrixInto(this.#model, worldFromLinks, this.#tips.subarray(i * 12, i * 12 + 12));
    }
  }

  /** Scores every row by how far its tip is from the goal, in the residual of the descent. Call before `takeBest`. */
  rank(goal: Float64Array, oriented: boolean, metresPerRad: number): void {
    const t = this.#tips;
    const turnWeight = metresPerRad * metresPerRad;
    for (let i = 0, o = 0; i < size; i++, o += 12) {
      const x = goal[3]! - t[o + 3]!;
      const y = goal[7]! - t[o + 7]!;
      const z = goal[11]! - t[o + 11]!;
      let score = x * x + y * y + z * z;
      if (oriented) {
        let trace = 0;
        for (let k = 0; k < 12; k += 4) {
          trace += goal[k]! * t[o + k]! + goal[k + 1]! * t[o + k + 1]! + goal[k + 2]! * t[o + k + 2]!;
        }
        score += turnWeight * (3 - trace);
      }
      this.#scores[i] = score;
    }
  }

  /** The best row not taken yet, into `out` (shape `[nJoints]`). */
  takeBest(out: Float64Array): void {
    let best = 0;
    for (let i = 1; i < size; i++) if (this.#scores[i]! < this.#scores[best]!) best = i;
    this.#scores[best] = Infinity;
    const n = this.#model.nJoints;
    for (let j = 0; j < n; j++) out[j] = this.#rows[best * n + j]!;
  }

  /** The configuration with each joint at its `next()`-th part of its range. */
  draw(next: () => number, out: Float64Array): void {
    for (let j = 0; j < out.length; j++) out[j] = this.#between(j, next());
  }

  #between(joint: number, part: number): number {
    const { lowerRad, upperRad, homeRad } = this.#model;
    const low = Number.isFinite(lowerRad[joint]!) ? lowerRad[joint]! : homeRad[joint]! - unlimitedRad;
    const high = Number.isFinite(upperRad[joint]!) ? upperRad[joint]! : homeRad[joint]! + unlimitedRad;
    return low + part * (high - low);
  }
}

/** Powers of 1/φ, φ the root of φ^(n+1) = φ + 1 (Roberts, 2018): multiples of them fill the n-cube evenly. */
function irrationals(n: number): readonly number[] {
  let phi = 2;
  for (let round = 0; round < 60; round++) {
    let power = 1;
    for (let k = 0; k < n; k++) power *= phi;
    phi -= (power * phi - phi - 1) / ((n + 1) * power - 1);
  }
  const steps: number[] = [];
  let step = 1;
  for (let k = 0; k < n; k++) {
    step /= phi;
    steps.push(step);
  }
  return steps;
}
