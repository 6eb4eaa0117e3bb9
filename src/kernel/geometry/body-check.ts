/**
 * A check with one item for each of some bodies, against whatever stands in the base frame.
 * @module
 */
import { ClearanceCheck } from "./clearance-check.ts";
import type { Motion } from "./motion.ts";

export abstract class BodyCheck extends ClearanceCheck {
  /** Shape `[count]`: the body of each item. */
  protected readonly bodies: Int32Array;

  constructor(kind: number, code: number, bodies: Int32Array, margins: Float64Array, motion: Motion, exhaustive: boolean) {
    super(kind, code, margins, motion, exhaustive);
    this.bodies = bodies;
  }

  bodyOf(item: number): number {
    return this.bodies[item]!;
  }

  travelIn(item: number, step: number): number {
    return this.motion.travel[step * this.motion.placed.bodies.count + this.bodies[item]!]!;
  }

  travelBetween(item: number, from: number, to: number): number {
    const { motion } = this;
    return motion.travelBetween(motion.placed.bodies.paths, this.bodies[item]!, from, to);
  }
}
