/**
 * The distance that a robot keeps from itself at one configuration: what a home pose is judged by.
 * @module
 */
import { formatPair } from "../../core/format.ts";
import type { CollisionModel } from "../collision-model.ts";
import { CapsuleField } from "../lowering/capsule-field.ts";

export interface HomePose {
  readonly name: string;
  /** Shape `[nJoints]`, rad or m. */
  readonly q: Float64Array;
  /** Where it comes from: the manifest, an SRDF's group state, a keyframe, or the middle of the limits. */
  readonly source: "manifest" | "srdf" | "keyframe" | "rest";
}

export interface PoseClearance {
  /** Infinity where nothing is checked. */
  readonly leastM: number;
  /** The two links it is between. */
  readonly links: readonly [string, string] | undefined;
}

/** Over the checked pairs. */
export function clearanceAt(collision: CollisionModel, q: ArrayLike<number>): PoseClearance {
  const { robot, selfPairs, linkOfCapsule } = collision;
  const field = new CapsuleField(robot, collision);
  field.pose(q);
  let leastM = Infinity;
  let links: readonly [string, string] | undefined;
  for (let p = 0; p < selfPairs.length; p += 2) {
    const distanceM = field.distanceM(selfPairs[p]!, selfPairs[p + 1]!);
    if (distanceM >= leastM) continue;
    leastM = distanceM;
    links = [robot.linkNames[linkOfCapsule[selfPairs[p]!]!]!, robot.linkNames[linkOfCapsule[selfPairs[p + 1]!]!]!];
  }
  return { leastM, links };
}

/** What keeps the pose from being a home, with pair and depth; undefined where it is free by the margin and inside the limits. */
export function homeProblem(collision: CollisionModel, home: HomePose, marginM: number): string | undefined {
  const { robot } = collision;
  if (home.q.length !== robot.nJoints) return `home pose "${home.name}" has ${home.q.length} values; the robot has ${robot.nJoints} joints`;
  for (const [j, value] of home.q.entries())
    if (!(value >= robot.lowerRad[j]! && value <= robot.upperRad[j]!))
      return `home pose "${home.name}": joint "${robot.jointNames[j]}" at ${value} is outside [${robot.lowerRad[j]}, ${robot.upperRad[j]}]`;
  const { leastM, links } = clearanceAt(collision, home.q);
  if (leastM > marginM) return undefined;
  const [depth, margin] = formatPair(leastM, marginM, 4);
  const what =
    leastM > 0 ? `are ${depth} m apart, not more than the margin of ${margin} m` : `overlap by ${formatPair(-leastM, 0, 4)[0]} m`;
  return `home pose "${home.name}": ${links?.[0]} and ${links?.[1]} ${what}; choose another pose, fit the links more tightly, or review the pair`;
}
