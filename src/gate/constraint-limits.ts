/**
 * Constraints that look at the action alone: where, how fast, how hard.
 * @module
 */
import { nonNegativeNumber } from "../core/finite.ts";
import { formatPair } from "../core/format.ts";
import { formatVec3 } from "../core/vec3.ts";
import { aabbOf, contains, type AxisAlignedBox } from "../geometry/shapes.ts";
import { checkConstraintName, escapeName, type PhysicalConstraint } from "./constraint.ts";
import type { PhysicalAction } from "./physical-action.ts";

/** Keeps the tip inside a box, bounds included. */
export class WorkspaceConstraint implements PhysicalConstraint {
  readonly name: string;
  readonly #box: AxisAlignedBox;

  constructor(name: string, box: AxisAlignedBox) {
    this.name = checkConstraintName(name);
    this.#box = box;
  }

  evaluate({ targetInWorld }: PhysicalAction): string | null {
    if (contains(this.#box, targetInWorld)) return null;
    const { min, max } = aabbOf(this.#box);
    const bounds = `${formatVec3(min)}..${formatVec3(max)}`;
    return `end-effector ${formatVec3(targetInWorld)} outside workspace '${escapeName(this.name)}' bounded by ${bounds}`;
  }
}

/** At most `maxMps`, which itself passes. */
export class VelocityConstraint implements PhysicalConstraint {
  readonly name: string;
  readonly #maxMps: number;

  constructor(name: string, maxMps: number) {
    this.name = checkConstraintName(name);
    this.#maxMps = nonNegativeNumber("max velocity", maxMps);
  }

  evaluate({ velocityMps }: PhysicalAction): string | null {
    return exceeding("velocity", velocityMps, this.name, this.#maxMps);
  }
}

/** At most `maxNm`, which itself passes. */
export class TorqueConstraint implements PhysicalConstraint {
  readonly name: string;
  readonly #maxNm: number;

  constructor(name: string, maxNm: number) {
    this.name = checkConstraintName(name);
    this.#maxNm = nonNegativeNumber("max torque", maxNm);
  }

  evaluate({ torqueNm }: PhysicalAction): string | null {
    return exceeding("torque", torqueNm, this.name, this.#maxNm);
  }
}

function exceeding(what: string, value: number, name: string, max: number): string | null {
  if (value <= max) return null;
  const [is, limit] = formatPair(value, max);
  return `${what} ${is} exceeds '${escapeName(name)}' limit ${limit}`;
}
