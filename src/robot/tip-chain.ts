/**
 * The way from the base to the tip as a sum of vectors, each fixed in the frame of the last joint that turns it.
 * @module
 */
import { JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

/** One vector of the sum: the part along the axis of the last joint that turns it, and the part across. */
export interface ChainVector {
  /** Number of rotating joints before it, its own included. */
  readonly turns: number;
  readonly alongM: number;
  readonly acrossM: number;
  /** Prismatic: `alongM` and `acrossM` are of a unit vector, to be multiplied by scale × q[slideJoint] + offset. -1: fixed. */
  readonly slideJoint: number;
  readonly scale: number;
  readonly offset: number;
}

export interface TipChain {
  /** Joint and |mimic scale| of each rotating joint, base to tip. */
  readonly turnJoints: readonly number[];
  readonly turnScales: readonly number[];
  /** Only those that some joint turns. */
  readonly vectors: readonly ChainVector[];
}

type Vector = readonly [number, number, number];
/** Three rows. */
type Rotation = readonly [Vector, Vector, Vector];

const identity: Rotation = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const chains = new WeakMap<RobotModel, TipChain>();

/** Worked out once for each model. */
export function tipChainOf(model: RobotModel): TipChain {
  let chain = chains.get(model);
  if (chain === undefined) {
    chain = buildChain(model);
    chains.set(model, chain);
  }
  return chain;
}

function buildChain(model: RobotModel): TipChain {
  const links: number[] = [];
  for (let link = model.tipLink; link > 0; link = model.parentOfLink[link]!) links.unshift(link);
  const turnJoints: number[] = [];
  const turnScales: number[] = [];
  const vectors: ChainVector[] = [];
  /** From the frame of the link at hand to that of the last joint that turns. */
  let turnedFromLink = identity;
  let axis: Vector = [0, 0, 0];
  let fixed: Vector = [0, 0, 0];
  const keep = (vector: Vector, slideJoint: number, scale: number, offset: number): void => {
    const parts = split(vector, axis);
    if (turnJoints.length > 0 && parts.alongM + parts.acrossM > 0)
      vectors.push({ turns: turnJoints.length, ...parts, slideJoint, scale, offset });
  };
  for (const link of links) {
    fixed = plus(fixed, rotated(turnedFromLink, translationAt(model.parentFromLink, link * 12)));
    turnedFromLink = productOf(turnedFromLink, rotationAt(model.parentFromLink, link * 12));
    const joint = model.qIndexOfLink[link]!;
    const scale = model.mimicScale[link]!;
    const ownAxis = vectorAt(model.axisInLink, link * 3);
    if (model.jointKindOfLink[link] === JOINT_PRISMATIC) {
      keep(rotated(turnedFromLink, ownAxis), joint, scale, model.mimicOffset[link]!);
    } else if (model.jointKindOfLink[link] === JOINT_REVOLUTE) {
      const [x, y, z] = vectorAt(model.anchorInLink, link * 3);
      keep(plus(fixed, rotated(turnedFromLink, [x, y, z])), -1, 0, 0);
      turnJoints.push(joint);
      turnScales.push(Math.abs(scale));
      fixed = [-x, -y, -z];
      turnedFromLink = identity;
      axis = ownAxis;
    }
  }
  keep(plus(fixed, rotated(turnedFromLink, translationAt(model.tipLinkFromTip, 0))), -1, 0, 0);
  return { turnJoints, turnScales, vectors };
}

/** Lengths along the unit `axis` and across it; what is across by rounding alone (1e-12 of what is along) counts as 0. */
function split(v: Vector, axis: Vector): { alongM: number; acrossM: number } {
  const along = v[0] * axis[0] + v[1] * axis[1] + v[2] * axis[2];
  const across = plus(v, [-along * axis[0], -along * axis[1], -along * axis[2]]);
  const acrossM = Math.sqrt(across[0] * across[0] + across[1] * across[1] + across[2] * across[2]);
  const alongM = Math.abs(along);
  return { alongM, acrossM: acrossM <= 1e-12 * alongM ? 0 : acrossM };
}

function vectorAt(values: Float64Array, at: number): Vector {
  return [values[at]!, values[at + 1]!, values[at + 2]!];
}

function translationAt(m34: Float64Array, at: number): Vector {
  return [m34[at + 3]!, m34[at + 7]!, m34[at + 11]!];
}

function rotationAt(m34: Float64Array, at: number): Rotation {
  return [vectorAt(m34, at), vectorAt(m34, at + 4), vectorAt(m34, at + 8)];
}

function plus(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function rotated(m: Rotation, v: Vector): Vector {
  const row = (r: Vector): number => r[0] * v[0] + r[1] * v[1] + r[2] * v[2];
  return [row(m[0]), row(m[1]), row(m[2])];
}

function productOf(a: Rotation, b: Rotation): Rotation {
  const row = (r: Vector): Vector => [
    r[0] * b[0][0] + r[1] * b[1][0] + r[2] * b[2][0],
    r[0] * b[0][1] + r[1] * b[1][1] + r[2] * b[2][1],
    r[0] * b[0][2] + r[1] * b[1][2] + r[2] * b[2][2],
  ];
  return [row(a[0]), row(a[1]), row(a[2])];
}
