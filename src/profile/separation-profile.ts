/**
 * What a profile's `speed_and_separation` becomes in the runtime.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import { slowestContact } from "../kernel/graded/power-and-force.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import type { Pacer } from "../runtime/pace.ts";
import { walkingPeople, type PeopleSensor } from "../runtime/people-sensor.ts";
import { speedAndSeparation } from "../runtime/speed-and-separation.ts";
import type { RobotProfile } from "./profile.ts";

export interface PacerParts {
  readonly collision: CollisionModel;
  readonly world: WorldSpec;
  /** Instead of the world file's people. */
  readonly people: PeopleSensor | undefined;
}

/** Undefined where the profile does not ask for it. @throws ClearanceError `config.invalid` where nobody senses people */
export function pacerFor(profile: RobotProfile, { collision, world, people }: PacerParts): Pacer | undefined {
  const asked = profile.speed_and_separation;
  if (asked === undefined) return undefined;
  const sensor = people ?? (world.people === undefined ? undefined : walkingPeople(world.people));
  if (sensor === undefined) {
    const problem = `profile ${profile.name} asks for speed_and_separation, and nobody senses people: world ${world.name} has no 'people' (an empty list says that nobody is there), and no sensor was given`;
    throw new ClearanceError("config.invalid", problem, { source: profile.name, problems: [problem] });
  }
  const { deceleration_mps2, intrusion_m, human_uncertainty_m, robot_uncertainty_m, human_speed_mps, contact } = asked;
  return speedAndSeparation({
    collision,
    sensor,
    separation: {
      decelerationMps2: deceleration_mps2,
      intrusionM: intrusion_m,
      humanUncertaintyM: human_uncertainty_m,
      robotUncertaintyM: robot_uncertainty_m,
      ...(human_speed_mps === undefined ? {} : { humanSpeedMps: human_speed_mps }),
    },
    maxAgeMs: asked.max_sensor_age_ms,
    periodMs: profile.control_period_ms,
    chunkMs: profile.chunk_ms,
    accelerationScale: profile.joint_acceleration_scale,
    ...(contact === undefined ? {} : { contactMps: contactSpeedOf(contact) }),
  });
}

function contactSpeedOf(contact: NonNullable<NonNullable<RobotProfile["speed_and_separation"]>["contact"]>): number {
  const { regions: touched, kind, moving_mass_kg, payload_kg, area_cm2 } = contact;
  const area = area_cm2 === undefined ? {} : { contactAreaCm2: area_cm2 };
  return slowestContact(touched, { movingMassKg: moving_mass_kg, payloadKg: payload_kg, contact: kind, ...area }).speedMps;
}
