/**
 * The allowed-collision matrix: which link pairs may touch, and why. Adjacent links ∪ links rigid to each other ∪ links that touch
 * at every sampled pose ∪ what the maker's SRDF declares. The margin never enters.
 * @module
 */
import { JOINT_FIXED, type RobotModel } from "../robot-model.ts";
import { byName, keyOfNames, sortedNames, type PairSample } from "./always-colliding.ts";
import type { CapsuleSet } from "./capsule-field.ts";

export type MatrixReason = "adjacent" | "same-link" | "always" | "srdf" | "reviewed";

export interface AllowedPair {
  /** Sorted by name. */
  readonly link1: string;
  readonly link2: string;
  readonly because: MatrixReason;
  /** Allowed although they could be kept apart: nothing watches them. */
  readonly unprotected: boolean;
}

export interface AllowedMatrix {
  /** Sorted by name. */
  readonly pairs: readonly AllowedPair[];
  /** Declared pairs left out because a link has no geometry. */
  readonly withoutGeometry: number;
}

/**
 * `declared`: pairs of an SRDF or of MJCF excludes. `samples`: from `samplePairs`, with `poses` drawn; pairs that touched at each are
 * allowed. Adjacent: joined by one joint, both with geometry. Names that are no link are reported by the readers and skipped here.
 */
export function allowedMatrix(
  robot: RobotModel,
  set: CapsuleSet,
  declared: readonly { readonly link1: string; readonly link2: string }[],
  samples: readonly PairSample[],
  poses: number,
): AllowedMatrix {
  const solid = new Set(Array.from(set.linkOfCapsule, (link) => robot.linkNames[link]!));
  const found = new Map<string, AllowedPair>();
  const add = (a: string, b: string, because: MatrixReason): void => {
    if (a === b || !solid.has(a) || !solid.has(b)) return;
    const key = keyOfNames(robot, a, b);
    const [link1, link2] = sortedNames(a, b);
    if (!found.has(key)) found.set(key, { link1, link2, because, unprotected: because !== "adjacent" && because !== "same-link" });
  };
  const related = relations(robot);
  const links = robot.linkNames;
  for (let a = 0; a < robot.nLinks; a++)
    for (let b = a + 1; b < robot.nLinks; b++) {
      const relation = related(a, b);
      if (relation !== undefined) add(links[a]!, links[b]!, relation);
    }
  for (const { link1, link2 } of declared) add(link1, link2, "srdf");
  for (const { link1, link2, touching } of samples) if (touching === poses && poses > 0) add(link1, link2, "always");
  const withoutGeometry = declared.filter(({ link1, link2 }) => !solid.has(link1) || !solid.has(link2)).length;
  return {
    pairs: [...found.values()].toSorted((x, y) => byName(x.link1, y.link1) || byName(x.link2, y.link2)),
    withoutGeometry,
  };
}

/** `adjacent`: one joint joins them; `same-link`: only fixed joints lie between. */
export function relations(robot: RobotModel): (linkA: number, linkB: number) => "adjacent" | "same-link" | undefined {
  const { nLinks, parentOfLink, jointKindOfLink } = robot;
  const bodyOf = new Int32Array(nLinks);
  for (let link = 1; link < nLinks; link++) bodyOf[link] = jointKindOfLink[link] === JOINT_FIXED ? bodyOf[parentOfLink[link]!]! : link;
  return (a, b) => {
    if (parentOfLink[a] === b || parentOfLink[b] === a) return "adjacent";
    return bodyOf[a] === bodyOf[b] ? "same-link" : undefined;
  };
}
