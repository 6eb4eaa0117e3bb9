/**
 * A language model that proposes: step by step as a policy, or at once as a planner, behind any chat endpoint. Loads the AI SDK, so it is a subpath of its own.
 * @module
 */
export { endpointModel } from "./endpoint-model.ts";
export type { EndpointOptions, LlmModel } from "./endpoint-model.ts";
export { LlmPolicyError } from "./llm-error.ts";
export type { LlmErrorCode } from "./llm-error.ts";
export { llmPlanner, PlanError } from "./llm-planner.ts";
export type { LlmPlan, LlmPlanner, LlmPlannerOptions } from "./llm-planner.ts";
export { llmPolicy } from "./llm-policy.ts";
export type { LlmEnding, LlmPolicy, LlmPolicyOptions } from "./llm-policy.ts";
export type { SightOptions } from "./pictures.ts";
export type { LlmUsage, TokenPrices } from "./usage.ts";
