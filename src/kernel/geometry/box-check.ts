/**
 * Control points within the workspace box, which is closed. The distance is that to the nearest face from inside.
 *
 * A point at rest on a face is legal, so a step along it cannot be proven by travel alone. The chord between two points of a box stays
 * in it, and a point whose path bends by no more than A leaves its chord by at most A / 8 (the error of linear interpolation), with
 *
 *     A <= 2 U M,   U = Σ |Δq_j| over the turning joints of the point, M = its travel       (from the bound in approach-table.ts)
 *
 * @module
 */
import { BodyCheck } from "./body-check.ts";
import type { JointPaths } from "./bodies.ts";
import { GEOMETRY_WORKSPACE, KIND_BOX } from "./codes.ts";
import type { Motion } from "./motion.ts";
import type { PointBounds } from "./point-bounds.ts";

/** What the rounding of kinematics may put a point outside of the box by, m. */
const roundingM = 1e-9;

export class BoxCheck extends BodyCheck {
  /** min x y z, max x y z, base frame, m. */
  readonly #box: Float64Array;
  readonly #toleranceM: number;
  readonly #paths: JointPaths;
  readonly #bounds: PointBounds;

  /** Between rows a point may leave the box by `toleranceM`. */
  constructor(box: Float64Array, toleranceM: number, bodies: Int32Array, motion: Motion, bounds: PointBounds, exhaustive: boolean) {
    super(KIND_BOX, GEOMETRY_WORKSPACE, bodies, new Float64Array(bodies.length).fill(-roundingM), motion, exhaustive);
    this.#box = box;
    this.#toleranceM = toleranceM;
    this.#paths = motion.placed.bodies.paths;
    this.#bounds = bounds;
  }

  /** Whether the joints alone show that every point stays in the box from the first configuration, which is placed, to the last. */
  provenWhole(): boolean {
    return this.#bounds.stayIn(this.#box);
  }

  /** Between rows the box is wider by the tolerance; growth of margins concerns collisions. */
  override above(_item: number, distance: number): boolean {
    return distance > -this.#toleranceM;
  }

  override proves(item: number, atStart: number, atEnd: number, travelM: number, part: number): boolean {
    return this.boundOf(item, atStart, atEnd, travelM, part) > -this.#toleranceM;
  }

  protected override boundOf(item: number, atStart: number, atEnd: number, travelM: number, part: number): number {
    const { config, baseTurn } = this.motion;
    const { start, joint, turn } = this.#paths;
    const turned = this.motion.alongPath(start, joint, turn, this.bodies[item]!, config) + baseTurn[config]!;
    return Math.min(atStart, atEnd) - (turned * travelM * part * part) / 4;
  }

  protected override capFor(): void {
    this.cap[0] = Infinity;
  }

  protected look(item: number): void {
    const { ends } = this.motion.placed;
    const at = this.bodies[item]! * 7;
    let least = Infinity;
    for (let axis = 0; axis < 3; axis++) {
      const inside = Math.min(ends[at + axis]! - this.#box[axis]!, this.#box[3 + axis]! - ends[at + axis]!);
      if (inside >= least) continue;
      least = inside;
      this.foundOther = axis;
    }
    // A point that was measured outside may come in; from then on it stays in.
    const mayEnter = this.motion.config === 0 && this.motion.nSteps > 0;
    this.found[0] = mayEnter && !(least > -roundingM) ? Infinity : least;
  }
}
