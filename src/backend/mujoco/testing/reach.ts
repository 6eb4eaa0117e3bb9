import { cos, sin } from "../../../core/elementary.ts";
import type { Pose } from "../../../core/pose.ts";
import { Random } from "../../../core/random.ts";
import { IkSolver } from "../../../robot/inverse-kinematics.ts";
import type { RobotModel } from "../../../robot/robot-model.ts";

/** Joint positions near `seed` that put the tip at `goal`. Throws where there are none. */
export function reach(robot: RobotModel, seed: ArrayLike<number>, goal: Pose): number[] {
  const target = { positionM: goal.position, orientation: goal.orientation };
  const found = new IkSolver(robot).solve(target, {
    seedRad: seed,
    positionToleranceM: 1e-6,
    orientationToleranceRad: 1e-5,
    restarts: 0,
    random: new Random(20261121),
  });
  if (found.kind === "solution") return Array.from(found.qRad);
  throw new Error(`no posture near the seed reaches (${goal.position.join(", ")}): ${found.kind}`);
}

/** Tip pointing straight down, fingers across the direction `yawRad`. */
export function topDown(x: number, y: number, z: number, yawRad = 0): Pose {
  return { position: [x, y, z], orientation: [0, cos(yawRad / 2), sin(yawRad / 2), 0] };
}
