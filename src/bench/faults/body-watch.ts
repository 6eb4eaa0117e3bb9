/**
 * What the body truly does, held against the robot's own limits and the world: the judge of whether a fault did harm.
 * @module
 */
import type { WorldSpec } from "../../core/world-spec.ts";
import { shapeFromSpec } from "../../geometry/index.ts";
import { obstacleSetFromShapes, SweptChecker, type CollisionModel } from "../../robot/index.ts";

/** Rounding of setpoints and periods. */
const speedTolerance = 1.01;
const positionTolerance = 1e-6;

export class BodyWatch {
  readonly #collision: CollisionModel;
  readonly #checker: SweptChecker;
  /** The first thing that must not happen; empty while nothing did. */
  harm = "";

  constructor(collision: CollisionModel, world: WorldSpec) {
    this.#collision = collision;
    const solid = world.fixtures.flatMap(({ name, shapes }) => shapes.map((shape) => ({ name, shape })));
    const zones = world.zones.map(({ name, shape }) => ({ name, shape }));
    const shapes = [...solid, ...zones].map(({ name, shape }) => ({ name, shape: shapeFromSpec(shape, name) }));
    this.#checker = new SweptChecker(collision, obstacleSetFromShapes(shapes));
  }

  /** From one configuration to the next in `durationMs`. */
  moved(fromRad: ArrayLike<number>, toRad: ArrayLike<number>, durationMs: number): void {
    if (this.harm !== "") return;
    const { jointNames, lowerRad, upperRad, maxVelocityRadPerS } = this.#collision.robot;
    for (let j = 0; j < jointNames.length; j++) {
      const q = toRad[j]!;
      if (!(q >= lowerRad[j]! - positionTolerance && q <= upperRad[j]! + positionTolerance))
        this.harm = `${jointNames[j]} out of its range`;
      const speed = Math.abs(q - fromRad[j]!) / (durationMs / 1000);
      if (!(speed <= maxVelocityRadPerS[j]! * speedTolerance)) this.harm ||= `${jointNames[j]} at ${speed.toFixed(2)} rad/s`;
    }
    if (this.harm !== "") return;
    const { nearestM, link, against } = this.#checker.clearanceAt(toRad);
    if (!(nearestM > 0)) this.harm = `${link} touches ${against}`;
  }
}
