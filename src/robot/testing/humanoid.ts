/**
 * The humanoid of `models/`: its tip is its head, its hands are limbs beside it.
 * @module
 */
import { readFileSync } from "node:fs";
import type { CollisionModel } from "../collision-model.ts";
import { robotFromUrdf } from "../urdf.ts";

const file = new URL("../../../models/humanoid/humanoid.urdf", import.meta.url);

export function humanoidBody(branchLinks: readonly string[] = ["right_hand", "left_hand"]): CollisionModel {
  return robotFromUrdf(readFileSync(file, "utf8"), { where: "humanoid.urdf", tipLink: "eyes", branchLinks }).collision;
}
