/**
 * Limits that somebody declared for a robot, wherever: a proposal is never looser than any of them.
 * @module
 */
import type { Vec3 } from "../../core/vec3.ts";
import type { SafetyEnvelope } from "../../kernel/envelope/safety-envelope.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { linkReach } from "../../robot/link-reach.ts";

/** What is absent, or infinite, is not declared. Of the tip; world frame, m, m/s, m/s², N. */
export interface DeclaredLimits {
  /** As in "profile" or "URDF". */
  readonly source: string;
  readonly minM?: Vec3 | undefined;
  readonly maxM?: Vec3 | undefined;
  readonly maxSpeedMps?: number | undefined;
  readonly maxAccelerationMps2?: number | undefined;
  readonly maxForceN?: number | undefined;
}

export function limitsOfEnvelope(envelope: SafetyEnvelope): DeclaredLimits {
  return {
    source: "envelope",
    minM: envelope.boxMinM,
    maxM: envelope.boxMaxM,
    maxSpeedMps: envelope.maxEeSpeedMps,
    maxAccelerationMps2: envelope.maxEeAccelMps2,
    maxForceN: envelope.maxForceN,
  };
}

/** The description limits joints; all at their limits at once, the tip is no faster than this. */
export function limitsOfRobot(collision: CollisionModel): DeclaredLimits {
  const { robot, nCapsules } = collision;
  const tip = { name: "tip", capsuleInTip: [0, 0, 0, 0, 0, 0, 0], mayTouch: [] } as const;
  const { capsule, reachM } = linkReach(collision, tip);
  const row = capsule.indexOf(nCapsules);
  if (row < 0) return { source: "robot description" };
  let speedMps = 0;
  for (let j = 0; j < robot.nJoints; j++) {
    const perRad = reachM[row * robot.nJoints + j]!;
    if (perRad > 0) speedMps += perRad * robot.maxVelocityRadPerS[j]!;
  }
  return { source: "robot description", maxSpeedMps: speedMps };
}
