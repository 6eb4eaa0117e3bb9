/**
 * What a configuration touches, and where its control points are, by the second channel's kinematics and distances: for canaries, so that
 * a geometry that sees nothing is not asked what there is to see.
 * @module
 */
import type { Vec3 } from "../core/vec3.ts";
import { aabbOf, signedDistance, shapeFromSpec, type Bounds, type Shape } from "../geometry/shapes.ts";
import type { KernelGeometryOptions } from "./geometry/options.ts";
import { ControlPointSight } from "./control-point-sight.ts";
import { SecondOpinion } from "./monitor/second-opinion.ts";

/** In contact, and clear, by more than anything rounds, m. */
const deepM = 0.005;
const clearM = 0.01;
/** Points of a capsule's axis, and of a motion, that are looked at. */
const nPoints = 7;

type Seen = "self_collision" | "world_collision" | "clear" | "unclear";

export class ContactSight {
  /** Poses looked at so far. */
  looks = 0;
  readonly #solids: KernelGeometryOptions;
  readonly #opinion: SecondOpinion;
  readonly #fixtures: readonly { readonly shape: Shape; readonly bounds: Bounds }[];
  readonly #exempt: ReadonlySet<string>;
  readonly points: ControlPointSight;

  constructor(solids: KernelGeometryOptions) {
    this.#solids = solids;
    this.points = new ControlPointSight(solids);
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
