import type { JsonObject } from "../../core/json.ts";
import type { SentencePlan } from "../language/sentence-plan.ts";
import type { LastStep } from "../policy.ts";

export type StepStatus = LastStep["status"];

export const stepStatuses: readonly StepStatus[] = ["ok", "error", "blocked", "timeout", "stopped"];

/** What a step must come to; what is absent is not compared. */
export interface Expectation {
  readonly status: StepStatus;
  readonly gate?: string;
  readonly code?: string;
}

export interface IntentStep {
  readonly kind: "intent";
  readonly name: string;
  readonly args: JsonObject;
  readonly rationale: string;
  readonly expect?: Expectation;
  /** `file:line:column`. */
  readonly where: string;
}

/** A sentence; several intents. `expect` is of the last one, or of the first that is not ok. */
export interface SayStep {
  readonly kind: "say";
  readonly text: string;
  /** Read when the script was, where a vocabulary was at hand. */
  readonly plan?: SentencePlan;
  readonly rationale: string;
  readonly expect?: Expectation;
  readonly where: string;
}

export type ScriptStep = IntentStep | SayStep;

/** A list of steps; repetitions are written out. Frozen. */
export interface Script {
  readonly goal?: string;
  readonly steps: readonly ScriptStep[];
}
