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
  const related = relations(robot, set);
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

/** A link without geometry that is shorter than this only holds two axes of one joint together, m. */
const noLengthM = 1e-6;

/**
 * `adjacent`: one joint joins them; `same-link`: only fixed joints lie between. Between adjacent links may stand links without geometry
 * that are fixed, or have no length: frames, and the parts of a joint with several axes.
 */
export function relations(robot: RobotModel, set: CapsuleSet): (linkA: number, linkB: number) => "adjacent" | "same-link" | undefined {
  const { nLinks, parentOfLink, jointKindOfLink, parentFromLink } = robot;
  const solid = new Set(set.linkOfCapsule);
  const bodyOf = new Int32Array(nLinks);
  const neighbour = new Int32Array(nLinks).fill(-1);
  for (let link = 1; link < nLinks; link++) {
    bodyOf[link] = jointKindOfLink[link] === JOINT_FIXED ? bodyOf[parentOfLink[link]!]! : link;
    let below = link;
    let at = parentOfLink[link]!;
    const passes = (): boolean => {
      if (solid.has(at) || at <= 0) return false;
      const [x, y, z] = [3, 7, 11].map((k) => parentFromLink[below * 12 + k]!);
      return jointKindOfLink[at] === JOINT_FIXED || Math.max(Math.abs(x!), Math.abs(y!), Math.abs(z!)) <= noLengthM;
    };
    while (passes()) {
      below = at;
      at = parentOfLink[at]!;
    }
    neighbour[link] = at;
  }
  return (a, b) => {
    if (bodyOf[a] === bodyOf[b]) return "same-link";
    return parentOfLink[a] === b || parentOfLink[b] === a || neighbour[a] === b || neighbour[b] === a ? "adjacent" : undefined;
  };
}
