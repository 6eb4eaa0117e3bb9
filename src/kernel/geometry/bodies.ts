/**
 * Everything of the robot that has a place: its capsules, the capsules of what it holds, and the control points of its end effectors
 * (capsules without radius), each with the joints that move it.
 *
 *     0 … nCapsules … nSolid … count        capsules, attached capsules, control points
 *
 * A joint's reach ρ is the largest distance of the body's points from the axis over all configurations: `reachOfJoint` of the segment
 * and the radius. Turning by Δ moves no point of the body by more than |Δ| ρ. A prismatic joint moves every point alike: ρ is 1.
 * @module
 */
import type { CollisionModel } from "../../robot/collision-model.ts";
import { isAncestor, linksBetween, reachOfJoint } from "../../robot/motion-reach.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "../../robot/robot-model.ts";

/** A capsule of a held object or tool, fixed to a link while it is held. */
export interface AttachedGeometry {
  readonly name: string;
  /** Name of the link that holds it. */
  readonly link: string;
  /** One row `ax ay az bx by bz radius` for each capsule, in the frame of that link, m. */
  readonly capsules: readonly (readonly [number, number, number, number, number, number, number])[];
  /** Links, besides those rigid with the holding one, that it may touch: fingers. */
  readonly mayTouchLinks?: readonly string[];
  /** Ids of obstacles and names of fixtures that it may touch: what it is lifted off or set down on, and itself where the map still shows it. */
  readonly mayTouchObstacles?: readonly string[];
}

/** A point whose place and speed are limited, such as a tool centre. */
export interface ControlPoint {
  readonly name: string;
  readonly link: string;
  /** In the frame of the link, m; its origin unless given. */
  readonly offsetM?: readonly [number, number, number];
}

/** For each of `count` things the joints that move it, as rows of a compressed table. Shape `[count + 1]` and `[nEntries]`. */
export interface JointPaths {
  readonly start: Int32Array;
  /** Column of the joint in `q`. */
  readonly joint: Int32Array;
  /** m per rad, or 1 for a prismatic joint; times the mimic scale. At most `unreachableM`. */
  readonly reachM: Float64Array;
  /** How much the thing turns per unit of the joint: the mimic scale, 0 for a prismatic joint. */
  readonly turn: Float64Array;
}

export interface Bodies {
  readonly nCapsules: number;
  readonly nSolid: number;
  readonly count: number;
  /** Shape `[count]`. */
  readonly linkOf: Int32Array;
  /** Shape `[count, 7]`: ax ay az bx by bz radius in the link, m. */
  readonly inLink: Float64Array;
  /** Shape `[count]`: index of the attached body it belongs to, -1 for the robot's own. */
  readonly attachedOf: Int32Array;
  readonly names: readonly string[];
  /** From the root to each body. */
  readonly paths: JointPaths;
}

/** Stands for an unbounded reach: finite, so that a joint that stands still (0 ×) moves nothing. */
const unreachableM = 1e100;

export function bodiesOf(collision: CollisionModel, attached: readonly AttachedGeometry[], points: readonly ControlPoint[]): Bodies {
  const { robot, nCapsules, linkOfCapsule, capsulesInLink } = collision;
  const rows: { link: number; capsule: readonly number[]; attachedOf: number; name: string }[] = [];
  for (let c = 0; c < nCapsules; c++) {
    const link = linkOfCapsule[c]!;
    rows.push({
      link,
      capsule: [...capsulesInLink.subarray(c * 7, c * 7 + 7)],
      attachedOf: -1,
      name: robot.linkNames[link] ?? `link ${link}`,
    });
  }
  attached.forEach((body, index) => {
    const link = robot.linkNames.indexOf(body.link);
    for (const capsule of body.capsules) rows.push({ link, capsule, attachedOf: index, name: body.name });
  });
  const nSolid = rows.length;
  for (const { name, link, offsetM = [0, 0, 0] } of points) {
    rows.push({ link: robot.linkNames.indexOf(link), capsule: [...offsetM, ...offsetM, 0], attachedOf: -1, name });
  }
  const inLink = Float64Array.from(rows.flatMap(({ capsule }) => capsule));
  return {
    nCapsules,
    nSolid,
    count: rows.length,
    linkOf: Int32Array.from(rows, ({ link }) => link),
    inLink,
    attachedOf: Int32Array.from(rows, ({ attachedOf }) => attachedOf),
    names: rows.map(({ name }) => name),
    paths: packed(rows.map(({ link }, b) => linksBetween(robot, 0, link).flatMap((at) => entryOf(robot, at, [[link, bodyAt(inLink, b)]])))),
  };
}

/** The joints between the two bodies of each pair; each with the smaller of the two reaches, for either body may be taken as still. */
export function pairPaths(robot: RobotModel, { linkOf, inLink }: Bodies, pairs: Int32Array): JointPaths {
  const rows: Entry[][] = [];
  for (let p = 0; p < pairs.length; p += 2) {
    const a = pairs[p]!;
    const b = pairs[p + 1]!;
    let common = linkOf[a]!;
    while (!isAncestor(robot, common, linkOf[b]!)) common = robot.parentOfLink[common]!;
    const between = [...linksBetween(robot, common, linkOf[a]!), ...linksBetween(robot, common, linkOf[b]!)];
    rows.push(
      between.flatMap((at) =>
        entryOf(robot, at, [
          [linkOf[a]!, bodyAt(inLink, a)],
          [linkOf[b]!, bodyAt(inLink, b)],
        ]),
      ),
    );
  }
  return packed(rows);
}

interface Entry {
  readonly joint: number;
  readonly reachM: number;
  readonly turn: number;
}

function entryOf(robot: RobotModel, jointLink: number, bodies: readonly (readonly [link: number, capsule: Float64Array])[]): Entry[] {
  const kind = robot.jointKindOfLink[jointLink]!;
  if (kind === JOINT_FIXED) return [];
  const turns = kind === JOINT_REVOLUTE;
  const reaches = bodies.map(([link, capsule]) => reachOfJoint(robot, jointLink, link, capsule) + (turns ? capsule[6]! : 0));
  const scale = Math.abs(robot.mimicScale[jointLink]!);
  const reachM = Math.min(unreachableM, Math.min(...reaches) * scale);
  return [{ joint: robot.qIndexOfLink[jointLink]!, reachM, turn: turns ? scale : 0 }];
}

function bodyAt(inLink: Float64Array, body: number): Float64Array {
  return inLink.subarray(body * 7, body * 7 + 7);
}

function packed(rows: readonly (readonly Entry[])[]): JointPaths {
  const entries = rows.flat();
  const start = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (start[i + 1] = start[i]! + row.length));
  return {
    start,
    joint: Int32Array.from(entries, ({ joint }) => joint),
    reachM: Float64Array.from(entries, ({ reachM }) => reachM),
    turn: Float64Array.from(entries, ({ turn }) => turn),
  };
}
