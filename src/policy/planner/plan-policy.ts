import { deepFreeze } from "../../core/json.ts";
import type { LastStep, Policy } from "../policy.ts";
import { reasonOf } from "../reason-of.ts";
import type { IntentPlan } from "./planner.ts";

/** Proposes the intents of a plan in order; the first that is not `ok` ends it. */
export function planPolicy(plan: IntentPlan): Policy {
  let next = 0;
  let count = 0;
  let proposed = "";
  return {
    name: `plan ${plan.name}`,
    propose: async ({ last }) => {
      if (last === undefined) next = 0;
      else {
        const problem = problemOf(last, proposed);
        if (problem !== undefined)
          return { kind: "done", reached: false, message: `step ${next} ${plan.intents[next - 1]?.name ?? ""}: ${problem}` };
      }
      const step = plan.intents[next];
      if (step === undefined) return { kind: "done", reached: true, message: `all ${plan.nSteps} steps of ${plan.name} are done` };
      next += 1;
      proposed = `p-${++count}`;
      return { kind: "intent", intent: deepFreeze({ id: proposed, name: step.name, args: step.args, rationale: step.rationale }) };
    },
  };
}

function problemOf(last: LastStep, proposed: string): string | undefined {
  if (last.intent.id !== proposed) return "another controller acted before its result was reported";
  return last.status === "ok" ? undefined : `${last.gate === "" ? last.status : `${last.status} by ${last.gate}`}: ${reasonOf(last)}`;
}
