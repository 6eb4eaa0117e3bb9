/**
 * How far the tip strays from a straight line while the joints go straight between two configurations.
 * @module
 */
import { forwardKinematics, tipMatrixInto } from "./kinematics.ts";
import { linksBetween, reachOfJoint } from "./motion-reach.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
import { tipModelOf } from "./tip-model.ts";

/** Samples inside each segment; with the ends they part it into one interval more. */
const samples = 3;

interface ChainJoint {
  readonly joint: number;
  readonly scale: number;
  /** Largest distance of the tip from the axis, m; 1 for prismatic joints. */
  readonly reachM: number;
  readonly turns: boolean;
}

/** Scratch and bounds for one robot. */
export class TipBulge {
  /** Rotation matrices of the tip at the samples of the last `measure`, between the two ends: shape `[samples, 12]`. */
  readonly tips = new Float64Array(samples * 12);
  readonly #model: RobotModel;
  /** Base to tip. */
  readonly #chain: readonly ChainJoint[];
  readonly #worldFromLinks: Float64Array;
  readonly #tip = new Float64Array(12);
  readonly #q: Float64Array;

  constructor(model: RobotModel) {
    this.#model = tipModelOf(model);
    const { tipLink, tipLinkFromTip: tip } = model;
    const point = [tip[3]!, tip[7]!, tip[11]!];
    this.#chain = linksBetween(model, 0, tipLink)
      .filter((link) => model.jointKindOfLink[link] !== JOINT_FIXED)
      .map((link) => ({
        joint: model.qIndexOfLink[link]!,
        scale: Math.abs(model.mimicScale[link]!),
        reachM: reachOfJoint(model, link, tipLink, [...point, ...point]),
        turns: model.jointKindOfLink[link] === JOINT_REVOLUTE,
      }));
    this.#worldFromLinks = new Float64Array(this.#model.nLinks * 12);
    this.#q = new Float64Array(model.nJoints);
  }

  /**
   * Upper bound, m, of the tip's distance from the line through `start` along the unit vector `along` (shape `[3]` each, a zero
   * vector stands for the point alone), over the whole segment from `from` to `to` (shape `[nJoints]`).
   */
  measure(from: ArrayLike<number>, to: ArrayLike<number>, start: ArrayLike<number>, along: ArrayLike<number>): number {
    const intervals = samples + 1;
    let most = 0;
    for (let i = 0; i <= intervals; i++) {
      for (let j = 0; j < this.#q.length; j++) this.#q[j] = from[j]! + (i / intervals) * (to[j]! - from[j]!);
      forwardKinematics(this.#model, this.#q, this.#worldFromLinks);
      tipMatrixInto(this.#model, this.#worldFromLinks, this.#tip);
      if (i > 0 && i < intervals) this.tips.set(this.#tip, (i - 1) * 12);
      const x = this.#tip[3]! - start[0]!;
      const y = this.#tip[7]! - start[1]!;
      const z = this.#tip[11]! - start[2]!;
      const on = x * along[0]! + y * along[1]! + z * along[2]!;
      most = Math.max(most, Math.max(0, x * x + y * y + z * z - on * on));
    }
    return Math.sqrt(most) + this.#acceleration(from, to) / (8 * intervals * intervals);
  }

  /** Bound of |d² tip / ds²|; the formula is in approach-table.ts. */
  #acceleration(from: ArrayLike<number>, to: ArrayLike<number>): number {
    let bend = 0;
    let beyond = 0;
    for (let k = this.#chain.length - 1; k >= 0; k--) {
      const { joint, scale, reachM, turns } = this.#chain[k]!;
      const rate = scale * Math.abs(to[joint]! - from[joint]!);
      if (rate === 0) continue;
      if (turns) bend += rate * (rate * reachM + 2 * beyond);
      beyond += rate * reachM;
    }
    return bend;
  }
}
