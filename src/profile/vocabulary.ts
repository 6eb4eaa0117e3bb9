import { vocabularyFromWorld, type Vocabulary } from "../policy/language/vocabulary.ts";
import type { LoadedProfile } from "./files.ts";

/** The words of a profile's robot in its world. */
export function vocabularyOf({ profile, world }: LoadedProfile): Vocabulary {
  const goes = { mobile_base: "drives", quadruped: "walks", aerial: "flies" } as const;
  const locomotion = profile.categories.map((category) => (category in goes ? goes[category as keyof typeof goes] : undefined));
  return vocabularyFromWorld(world, {
    robotHasGripper: profile.robot.gripper,
    directions: profile.directions,
    locomotion: locomotion.find((one) => one !== undefined),
  });
}
