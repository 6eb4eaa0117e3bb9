import { vocabularyFromWorld, type Vocabulary } from "../policy/language/vocabulary.ts";
import type { LoadedProfile } from "./files.ts";
import type { RobotProfile } from "./profile.ts";

/** The words of a profile's robot in its world. */
export function vocabularyOf({ profile, world }: LoadedProfile): Vocabulary {
  const goes = { mobile_base: "drives", quadruped: "walks", aerial: "flies" } as const;
  const locomotion = profile.categories.map((category) => (category in goes ? goes[category as keyof typeof goes] : undefined));
  const byJoint = profile.categories.includes("dexterous");
  const { body } = profile.robot;
  return vocabularyFromWorld(world, {
    ...(profile.categories.includes("humanoid") ? { gestures: true } : {}),
    ...(byJoint ? { byJoint } : {}),
    ...(byJoint && body !== undefined ? { body } : {}),
    robotHasGripper: profile.robot.gripper,
    directions: profile.directions,
    locomotion: locomotion.find((one) => one !== undefined),
    ...sensesOf(profile),
  });
}

/** Of a profile that names categories, what it senses is in one of them. */
function sensesOf({ categories, cameras, range_sensor, battery }: RobotProfile): Pick<Vocabulary, "cameras" | "ranges" | "battery"> {
  if (categories.length > 0 && !categories.includes("sensing")) return {};
  return {
    cameras: cameras.map(({ name }) => name),
    ranges: range_sensor !== undefined,
    battery: battery !== undefined || categories.length > 0,
  };
}
