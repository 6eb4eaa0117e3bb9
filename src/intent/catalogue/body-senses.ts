import type { Report, Seen } from "../primitive.ts";

/** Positions and speeds by joint name: rad and rad/s, or m and m/s. */
export function jointsSensed({ after, world }: Seen): Report {
  const joints = Object.fromEntries(
    world.robot.jointNames.map((name, j) => [name, { position: after.qRad[j] ?? null, speed: after.qdRadPerS[j] ?? null }]),
  );
  return { ok: true, observation: { joints }, message: `${world.robot.nJoints} joints` };
}

/** Where the robot is, how fast it goes, what it holds, what else is known of it. */
export function stateSensed({ after }: Seen): Report {
  const { worldFromTip, tipSpeedMps, gripper, objects, batteryPct } = after;
  const { position, orientation } = worldFromTip;
  return {
    ok: true,
    observation: {
      position: [...position],
      orientation_wxyz: [...orientation],
      speed_mps: tipSpeedMps,
      held_object: gripper?.holding ?? null,
      objects: Object.fromEntries(objects.map(({ name, worldFromObject }) => [name, [...worldFromObject.position]])),
      ...(batteryPct === undefined ? {} : { battery_pct: batteryPct }),
    },
    message: `at (${position.map((part) => part.toFixed(3)).join(", ")})`,
  };
}
