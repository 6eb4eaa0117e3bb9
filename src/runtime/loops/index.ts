/**
 * A policy run to its end in one call, with results in the shapes of the reference. Loads the AI SDK and the wire formats, so it is a
 * subpath of its own.
 * @module
 */
export { llmPolicyLoop, type LlmLoopConfig, type LlmLoopOptions, type LlmLoopResult } from "./llm-policy-loop.ts";
export { vlaPolicyLoop, type VlaLoopOptions, type VlaLoopResult } from "./vla-policy-loop.ts";
