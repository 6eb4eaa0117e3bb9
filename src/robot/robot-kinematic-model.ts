/**
 * Any robot description as grounding sees it: forward kinematics of its tip, a solver for the inverse, its collision model swept.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { nonNegativeNumber } from "../core/finite.ts";
import { Random } from "../core/random.ts";
import { distance, type Vec3 } from "../core/vec3.ts";
import type { AxisAlignedBox, Capsule, Shape, Sphere } from "../geometry/shapes.ts";
import type { CollisionModel } from "./collision-model.ts";
import type { JointLimit } from "./joint-chain.ts";
import { JointPath } from "./joint-path.ts";
import type { ArmAnswer, CollisionAnswer, ForwardAnswer, InverseAnswer, KinematicModel, UnreachableProof } from "./kinematic-model.ts";
import { forwardKinematics, tipMatrixInto } from "./kinematics.ts";
import { obstacleSetFromShapes } from "./obstacle-set.ts";
import { SweptChecker } from "./swept-checker.ts";
import { touchesAny } from "./tip-obstacles.ts";

/** As `IkSolver` answers. */
export type PositionSolution =
  | { readonly kind: "solution"; readonly qRad: ArrayLike<number> }
  | { readonly kind: "unreachable"; readonly proof: UnreachableProof }
  | { readonly kind: "unknown"; readonly why: string };

export interface PositionSolver {
  solve(
    target: { readonly positionM: Vec3 },
    options: { readonly seedRad: ArrayLike<number>; readonly positionToleranceM: number; readonly random: Random },
  ): PositionSolution;
}

export interface RobotKinematicModelOptions {
  /** Without one, reach stays unknown. */
  readonly solver?: PositionSolver;
  /** Kept free around the tip and the body, m; 0 unless given. */
  readonly collisionMarginM?: number;
  readonly endEffectorRadiusM?: number;
  readonly extraObstacles?: readonly Shape[];
}

const positionToleranceM = 1e-6;

export class RobotKinematicModel implements KinematicModel {
  readonly jointCount: number;
  readonly jointLimitsRad: readonly (JointLimit | undefined)[];
  readonly extraObstacles: readonly Shape[];
  readonly tipClearanceM: number;
  readonly #collision: CollisionModel;
  readonly #solver: PositionSolver | undefined;
  readonly #marginM: number;
  readonly #worldFromLinks: Float64Array;
  readonly #tip = new Float64Array(12);
  #checker: SweptChecker | undefined;
  /** What the checker was built for. */
  #listed: readonly Shape[] | undefined;

  /** @throws ClearanceError `value.invalid` for a margin or radius that is not finite and >= 0. */
  constructor(collision: CollisionModel, options: RobotKinematicModelOptions = {}) {
    const { robot } = collision;
    this.jointCount = robot.nJoints;
    this.jointLimitsRad = Array.from(robot.lowerRad, (lower, joint) => [lower, robot.upperRad[joint]!] as const);
    this.extraObstacles = Object.freeze([...(options.extraObstacles ?? [])]);
    this.#marginM = nonNegativeNumber("collisionMarginM", options.collisionMarginM ?? 0);
    this.tipClearanceM = nonNegativeNumber("endEffectorRadiusM", options.endEffectorRadiusM ?? 0) + this.#marginM;
    this.#collision = collision;
    this.#worldFromLinks = new Float64Array(12 * robot.nLinks);
    this.#solver = options.solver;
  }

  forward(anglesRad: ArrayLike<number>): ForwardAnswer {
    this.#checkCount(anglesRad);
    return { kind: "position", positionInWorld: this.#tipAt(anglesRad) };
  }

  /** The same target, the same answer: the search begins at home and its restarts are seeded. */
  inverse(target: Vec3): InverseAnswer {
    if (this.#solver === undefined) return { kind: "unknown", why: "the model has no inverse kinematics" };
    const { robot } = this.#collision;
    const options = { seedRad: robot.homeRad, positionToleranceM, random: new Random("grounding") };
    const answer = this.#solver.solve({ positionM: target }, options);
    if (answer.kind === "unknown") return { kind: "unknown", why: answer.why };
    if (answer.kind === "unreachable") return { kind: "unreachable", proof: answer.proof };
    const residualM = distance(this.#tipAt(answer.qRad), target);
    if (!(residualM <= positionToleranceM)) return { kind: "unknown", why: `the solution misses the target by ${residualM} m` };
    return { kind: "solution", anglesRad: Array.from(answer.qRad), residualM };
  }

  collidesWith(point: Vec3, boxes: readonly AxisAlignedBox[], spheres: readonly Sphere[]): CollisionAnswer {
    const touches = touchesAny(point, boxes, this.tipClearanceM) || touchesAny(point, spheres, this.tipClearanceM);
    return touches || touchesAny(point, this.extraObstacles, this.tipClearanceM) ? "collides" : "free";
  }

  collidesWithCapsules(point: Vec3, capsules: readonly Capsule[]): CollisionAnswer {
    const touches = touchesAny(point, capsules, this.tipClearanceM) || touchesAny(point, this.extraObstacles, this.tipClearanceM);
    return touches ? "collides" : "free";
  }

  checkArm(anglesRad: ArrayLike<number>, obstacles: readonly Shape[], startRad?: ArrayLike<number>): ArmAnswer {
    this.#checkCount(anglesRad);
    if (startRad !== undefined) this.#checkCount(startRad);
    const rows = [...(startRad === undefined ? [] : Array.from(startRad)), ...Array.from(anglesRad)];
    const path = new JointPath(this.jointCount, rows);
    // No grace at the start: a robot that stands too near is told so.
    const report = this.#checkerFor(obstacles).checkPath(path, { marginM: this.#marginM, startGraceM: 0 });
    const { clear, proved, nearestM, link, against, waypoint, atFraction } = report;
    if (clear) return { kind: "clear", nearestM };
    const fraction = startRad === undefined ? 1 : Math.min(1, waypoint + atFraction);
    return { kind: proved ? "collides" : "undecided", link, against, atFraction: fraction, nearestM };
  }

  #tipAt(anglesRad: ArrayLike<number>): Vec3 {
    const { robot } = this.#collision;
    forwardKinematics(robot, anglesRad, this.#worldFromLinks);
    tipMatrixInto(robot, this.#worldFromLinks, this.#tip);
    return [this.#tip[3]!, this.#tip[7]!, this.#tip[11]!];
  }

  #checkerFor(obstacles: readonly Shape[]): SweptChecker {
    // Only a frozen list is sure to be the same the next time.
    if (this.#checker !== undefined && this.#listed === obstacles && Object.isFrozen(obstacles)) return this.#checker;
    const all = [...this.extraObstacles, ...obstacles];
    const named = all.map((shape, index) => ({ name: shape.label === "" ? `${shape.kind} ${index + 1}` : shape.label, shape }));
    this.#listed = obstacles;
    this.#checker = new SweptChecker(this.#collision, obstacleSetFromShapes(named));
    return this.#checker;
  }

  #checkCount(anglesRad: ArrayLike<number>): void {
    if (anglesRad.length === this.jointCount) return;
    const [expected, got] = [this.jointCount, anglesRad.length];
    throw new ClearanceError("shape.mismatch", `got ${got} joint angles, the robot has ${expected} joints`, {
      what: "joint angles",
      expected,
      got,
    });
  }
}
