/**
 * Kinematics of a planar arm: closed forms for one and two links, folding for more, least squares where joint limits leave no closed
 * form. Every solution is verified by going forward again before it is returned.
 * @module
 */
import { atan2, hypot2, sinCosInto } from "../core/elementary.ts";
import { ClearanceError } from "../core/errors.ts";
import { nonNegativeNumber } from "../core/finite.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { AxisAlignedBox, Capsule, Shape, Sphere } from "../geometry/shapes.ts";
import type { JointChain, JointLimit } from "./joint-chain.ts";
import type { ArmAnswer, CollisionAnswer, ForwardAnswer, InverseAnswer, KinematicModel, UnreachableProof } from "./kinematic-model.ts";
import { PlanarArmClearance } from "./planar-arm-clearance.ts";
import { foldChain, normalizeAngle, shiftIntoLimit, solveTwoLinks } from "./planar-inverse.ts";
import { solveWithLimits } from "./planar-limited-inverse.ts";

/** How far from the arm's plane a target may lie, m. */
const planeToleranceM = 1e-9;
/** How far outside the annulus a target may lie to count as on its edge, m. */
const edgeToleranceM = 1e-9;
/** What `forward` may miss the target by for a solution to be one, m. */
const residualToleranceM = 1e-6;

/** `elbow-up` puts the elbow to the left of the directed line base to target. The underscore spellings are accepted. */
export type ElbowBranch = "elbow-up" | "elbow-down" | "elbow_up" | "elbow_down";

export interface SimpleKinematicModelOptions {
  readonly branch?: ElbowBranch;
  /** Kept free around tip and links, m; 0 unless given. */
  readonly collisionMarginM?: number;
  readonly endEffectorRadiusM?: number;
  /** Gives the links a body: 0, no body, unless given. */
  readonly linkRadiusM?: number;
  readonly extraBoxes?: readonly AxisAlignedBox[];
  readonly extraSpheres?: readonly Sphere[];
}

export class SimpleKinematicModel implements KinematicModel {
  readonly chain: JointChain;
  readonly jointCount: number;
  readonly jointLimitsRad: readonly (JointLimit | undefined)[];
  readonly extraObstacles: readonly Shape[];
  readonly tipClearanceM: number;
  /** +1: the elbow is preferred to the left, -1: to the right. */
  readonly #side: 1 | -1;
  readonly #limited: boolean;
  readonly #innerM: number;
  // Of two-link arms, beside the chain: numbers in a frozen array are boxed.
  readonly #l1: number;
  readonly #l2: number;
  readonly #baseX: number;
  readonly #baseY: number;
  readonly #baseZ: number;
  readonly #clearance: PlanarArmClearance;
  readonly #pair = new Float64Array(2);

  /** @throws ClearanceError `value.invalid` for an unknown branch and for radii and margins that are not finite and >= 0. */
  constructor(chain: JointChain, options: SimpleKinematicModelOptions = {}) {
    this.chain = chain;
    this.jointCount = chain.jointCount;
    this.jointLimitsRad = chain.jointLimitsRad ?? chain.linkLengthsM.map(() => undefined);
    this.extraObstacles = Object.freeze([...(options.extraBoxes ?? []), ...(options.extraSpheres ?? [])]);
    const marginM = nonNegativeNumber("collisionMarginM", options.collisionMarginM ?? 0);
    this.tipClearanceM = nonNegativeNumber("endEffectorRadiusM", options.endEffectorRadiusM ?? 0) + marginM;
    const linkRadiusM = nonNegativeNumber("linkRadiusM", options.linkRadiusM ?? 0);
    this.#side = sideOf(options.branch ?? "elbow-up");
    this.#limited = this.jointLimitsRad.some((limit) => limit !== undefined);
    this.#innerM = innerRadius(chain.linkLengthsM);
    this.#l1 = chain.linkLengthsM[0] ?? 0;
    this.#l2 = chain.linkLengthsM[1] ?? 0;
    [this.#baseX, this.#baseY, this.#baseZ] = chain.base;
    this.#clearance = new PlanarArmClearance(chain, { marginM, linkRadiusM, tipClearanceM: this.tipClearanceM, own: this.extraObstacles });
    Object.freeze(this);
  }

  /** @throws ClearanceError `shape.mismatch` for a wrong number of angles. */
  forward(anglesRad: ArrayLike<number>): ForwardAnswer {
    const { base, linkLengthsM } = this.chain;
    checkCount(anglesRad, this.jointCount);
    let [x, y] = base;
    let angle = 0;
    for (let joint = 0; joint < linkLengthsM.length; joint++) {
      angle += anglesRad[joint]!;
      sinCosInto(angle, this.#pair, 0);
      x += linkLengthsM[joint]! * this.#pair[1]!;
      y += linkLengthsM[joint]! * this.#pair[0]!;
    }
    return { kind: "position", positionInWorld: [x, y, base[2]] };
  }

  inverse(target: Vec3): InverseAnswer {
    const { reachM } = this.chain;
    const x = target[0] - this.#baseX;
    const y = target[1] - this.#baseY;
    if (!(Math.abs(target[2] - this.#baseZ) <= planeToleranceM)) return unreachable["out-of-plane"];
    const r = radius(x, y);
    if (!(r <= reachM + edgeToleranceM)) return unreachable["beyond-reach"];
    if (!(r >= this.#innerM - edgeToleranceM)) return unreachable["inside-hole"];
    const clamped = Math.min(Math.max(r, this.#innerM), reachM);
    if (this.jointCount === 2) return this.#inverseTwo(target, x, y, clamped);
    return this.jointCount === 1 ? this.#inverseOne(target, x, y) : this.#inverseMany(target, x, y, clamped);
  }

  collidesWith(point: Vec3, boxes: readonly AxisAlignedBox[], spheres: readonly Sphere[]): CollisionAnswer {
    return this.#clearance.tipTouches(point, boxes, spheres) ? "collides" : "free";
  }

  collidesWithCapsules(point: Vec3, capsules: readonly Capsule[]): CollisionAnswer {
    return this.#clearance.tipTouches(point, capsules, none) ? "collides" : "free";
  }

  linkCapsules(anglesRad: ArrayLike<number>): readonly Capsule[] {
    checkCount(anglesRad, this.jointCount);
    return this.#clearance.linkCapsules(anglesRad);
  }

  checkArm(anglesRad: ArrayLike<number>, obstacles: readonly Shape[], startRad?: ArrayLike<number>): ArmAnswer {
    checkCount(anglesRad, this.jointCount);
    if (startRad !== undefined) checkCount(startRad, this.jointCount);
    return this.#clearance.check(anglesRad, obstacles, startRad);
  }

  #inverseOne(target: Vec3, x: number, y: number): InverseAnswer {
    const [limit] = this.jointLimitsRad;
    const anglesRad = [x === 0 && y === 0 ? freeAngle(limit) : shiftIntoLimit(normalizeAngle(atan2(y, x)), limit)];
    return Number.isNaN(anglesRad[0]) ? unreachable["joint-limits"] : this.#verified(target, anglesRad);
  }

  #inverseTwo(target: Vec3, x: number, y: number, r: number): InverseAnswer {
    const out = this.#pair;
    if (this.#limited) return this.#fitTwo(target, x, y, r);
    const missM = solveTwoLinks(this.#l1, this.#l2, x, y, r, this.#side, out);
    const anglesRad = [normalizeAngle(out[0]!), normalizeAngle(out[1]!)];
    const z = target[2] - this.#baseZ;
    const residualM = z === 0 ? missM : Math.sqrt(missM * missM + z * z);
    return residualM <= residualToleranceM ? { kind: "solution", anglesRad, residualM } : this.#verified(target, anglesRad);
  }

  /** The preferred branch, then the other; both together are all solutions, so that none fitting is a proof. */
  #fitTwo(target: Vec3, x: number, y: number, r: number): InverseAnswer {
    const [first, second] = this.jointLimitsRad;
    const out = this.#pair;
    // On top of its base the arm has no direction; any will do.
    const free = x === 0 && y === 0;
    for (const side of [this.#side, opposite(this.#side)]) {
      solveTwoLinks(this.#l1, this.#l2, x, y, r, side, out);
      const theta1 = free ? freeAngle(first) : shiftIntoLimit(normalizeAngle(out[0]!), first);
      const theta2 = shiftIntoLimit(normalizeAngle(out[1]!), second);
      if (!Number.isNaN(theta1) && !Number.isNaN(theta2)) return this.#verified(target, [theta1, theta2]);
    }
    return unreachable["joint-limits"];
  }

  #inverseMany(target: Vec3, x: number, y: number, r: number): InverseAnswer {
    const aimRad = r === 0 ? 0 : atan2(y, x);
    const seedsRad: number[][] = [];
    for (const side of [this.#side, opposite(this.#side)]) {
      const folded = foldChain(this.chain.linkLengthsM, r, side);
      folded[0] = normalizeAngle(normalizeAngle(folded[0]! + aimRad));
      const shifted = folded.map((rad, joint) => shiftIntoLimit(rad, this.jointLimitsRad[joint]));
      if (!shifted.some(Number.isNaN)) return this.#verified(target, shifted);
      seedsRad.push(folded);
    }
    const { linkLengthsM } = this.chain;
    const found = solveWithLimits({ linkLengthsM, limitsRad: this.jointLimitsRad, x, y, toleranceM: residualToleranceM, seedsRad });
    if (found === undefined) return { kind: "unknown", why: "no solution inside the joint limits was found" };
    return this.#verified(target, found);
  }

  #verified(target: Vec3, anglesRad: readonly number[]): InverseAnswer {
    const { base, linkLengthsM } = this.chain;
    let x = base[0] - target[0];
    let y = base[1] - target[1];
    let angle = 0;
    for (let joint = 0; joint < linkLengthsM.length; joint++) {
      angle += anglesRad[joint]!;
      sinCosInto(angle, this.#pair, 0);
      x += linkLengthsM[joint]! * this.#pair[1]!;
      y += linkLengthsM[joint]! * this.#pair[0]!;
    }
    const z = base[2] - target[2];
    const residualM = Math.sqrt(x * x + y * y + z * z);
    if (!(residualM <= residualToleranceM)) return { kind: "unknown", why: `the solution misses the target by ${residualM} m` };
    return { kind: "solution", anglesRad, residualM };
  }
}

const none: readonly never[] = Object.freeze([]);

const unreachable: Readonly<Record<Exclude<UnreachableProof, "beyond-travel" | "fixed-orientation">, InverseAnswer>> = Object.freeze({
  "out-of-plane": Object.freeze({ kind: "unreachable", proof: "out-of-plane" }),
  "beyond-reach": Object.freeze({ kind: "unreachable", proof: "beyond-reach" }),
  "inside-hole": Object.freeze({ kind: "unreachable", proof: "inside-hole" }),
  "joint-limits": Object.freeze({ kind: "unreachable", proof: "joint-limits" }),
});

function innerRadius(linkLengthsM: readonly number[]): number {
  const [l1 = 0, l2 = 0] = linkLengthsM;
  if (linkLengthsM.length === 2) return Math.abs(l1 - l2);
  let longest = 0;
  let others = 0;
  for (const length of linkLengthsM) {
    others += Math.min(length, longest);
    longest = Math.max(longest, length);
  }
  return Math.max(0, longest - others);
}

function radius(x: number, y: number): number {
  const r = Math.sqrt(x * x + y * y);
  return r > 1e-140 && r < 1e150 ? r : hypot2(x, y);
}

/** The angle nearest to 0 that the limit allows. */
function freeAngle(limit: JointLimit | undefined): number {
  return limit === undefined ? 0 : Math.min(Math.max(0, limit[0]), limit[1]);
}

function opposite(side: 1 | -1): 1 | -1 {
  return side === 1 ? -1 : 1;
}

function sideOf(branch: ElbowBranch): 1 | -1 {
  switch (branch) {
    case "elbow-up":
    case "elbow_up":
      return 1;
    case "elbow-down":
    case "elbow_down":
      return -1;
    default: {
      branch satisfies never;
      const problem = `must be elbow-up or elbow-down, got ${JSON.stringify(branch)}`;
      throw new ClearanceError("value.invalid", `branch ${problem}`, { field: "branch", problem });
    }
  }
}

function checkCount(anglesRad: ArrayLike<number>, expected: number): void {
  if (anglesRad.length === expected) return;
  const got = anglesRad.length;
  throw new ClearanceError("shape.mismatch", `got ${got} joint angles, the arm has ${expected} joints`, {
    what: "joint angles",
    expected,
    got,
  });
}
