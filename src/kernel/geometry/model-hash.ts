/**
 * One name for a model: what was reviewed is what is loaded.
 * @module
 */
import { sha256Hex } from "../../core/sha256.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";

/** SHA-256, hex, over every number and name that a verdict can depend on, and the order of the columns. */
export function modelHash({ robot, ...collision }: CollisionModel, columns: readonly string[] = robot.jointNames): string {
  const numbers = [
    robot.parentOfLink,
    robot.jointKindOfLink,
    robot.qIndexOfLink,
    robot.mimicScale,
    robot.mimicOffset,
    robot.parentFromLink,
    robot.axisInLink,
    robot.anchorInLink,
    robot.lowerRad,
    robot.upperRad,
    robot.homeRad,
    collision.linkOfCapsule,
    collision.capsulesInLink,
    collision.selfPairs,
  ];
  // As text: JSON has no form for an infinite limit.
  const parts = numbers.map((array) => Array.from(array, String));
  const allowed = Array.from(collision.allowedBecause, ([pair, because]) => `${pair} ${because}`).toSorted();
  return sha256Hex(JSON.stringify([robot.linkNames, robot.jointNames, columns, parts, allowed]));
}
