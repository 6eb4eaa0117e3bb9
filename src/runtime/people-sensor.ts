/**
 * Where people are, as somebody senses it: a scanner, a camera, or a world file in simulation.
 * @module
 */
import { lerp } from "../core/vec3.ts";
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
      people: people.map((person) => ({ name: person.name, capsuleInWorld: capsuleAt(person, nowMs / 1000) })),
      ageMs: 0,
    }),
  };
}

function capsuleAt({ heightM, radiusM, walk }: PersonSpec, atS: number): readonly number[] {
  const last = walk.length - 1;
  const next = walk.findIndex((point) => !(point.atS <= atS));
  const from = walk[next < 0 ? last : Math.max(0, next - 1)]!;
  const to = walk[next < 0 ? last : next]!;
  const share = to.atS > from.atS ? (atS - from.atS) / (to.atS - from.atS) : 0;
  const [x, y, z] = lerp(from.feetM, to.feetM, share);
  return [x, y, z + radiusM, x, y, z + heightM - radiusM, radiusM];
}
