/**
 * How far a piece of a link can be from a joint's axis, over every value of the joints between: what turns an angle into metres.
 *
 * The piece is carried from its link to the joint as a set of discs whose convex hull contains it. A revolute joint smears the set
 * into a cylinder about its axis, again two discs; a prismatic one copies it to both ends of its travel. Distance from a line and
 * height along it are convex, so the hull's extremes are the discs'. An upper bound, exact where neighbouring axes are parallel or
 * meet at right angles, as in most arms.
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
export function turnedAbout(
  model: RobotModel,
  jointLink: number,
  link: number,
  segment: ArrayLike<number>,
): Turned {
  let discs: readonly Disc[] = [pointDisc(segment, 0), pointDisc(segment, 3)];
  let at = link;
  while (!isAncestor(model, at, jointLink)) {
    discs = toParent(model, at, moved(model, at, discs, 1));
    at = model.parentOfLink[at]!;
  }
  // From the common ancestor down to the joint, when the joint is on another branch or farther out.
  for (const next of linksBetween(model, at, jointLink)) {
    discs = toChild(model, next, discs);
    if (next !== jointLink) discs = moved(model, next, discs, -1);
  }
  return turned(model, jointLink, discs);
}

/** Largest distance of the segment's points from the joint's axis, m; 1 for a prismatic joint, which moves all points alike. */
export function reachOfJoint(
  model: RobotModel,
  jointLink: number,
  link: number,
  segment: ArrayLike<number>,
): number {
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
export function valueRange(
  model: RobotModel,
  link: number,
  padM: number,
): readonly [number, number] {
  const joint = model.qIndexOfLink[link]!;
  const scale = model.mimicScale[link]!;
  const a = scale * (model.lowerRad[joint]! - padM) + model.mimicOffset[link]!;
  const b = scale * (model.upperRad[joint]! + padM) + model.mimicOffset[link]!;
  return [Math.min(a, b), Math.max(a, b)];
}

/** Up the chain (1) a joint moves the set, down the chain (-1) the frame moves under it. */
function moved(
  model: RobotModel,
  link: number,
  discs: readonly Disc[],
  direction: 1 | -1,
): readonly Disc[] {
  const kind = model.jointKindOfLink[link]!;
  if (kind === JOINT_FIXED) return discs;
  const axis = axisOf(model, link);
  if (kind !== JOINT_REVOLUTE) {
    const [low, high] = valueRange(model, link, travelPadM);
    return discs.flatMap((disc) => [
      along(disc, axis, direction * low),
      along(disc, axis, direction * high),
    ]);
  }
  const { lowM, highM, radiusM } = turned(model, link, discs);
  const anchor = anchorOf(model, link);
  const base: Disc = { center: anchor, normal: axis, radiusM };
  return [along(base, axis, lowM), along(base, axis, highM)];
}

function turned(model: RobotModel, link: number, discs: readonly Disc[]): Turned {
  const a = axisOf(model, link);
  const p = anchorOf(model, link);
  let lowM = Infinity;
  let highM = -Infinity;
  let radiusM = 0;
  for (const { center, normal: n, radiusM: r } of discs) {
    const c = [center[0] - p[0], center[1] - p[1], center[2] - p[2]] as const;
    const height = dot(c, a);
    const cosine = Math.min(1, Math.abs(dot(n, a)));
    const sine = Math.sqrt(1 - cosine * cosine);
    lowM = Math.min(lowM, height - r * sine);
    highM = Math.max(highM, height + r * sine);
    // Seen along the axis the disc is an ellipse with half axes r and r·cosine around the foot f of its centre:
    // |f + e|² <= |f|² + 2 max f·e + r², and max f·e = r sqrt((f·u)² + cosine² (f·v)²).
    const f = [c[0] - height * a[0], c[1] - height * a[1], c[2] - height * a[2]] as const;
    const ff = dot(f, f);
    const u = sine > 1e-9 ? dot(f, cross(n, a)) / sine : Math.sqrt(ff);
    const uu = Math.min(ff, u * u);
    const most = r * Math.sqrt(uu + cosine * cosine * (ff - uu));
    radiusM = Math.max(radiusM, Math.sqrt(ff + 2 * most + r * r));
  }
  // Rounding in here and in the forward kinematics stays far below this.
  const slack = 1e-9 * (1 + radiusM);
  return { lowM: lowM - slack, highM: highM + slack, radiusM: radiusM + slack };
}

function pointDisc(segment: ArrayLike<number>, from: number): Disc {
  return {
    center: [segment[from]!, segment[from + 1]!, segment[from + 2]!],
    normal: [0, 0, 0],
    radiusM: 0,
  };
}

function along(disc: Disc, axis: Triple, m: number): Disc {
  const [x, y, z] = disc.center;
  return { ...disc, center: [x + axis[0] * m, y + axis[1] * m, z + axis[2] * m] };
}

function toParent(
  { parentFromLink: m }: RobotModel,
  link: number,
  discs: readonly Disc[],
): readonly Disc[] {
  const o = link * 12;
  const turn = ([x, y, z]: Triple): Triple => [
    m[o]! * x + m[o + 1]! * y + m[o + 2]! * z,
    m[o + 4]! * x + m[o + 5]! * y + m[o + 6]! * z,
    m[o + 8]! * x + m[o + 9]! * y + m[o + 10]! * z,
  ];
  return discs.map(({ center, normal, radiusM }) => {
    const [x, y, z] = turn(center);
    return {
      center: [x + m[o + 3]!, y + m[o + 7]!, z + m[o + 11]!],
      normal: turn(normal),
      radiusM,
    };
  });
}

function toChild(
  { parentFromLink: m }: RobotModel,
  link: number,
  discs: readonly Disc[],
): readonly Disc[] {
  const o = link * 12;
  const turn = ([x, y, z]: Triple): Triple => [
    m[o]! * x + m[o + 4]! * y + m[o + 8]! * z,
    m[o + 1]! * x + m[o + 5]! * y + m[o + 9]! * z,
    m[o + 2]! * x + m[o + 6]! * y + m[o + 10]! * z,
  ];
  return discs.map(({ center: c, normal, radiusM }) => ({
    center: turn([c[0] - m[o + 3]!, c[1] - m[o + 7]!, c[2] - m[o + 11]!]),
    normal: turn(normal),
    radiusM,
  }));
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
