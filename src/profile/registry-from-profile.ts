/**
 * The primitives that a profile's robot has.
 * @module
 */
import type { Sensors } from "../core/capture.ts";
import { ClearanceError } from "../core/errors.ts";
import { cataloguePrimitives } from "../intent/catalogue/catalogue.ts";
import { gestureNames } from "../intent/catalogue/gesture.ts";
import { compositePrimitive } from "../intent/composite.ts";
import { PrimitiveRegistry } from "../intent/registry.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import type { LoadedProfile } from "./files.ts";

/** What of a robot its backend decides. */
export interface Abilities {
  readonly gripper: boolean;
  readonly sensors: Sensors | undefined;
  /** Names that a robot in place of the profile's own cannot do. */
  readonly leftOut: ReadonlySet<string>;
}

/** @throws ClearanceError `config.invalid` for joints or links that the robot does not have */
export function registryOf(
  { profile }: Pick<LoadedProfile, "profile">,
  { robot }: CollisionModel,
  { gripper, sensors, leftOut }: Abilities,
): PrimitiveRegistry {
  const { body, postures, head, arms } = profile.robot;
  const gestures = gestureNames(head, arms);
  const joints = [
    ...Object.values(body ?? {}).filter((name) => name !== undefined),
    ...Object.values(postures ?? {}).flatMap((posture) => Object.keys(posture ?? {})),
    ...gestures.joints,
  ];
  const missing = (what: string, names: readonly string[], known: readonly string[]): readonly string[] =>
    [...new Set(names)]
      .filter((name) => !known.includes(name))
      .map((name) => `profile ${profile.name}: robot ${robot.name} has no ${what} '${name}'; it has ${known.join(", ")}`);
  const problems = [...missing("joint", joints, robot.jointNames), ...missing("link", gestures.links, robot.linkNames)];
  if (problems.length > 0) throw new ClearanceError("config.invalid", problems.join("\n"), { source: profile.name, problems });
  const able = { gripper, body, postures, head, arms, sensors, battery: profile.battery !== undefined };
  const primitives = cataloguePrimitives(able, profile.categories);
  const registry = new PrimitiveRegistry(primitives.filter(({ name }) => !leftOut.has(name)));
  for (const { name, steps, description } of profile.composites)
    registry.register(compositePrimitive(name, steps, registry, description === undefined ? {} : { description }));
  return registry;
}

/** @throws ClearanceError `config.invalid` where the profile names primitives that are not there */
export function refuseUnknownNames({ profile }: Pick<LoadedProfile, "profile">, registry: PrimitiveRegistry): void {
  const problems = [...profile.denied_primitives, ...profile.hitl_primitives, ...Object.keys(profile.per_primitive_cooldown)]
    .filter((name) => !registry.has(name))
    .map(
      (name) =>
        `profile ${profile.name} names the primitive '${name}', which this robot does not have; it has ${registry.names().join(", ")}`,
    );
  if (problems.length > 0) throw new ClearanceError("config.invalid", problems.join("\n"), { source: profile.name, problems });
}
