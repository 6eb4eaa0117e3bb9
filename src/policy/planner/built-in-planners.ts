/**
 * Planners that need no model: the same goal gives the same intents. Points are in the world frame, metres.
 * @module
 */
import type { JsonValue } from "../../core/json.ts";
import { add, type Vec3 } from "../../core/vec3.ts";
import type { SubIntent } from "../../intent/primitive.ts";
import { intentPlan, type IntentPlan, type Planner } from "./planner.ts";

export interface PickAndPlaceOptions {
  /** Look first; true unless given. */
  readonly scanFirst?: boolean;
  /** m; 0.5 unless given. */
  readonly scanRadius?: number;
  /** Height above pick and place of an approach and a retreat point, m; without them at 0, which is the default. */
  readonly approachOffsetZ?: number;
  /** Each move visits points in between; false unless given. */
  readonly useTrajectory?: boolean;
  /** Points of such a move, its end included; 5 unless given. */
  readonly trajectorySteps?: number;
}

export interface PickAndPlaceGoal {
  readonly object: string;
  /** Where the tip goes before it picks, and before it places. */
  readonly pickM: Vec3;
  readonly placeM: Vec3;
  /** Where the tip is; without it the first move has no points in between. */
  readonly fromM?: Vec3;
}

export function pickAndPlacePlanner(options: PickAndPlaceOptions = {}): Planner<PickAndPlaceGoal> {
  const { scanFirst = true, scanRadius = 0.5, approachOffsetZ = 0, useTrajectory = false, trajectorySteps = 5 } = options;
  return {
    plan({ object, pickM, placeM, fromM }): IntentPlan {
      const intents: SubIntent[] = scanFirst ? [intent("scan", { radius: scanRadius }, `look for ${object}`)] : [];
      let atM = fromM;
      const move = (toM: Vec3, why: string): void => {
        intents.push(useTrajectory ? trajectory(atM, toM, trajectorySteps, why) : moveTo(toM, why));
        atM = toM;
      };
      const visit = (pointM: Vec3, action: SubIntent, where: string): void => {
        const aboveM = add(pointM, [0, 0, approachOffsetZ]);
        if (approachOffsetZ > 0) move(aboveM, `approach ${where}`);
        move(pointM, `go to ${where}`);
        intents.push(action);
        if (approachOffsetZ > 0) move(aboveM, `retreat from ${where}`);
      };
      visit(pickM, intent("pick", { object }, `take ${object}`), object);
      visit(placeM, intent("place", { x: placeM[0], y: placeM[1] }, `put ${object} down`), "the place");
      return intentPlan("pick_and_place", intents, `bring ${object} to its place`, { object });
    },
  };
}

export interface TraverseOptions {
  /** Look at each waypoint; false unless given. */
  readonly scanAtEach?: boolean;
  /** m; 0.5 unless given. */
  readonly scanRadius?: number;
}

export function traversePlanner({ scanAtEach = false, scanRadius = 0.5 }: TraverseOptions = {}): Planner<readonly Vec3[]> {
  return {
    plan(waypointsM): IntentPlan {
      const intents = waypointsM.flatMap((pointM, i) => {
        const move = moveTo(pointM, `waypoint ${i + 1}`);
        return scanAtEach ? [move, intent("scan", { radius: scanRadius }, `look at waypoint ${i + 1}`)] : [move];
      });
      return intentPlan("traverse", intents, `visit ${waypointsM.length} waypoints`);
    },
  };
}

/** The same intents whatever the goal. */
export function fixedPlan(intents: readonly SubIntent[], name = "fixed"): Planner<unknown> {
  const plan = intentPlan(name, intents);
  return { plan: () => plan };
}

/** The plans of all, for the same goal, one after the other. */
export function sequentialPlanner<Goal>(planners: readonly Planner<Goal>[]): Planner<Goal> & { plan(goal: Goal): Promise<IntentPlan> } {
  return {
    async plan(goal): Promise<IntentPlan> {
      const plans: IntentPlan[] = [];
      for (const planner of planners) plans.push(await planner.plan(goal));
      const rationale = plans.map((plan) => plan.rationale).filter((text) => text !== "");
      const names = plans.map((plan) => plan.name);
      return intentPlan(
        "sequential",
        plans.flatMap((plan) => plan.intents),
        rationale.join("; then "),
        { plans: names },
      );
    },
  };
}

function moveTo([x, y, z]: Vec3, rationale: string): SubIntent {
  return intent("move_to", { x, y, z }, rationale);
}

function trajectory(fromM: Vec3 | undefined, toM: Vec3, steps: number, rationale: string): SubIntent {
  const count = fromM === undefined ? 1 : Math.max(1, Math.floor(steps));
  const start = fromM ?? toM;
  const waypoints = Array.from({ length: count }, (_, i) => toM.map((end, k) => start[k]! + ((end - start[k]!) * (i + 1)) / count));
  return intent("follow_trajectory", { waypoints }, rationale);
}

function intent(name: string, args: Readonly<Record<string, JsonValue>>, rationale: string): SubIntent {
  return { name, args, rationale };
}
