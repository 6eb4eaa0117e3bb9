/**
 * One decision: one question to the model, tried again where that may help, all within one deadline.
 * @module
 */
import { APICallError, generateText, type ModelMessage, type ToolChoice, type ToolSet } from "ai";
import { backoffS } from "../../core/backoff.ts";
import { isJsonObject, toJsonValue, type JsonValue } from "../../core/json.ts";
import type { Random } from "../../core/random.ts";
import type { LlmModel } from "./endpoint-model.ts";
import { LlmPolicyError, ownError } from "./llm-error.ts";
import { cleanText } from "./quoted.ts";
import type { UsageMeter } from "./usage.ts";

export interface ModelCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it; a string where it is not JSON. */
  readonly input: JsonValue;
}

export interface ModelAnswer {
  readonly text: string;
  readonly calls: readonly ModelCall[];
}

export interface Sampling {
  /** Left to the endpoint where undefined. */
  readonly temperature: number | undefined;
  readonly maxTokens: number;
}

export interface AskOptions {
  readonly model: LlmModel;
  readonly system: string;
  readonly tools: ToolSet;
  readonly toolChoice: ToolChoice<ToolSet>;
  readonly sampling: Sampling;
  readonly maxRetries: number;
  readonly deadlineMs: number;
  readonly usage: UsageMeter;
  readonly random: Random;
  /** Waits; ends early, by throwing or returning, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Ends when `signal` does or the deadline passes, whichever is first. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly timer: AbortSignal;
}

export function deadlineFrom(signal: AbortSignal | undefined, ms: number): Deadline {
  const timer = AbortSignal.timeout(ms);
  return { timer, signal: signal === undefined ? timer : AbortSignal.any([signal, timer]) };
}

/** @throws LlmPolicyError, and nothing else */
export async function askModel(messages: readonly ModelMessage[], options: AskOptions, deadline: Deadline): Promise<ModelAnswer> {
  for (let tries = 1; ; tries++) {
    try {
      return await askOnce(messages, options, deadline.signal, tries > 1);
    } catch (error) {
      const problem = problemFrom(error, options, deadline, messages);
      if (!problem.passing || tries > options.maxRetries) throw problem;
      const waitMs = problem.retryAfterMs ?? backoffS(tries, { random: options.random }) * 1000;
      if (!(waitMs < options.deadlineMs)) throw problem;
      await waitFor(waitMs, options, deadline);
    }
  }
}

async function askOnce(messages: readonly ModelMessage[], options: AskOptions, signal: AbortSignal, retry: boolean): Promise<ModelAnswer> {
  const { model, system, tools, toolChoice, sampling, usage } = options;
  usage.sent(retry);
  const answer = await generateText({
    model: model.model,
    instructions: system,
    messages: [...messages],
    tools,
    toolChoice,
    maxRetries: 0,
    // Prompts and answers stay off the process-wide diagnostics channel, and nothing is spent on making them fit for it.
    telemetry: { isEnabled: false },
    abortSignal: signal,
    maxOutputTokens: sampling.maxTokens,
    ...(sampling.temperature === undefined ? {} : { temperature: sampling.temperature }),
  });
  const { inputTokens, outputTokens, inputTokenDetails } = answer.usage;
  usage.answered({ inputTokens, outputTokens, cachedInputTokens: inputTokenDetails.cacheReadTokens });
  return {
    text: answer.text,
    calls: answer.toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input: toJsonValue(input).value })),
  };
}

async function waitFor(ms: number, options: AskOptions, deadline: Deadline): Promise<void> {
  try {
    await options.sleep(ms, deadline.signal);
    deadline.signal.throwIfAborted();
  } catch (error) {
    throw problemFrom(error, options, deadline);
  }
}

function problemFrom(
  error: unknown,
  { model, deadlineMs, usage }: AskOptions,
  { signal, timer }: Deadline,
  messages: readonly ModelMessage[] = [],
): LlmPolicyError {
  if (signal.aborted) {
    if (!timer.aborted) return new LlmPolicyError("aborted", "the decision was called off");
    return new LlmPolicyError("timeout", `${model.endpoint} did not answer within ${deadlineMs} ms`);
  }
  const own = ownError(error);
  if (own !== undefined) return own;
  const said = (text: string): string => cleanText(model.redact(text), 200);
  if (error instanceof Error && error.name === "AI_ToolChoiceViolationError") {
    usage.answered({});
    return new LlmPolicyError("no_tool_call", said(wordsOf(error)));
  }
  if (!APICallError.isInstance(error)) {
    const text = error instanceof Error ? error.message : String(error);
    return new LlmPolicyError("bad_answer", `the answer of ${model.endpoint} cannot be read: ${said(text)}`);
  }
  const { statusCode: status, message } = error;
  if (status === undefined) return new LlmPolicyError("unreachable", `cannot reach ${model.endpoint}: ${said(message)}`);
  if (status === 401 || status === 403)
    return new LlmPolicyError("unauthorized", `${model.endpoint} does not accept the API key (HTTP ${status})`, { status });
  if (status >= 200 && status < 300)
    return new LlmPolicyError("bad_answer", `the answer of ${model.endpoint} cannot be read: ${said(message)}`, { status });
  const retryAfterMs = retryAfter(error.responseHeaders);
  const pictured = status < 500 && status !== 429 && messages.some(showsPicture);
  const hint = pictured ? "; the request held pictures, which not every model takes: try without images" : "";
  return new LlmPolicyError("http_error", `${model.endpoint} answered HTTP ${status}: ${said(message)}${hint}`, {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function showsPicture({ role, content }: ModelMessage): boolean {
  if (typeof content === "string" || (role !== "user" && role !== "tool")) return false;
  return content.some((part) => {
    if (part.type !== "tool-result") return part.type === "file";
    return part.output.type === "content" && part.output.value.some(({ type }) => type === "file");
  });
}

/** The text of an answer that did not call the tool it had to. */
function wordsOf(error: Error): string {
  const parts = toJsonValue(Reflect.get(error, "content")).value;
  if (!Array.isArray(parts)) return "";
  return parts.map((part: JsonValue) => (isJsonObject(part) && typeof part["text"] === "string" ? part["text"] : "")).join("");
}

/** ms; seconds in `retry-after` are what a server may say, dates are not read. */
function retryAfter(headers: Readonly<Record<string, string>> | undefined): number | undefined {
  const ms = Number(headers?.["retry-after-ms"] ?? Number.NaN);
  const s = Number(headers?.["retry-after"] ?? Number.NaN);
  const waitMs = Number.isFinite(ms) ? ms : s * 1000;
  return Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : undefined;
}
