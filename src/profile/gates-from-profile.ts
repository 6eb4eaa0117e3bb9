/**
 * The chain that a profile asks for, in the order of spec runtime.md §8, with the gates that judge the planned motion between the
 * fence and the caps. Several of them need no configuration: they hold for every robot.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { actionSmoothingGate } from "../gate/action-smoothing-gate.ts";
import { cooldownGate } from "../gate/cooldown-gate.ts";
import { denyListGate } from "../gate/deny-list-gate.ts";
import { forceCapGate } from "../gate/force-cap-gate.ts";
import type { Gate } from "../gate/gate.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { hitlGate } from "../gate/hitl-gate.ts";
import { interventionGate } from "../gate/intervention-gate.ts";
import { jointLimitsGate } from "../gate/joint-limits-gate.ts";
import { numberedGates } from "../gate/numbered-gates.ts";
import { obstacleAvoidanceGate } from "../gate/obstacle-avoidance-gate.ts";
import { prohibitedZonesGate } from "../gate/prohibited-zones-gate.ts";
import { rateLimitGate } from "../gate/rate-limit-gate.ts";
import { reachabilityGate } from "../gate/reachability-gate.ts";
import { stateGate } from "../gate/state-gate.ts";
import { stopProofGate, type StopProofView } from "../gate/stop-proof-gate.ts";
import { torqueGate } from "../gate/torque-gate.ts";
import { velocityGate } from "../gate/velocity-gate.ts";
import { windowGate } from "../gate/window-gate.ts";
import { workspaceGate } from "../gate/workspace-gate.ts";
import { extraGates, type ExtraGates } from "./extra-gates.ts";
import type { InterventionController } from "../runtime/intervention.ts";
import type { RobotProfile } from "./profile.ts";

export type ProfileGates = ExtraGates;

export interface GateSources {
  readonly clock: Clock;
  readonly intervention: InterventionController;
  readonly safety: StopProofView;
  /** Names of the registered primitives. */
  readonly registered: readonly string[];
  /** When an observation was made, of those that are remembered. */
  readonly observedAtMs: (observationId: string) => number | undefined;
}

/** Observations between a proposal and its step: the runtime looks once more itself. */
const observationsBehind = 1;

export function gatesFromProfile(profile: RobotProfile, sources: GateSources): ProfileGates {
  const extras = extraGates(profile, sources);
  const { denied_primitives: denied, cooldown_s: defaultS, per_primitive_cooldown: perPrimitiveS, workspace_bounds: bounds } = profile;
  const cooled = defaultS > 0 || Object.keys(perPrimitiveS).length > 0;
  const gates: readonly (Gate | undefined)[] = [
    windowGate({ maxObservationsBehind: observationsBehind, observedAtMs: sources.observedAtMs }),
    interventionGate(sources.intervention),
    stopProofGate(sources.safety),
    denied.length > 0 ? denyListGate({ denied }) : undefined,
    rateLimitGate({ perMinute: profile.rate_limit_per_min }),
    cooled ? cooldownGate({ defaultS, perPrimitiveS }) : undefined,
    stateGate(),
    bounds === undefined ? undefined : geofenceGate({ minCorner: bounds[0], maxCorner: bounds[1] }),
    prohibitedZonesGate(),
    workspaceGate(),
    reachabilityGate(),
    jointLimitsGate(),
    forceCapGate(forceCaps(profile)),
    smoothing(profile),
    velocityGate(speedCaps(profile)),
    profile.max_torque_nm === undefined ? undefined : torqueGate({ torqueMaxNm: profile.max_torque_nm }),
    obstacleAvoidanceGate(obstacleDistances(profile)),
    ...extras.gates,
    profile.hitl_primitives.length > 0
      ? hitlGate({ requiresApproval: profile.hitl_primitives, timeoutMs: profile.hitl_timeout_s * 1000, registered: sources.registered })
      : undefined,
  ];
  return { ...extras, gates: numberedGates(gates.filter((gate) => gate !== undefined)) };
}

function forceCaps(profile: RobotProfile): Parameters<typeof forceCapGate>[0] {
  const { max_force_n, max_torque_nm, max_velocity, max_acceleration, max_angular_velocity, max_joint_velocity } = profile;
  return {
    ...(max_force_n === undefined ? {} : { forceMaxN: max_force_n }),
    ...(max_torque_nm === undefined ? {} : { torqueMaxNm: max_torque_nm }),
    ...(max_velocity === undefined ? {} : { velocityMaxMps: max_velocity }),
    ...(max_acceleration === undefined ? {} : { accelerationMaxMps2: max_acceleration }),
    ...(max_angular_velocity === undefined ? {} : { angularVelocityMaxRadPerS: max_angular_velocity }),
    ...(max_joint_velocity === undefined ? {} : { jointVelocityMaxRadPerS: max_joint_velocity }),
  };
}

function obstacleDistances({ obstacle_margin_m, obstacle_slow_m, obstacle_slow_mps, obstacle_slow_near }: RobotProfile) {
  return {
    marginM: obstacle_margin_m,
    ...(obstacle_slow_m === undefined ? {} : { slowM: obstacle_slow_m }),
    ...(obstacle_slow_mps === undefined ? {} : { slowMps: obstacle_slow_mps }),
    ...(obstacle_slow_near === undefined ? {} : { slowNear: obstacle_slow_near }),
  };
}

/** With a speed or an acceleration cap; the missing one is 1 m/s or 5 m/s² (compatible). */
function smoothing({ max_velocity, max_acceleration }: RobotProfile): Gate | undefined {
  if (max_velocity === undefined && max_acceleration === undefined) return undefined;
  return actionSmoothingGate({ maxVelocityMps: max_velocity ?? 1, maxAccelerationMps2: max_acceleration ?? 5 });
}

function speedCaps({ max_velocity, max_angular_velocity }: RobotProfile): Parameters<typeof velocityGate>[0] {
  return {
    graded: true,
    ...(max_velocity === undefined ? {} : { maxTipSpeedMps: max_velocity }),
    ...(max_angular_velocity === undefined ? {} : { maxTipAngularSpeedRadPerS: max_angular_velocity }),
  };
}
