/**
 * The primitives that a profile's robot has.
 * @module
 */
import type { Sensors } from "../core/capture.ts";
import { gestureNames } from "../intent/catalogue/gesture.ts";
import type { PrimitiveRegistry } from "../intent/registry.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { bodyJoints } from "./body-joints.ts";
import { issueLine } from "./fill-in.ts";
import type { LoadedProfile } from "./files.ts";
import { primitivesOf } from "./primitives-of.ts";
import { invalid } from "./read-profile.ts";

/** What of a robot its backend decides. */
export interface Abilities {
  readonly gripper: boolean;
  readonly sensors: Sensors | undefined;
  /** Names that a robot in place of the profile's own cannot do. */
  readonly leftOut: ReadonlySet<string>;
}

/** @throws ClearanceError `config.invalid` for names that do not fit, and for joints or links that the robot does not have */
export function registryOf(
  { profile, custom, few }: Pick<LoadedProfile, "profile" | "custom" | "few">,
  { robot }: CollisionModel,
  { gripper, sensors, leftOut }: Abilities,
): PrimitiveRegistry {
  const gestures = gestureNames(profile.robot.head, profile.robot.arms);
  const joints = [...bodyJoints(profile.robot), ...gestures.joints];
  const missing = (what: string, names: readonly string[], known: readonly string[]): readonly string[] =>
    [...new Set(names)]
      .filter((name) => !known.includes(name))
      .map((name) => `profile ${profile.name}: robot ${robot.name} has no ${what} '${name}'; it has ${known.join(", ")}`);
  const { registry, issues } = primitivesOf({ profile, custom, few, gripper, sensors, leftOut });
  const problems = [
    ...missing("joint", joints, robot.jointNames),
    ...missing("link", gestures.links, robot.linkNames),
    ...issues.map((issue) => issueLine(profile.name, issue)),
  ];
  if (problems.length > 0) throw invalid(profile.name, problems);
  return registry;
}
