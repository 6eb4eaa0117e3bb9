/**
 * Keeps the tip out of a set of solids.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { formatVec3 } from "../core/vec3.ts";
import type { AxisAlignedBox, Capsule, Shape, Sphere } from "../geometry/shapes.ts";
import type { CollisionAnswer, KinematicModel } from "../robot/kinematic-model.ts";
import { checkConstraintName, escapeName, type ConstraintFinding, type PhysicalConstraint } from "./constraint.ts";
import type { PhysicalAction } from "./physical-action.ts";

export interface SpatialObstacles {
  readonly boxes?: readonly AxisAlignedBox[];
  readonly spheres?: readonly Sphere[];
  readonly capsules?: readonly Capsule[];
}

/** Touching counts; the model's margin and its own obstacles are added. */
export class SpatialConstraint implements PhysicalConstraint {
  readonly name: string;
  readonly obstacles: readonly Shape[];
  readonly #boxes: readonly AxisAlignedBox[];
  readonly #spheres: readonly Sphere[];
  readonly #capsules: readonly Capsule[];

  /** @throws ClearanceError `value.invalid` without any obstacle, or for a name no constraint may bear. */
  constructor(name: string, { boxes = [], spheres = [], capsules = [] }: SpatialObstacles) {
    this.name = checkConstraintName(name);
    this.#boxes = Object.freeze([...boxes]);
    this.#spheres = Object.freeze([...spheres]);
    this.#capsules = Object.freeze([...capsules]);
    this.obstacles = Object.freeze([...boxes, ...spheres, ...capsules]);
    if (this.obstacles.length > 0) return;
    const problem = "needs at least one box, sphere or capsule";
    throw new ClearanceError("value.invalid", `spatial constraint '${escapeName(name)}' ${problem}`, { field: "obstacles", problem });
  }

  evaluate(action: PhysicalAction, model?: KinematicModel): string | null {
    return this.evaluateDetailed(action, model)?.reason ?? null;
  }

  evaluateDetailed({ targetInWorld }: PhysicalAction, model?: KinematicModel): ConstraintFinding | null {
    if (model === undefined) return { reason: "no kinematic model", undecided: true };
    if (this.#boxes.length + this.#spheres.length > 0) {
      const finding = this.#finding(targetInWorld, model.collidesWith(targetInWorld, this.#boxes, this.#spheres));
      if (finding !== null) return finding;
    }
    if (this.#capsules.length === 0) return null;
    return this.#finding(targetInWorld, model.collidesWithCapsules?.(targetInWorld, this.#capsules) ?? "unsupported");
  }

  #finding(target: PhysicalAction["targetInWorld"], answer: CollisionAnswer): ConstraintFinding | null {
    if (answer === "free") return null;
    const where = `obstacle set '${escapeName(this.name)}'`;
    if (answer === "collides") return { reason: `end-effector ${formatVec3(target)} collides with ${where}` };
    return { reason: `the kinematic model cannot judge collision with ${where}`, undecided: true };
  }
}
