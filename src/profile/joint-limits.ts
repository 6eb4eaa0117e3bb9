import type { RobotProfile } from "./profile.ts";

interface Limits {
  readonly maxVelocityRadPerS?: number;
  readonly maxAccelerationRadPerS2?: number;
  readonly maxJerkRadPerS3?: number;
}

/** A profile's joint limits under the names the robot loaders use. */
export function jointLimitsOf({ robot }: Pick<RobotProfile, "robot">): Readonly<Record<string, Limits>> {
  return Object.fromEntries(
    Object.entries(robot.joint_limits).map(([name, { velocity, acceleration, jerk }]) => [
      name,
      {
        ...(velocity === undefined ? {} : { maxVelocityRadPerS: velocity }),
        ...(acceleration === undefined ? {} : { maxAccelerationRadPerS2: acceleration }),
        ...(jerk === undefined ? {} : { maxJerkRadPerS3: jerk }),
      },
    ]),
  );
}
