/**
 * The checks of grounding, in their order, none of them skipped for what another found.
 * @module
 */
import { formatPair } from "../core/format.ts";
import { distance, formatVec3 } from "../core/vec3.ts";
import type { Shape } from "../geometry/shapes.ts";
import type { KinematicModel } from "../robot/kinematic-model.ts";
import type { PhysicalConstraint } from "./constraint.ts";
import { checkPath } from "./grounding-path.ts";
import { clip, messageOf, MeteredModel, type GroundingMeter } from "./grounding-meter.ts";
import type { PhysicalAction } from "./physical-action.ts";

export interface EvaluationOptions {
  readonly rejectOnUnreachable: boolean;
  /** What an answer `unknown` of the model's `inverse` comes to. A model that throws is never allowed. */
  readonly onUnsupportedReachability: "deny" | "allow";
  readonly jointTargetToleranceM: number;
}

/** Joint angles as far as they are known after the reachability check. */
type Angles = readonly number[] | undefined;

export class GroundingEvaluation {
  /** Of each constraint, in order; read once, like the names. */
  readonly obstaclesOf: readonly (readonly Shape[])[];
  readonly #obstacles: readonly Shape[];
  readonly #model: KinematicModel | undefined;
  readonly #constraints: readonly PhysicalConstraint[];
  /** Read once, so that a plug-in cannot take another's name later. */
  readonly #names: readonly string[];
  readonly #options: EvaluationOptions;
  #view: MeteredModel | undefined;

  constructor(
    model: KinematicModel | undefined,
    constraints: readonly PhysicalConstraint[],
    names: readonly string[],
    options: EvaluationOptions,
  ) {
    this.#model = model;
    this.#constraints = constraints;
    this.#names = names;
    this.#options = options;
    this.#view = model === undefined ? undefined : new MeteredModel(model);
    this.obstaclesOf = constraints.map((constraint) => Object.freeze([...(constraint.obstacles ?? [])]));
    this.#obstacles = Object.freeze(this.obstaclesOf.flat());
  }

  /** Steps 1 to 5. False when the validation itself could not be paid for: then nothing else has run. */
  run(action: PhysicalAction, meter: GroundingMeter, startAngles: ArrayLike<number> | undefined): boolean {
    if (!meter.take("action_validations")) return false;
    const model = this.#model;
    const angles = model === undefined ? undefined : this.#reach(model, action, meter);
    if (model?.extraObstacles !== undefined && model.extraObstacles.length > 0) checkModelObstacles(model, action, meter);
    this.#judge(action, meter);
    if (model !== undefined && angles !== undefined) checkPath(model, angles, this.#obstacles, startAngles, meter);
    return true;
  }

  #reach(model: KinematicModel, action: PhysicalAction, meter: GroundingMeter): Angles {
    if (action.jointAnglesRad.length > 0) return this.#place(model, action, meter);
    if (!this.#options.rejectOnUnreachable || !meter.take("inverse_kinematics")) return undefined;
    return this.#invert(model, action, meter);
  }

  /** The joint vector must be one of the model's, inside its limits, and put the tip where the action says it goes. */
  #place(model: KinematicModel, { jointAnglesRad, targetInWorld }: PhysicalAction, meter: GroundingMeter): Angles {
    const { jointCount } = model;
    if (jointCount !== undefined && jointAnglesRad.length !== jointCount) {
      meter.deny("joint_vector", `got ${jointAnglesRad.length} joint angles, the model has ${jointCount} joints`);
      return undefined;
    }
    const outside = outsideLimits(model, jointAnglesRad);
    if (outside !== "") meter.deny("joint_limits", outside);
    try {
      const answer = model.forward(jointAnglesRad);
      if (answer.kind !== "position") {
        meter.leaveUndecided("joint_target_mismatch", `joint angles could not be placed: ${clip(answer.why)}`);
        return jointAnglesRad;
      }
      const toleranceM = this.#options.jointTargetToleranceM;
      const awayM = distance(answer.positionInWorld, targetInWorld);
      if (awayM <= toleranceM) return jointAnglesRad;
      const where = formatVec3(answer.positionInWorld);
      const [away] = formatPair(awayM, toleranceM, 6);
      meter.deny("joint_target_mismatch", `joint angles place the end-effector at ${where}, ${away} m from the target`);
    } catch (cause) {
      meter.leaveUndecided("joint_target_mismatch", `joint angles could not be placed: ${messageOf(cause)}`);
    }
    return jointAnglesRad;
  }

  #invert(model: KinematicModel, { targetInWorld }: PhysicalAction, meter: GroundingMeter): Angles {
    try {
      const answer = model.inverse(targetInWorld);
      switch (answer.kind) {
        case "solution":
          if (answer.residualM <= this.#options.jointTargetToleranceM) return answer.anglesRad;
          meter.leaveUndecided("reachability", `reachability could not be decided: the solution misses by ${answer.residualM} m`);
          return undefined;
        case "unreachable":
          meter.deny("reachability", `target ${formatVec3(targetInWorld)} is outside the model's reachable workspace`);
          return undefined;
        case "unknown":
          if (this.#options.onUnsupportedReachability !== "allow")
            meter.leaveUndecided("reachability", `reachability could not be decided: ${clip(answer.why)}`);
          return undefined;
        default:
          answer satisfies never;
          meter.leaveUndecided("reachability", "reachability could not be decided: malformed answer");
          return undefined;
      }
    } catch (cause) {
      meter.leaveUndecided("reachability", `reachability could not be decided: ${messageOf(cause)}`);
      return undefined;
    }
  }

  #judge(action: PhysicalAction, meter: GroundingMeter): void {
    // Taken while in use: a constraint that evaluates the same grounding again gets a view of its own.
    const view = this.#view ?? (this.#model === undefined ? undefined : new MeteredModel(this.#model));
    this.#view = undefined;
    for (let i = 0; i < this.#constraints.length; i++) judgeOne(this.#constraints[i]!, this.#names[i]!, action, view, meter);
    this.#view = view;
  }
}

function judgeOne(
  constraint: PhysicalConstraint,
  name: string,
  action: PhysicalAction,
  view: MeteredModel | undefined,
  meter: GroundingMeter,
): void {
  view?.begin(meter);
  try {
    if (constraint.evaluateDetailed === undefined) {
      const reason: unknown = constraint.evaluate(action, view);
      view?.end();
      if (reason === null) return;
      if (typeof reason === "string") meter.deny(name, reason);
      else meter.leaveUndecided(name, "constraint error: evaluate answered neither a reason nor null");
      return;
    }
    const finding = constraint.evaluateDetailed(action, view);
    view?.end();
    if (finding === null) return;
    if (typeof finding?.reason !== "string") {
      meter.leaveUndecided(name, "constraint error: evaluateDetailed answered neither a finding nor null");
      return;
    }
    const { reason, undecided = false, evidence } = finding;
    meter.violations.push({ constraint: name, reason, undecided: undecided !== false, ...(evidence === undefined ? {} : { evidence }) });
  } catch (cause) {
    // A refusal is in the violations already; what the constraint made of it says nothing more.
    if (view?.end() !== true) meter.leaveUndecided(name, `constraint error: ${messageOf(cause)}`);
  }
}

function checkModelObstacles(model: KinematicModel, { targetInWorld }: PhysicalAction, meter: GroundingMeter): void {
  if (!meter.take("simulation_checks")) return;
  try {
    const answer = model.collidesWith(targetInWorld, none, none);
    if (answer === "free") return;
    if (answer === "collides")
      meter.deny("model_obstacles", `end-effector ${formatVec3(targetInWorld)} collides with the model's own obstacles`);
    else meter.leaveUndecided("model_obstacles", "the kinematic model cannot judge collision with its own obstacles");
  } catch (cause) {
    meter.leaveUndecided("model_obstacles", `collision could not be decided: ${messageOf(cause)}`);
  }
}

/** Every joint outside its limits, or "". */
function outsideLimits({ jointLimitsRad = none }: KinematicModel, anglesRad: readonly number[]): string {
  const outside: string[] = [];
  for (let joint = 0; joint < anglesRad.length; joint++) {
    const limit = jointLimitsRad[joint];
    const angle = anglesRad[joint]!;
    if (limit === undefined || (angle >= limit[0] && angle <= limit[1])) continue;
    const [is, bound] = formatPair(angle, angle < limit[0] ? limit[0] : limit[1]);
    outside.push(`joint ${joint + 1} at ${is} rad is beyond its limit ${bound} rad`);
  }
  return outside.join("; ");
}

const none: readonly never[] = Object.freeze([]);
