import { vocabularyFromWorld, type Vocabulary } from "../policy/language/vocabulary.ts";
import type { LoadedProfile } from "./files.ts";

/** The words of a profile's robot in its world. */
export function vocabularyOf({ profile, world }: LoadedProfile): Vocabulary {
  return vocabularyFromWorld(world, { robotHasGripper: profile.robot.gripper, directions: profile.directions });
}
