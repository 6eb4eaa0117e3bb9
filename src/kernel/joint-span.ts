import type { Random } from "../core/random.ts";
import type { RobotModel } from "../robot/robot-model.ts";

/** Joints without limits are looked at, and sped up, to here; rad, m and their rates. */
const unlimitedRad = Math.PI;

/** The configurations in which canaries are looked for. */
export class JointSpan {
  /** Shape `[nJoints]`, rad/s or m/s. */
  readonly capRadPerS: Float64Array;
  readonly #lowest: Float64Array;
  readonly #highest: Float64Array;

  constructor({ lowerRad, upperRad, maxVelocityRadPerS }: RobotModel) {
    this.capRadPerS = maxVelocityRadPerS.map((cap) => Math.min(cap, unlimitedRad));
    this.#lowest = lowerRad.map((lower) => Math.max(lower, -unlimitedRad));
    this.#highest = upperRad.map((upper) => Math.min(upper, unlimitedRad));
  }

  anywhere(random: Random): Float64Array {
    return this.#lowest.map((lower, j) => random.uniform(lower, this.#highest[j]!));
  }

  /** `from` and a share of `step`, as far as the limits allow. */
  beside(from: Float64Array, step: Float64Array, share: number): Float64Array {
    return from.map((q, j) => Math.max(this.#lowest[j]!, Math.min(this.#highest[j]!, q + share * step[j]!)));
  }
}
