/**
 * A manifest's collision geometry and allowed pairs as a {@link CollisionModel}.
 * @module
 */
import type { CollisionModel } from "../collision-model.ts";
import { relations } from "../lowering/allowed-matrix.ts";
import { byName, sortedNames } from "../lowering/always-colliding.ts";
import { CapsuleField, type CapsuleSet } from "../lowering/capsule-field.ts";
import type { RobotModel } from "../robot-model.ts";
import { linkPairKey } from "../self-pairs.ts";
import { frameOf } from "./link-order.ts";
import type { RobotManifest } from "./schema.ts";

/** Capsules in the order of the manifest. A name that is no link goes to `refusals`. */
export function capsulesOfManifest(manifest: RobotManifest, model: RobotModel, refusals: string[]): CapsuleSet {
  const links: number[] = [];
  const numbers: number[] = [];
  for (const { link_name, shape, origin_xyz_rpy } of manifest.collision_geometry) {
    const link = model.linkNames.indexOf(link_name);
    if (link < 0) {
      refusals.push(`collision_geometry names "${link_name}", which is no link`);
      continue;
    }
    const m = frameOf(origin_xyz_rpy);
    const half = shape.shape === "capsule" ? shape.length_m / 2 : 0;
    links.push(link);
    for (const side of [-half, half]) for (const row of [0, 4, 8]) numbers.push(m[row + 3]! + side * m[row + 2]!);
    numbers.push(shape.radius_m);
  }
  return { nCapsules: links.length, linkOfCapsule: Int32Array.from(links), capsulesInLink: Float64Array.from(numbers) };
}

/**
 * Checked: every pair of capsules on different links that is not allowed. Allowed: what the manifest lists, and links rigid to each
 * other, whose distance never changes. Pairs are sorted by their distance at home, nearest first.
 */
export function manifestCollision(
  manifest: RobotManifest,
  model: RobotModel,
  set: CapsuleSet,
  refusals: string[],
): { readonly collision: CollisionModel; readonly unprotectedPairs: readonly string[] } {
  const related = relations(model, set);
  const allowed = new Map<string, "adjacent" | "same-link" | "reviewed">();
  const unprotected: string[] = [];
  for (const [first, second] of manifest.allowed_collision_pairs) {
    const [a, b] = [model.linkNames.indexOf(first), model.linkNames.indexOf(second)];
    if (a < 0 || b < 0) {
      refusals.push(`allowed_collision_pairs names "${a < 0 ? first : second}", which is no link`);
      continue;
    }
    const because = related(a, b) ?? "reviewed";
    allowed.set(linkPairKey(model, a, b), because);
    if (because === "reviewed") unprotected.push(sortedNames(first, second).join(" and "));
  }
  const field = new CapsuleField(model, set);
  field.pose(model.homeRad);
  const checked: { readonly i: number; readonly j: number; readonly distanceM: number }[] = [];
  for (let i = 0; i < set.nCapsules; i++)
    for (let j = i + 1; j < set.nCapsules; j++) {
      const [a, b] = [set.linkOfCapsule[i]!, set.linkOfCapsule[j]!];
      if (a === b) continue;
      const key = linkPairKey(model, a, b);
      if (!allowed.has(key) && related(a, b) === "same-link") allowed.set(key, "same-link");
      if (!allowed.has(key)) checked.push({ i, j, distanceM: field.distanceM(i, j) });
    }
  checked.sort((x, y) => x.distanceM - y.distanceM || x.i - y.i || x.j - y.j);
  const collision: CollisionModel = Object.freeze({
    robot: model,
    ...set,
    selfPairs: Int32Array.from(checked.flatMap(({ i, j }) => [i, j])),
    allowedBecause: allowed,
  });
  return { collision, unprotectedPairs: unprotected.sort(byName) };
}
