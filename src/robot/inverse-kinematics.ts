/**
 * From a tip pose to joint values. Answers a solution only where forward kinematics confirms it within the joint limits, and
 * `unreachable` only with a proof; all else is `unknown`, with the nearest that was found.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { matrix34FromPose, quatNormalize, type QuatWxyz } from "../core/pose.ts";
import type { Random } from "../core/random.ts";
import type { Vec3 } from "../core/vec3.ts";
import { IkDescent, type TipGoal } from "./ik-descent.ts";
import { IkSeeds } from "./ik-seeds.ts";
import { ReachProof, type IkProof } from "./reach-proof.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

export interface IkTarget {
  /** Tip position in the world, m. */
  readonly positionM: Vec3;
  /** Tip orientation in the world; free where absent. */
  readonly orientation?: QuatWxyz | undefined;
}

export interface IkOptions {
  /** Where the search begins, shape `[nJoints]`; among solutions that differ by whole turns the one nearest to it is returned. */
  readonly seedRad: ArrayLike<number>;
  readonly positionToleranceM?: number;
  readonly orientationToleranceRad?: number;
  /** Steps of one descent, 200 unless given. */
  readonly maxIterations?: number;
  /** Descents after the one from the seed, 8 unless given. 0 keeps the answer near the seed. */
  readonly restarts?: number;
  readonly random: Random;
}

export interface IkNearest {
  readonly qRad: Float64Array;
  readonly positionErrorM: number;
  /** 0 where no orientation was asked for. */
  readonly orientationErrorRad: number;
}

export type IkResult =
  | ({ readonly kind: "solution"; readonly iterations: number } & IkNearest)
  | { readonly kind: "unreachable"; readonly proof: IkProof; readonly best: IkNearest }
  | { readonly kind: "unknown"; readonly why: string; readonly best: IkNearest };

/** Restarts from the table of spread configurations; those beyond are drawn at random. */
const tableRestarts = 6;
/** A descent towards what is proved out of reach only serves the report. */
const hopelessIterations = 30;
/** Beyond this, squares come near to overflowing, m. */
const farthestM = 1e100;
const noTurn: QuatWxyz = [1, 0, 0, 0];
const twoPi = 6.283185307179586;

/** Keeps buffers and a table of starts for one robot; nothing that changes an answer. */
export class IkSolver {
  readonly model: RobotModel;
  readonly #descent: IkDescent;
  readonly #reach: ReachProof;
  #seeds: IkSeeds | undefined;
  /** Shape `[nJoints]`: 1 where a whole turn of the joint leaves every link where it was. */
  readonly #turnsWhole: Uint8Array;
  readonly #goal = new Float64Array(12);
  readonly #start: Float64Array;
  readonly #best: Float64Array;

  constructor(model: RobotModel) {
    this.model = model;
    this.#reach = new ReachProof(model);
    const { outerM } = this.#reach;
    // An arm turns its tip about as well as it moves it when a radian weighs like a third of its reach.
    this.#descent = new IkDescent(model, outerM > 0 && outerM < Infinity ? 0.3 * outerM : 1);
    this.#turnsWhole = wholeTurns(model);
    this.#start = new Float64Array(model.nJoints);
    this.#best = new Float64Array(model.nJoints);
  }

  /** @throws ClearanceError `shape.mismatch` for a seed of the wrong length. */
  solve(target: IkTarget, options: IkOptions): IkResult {
    const { seedRad, maxIterations = 200, restarts = 8 } = options;
    const { nJoints, homeRad } = this.model;
    if (seedRad.length !== nJoints) {
      const data = { what: "seedRad", expected: nJoints, got: seedRad.length };
      throw new ClearanceError("shape.mismatch", `seedRad has ${data.got} joints, the robot has ${nJoints}`, data);
    }
    for (let j = 0; j < nJoints; j++) this.#start[j] = Number.isFinite(seedRad[j]!) ? seedRad[j]! : homeRad[j]!;
    const goal = goalOf(target, options, this.#goal);
    if (goal === undefined) return { kind: "unknown", why: "the target is not a finite pose", best: nowhere(this.#start) };
    const { oriented, positionToleranceM, orientationToleranceRad } = goal;
    const proof = this.#reach.prove(goal.matrix, oriented, positionToleranceM, orientationToleranceRad);
    const descent = this.#descent;
    let iterations = 0;
    let bestCost = Infinity;
    for (let attempt = 0; attempt <= restarts; attempt++) {
      if (attempt > 0) this.#restart(attempt, goal, options.random);
      const solved = descent.run(goal, this.#start, proof === undefined ? maxIterations : hopelessIterations);
      iterations += descent.iterations;
      if (solved) return this.#solution(goal, seedRad, iterations);
      if (descent.cost < bestCost || attempt === 0) {
        bestCost = descent.cost;
        this.#best.set(descent.q);
      }
      if (proof !== undefined) break;
      const travel = attempt === 0 ? this.#reach.proveTravel(goal.matrix, descent.q, positionToleranceM) : undefined;
      if (travel !== undefined) return { kind: "unreachable", proof: travel, best: this.#nearest(goal, this.#best) };
    }
    const best = this.#nearest(goal, this.#best);
    if (proof !== undefined) return { kind: "unreachable", proof, best };
    return { kind: "unknown", why: `no convergence in ${iterations} iterations from ${restarts + 1} starts`, best };
  }

  #restart(attempt: number, goal: TipGoal, random: Random): void {
    this.#seeds ??= new IkSeeds(this.model);
    if (attempt === 1) this.#seeds.rank(goal.matrix, goal.oriented, this.#descent.metresPerRad);
    if (attempt <= tableRestarts) this.#seeds.takeBest(this.#start);
    else this.#seeds.draw(() => random.next(), this.#start);
  }

  /** Whole turns away from the seed are taken back, where the limits allow; forward kinematics has the last word. */
  #solution(goal: TipGoal, seedRad: ArrayLike<number>, iterations: number): IkResult {
    const { lowerRad, upperRad } = this.model;
    const { q } = this.#descent;
    let moved = false;
    for (let j = 0; j < q.length; j++) {
      this.#start[j] = q[j]!;
      this.#best[j] = q[j]!;
      if (this.#turnsWhole[j] === 0 || !Number.isFinite(seedRad[j]!)) continue;
      const nearer = q[j]! + twoPi * Math.round((seedRad[j]! - q[j]!) / twoPi);
      if (nearer === q[j] || !(nearer >= lowerRad[j]! && nearer <= upperRad[j]!)) continue;
      this.#start[j] = nearer;
      moved = true;
    }
    if (moved && !this.#descent.confirms(goal, this.#start)) this.#descent.confirms(goal, this.#best);
    const { qRad, positionErrorM, orientationErrorRad } = this.#here(goal);
    return { kind: "solution", iterations, qRad, positionErrorM, orientationErrorRad };
  }

  #nearest(goal: TipGoal, q: Float64Array): IkNearest {
    this.#descent.place(goal, q);
    return this.#here(goal);
  }

  #here({ oriented }: TipGoal): IkNearest {
    const { q, positionErrorM, orientationErrorRad } = this.#descent;
    return { qRad: q.slice(), positionErrorM, orientationErrorRad: oriented ? orientationErrorRad : 0 };
  }
}

/** Undefined for what is no finite pose. The matrix is written into `matrix`. */
function goalOf({ positionM, orientation }: IkTarget, options: IkOptions, matrix: Float64Array): TipGoal | undefined {
  const { positionToleranceM = 1e-4, orientationToleranceRad = 1e-3 } = options;
  const oriented = orientation !== undefined;
  const q = orientation ?? noTurn;
  const size = Math.max(Math.abs(q[0]), Math.abs(q[1]), Math.abs(q[2]), Math.abs(q[3]));
  const far = Math.max(Math.abs(positionM[0]), Math.abs(positionM[1]), Math.abs(positionM[2]));
  if (!(size > 0 && size < Infinity && far < farthestM)) return undefined;
  matrix34FromPose({ position: positionM, orientation: oriented ? quatNormalize(orientation) : noTurn }, matrix);
  return { matrix, oriented, positionToleranceM, orientationToleranceRad };
}

function nowhere(q: Float64Array): IkNearest {
  return { qRad: q.slice(), positionErrorM: Infinity, orientationErrorRad: Infinity };
}

function wholeTurns(model: RobotModel): Uint8Array {
  const whole = new Uint8Array(model.nJoints).fill(1);
  for (let link = 0; link < model.nLinks; link++) {
    const kind = model.jointKindOfLink[link]!;
    if (kind === JOINT_FIXED) continue;
    if (kind !== JOINT_REVOLUTE || !Number.isInteger(model.mimicScale[link]!)) whole[model.qIndexOfLink[link]!] = 0;
  }
  return whole;
}
