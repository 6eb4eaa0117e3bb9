/**
 * A gripper that takes what is near the tip when it closes and lets it go when it opens.
 * @module
 */
import type { Pose } from "../../core/pose.ts";
import type { ObjectWorld } from "./object-world.ts";

/** A tool without a width, a suction cup for example, holds below this opening. */
const toolOpening = 0.5;

export class IdealGripper {
  /** Measured: fingers stay as far apart as what they hold is wide. */
  opening = 1;
  readonly #objects: ObjectWorld;
  readonly #maxOpeningM: number | undefined;

  constructor(objects: ObjectWorld, maxOpeningM: number | undefined) {
    this.#objects = objects;
    this.#maxOpeningM = maxOpeningM;
  }

  /** `opening` 0 closed … 1 open; the next row of a command. */
  moveTo(opening: number, worldFromTip: Pose): void {
    const before = this.opening;
    this.opening = opening;
    if (this.#objects.holding !== null) {
      if (this.#letsGo(opening)) this.#objects.release();
    } else if (opening < before) {
      const passes = (contact: number): boolean => before >= contact && opening < contact;
      this.#objects.grasp(worldFromTip, (widthM) => passes(this.#contactAt(widthM)));
    }
    if (this.#objects.holding !== null && this.#maxOpeningM !== undefined) this.opening = this.#contactAt(this.#objects.heldWidthM);
  }

  #letsGo(opening: number): boolean {
    const contact = this.#contactAt(this.#objects.heldWidthM);
    return this.#maxOpeningM === undefined ? opening >= contact : opening > contact;
  }

  /** Opening at which the fingers touch something `widthM` wide. */
  #contactAt(widthM: number): number {
    return this.#maxOpeningM === undefined ? toolOpening : widthM / this.#maxOpeningM;
  }
}
