/**
 * Where people are, as somebody senses it: a scanner, a camera, or a world file in simulation.
 * @module
 */
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

function capsuleAt({ heightM, radiusM, walk }: PersonSpec, atS: number): Float64Array {
  const feet = new Float64Array(3);
  const next = walk.findIndex((point) => !(point.atS <= atS));
  const to = walk[next < 0 ? walk.length - 1 : next]!;
  const from = walk[next < 0 ? walk.length - 1 : Math.max(0, next - 1)]!;
  const share = to.atS > from.atS ? (atS - from.atS) / (to.atS - from.atS) : 0;
  for (const axis of [0, 1, 2] as const) feet[axis] = from.feetM[axis] + share * (to.feetM[axis] - from.feetM[axis]);
  const [x, y, z] = feet as unknown as readonly [number, number, number];
  return new Float64Array([x, y, z + radiusM, x, y, z + heightM - radiusM, radiusM]);
}
