/**
 * A planar arm as lengths and limits: it bends in the plane z = base.z.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber } from "../core/finite.ts";
import { vec3, type Vec3 } from "../core/vec3.ts";

/** [min, max] in rad, inclusive. */
export type JointLimit = readonly [minRad: number, maxRad: number];

export class JointChain {
  readonly base: Vec3;
  /** Shape `[nJoints]`, from the base outwards. */
  readonly linkLengthsM: readonly number[];
  /** Shape `[nJoints]`; undefined entries are joints that turn freely. Absent where every joint does. */
  readonly jointLimitsRad?: readonly (JointLimit | undefined)[];
  /** The sum of the link lengths. */
  readonly reachM: number;

  /** @throws ClearanceError `value.invalid` for numbers that are not finite, lengths that are not positive, limits that do not fit. */
  constructor(base: Vec3, linkLengthsM: readonly number[], jointLimitsRad?: readonly (JointLimit | undefined)[]) {
    this.base = vec3(base[0], base[1], base[2]);
    if (!(linkLengthsM.length > 0)) throw invalid("link_lengths", "must be non-empty");
    let reachM = 0;
    for (const [index, lengthM] of linkLengthsM.entries()) {
      if (!(finiteNumber(`link_lengths[${index}]`, lengthM) > 0))
        throw invalid("link_lengths", `must all be positive; got (${linkLengthsM.join(", ")})`);
      reachM += lengthM;
    }
    this.linkLengthsM = Object.freeze([...linkLengthsM]);
    this.reachM = finiteNumber("the sum of link_lengths", reachM);
    if (jointLimitsRad !== undefined) this.jointLimitsRad = checkedLimits(jointLimitsRad, linkLengthsM.length);
    Object.freeze(this);
  }

  get jointCount(): number {
    return this.linkLengthsM.length;
  }
}

function checkedLimits(limits: readonly (JointLimit | undefined)[], jointCount: number): readonly (JointLimit | undefined)[] {
  if (limits.length !== jointCount)
    throw new ClearanceError("shape.mismatch", `joint_limits must have one entry per joint: expected ${jointCount}, got ${limits.length}`, {
      what: "joint_limits",
      expected: jointCount,
      got: limits.length,
    });
  return Object.freeze(
    Array.from(limits, (limit, joint) => {
      if (limit === undefined) return undefined;
      const min = finiteNumber(`joint_limits[${joint}] min`, limit[0]);
      const max = finiteNumber(`joint_limits[${joint}] max`, limit[1]);
      if (!(min <= max)) throw invalid(`joint_limits[${joint}]`, `min must be <= max; got (${min}, ${max})`);
      return Object.freeze([min, max] as const);
    }),
  );
}

function invalid(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
