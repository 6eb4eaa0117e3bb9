/**
 * A language model that proposes: the policy in the loop, behind any chat endpoint. Loads the AI SDK, so it is a subpath of its own.
 * @module
 */
export { endpointModel } from "./endpoint-model.ts";
export type { EndpointOptions, LlmModel } from "./endpoint-model.ts";
export { LlmPolicyError } from "./llm-error.ts";
export type { LlmErrorCode } from "./llm-error.ts";
export { llmPolicy } from "./llm-policy.ts";
export type { LlmEnding, LlmPolicy, LlmPolicyOptions } from "./llm-policy.ts";
export type { LlmUsage, TokenPrices } from "./usage.ts";
