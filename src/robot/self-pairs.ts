/**
 * Which capsules of a robot are checked against each other, and why the others are not.
 * @module
 */
import { formatG } from "../core/format.ts";
import type { CollisionModel } from "./collision-model.ts";
import type { LoweredLinks } from "./lowering.ts";
import { CapsuleField } from "./lowering/capsule-field.ts";
import { JOINT_FIXED, type RobotModel } from "./robot-model.ts";

export type AllowedReason = CollisionModel["allowedBecause"] extends ReadonlyMap<string, infer Reason> ? Reason : never;

/** Two links that the description declares free to touch: `never` where it claims that they cannot, else `srdf`. */
export interface DeclaredPair {
  readonly link1: string;
  readonly link2: string;
  readonly because: "srdf" | "never";
}

/** Key of `CollisionModel.allowedBecause`: the two link names, the one earlier in the model first. */
export function linkPairKey(robot: RobotModel, linkA: number, linkB: number): string {
  return `${robot.linkNames[Math.min(linkA, linkB)]}|${robot.linkNames[Math.max(linkA, linkB)]}`;
}

/**
 * Every pair of links with capsules is checked, except those
 * - rigid to each other, through fixed and frozen joints (`same-link`),
 * - with one joint between them, where links without capsules are looked through (`adjacent`),
 * - declared by the SRDF or by MJCF excludes (`srdf`, `never`),
 * - whose capsules touch at the home pose (`default`); each of these is named in a warning, for it is a gap in the protection.
 *
 * The answer's `robot` is `robot` with these warnings added. Pairs are sorted by their distance at home, nearest first.
 */
export function collisionModel(robot: RobotModel, lowered: LoweredLinks, declared: readonly DeclaredPair[]): CollisionModel {
  const { nCapsules, linkOfCapsule, capsulesInLink } = lowered;
  const warnings: string[] = nCapsules === 0 ? ["no link has collision geometry: nothing of this robot is checked"] : [];
  const bodies = rigidBodies(robot, linkOfCapsule);
  const declaredReason = declaredPairs(robot, declared, warnings);
  const atHome = new CapsuleField(robot, lowered);
  atHome.pose(robot.homeRad);
  const allowedBecause = new Map<string, AllowedReason>();
  const overlapM = new Map<string, number>();
  const checked: { readonly i: number; readonly j: number; readonly distanceM: number }[] = [];
  for (let i = 0; i < nCapsules; i++)
    for (let j = i + 1; j < nCapsules; j++) {
      const a = linkOfCapsule[i]!;
      const b = linkOfCapsule[j]!;
      if (a === b) continue;
      const key = linkPairKey(robot, a, b);
      const reason = bodies.reason(a, b) ?? declaredReason.get(key);
      const distanceM = atHome.distanceM(i, j);
      if (reason !== undefined) allowedBecause.set(key, reason);
      else if (distanceM <= 0) overlapM.set(key, Math.max(overlapM.get(key) ?? 0, -distanceM));
      else checked.push({ i, j, distanceM });
    }
  for (const [key, depthM] of overlapM) {
    allowedBecause.set(key, "default");
    warnings.push(`contact of ${key.replace("|", " and ")} is not checked: their capsules overlap by ${formatG(depthM)} m at home`);
  }
  const pairs = checked
    .filter(({ i, j }) => !allowedBecause.has(linkPairKey(robot, linkOfCapsule[i]!, linkOfCapsule[j]!)))
    .toSorted((a, b) => a.distanceM - b.distanceM || a.i - b.i || a.j - b.j);
  return Object.freeze({
    robot: Object.freeze({ ...robot, warnings: Object.freeze([...robot.warnings, ...warnings]) }),
    nCapsules,
    linkOfCapsule,
    capsulesInLink,
    selfPairs: Int32Array.from(pairs.flatMap(({ i, j }) => [i, j])),
    allowedBecause,
  });
}

interface Bodies {
  reason(linkA: number, linkB: number): "same-link" | "adjacent" | undefined;
}

function rigidBodies(robot: RobotModel, linkOfCapsule: Int32Array): Bodies {
  const { nLinks, parentOfLink, jointKindOfLink } = robot;
  const bodyOf = new Int32Array(nLinks);
  for (let link = 1; link < nLinks; link++) bodyOf[link] = jointKindOfLink[link] === JOINT_FIXED ? bodyOf[parentOfLink[link]!]! : link;
  const solid = new Set(Array.from(linkOfCapsule, (link) => bodyOf[link]!));
  const parentBody = (body: number): number => {
    let at = body;
    do at = at === 0 ? -1 : bodyOf[parentOfLink[at]!]!;
    while (at >= 0 && !solid.has(at));
    return at;
  };
  return {
    reason(linkA, linkB) {
      const a = bodyOf[linkA]!;
      const b = bodyOf[linkB]!;
      if (a === b) return "same-link";
      return parentBody(a) === b || parentBody(b) === a ? "adjacent" : undefined;
    },
  };
}

function declaredPairs(robot: RobotModel, declared: readonly DeclaredPair[], warnings: string[]): ReadonlyMap<string, "srdf" | "never"> {
  const known = new Map(robot.linkNames.map((name, index) => [name, index]));
  const reasons = new Map<string, "srdf" | "never">();
  for (const { link1, link2, because } of declared) {
    const a = known.get(link1);
    const b = known.get(link2);
    if (a !== undefined && b !== undefined) reasons.set(linkPairKey(robot, a, b), because);
    else warnings.push(`contact of ${link1} and ${link2} is declared free, but "${a === undefined ? link1 : link2}" is no link`);
  }
  return reasons;
}
