import type { JsonObject } from "../../core/json.ts";
import type { SubIntent } from "../../intent/primitive.ts";

/** A plan of intents: a proposal as a whole. Each intent still passes the gates when it is run. */
export interface IntentPlan {
  readonly name: string;
  readonly intents: readonly SubIntent[];
  readonly rationale: string;
  readonly metadata: JsonObject;
  readonly nSteps: number;
}

export interface Planner<Goal> {
  plan(goal: Goal): IntentPlan | Promise<IntentPlan>;
}

export function intentPlan(name: string, intents: readonly SubIntent[], rationale = "", metadata: JsonObject = {}): IntentPlan {
  return Object.freeze({ name, intents: Object.freeze([...intents]), rationale, metadata, nSteps: intents.length });
}
