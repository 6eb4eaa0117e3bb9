import type { JsonObject } from "../../core/json.ts";
import type { PrimitiveRegistry } from "../../intent/registry.ts";
import { stateFromObservation } from "../../intent/state-json.ts";
import { endpointModel, llmPolicy, type EndpointOptions, type LlmPolicy, type LlmPolicyOptions } from "../../policy/llm/index.ts";
import { runPolicy, type RunReport } from "../run-policy.ts";
import type { Runtime } from "../runtime.ts";

/** Which model, and how it is asked; defaults as the spec's table has them. */
export type LlmLoopConfig = Partial<Omit<EndpointOptions, "wire">> &
  Partial<Pick<EndpointOptions, "wire">> &
  Omit<LlmPolicyOptions, "model" | "registry">;

export interface LlmLoopOptions {
  readonly registry: PrimitiveRegistry;
  readonly runtime: Runtime;
  readonly goal: string;
  readonly config?: LlmLoopConfig;
  /** 16 unless given. */
  readonly maxSteps?: number;
  readonly signal?: AbortSignal;
}

/** Keys as the reference has them. */
export interface LlmLoopResult {
  readonly steps: number;
  /** `error`: the endpoint failed, or the same call was refused three times; `done` also where the model asks a person. */
  readonly terminated: "done" | "max_steps" | "no_tool_call" | "error" | "stopped";
  readonly last_observation: {
    /** Empty before the first step. */
    readonly status: string;
    readonly message: string;
    readonly observation: JsonObject;
    readonly state: JsonObject;
  };
  readonly messages: LlmPolicy["messages"];
}

/** @throws ClearanceError `config.invalid` for a primitive named `done` or `ask`; TypeError for an address that is none */
export async function llmPolicyLoop({
  registry,
  runtime,
  goal,
  config = {},
  maxSteps = 16,
  signal,
}: LlmLoopOptions): Promise<LlmLoopResult> {
  const { wire = "openai", model: name = "qwen2.5:14b", baseUrl = "http://localhost:11434/v1" } = config;
  const { apiKey, maxTokensField, maxAnswerBytes, ...asking } = config;
  const model = endpointModel({
    wire,
    model: name,
    baseUrl,
    apiKey,
    ...(maxTokensField === undefined ? {} : { maxTokensField }),
    ...(maxAnswerBytes === undefined ? {} : { maxAnswerBytes }),
  });
  const policy = llmPolicy({ ...asking, model, registry });
  const report = await runPolicy(runtime, policy, goal, { maxSteps, ...(signal === undefined ? {} : { signal }) });
  const last = report.steps.at(-1)?.result;
  return {
    steps: report.steps.length,
    terminated: terminationOf(report, policy),
    last_observation: {
      status: last?.status ?? "",
      message: last?.message ?? "",
      observation: last?.observation ?? {},
      state: stateFromObservation(runtime.episode.backend, await runtime.observe()),
    },
    messages: policy.messages,
  };
}

function terminationOf({ endedBy }: RunReport, { terminated }: LlmPolicy): LlmLoopResult["terminated"] {
  if (endedBy === "max-steps") return "max_steps";
  if (endedBy === "stop" || endedBy === "abort") return "stopped";
  if (terminated === "no_tool_call") return "no_tool_call";
  return terminated === "done" || terminated === "ask" ? "done" : "error";
}
