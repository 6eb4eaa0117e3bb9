/**
 * The steps of a composite, one after the other: each is a step of its own, through every gate; the first that is not ok ends it.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { Intent } from "../intent/intent.ts";
import { parseIntent } from "../intent/parse-intent.ts";
import type { StepRecord } from "../trace/records.ts";
import type { Outcome } from "./step-record.ts";

/** A composite inside a composite, and so on: those of a profile have no cycles, those that name their steps as they run might. */
const depthLimit = 8;

export async function compositeSteps(
  intent: Intent,
  steps: readonly { readonly name: string }[],
  depth: number,
  perform: (sub: Intent) => Promise<StepRecord>,
): Promise<Pick<Outcome, "status" | "message" | "observation" | "children">> {
  const observation: Record<string, JsonObject[string]> = { composite: intent.name, n_steps: steps.length };
  const children: number[] = [];
  if (!(depth <= depthLimit))
    return { status: "error", message: `${intent.name}: nested deeper than ${depthLimit}`, observation, children };
  for (const [index, sub] of steps.entries()) {
    const parsed = parseIntent({ ...sub }, `${intent.id}.${index + 1}`);
    if (!parsed.ok) return { status: "error", message: `${sub.name}: malformed sub-step`, observation, children };
    const { step, result } = await perform(parsed.intent);
    children.push(step);
    observation[`substep_${index}_${sub.name}`] = result.observation;
    if (result.status === "ok") continue;
    observation["failed_at"] = sub.name;
    observation["step_index"] = index;
    return { status: result.status, message: `${intent.name}: ${sub.name}: ${result.message}`, observation, children };
  }
  return { status: "ok", message: `${intent.name}: ${steps.length} substeps complete`, observation, children };
}
