/**
 * How far a piece of a link can be from a joint's axis, over every value of the joints between: what turns an angle into metres.
 *
 * The piece is carried from its link to the joint as a set that contains it: the convex hull of some discs, and a ball. A revolute
 * joint smears the discs into a cylinder about its axis, again two discs, clipped by the ball; a prismatic one copies them to both
 * ends of its travel. Distance from a line and height along it are convex, so a hull's extremes are its discs'. The result is an upper
 * bound.
 *
 *        high ┌───────┐          low, high: height along the axis, m
 *             │ piece │          radiusM:   largest distance from the axis, m
 *         low └───┬───┘
 *               axis
 * @module
 */
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

/** A prismatic joint is taken to reach this much beyond its limits, so that a measured position just outside one breaks no bound, m. */
export const travelPadM = 0.05;

type Triple = readonly [x: number, y: number, z: number];

interface Disc {
  readonly center: Triple;
  /** Unit, or zero where the radius is. */
  readonly normal: Triple;
  readonly radiusM: number;
}

interface Piece {
  readonly discs: readonly Disc[];
  readonly center: Triple;
  readonly radiusM: number;
}

/** A set about an axis. */
export interface Turned {
  readonly lowM: number;
  readonly highM: number;
  readonly radiusM: number;
}

/**
 * Around the axis of `jointLink`'s revolute joint, in that link's frame (or its parent's, where the axis stands the same at joint
 * value 0): the cylinder that contains the segment `ax ay az bx by bz` of `link` at every joint value. Not finite where a prismatic
 * joint between has no limits.
 */
export function turnedAbout(model: RobotModel, jointLink: number, link: number, segment: ArrayLike<number>): Turned {
  let piece = pieceOf(segment);
  let at = link;
  while (!isAncestor(model, at, jointLink)) {
    piece = toParent(model, at, moved(model, at, piece, 1));
    at = model.parentOfLink[at]!;
  }
  // From the common ancestor down to the joint, when the joint is on another branch or farther out.
  for (const next of linksBetween(model, at, jointLink)) {
    piece = toChild(model, next, piece);
    if (next !== jointLink) piece = moved(model, next, piece, -1);
  }
  return turned(model, jointLink, piece);
}

/** Largest distance of the segment's points from the joint's axis, m; 1 for a prismatic joint, which moves all points alike. */
export function reachOfJoint(model: RobotModel, jointLink: number, link: number, segment: ArrayLike<number>): number {
  if (model.jointKindOfLink[jointLink] !== JOINT_REVOLUTE) return 1;
  const { radiusM } = turnedAbout(model, jointLink, link, segment);
  return radiusM < Infinity ? radiusM : Infinity;
}

/** Whether `ancestor` is `link` or on its way to the base. */
export function isAncestor(model: RobotModel, ancestor: number, link: number): boolean {
  let at = link;
  while (at > ancestor) at = model.parentOfLink[at]!;
  return at === ancestor;
}

/** The links below `ancestor` on the way down to `link`, which comes last; empty when they are the same. */
export function linksBetween(model: RobotModel, ancestor: number, link: number): number[] {
  const down: number[] = [];
  for (let at = link; at !== ancestor; at = model.parentOfLink[at]!) down.push(at);
  return down.reverse();
}

/** Lower and upper joint value of a link's joint over the joint's limits, widened by `padM`. */
export function valueRange(model: RobotModel, link: number, padM: number): readonly [number, number] {
  const joint = model.qIndexOfLink[link]!;
  const scale = model.mimicScale[link]!;
  const a = scale * (model.lowerRad[joint]! - padM) + model.mimicOffset[link]!;
  const b = scale * (model.upperRad[joint]! + padM) + model.mimicOffset[link]!;
  return [Math.min(a, b), Math.max(a, b)];
}

/** Up the chain (1) a joint moves the set, down the chain (-1) the frame moves under it. */
function moved(model: RobotModel, link: number, piece: Piece, direction: 1 | -1): Piece {
  const kind = model.jointKindOfLink[link]!;
  if (kind === JOINT_FIXED) return piece;
  const axis = axisOf(model, link);
  if (kind !== JOINT_REVOLUTE) {
    const [low, high] = valueRange(model, link, travelPadM);
    return {
      discs: piece.discs.flatMap((disc) => [along(disc, axis, direction * low), along(disc, axis, direction * high)]),
      center: plus(piece.center, axis, (direction * (low + high)) / 2),
      radiusM: piece.radiusM + (high - low) / 2,
    };
  }
  const { lowM, highM, radiusM } = turned(model, link, piece);
  const anchor = anchorOf(model, link);
  const base: Disc = { center: anchor, normal: axis, radiusM };
  // The smaller of two balls: the old one with its centre smeared, and the one around the cylinder.
  const { heightM, distanceM } = fromAxis(model, link, piece.center);
  const smearedM = piece.radiusM + distanceM;
  const half = (highM - lowM) / 2;
  const aroundM = Math.sqrt(radiusM * radiusM + half * half);
  const ball =
    smearedM <= aroundM
      ? { center: plus(anchor, axis, heightM), radiusM: smearedM }
      : { center: plus(anchor, axis, lowM + half), radiusM: aroundM };
  return { discs: [along(base, axis, lowM), along(base, axis, highM)], ...ball };
}

function turned(model: RobotModel, link: number, piece: Piece): Turned {
  const axis = axisOf(model, link);
  let lowM = Infinity;
  let highM = -Infinity;
  let radiusM = 0;
  for (const disc of piece.discs) {
    const { heightM, distanceM } = fromAxis(model, link, disc.center);
    const r = disc.radiusM;
    const cosine = Math.min(1, Math.abs(dot(disc.normal, axis)));
    const sine = Math.sqrt(1 - cosine * cosine);
    lowM = Math.min(lowM, heightM - r * sine);
    highM = Math.max(highM, heightM + r * sine);
    // Seen along the axis the disc is an ellipse with half axes r and r·cosine around the foot f of its centre:
    // |f + e|² <= |f|² + 2 max f·e + r², and max f·e = r sqrt((f·u)² + cosine² (f·v)²), u along the longer half axis.
    const ff = distanceM * distanceM;
    const fu = sine > 1e-9 ? dot(minus(disc.center, anchorOf(model, link)), cross(disc.normal, axis)) / sine : distanceM;
    const uu = Math.min(ff, fu * fu);
    const most = r * Math.sqrt(uu + cosine * cosine * (ff - uu));
    radiusM = Math.max(radiusM, Math.sqrt(ff + 2 * most + r * r));
  }
  const ball = fromAxis(model, link, piece.center);
  lowM = Math.max(lowM, ball.heightM - piece.radiusM);
  highM = Math.min(highM, ball.heightM + piece.radiusM);
  radiusM = Math.min(radiusM, ball.distanceM + piece.radiusM);
  // Rounding in here and in the forward kinematics stays far below this.
  const slack = 1e-9 * (1 + radiusM);
  return { lowM: lowM - slack, highM: highM + slack, radiusM: radiusM + slack };
}

function fromAxis(model: RobotModel, link: number, point: Triple): { readonly heightM: number; readonly distanceM: number } {
  const axis = axisOf(model, link);
  const from = minus(point, anchorOf(model, link));
  const heightM = dot(from, axis);
  const foot = plus(from, axis, -heightM);
  return { heightM, distanceM: Math.sqrt(dot(foot, foot)) };
}

function pieceOf(segment: ArrayLike<number>): Piece {
  const a: Triple = [segment[0]!, segment[1]!, segment[2]!];
  const b: Triple = [segment[3]!, segment[4]!, segment[5]!];
  const half = plus([0, 0, 0], minus(b, a), 0.5);
  const discs = [a, b].map((center): Disc => ({ center, normal: [0, 0, 0], radiusM: 0 }));
  return { discs, center: plus(a, half, 1), radiusM: Math.sqrt(dot(half, half)) };
}

function toParent({ parentFromLink: m }: RobotModel, link: number, piece: Piece): Piece {
  const o = link * 12;
  const turn = ([x, y, z]: Triple): Triple => [
    m[o]! * x + m[o + 1]! * y + m[o + 2]! * z,
    m[o + 4]! * x + m[o + 5]! * y + m[o + 6]! * z,
    m[o + 8]! * x + m[o + 9]! * y + m[o + 10]! * z,
  ];
  const shift: Triple = [m[o + 3]!, m[o + 7]!, m[o + 11]!];
  const discs = piece.discs.map((disc) => ({ ...disc, center: plus(shift, turn(disc.center), 1), normal: turn(disc.normal) }));
  return { discs, center: plus(shift, turn(piece.center), 1), radiusM: piece.radiusM };
}

function toChild({ parentFromLink: m }: RobotModel, link: number, piece: Piece): Piece {
  const o = link * 12;
  const turn = ([x, y, z]: Triple): Triple => [
    m[o]! * x + m[o + 4]! * y + m[o + 8]! * z,
    m[o + 1]! * x + m[o + 5]! * y + m[o + 9]! * z,
    m[o + 2]! * x + m[o + 6]! * y + m[o + 10]! * z,
  ];
  const shift: Triple = [m[o + 3]!, m[o + 7]!, m[o + 11]!];
  const discs = piece.discs.map((disc) => ({ ...disc, center: turn(minus(disc.center, shift)), normal: turn(disc.normal) }));
  return { discs, center: turn(minus(piece.center, shift)), radiusM: piece.radiusM };
}

function along(disc: Disc, axis: Triple, m: number): Disc {
  return { ...disc, center: plus(disc.center, axis, m) };
}

/** a + b·times */
function plus(a: Triple, b: Triple, times: number): Triple {
  return [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times];
}

function minus(a: Triple, b: Triple): Triple {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function axisOf({ axisInLink }: RobotModel, link: number): Triple {
  return [axisInLink[link * 3]!, axisInLink[link * 3 + 1]!, axisInLink[link * 3 + 2]!];
}

function anchorOf({ anchorInLink }: RobotModel, link: number): Triple {
  return [anchorInLink[link * 3]!, anchorInLink[link * 3 + 1]!, anchorInLink[link * 3 + 2]!];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
