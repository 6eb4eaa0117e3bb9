import { planPolicy } from "../policy/planner/plan-policy.ts";
import type { IntentPlan } from "../policy/planner/planner.ts";
import type { Preview } from "./preview.ts";
import { runPolicy, type RunOptions, type RunReport } from "./run-policy.ts";
import type { Runtime } from "./runtime.ts";

export interface PlanReport extends Omit<RunReport, "endedBy"> {
  /** `preview`: refused as a whole, before anything moved. */
  readonly endedBy: RunReport["endedBy"] | "preview";
  readonly preview: Preview;
}

/** Runs a plan whose every step passes the gates as far as can be predicted; otherwise nothing moves. */
export async function runPlan(runtime: Runtime, plan: IntentPlan, goal: string, options: RunOptions = {}): Promise<PlanReport> {
  const preview = await runtime.preview(plan.intents);
  const refused = preview.ok ? undefined : preview.steps.at(-1);
  if (refused !== undefined) {
    const { intent, verdict } = refused;
    const message = `nothing moved: ${intent.name}, step ${preview.steps.length} of the preview, would be refused by ${verdict.gate}: ${verdict.reason}`;
    runtime.note("plan-refused", { plan: plan.name, intent: intent.name, gate: verdict.gate, reason: verdict.reason });
    return { reached: false, message, endedBy: "preview", steps: [], preview };
  }
  return { ...(await runPolicy(runtime, planPolicy(plan), goal, options)), preview };
}
