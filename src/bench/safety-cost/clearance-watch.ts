/**
 * Looks on from outside while an episode runs: how near the body came to what it must not touch, and how fast it was there. It knows
 * nothing of gates, plans or verdicts; it sees measured joint positions.
 * @module
 */
import type { Observation } from "../../core/observation.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { shapeFromSpec } from "../../geometry/index.ts";
import { obstacleSetFromShapes, SweptChecker, withoutSelfPairs, type CollisionModel } from "../../robot/index.ts";

export class ClearanceWatch {
  readonly #checker: SweptChecker;
  readonly #nearM: number;
  /** Smallest distance seen, m; 0 or less is contact. */
  minClearanceM = Infinity;
  against = "";
  /** Fastest the tip moved while the body was within `nearM`, m/s. */
  maxSpeedNearMps = 0;

  /** Watches the fixtures named and every zone. */
  constructor(collision: CollisionModel, world: WorldSpec, fixtureNames: readonly string[], nearM: number) {
    const fixtures = world.fixtures.filter(({ name }) => fixtureNames.includes(name));
    const shapes = [
      ...fixtures.flatMap(({ name, shapes: parts }) => parts.map((part) => ({ name, shape: shapeFromSpec(part, name) }))),
      ...world.zones.map(({ name, shape }) => ({ name, shape: shapeFromSpec(shape, name) })),
    ];
    // The robot's distance to itself is not what is asked.
    this.#checker = new SweptChecker(withoutSelfPairs(collision), obstacleSetFromShapes(shapes));
    this.#nearM = nearM;
  }

  see({ qRad, tipSpeedMps }: Observation): void {
    const { nearestM, against } = this.#checker.clearanceAt(qRad);
    if (nearestM < this.minClearanceM) [this.minClearanceM, this.against] = [nearestM, against];
    if (nearestM < this.#nearM) this.maxSpeedNearMps = Math.max(this.maxSpeedNearMps, tipSpeedMps);
  }
}
