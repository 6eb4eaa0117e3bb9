import type { RobotProfile } from "./profile.ts";

type Roles = Pick<RobotProfile["robot"], "body" | "postures">;

/** Names of the joints that a profile's postures set, as often as they are named. */
export function posedJoints({ postures }: Roles): readonly string[] {
  return Object.values(postures ?? {}).flatMap((posture) => Object.keys(posture ?? {}));
}

/** The same with those that carry the whole robot through the world before them. */
export function bodyJoints({ body, postures }: Roles): readonly string[] {
  return [...Object.values(body ?? {}).filter((name) => name !== undefined), ...posedJoints({ postures })];
}
