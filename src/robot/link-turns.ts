/**
 * The turns of a robot's revolute joints, ready for forward kinematics: sines and cosines are taken for all joints in one go, before
 * any matrix is multiplied. Made once a model; scratch memory that one call fills and uses up.
 * @module
 */
import { sinCosPairsInto } from "../core/elementary.ts";
import { JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

/** A turn about none of the frame's axes, or off its origin. */
export const TURN_FREE = -1;

export class LinkTurns {
  /** Shape `[nLinks]`: where in `pairs` the link's sine is, its cosine next to it; the pair 0, 1 for links that do not turn. */
  readonly pairOfLink: Int32Array;
  /** Shape `[nLinks]`: the frame axis, 0 to 2, that the link turns about, or TURN_FREE. 2 for links that do not turn. */
  readonly columnOfLink: Int8Array;
  readonly pairs: Float64Array;
  readonly #linkOfTurn: Int32Array;
  /** Shape `[nTurns]`: -1 where the frame axis points against the joint's, so that the angle is about the frame's. */
  readonly #sense: Float64Array;
  readonly #angles: Float64Array;

  constructor(model: RobotModel) {
    const links = Array.from({ length: model.nLinks }, (_, link) => link);
    const turning = links.filter((link) => link > 0 && model.jointKindOfLink[link] === JOINT_REVOLUTE);
    this.pairOfLink = new Int32Array(model.nLinks).fill(2 * turning.length);
    this.columnOfLink = new Int8Array(model.nLinks).fill(2);
    this.#linkOfTurn = Int32Array.from(turning);
    this.#sense = new Float64Array(turning.length).fill(1);
    turning.forEach((link, turn) => {
      const column = axisColumn(model, link);
      this.pairOfLink[link] = 2 * turn;
      this.columnOfLink[link] = column;
      if (column !== TURN_FREE) this.#sense[turn] = model.axisInLink[link * 3 + column]!;
    });
    this.#angles = new Float64Array(turning.length);
    this.pairs = new Float64Array(2 * turning.length + 2);
    this.pairs[2 * turning.length + 1] = 1;
  }

  /** `q`: shape `[nJoints]`. */
  turn({ qIndexOfLink, mimicScale, mimicOffset }: RobotModel, q: ArrayLike<number>): void {
    const links = this.#linkOfTurn;
    const sense = this.#sense;
    const angles = this.#angles;
    for (let turn = 0; turn < links.length; turn++) {
      const link = links[turn]!;
      angles[turn] = sense[turn]! * (mimicScale[link]! * q[qIndexOfLink[link]!]! + mimicOffset[link]!);
    }
    sinCosPairsInto(angles, links.length, this.pairs);
  }
}

const known = new WeakMap<RobotModel, LinkTurns>();
let lastModel: RobotModel | undefined;
let lastTurns: LinkTurns | undefined;

export function linkTurnsOf(model: RobotModel): LinkTurns {
  // Nearly always the same robot as before, and looking it up costs a tenth of posing it.
  if (lastTurns !== undefined && model === lastModel) return lastTurns;
  let turns = known.get(model);
  if (turns === undefined) known.set(model, (turns = new LinkTurns(model)));
  lastModel = model;
  lastTurns = turns;
  return turns;
}

/** The frame axis a revolute joint turns about, where it is one and passes through the origin. */
function axisColumn({ axisInLink: axis, anchorInLink: anchor }: RobotModel, link: number): number {
  const at = link * 3;
  if (anchor[at] !== 0 || anchor[at + 1] !== 0 || anchor[at + 2] !== 0) return TURN_FREE;
  const along = [0, 1, 2].filter((k) => axis[at + k] !== 0);
  const [column = TURN_FREE] = along;
  return along.length === 1 && Math.abs(axis[at + column]!) === 1 ? column : TURN_FREE;
}
