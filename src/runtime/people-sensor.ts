/**
 * Where people are, as somebody senses it: a scanner, a camera, or a world file in simulation.
 * @module
 */
import { personCapsuleAt } from "../core/person-capsule.ts";
import type { PersonSpec } from "../core/world-spec.ts";

export interface SensedPerson {
  readonly name: string;
  /** ax ay az bx by bz radius: contains the body. World frame, m. */
  readonly capsuleInWorld: ArrayLike<number>;
}

export interface PeopleSeen {
  /** Everybody in sight; empty only where the sensor looked and saw nobody. */
  readonly people: readonly SensedPerson[];
  /** How long ago that was, by the sensor's own stamp, ms. */
  readonly ageMs: number;
}

export interface PeopleSensor {
  readonly name: string;
  /** The newest picture there is; does not wait for another. What it throws counts as not seeing. */
  see(nowMs: number): PeopleSeen;
}

/** The people of a world file, who walk by the episode's clock. Sees everybody, at once. */
export function walkingPeople(people: readonly PersonSpec[]): PeopleSensor {
  return {
    name: "world file",
    see: (nowMs) => ({
      people: people.map((person) => ({ name: person.name, capsuleInWorld: personCapsuleAt(person, nowMs / 1000) })),
      ageMs: 0,
    }),
  };
}
