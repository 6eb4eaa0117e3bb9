/**
 * What a profile lets the kernel enforce by itself: the robot against itself and the room, and how fast and where its ends may be.
 * @module
 */
import type { WorldSpec } from "../core/world-spec.ts";
import type { Vec3 } from "../core/vec3.ts";
import { PLANNED_TIP_TOLERANCE_M } from "../gate/tip-track.ts";
import { MAX_ROWS, RATE_TOLERANCE, type TipLimits } from "../kernel/envelope/derived-envelope.ts";
import type { KernelOptions } from "../kernel/kernel-options.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { limbEndsOf } from "../robot/limb-ends.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import type { RobotProfile } from "./profile.ts";

type Solids = NonNullable<KernelOptions["solids"]>;

/** How far an end may be from where it was last commanded, m: a machine lags behind its setpoints. */
const trackingM = 0.05;

/** The caps and bounds that the gates hold, with their tolerance: the kernel is never looser, and refuses nothing that they clear. */
export function kernelLimits(profile: RobotProfile, collision: CollisionModel, world: WorldSpec): Pick<KernelOptions, "solids" | "tip"> {
  const tip = tipLimits(profile, world);
  return { tip, solids: { ...solids(profile, collision, world), ...limitsOfEnds(tip, collision.robot) } };
}

function tipLimits({ max_velocity, max_acceleration, max_angular_velocity, workspace_bounds }: RobotProfile, world: WorldSpec): TipLimits {
  const { minM, maxM } = world.workspace;
  const [low, high] = workspace_bounds ?? [minM, maxM];
  const corner = (pick: (axis: 0 | 1 | 2) => number): Vec3 => [pick(0), pick(1), pick(2)];
  return {
    ...(max_velocity === undefined ? {} : { maxSpeedMps: max_velocity }),
    ...(max_acceleration === undefined ? {} : { maxAccelMps2: max_acceleration }),
    ...(max_angular_velocity === undefined ? {} : { maxAngularSpeedRadPerS: max_angular_velocity }),
    boxMinM: corner((axis) => Math.max(low[axis], minM[axis]) - PLANNED_TIP_TOLERANCE_M),
    boxMaxM: corner((axis) => Math.min(high[axis], maxM[axis]) + PLANNED_TIP_TOLERANCE_M),
  };
}

function limitsOfEnds({ maxSpeedMps, maxAccelMps2, boxMinM, boxMaxM }: TipLimits, robot: RobotModel): Partial<Solids> {
  const { linkNames, tipLink, tipLinkFromTip } = robot;
  const tip = { name: "tip", link: linkNames[tipLink]!, offsetM: [tipLinkFromTip[3]!, tipLinkFromTip[7]!, tipLinkFromTip[11]!] } as const;
  const eeSpeed = {
    ...(maxSpeedMps === undefined ? {} : { maxMps: maxSpeedMps * RATE_TOLERANCE }),
    ...(maxAccelMps2 === undefined ? {} : { maxAccelMps2: maxAccelMps2 * RATE_TOLERANCE }),
    jumpToleranceM: trackingM,
  };
  return {
    controlPoints: [tip, ...limbEndsOf(robot).map(({ name }) => ({ name, link: name }))],
    box: { minM: boxMinM, maxM: boxMaxM },
    ...(maxSpeedMps === undefined && maxAccelMps2 === undefined ? {} : { eeSpeed }),
  };
}

/** Robots may have no pair of links that can touch, and worlds no fixture; what is left to prove is proven. */
function solids({ kernel_geometry: against }: RobotProfile, collision: CollisionModel, { fixtures }: WorldSpec): Solids {
  const { linkNames, qIndexOfLink } = collision.robot;
  // Whoever read the description gave one joint to several links by its own rule alone.
  const mimicLinks = linkNames.filter((_, link) => qIndexOfLink[link]! >= 0 && qIndexOfLink.indexOf(qIndexOfLink[link]!) < link);
  const common = { collision, mimicLinks, maxRows: MAX_ROWS, fingers: "still" } as const;
  if (against === "off" || collision.nCapsules === 0) return common;
  const solid = against === "world" && fixtures.length > 0 ? { fixtures: { fixtures } } : {};
  return { ...common, self: { acknowledgeNoPairs: true }, ...solid };
}
