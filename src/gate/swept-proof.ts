/**
 * Proofs that every link stays clear all along a plan's motions. A proof costs milliseconds and depends on nothing but plan, body,
 * obstacles and margin, so it is kept with the plan.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import type { Plan } from "../intent/plan.ts";
import { withoutSelfPairs, type CollisionModel } from "../robot/collision-model.ts";
import type { ObstacleSet } from "../robot/obstacle-set.ts";
import { SweptChecker, type SweptReport } from "../robot/swept-checker.ts";

export interface PlanProof {
  /** True only if every motion is clear and proved so. */
  readonly clear: boolean;
  /** The first motion that is not, or else the one that comes nearest; undefined where nothing moves. */
  readonly worst?: {
    readonly segment: number;
    readonly label: string;
    readonly report: SweptReport;
  };
}

const checkers = new WeakMap<ObstacleSet, WeakMap<CollisionModel, SweptChecker>>();

function checkerFor(collision: CollisionModel, obstacles: ObstacleSet): SweptChecker {
  let ofBody = checkers.get(obstacles);
  if (ofBody === undefined) checkers.set(obstacles, (ofBody = new WeakMap()));
  let checker = ofBody.get(collision);
  if (checker === undefined) ofBody.set(collision, (checker = new SweptChecker(collision, obstacles)));
  return checker;
}

const loners = new WeakMap<CollisionModel, CollisionModel>();

function loneBody(collision: CollisionModel): CollisionModel {
  let body = loners.get(collision);
  if (body === undefined) loners.set(collision, (body = withoutSelfPairs(collision)));
  return body;
}

interface Known {
  readonly collision: CollisionModel;
  readonly obstacles: ObstacleSet;
  readonly proof: PlanProof;
}

export interface ProverOptions {
  readonly marginM: number;
  /** As in `SweptOptions`: how much nearer than the margin a pair may start and still leave, m. */
  readonly startGraceM: number;
  /** False: nothing may be touched, whatever the plan says. */
  readonly honoursMayTouch: boolean;
  /** False: only obstacles count, not what the robot does to itself. */
  readonly againstSelf: boolean;
  /** Names of the obstacles that count; every one unless given. */
  readonly against?: readonly string[] | undefined;
}

/** Keeps the last proof of each plan. One prover a question: margins and what may be touched are fixed at construction. */
export class SweptProver {
  readonly #marginM: number;
  readonly #startGraceM: number;
  readonly #honoursMayTouch: boolean;
  readonly #againstSelf: boolean;
  readonly #against: readonly string[] | undefined;
  readonly #known = new LastSeen<Plan, Known>();

  constructor(options: ProverOptions) {
    this.#marginM = options.marginM;
    this.#startGraceM = options.startGraceM;
    this.#honoursMayTouch = options.honoursMayTouch;
    this.#againstSelf = options.againstSelf;
    this.#against = options.against;
  }

  prove(plan: Plan, collision: CollisionModel, obstacles: ObstacleSet): PlanProof {
    const before = this.#known.get(plan);
    if (before !== undefined && before.collision === collision && before.obstacles === obstacles) return before.proof;
    const body = this.#againstSelf ? collision : loneBody(collision);
    const against = this.#against;
    const absent = against === undefined ? [] : obstacles.names.filter((name) => !against.includes(name));
    const proof = this.#proofOf(plan, checkerFor(body, obstacles), absent);
    this.#known.set(plan, { collision, obstacles, proof });
    return proof;
  }

  #proofOf(plan: Plan, checker: SweptChecker, absent: readonly string[]): PlanProof {
    let worst: PlanProof["worst"];
    for (const [segment, motion] of plan.segments.entries()) {
      if (motion.kind !== "motion") continue;
      const { label, trajectory, mayTouch, carrying } = motion;
      const touchable = this.#honoursMayTouch ? [...mayTouch, ...absent] : absent;
      const report = checker.checkPath(trajectory.path, {
        marginM: this.#marginM,
        startGraceM: this.#startGraceM,
        mayTouch: touchable,
        ...(carrying === undefined ? {} : { carrying: this.#honoursMayTouch ? carrying : { ...carrying, mayTouch: [] } }),
      });
      const found = { segment, label, report };
      if (!(report.clear && report.proved)) return { clear: false, worst: found };
      if (worst === undefined || report.nearestM < worst.report.nearestM) worst = found;
    }
    return worst === undefined ? { clear: true } : { clear: true, worst };
  }
}
