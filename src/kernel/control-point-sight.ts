/**
 * Where control points are at a configuration, by the second channel's kinematics.
 * @module
 */
import type { KernelGeometryOptions } from "./geometry/options.ts";
import { QuaternionChain } from "./monitor/quaternion-chain.ts";

/** Within the box by more than anything rounds, m. */
const insideM = 0.01;

export class ControlPointSight {
  readonly #chain: QuaternionChain;
  readonly #count: number;
  /** min and max of x y z, m; none where there is no box. */
  readonly #box: readonly number[] | undefined;
  readonly #before: Float64Array;

  constructor({ collision, controlPoints = [], box }: KernelGeometryOptions) {
    const { linkNames } = collision.robot;
    this.#count = controlPoints.length;
    this.#box = box === undefined ? undefined : [...box.minM, ...box.maxM];
    this.#before = new Float64Array(this.#count * 6);
    // As capsules that are points, and that no pair names.
    this.#chain = new QuaternionChain({
      ...collision,
      nCapsules: this.#count,
      linkOfCapsule: Int32Array.from(controlPoints, ({ link }) => linkNames.indexOf(link)),
      capsulesInLink: Float64Array.from(controlPoints.flatMap(({ offsetM = [0, 0, 0] }) => [...offsetM, ...offsetM, 0])),
    });
  }

  /** How far all points are within the box, m, negative for the one farthest outside; Infinity where nothing is bounded. */
  insideM(q: ArrayLike<number>): number {
    if (this.#box === undefined) return Infinity;
    this.#chain.place(q);
    let least = Infinity;
    for (let p = 0; p < this.#count; p++)
      for (let axis = 0; axis < 3; axis++) {
        const at = this.#chain.ends[p * 6 + axis]!;
        least = Math.min(least, at - this.#box[axis]!, this.#box[3 + axis]! - at);
      }
    return least;
  }

  /** The longest straight way of a point between two configurations, m; 0 where there is none. */
  movedM(from: ArrayLike<number>, to: ArrayLike<number>): number {
    this.#chain.place(from);
    this.#before.set(this.#chain.ends);
    this.#chain.place(to);
    let most = 0;
    for (let p = 0; p < this.#count; p++) {
      const by = (axis: number): number => this.#chain.ends[p * 6 + axis]! - this.#before[p * 6 + axis]!;
      most = Math.max(most, Math.sqrt(by(0) * by(0) + by(1) * by(1) + by(2) * by(2)));
    }
    return most;
  }

  /** Whether the points are well within the box at both ends, and none goes farther than `mostM` between them. */
  allow(from: ArrayLike<number>, to: ArrayLike<number>, mostM: number): boolean {
    return this.insideM(from) > insideM && this.insideM(to) > insideM && this.movedM(from, to) <= mostM * (1 + 1e-9);
  }
}
