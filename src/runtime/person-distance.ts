import { capsuleCapsuleDistance } from "../geometry/index.ts";
import type { AttachedBody, CollisionModel } from "../robot/collision-model.ts";
import { PosedCapsules } from "../robot/posed-capsules.ts";
import type { SensedPerson } from "./people-sensor.ts";

/** Distance of the robot, with what it carries, from the nearest person. */
export class PersonDistance {
  /** Of the last measurement, m: negative where they overlap, Infinity without people, NaN where anything is no number. */
  nearestM = Number.NaN;
  /** Who that is; empty without people. */
  nearest = "";
  readonly #posed: PosedCapsules;
  readonly #person = new Float64Array(7);

  constructor(collision: CollisionModel) {
    this.#posed = new PosedCapsules(collision);
  }

  carry(body: AttachedBody | undefined): void {
    this.#posed.carry(body);
  }

  measure(qRad: ArrayLike<number>, people: readonly SensedPerson[]): void {
    this.nearestM = Infinity;
    this.nearest = "";
    if (people.length === 0) return;
    this.#posed.pose(qRad);
    for (const person of people) {
      for (let i = 0; i < 7; i++) this.#person[i] = person.capsuleInWorld[i] ?? Number.NaN;
      const distanceM = this.#person[6]! >= 0 ? this.#fromPerson() : Number.NaN;
      if (distanceM >= this.nearestM) continue;
      this.nearestM = distanceM;
      this.nearest = person.name;
      if (!(distanceM < Infinity)) return;
    }
  }

  #fromPerson(): number {
    const { capsules, count } = this.#posed;
    let nearestM = Infinity;
    for (let c = 0; c < count; c++) {
      const distanceM = capsuleCapsuleDistance(capsules, c * 7, this.#person, 0);
      if (!(distanceM >= nearestM)) nearestM = distanceM;
      if (!(nearestM < Infinity)) return Number.NaN;
    }
    return nearestM;
  }
}
