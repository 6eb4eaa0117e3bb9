/**
 * Which things can come nearer to each other when the robot moves, and how fast at most.
 *
 * An approach is a capsule against the world or against another capsule. Its chain is the joints between the two, from `a` to `b`.
 * With u = |mimicScale · dq| the joint rates of a straight motion in joint space, s from 0 to 1, and ρ the distances from the axes
 * that `reachOfJoint` bounds:
 *
 *     |d distance / ds|  <=  Σ u ρ                                              (each joint's smaller ρ: either side may be held)
 *     |d² point / ds²|   <=  Σ over revolute j of u_j (u_j ρ_j + 2 Σ over k beyond j of u_k ρ_k)
 *
 * What no joint moves against each other (a base on its table, two links of one rigid group) is no approach: it cannot change.
 * @module
 */
import type { AttachedBody, CollisionModel } from "./collision-model.ts";
import { isAncestor, linksBetween, reachOfJoint } from "./motion-reach.ts";
import { capsuleInTipLink } from "./posed-capsules.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

export interface ApproachTable {
  readonly count: number;
  /** Shape `[count]`: the first capsule, -1 for the world. */
  readonly capsuleA: Int32Array;
  /** Shape `[count]`: the capsule that moves. */
  readonly capsuleB: Int32Array;
  /** Shape `[count, nJoints]`: Σ ρ |mimicScale| over each joint's links, so that L = Σ |dq| × this; at most `unreachableM`. */
  readonly travelPerJoint: Float64Array;
  /** Shape `[count + 1]`: where each chain begins in the arrays below. */
  readonly chainStart: Int32Array;
  /** Links whose joints lie between, from `a` to `b`. */
  readonly chainLink: Int32Array;
  /** 1 for revolute joints. */
  readonly chainTurns: Uint8Array;
  /** Largest distance of `b`'s points from the axis, m; 1 for prismatic joints; at most `unreachableM`. */
  readonly chainReachM: Float64Array;
}

/** Stands for an unbounded reach: finite, so that a joint that stands still (0 ×) moves nothing. */
const unreachableM = 1e100;

const tables = new WeakMap<CollisionModel, ApproachTable>();
const carryingTables = new WeakMap<CollisionModel, WeakMap<AttachedBody, ApproachTable>>();

/** The approaches of a robot, world first; made once a model, and once more for each body it carries. */
export function approachTable(collision: CollisionModel, carrying?: AttachedBody): ApproachTable {
  let table = tables.get(collision);
  if (table === undefined) {
    table = pack(collision.robot, approachesOf(collision));
    tables.set(collision, table);
  }
  if (carrying === undefined) return table;
  let ofBody = carryingTables.get(collision);
  if (ofBody === undefined) {
    ofBody = new WeakMap();
    carryingTables.set(collision, ofBody);
  }
  let withBody = ofBody.get(carrying);
  if (withBody === undefined) {
    withBody = pack(collision.robot, [...approachesOf(collision), ...approachesOfBody(collision, carrying)]);
    ofBody.set(carrying, withBody);
  }
  return withBody;
}

/** Capsule `c`'s segment `ax ay az bx by bz` and its link. */
interface Piece {
  readonly capsule: number;
  readonly link: number;
  readonly segment: ArrayLike<number>;
}
interface ChainJoint {
  readonly link: number;
  readonly reachM: number;
  readonly travelM: number;
  readonly turns: boolean;
}
interface Approach {
  readonly a: number;
  readonly b: number;
  readonly chain: readonly ChainJoint[];
}

function approachesOf(collision: CollisionModel): Approach[] {
  const { robot, nCapsules, selfPairs } = collision;
  const approaches: Approach[] = [];
  for (let c = 0; c < nCapsules; c++) approaches.push(approach(robot, undefined, pieceOf(collision, c)));
  for (let pair = 0; pair + 1 < selfPairs.length; pair += 2) {
    approaches.push(approach(robot, pieceOf(collision, selfPairs[pair]!), pieceOf(collision, selfPairs[pair + 1]!)));
  }
  return approaches.filter(({ chain }) => chain.length > 0);
}

/** The carried body against the world and against every capsule that can move relative to the tip. */
function approachesOfBody(collision: CollisionModel, body: AttachedBody): Approach[] {
  const { robot, nCapsules } = collision;
  const piece: Piece = {
    capsule: nCapsules,
    link: robot.tipLink,
    segment: capsuleInTipLink(robot.tipLinkFromTip, body),
  };
  const approaches = [approach(robot, undefined, piece)];
  for (let c = 0; c < nCapsules; c++) approaches.push(approach(robot, pieceOf(collision, c), piece));
  return approaches.filter(({ chain }) => chain.length > 0);
}

function pieceOf({ linkOfCapsule, capsulesInLink }: CollisionModel, c: number): Piece {
  return {
    capsule: c,
    link: linkOfCapsule[c]!,
    segment: capsulesInLink.subarray(c * 7, c * 7 + 6),
  };
}

function approach(robot: RobotModel, a: Piece | undefined, b: Piece): Approach {
  const chain = linksFromTo(robot, a?.link ?? 0, b.link)
    .filter((link) => robot.jointKindOfLink[link] !== JOINT_FIXED)
    .map((link) => {
      const reachM = Math.min(unreachableM, reachOfJoint(robot, link, b.link, b.segment));
      const travelM = a === undefined ? reachM : Math.min(reachM, reachOfJoint(robot, link, a.link, a.segment));
      return { link, reachM, travelM, turns: robot.jointKindOfLink[link] === JOINT_REVOLUTE };
    });
  return { a: a?.capsule ?? -1, b: b.capsule, chain };
}

/** The links whose joints move `to` against `from`, in the order in which they are passed on the way. */
function linksFromTo(robot: RobotModel, from: number, to: number): number[] {
  let common = from;
  while (!isAncestor(robot, common, to)) common = robot.parentOfLink[common]!;
  return [...linksBetween(robot, common, from).reverse(), ...linksBetween(robot, common, to)];
}

function pack(robot: RobotModel, approaches: readonly Approach[]): ApproachTable {
  const joints = approaches.flatMap(({ chain }) => chain);
  const chainStart = new Int32Array(approaches.length + 1);
  const travelPerJoint = new Float64Array(approaches.length * robot.nJoints);
  approaches.forEach(({ chain }, i) => {
    chainStart[i + 1] = chainStart[i]! + chain.length;
    for (const { link, travelM } of chain) {
      travelPerJoint[i * robot.nJoints + robot.qIndexOfLink[link]!]! += travelM * Math.abs(robot.mimicScale[link]!);
    }
  });
  return {
    count: approaches.length,
    capsuleA: Int32Array.from(approaches, ({ a }) => a),
    capsuleB: Int32Array.from(approaches, ({ b }) => b),
    travelPerJoint,
    chainStart,
    chainLink: Int32Array.from(joints, ({ link }) => link),
    chainTurns: Uint8Array.from(joints, ({ turns }) => (turns ? 1 : 0)),
    chainReachM: Float64Array.from(joints, ({ reachM }) => reachM),
  };
}
