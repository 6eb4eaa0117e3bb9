/**
 * Poses in contact with the robot itself or with a fixture, and motions through a contact that neither end shows: what a working
 * geometry refuses. They are looked for by the second channel's kinematics and distances, so that a geometry that sees nothing is not
 * asked what there is to see. What a robot cannot touch has no canary.
 * @module
 */
import { Random } from "../core/random.ts";
import type { Vec3 } from "../core/vec3.ts";
import { aabbOf, signedDistance, shapeFromSpec, type Bounds, type Shape } from "../geometry/shapes.ts";
import type { KernelGeometryOptions } from "./geometry/options.ts";
import type { KernelOptions } from "./kernel-options.ts";
import { SecondOpinion } from "./monitor/second-opinion.ts";

export interface ContactCanary {
  readonly name: string;
  readonly expected: "self_collision" | "world_collision";
  readonly measuredRad: Float64Array;
  /** One row. */
  readonly rowRad: Float64Array;
  readonly periodMs: number;
}

/** Poses looked at in all: a robot that touches something in one pose of a hundred is found, and a start takes no longer for it. */
const nLooks = 400;
/** Directions in which one pose in contact is left, both ways. */
const nWays = 4;
/** In contact, and clear, by more than anything rounds, m. */
const deepM = 0.005;
const clearM = 0.01;
/** Points of a capsule's axis, and of a motion, that are looked at. */
const nPoints = 7;
/** Share of the speed caps that a motion keeps to. */
const slowShare = 0.9;

/** From a fixed seed. None without `solids`, and none where their columns are not the robot's joints. */
export function contactCanaries({ solids, robot, modes, maxPeriodMs = 1000 }: KernelOptions): readonly ContactCanary[] {
  if (solids === undefined || solids.columns !== undefined || !modes.includes("joint_position")) return [];
  const sight = new ContactSight(solids);
  const random = new Random("contact canaries");
  const found = new Map<string, ContactCanary>();
  const lowest = robot.lowerRad.map((lower) => Math.max(lower, -Math.PI));
  const highest = robot.upperRad.map((upper) => Math.min(upper, Math.PI));
  const widest = robot.maxVelocityRadPerS.map((cap) => (slowShare * Math.min(cap, Math.PI) * maxPeriodMs) / 2000);
  while (sight.looks < nLooks && found.size < 4) {
    const touching = lowest.map((lower, j) => random.uniform(lower, highest[j]!));
    const contact = sight.of(touching);
    if (contact !== "self_collision" && contact !== "world_collision") continue;
    const still = `${contact} where it stands`;
    if (!found.has(still)) found.set(still, { name: still, expected: contact, measuredRad: touching, rowRad: touching, periodMs: 10 });
    const through = `${contact} on the way`;
    for (let way = 0; way < nWays && !found.has(through); way++) {
      const step = widest.map((most) => random.uniform(-most, most));
      const from = touching.map((q, j) => Math.max(lowest[j]!, Math.min(highest[j]!, q - step[j]!)));
      const to = touching.map((q, j) => Math.max(lowest[j]!, Math.min(highest[j]!, q + step[j]!)));
      if (!sight.onlyBetween(from, to, contact)) continue;
      found.set(through, { name: through, expected: contact, measuredRad: from, rowRad: to, periodMs: maxPeriodMs });
    }
  }
  return [...found.values()];
}

type Seen = "self_collision" | "world_collision" | "clear" | "unclear";

class ContactSight {
  /** Poses looked at so far. */
  looks = 0;
  readonly #solids: KernelGeometryOptions;
  readonly #opinion: SecondOpinion;
  readonly #fixtures: readonly { readonly shape: Shape; readonly bounds: Bounds }[];
  readonly #exempt: ReadonlySet<string>;

  constructor(solids: KernelGeometryOptions) {
    this.#solids = solids;
    this.#opinion = new SecondOpinion(solids.collision);
    this.#fixtures = (solids.fixtures?.fixtures ?? []).flatMap(({ name, shapes }) =>
      shapes.map((spec) => {
        const shape = shapeFromSpec(spec, name);
        return { shape, bounds: aabbOf(shape) };
      }),
    );
    this.#exempt = new Set(solids.fixtures?.exemptLinks);
  }

  /** `unclear` where two kinds of contact are near each other, or a contact is nearly one. */
  of(q: Float64Array): Seen {
    this.looks += 1;
    this.#opinion.look(q);
    const selfM = this.#solids.self === undefined ? Infinity : this.#opinion.selfM;
    if (!(selfM < -deepM || selfM > clearM)) return "unclear";
    const worldM = this.#fixtureM();
    if (selfM < -deepM && worldM > clearM) return "self_collision";
    if (worldM < -deepM && selfM > clearM) return "world_collision";
    return selfM > clearM && worldM > clearM ? "clear" : "unclear";
  }

  /** Whether both ends are clear, and what is between them is touched in this way alone. */
  onlyBetween(from: Float64Array, to: Float64Array, contact: Seen): boolean {
    if (this.of(from) !== "clear" || this.of(to) !== "clear") return false;
    let touched = false;
    for (let i = 1; i < nPoints; i++) {
      const seen = this.of(from.map((q, j) => q + (i / nPoints) * (to[j]! - q)));
      if (seen === contact) touched = true;
      else if (seen !== "clear") return false;
    }
    return touched;
  }

  /** Upper bound of the distance of links that move from the fixtures, by points on their axes, m. */
  #fixtureM(): number {
    const { nCapsules, capsulesInLink, linkOfCapsule, robot } = this.#solids.collision;
    const { ends } = this.#opinion.chain;
    let least = Infinity;
    for (let c = 0; c < nCapsules; c++) {
      const link = linkOfCapsule[c]!;
      if (!this.#opinion.moves(link) || this.#exempt.has(robot.linkNames[link]!)) continue;
      const radiusM = capsulesInLink[c * 7 + 6]!;
      for (let i = 0; i < nPoints; i++) {
        const at = (axis: number): number => ends[c * 6 + axis]! + (i / (nPoints - 1)) * (ends[c * 6 + 3 + axis]! - ends[c * 6 + axis]!);
        const point = [at(0), at(1), at(2)] as const;
        for (const { shape, bounds } of this.#fixtures)
          if (fromBoundsM(bounds, point) - radiusM < least) least = Math.min(least, signedDistance(shape, point) - radiusM);
      }
    }
    return least;
  }
}

/** Lower bound of the distance from what is within the bounds, m. */
function fromBoundsM({ min, max }: Bounds, [x, y, z]: Vec3): number {
  return Math.max(min[0] - x, x - max[0], min[1] - y, y - max[1], min[2] - z, z - max[2]);
}
