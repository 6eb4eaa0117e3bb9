/**
 * The name of a kernel model: SHA-256 over its canonical JSON. Lease, verdict and trace carry it, so that a model that nobody reviewed
 * cannot stand in for the one that was.
 * @module
 */
import { canonicalJson, type JsonValue } from "../../core/json.ts";
import { sha256Hex } from "../../core/sha256.ts";
import type { CollisionModel } from "../collision-model.ts";
import { byName } from "./always-colliding.ts";

/** `sha256:` and 64 digits. Over links, joints, limits, capsules and allowed pairs; not over home poses and warnings. */
export function modelHash(collision: CollisionModel): string {
  return `sha256:${sha256Hex(canonicalModel(collision))}`;
}

/** What is hashed. */
export function canonicalModel({ robot, nCapsules, linkOfCapsule, capsulesInLink, allowedBecause }: CollisionModel): string {
  const rows = (values: ArrayLike<number>, width: number, row: number): JsonValue =>
    Array.from({ length: width }, (_, k) => number(values[row * width + k]!));
  return canonicalJson({
    joints: robot.jointNames.map((name, j) => ({
      name,
      lower: number(robot.lowerRad[j]!),
      upper: number(robot.upperRad[j]!),
      velocity: number(robot.maxVelocityRadPerS[j]!),
      effort: number(robot.maxEffortNm[j]!),
    })),
    links: robot.linkNames.map((name, link) => ({
      name,
      parent: robot.parentOfLink[link]!,
      kind: robot.jointKindOfLink[link]!,
      dof: robot.qIndexOfLink[link]!,
      mimic: [number(robot.mimicScale[link]!), number(robot.mimicOffset[link]!)],
      parent_from_link: rows(robot.parentFromLink, 12, link),
      axis: rows(robot.axisInLink, 3, link),
      anchor: rows(robot.anchorInLink, 3, link),
    })),
    capsules: Array.from({ length: nCapsules }, (_, c) => ({
      link: robot.linkNames[linkOfCapsule[c]!]!,
      numbers: rows(capsulesInLink, 7, c),
    })),
    allowed: [...allowedBecause.keys()].sort(byName),
    control: { link: robot.linkNames[robot.tipLink]!, link_from_control: Array.from(robot.tipLinkFromTip, number) },
  });
}

/** JSON has no infinity; no limit reads "inf". */
function number(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return value > 0 ? "inf" : "-inf";
}
