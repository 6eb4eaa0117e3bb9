/**
 * One name for a model: what was reviewed is what is loaded.
 * @module
 */
import { canonicalJson } from "../../core/json.ts";
import { sha256Hex } from "../../core/sha256.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { modelHash } from "../../robot/lowering/model-hash.ts";

/** The hash that lowering gave the model; with another order of columns, of that hash and the order. */
export function loadedModelHash(collision: CollisionModel, columns: readonly string[] = collision.robot.jointNames): string {
  const model = modelHash(collision);
  const { jointNames } = collision.robot;
  const sameOrder = columns.length === jointNames.length && columns.every((name, j) => name === jointNames[j]);
  return sameOrder ? model : `sha256:${sha256Hex(canonicalJson([model, ...columns]))}`;
}
