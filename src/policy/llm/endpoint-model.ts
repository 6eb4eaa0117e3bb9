/**
 * A language model behind an address. The key goes into the request and nowhere else.
 * @module
 */
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";
import { limitedFetch } from "./limited-fetch.ts";

/** A model as the policy and the planner take it. `endpoint` and `name` are printed; they hold no secret. */
export interface LlmModel {
  readonly name: string;
  readonly endpoint: string;
  readonly model: Exclude<LanguageModel, string>;
  /** Whether a tool's result may hold pictures; else they follow it. */
  readonly picturesInResults?: boolean;
  /** The text without the key, should an endpoint repeat it. */
  redact(text: string): string;
}

export interface EndpointOptions {
  /** `openai`: `POST {baseUrl}/chat/completions`, as most servers offer it; `anthropic`: `POST {baseUrl}/messages`. */
  readonly wire: "openai" | "anthropic";
  readonly model: string;
  /** With its version part, for example `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** How the endpoint calls the limit of an answer; `max_tokens`, but the newer name at api.openai.com, unless given. */
  readonly maxTokensField?: "max_tokens" | "max_completion_tokens";
  /** A longer answer is cut off; 4 MiB unless given. */
  readonly maxAnswerBytes?: number;
}

/** Servers without keys are given words like `none`; shorter ones are no secret, and would be cut out of every message. */
const shortestSecret = 6;

/** @throws TypeError for an address that is no http or https URL */
export function endpointModel(options: EndpointOptions): LlmModel {
  const { wire, model: name, baseUrl, apiKey, maxAnswerBytes = 4 * 1024 * 1024 } = options;
  const endpoint = printable(baseUrl);
  const { maxTokensField = new URL(baseUrl).hostname === "api.openai.com" ? "max_completion_tokens" : "max_tokens" } = options;
  const limited = limitedFetch(endpoint, maxAnswerBytes);
  const baseURL = baseUrl.replace(/\/+$/, "");
  const model =
    wire === "anthropic"
      ? createAnthropic({ baseURL, apiKey: apiKey ?? "", fetch: limited })(name)
      : createOpenAICompatible({
          name: "openai",
          baseURL,
          fetch: limited,
          transformRequestBody: ({ max_tokens, ...body }) => ({
            ...body,
            ...(max_tokens === undefined ? {} : { [maxTokensField]: max_tokens }),
          }),
          ...(apiKey === undefined ? {} : { apiKey }),
        })(name);
  const redact = (text: string): string =>
    apiKey === undefined || apiKey.length < shortestSecret ? text : text.replaceAll(apiKey, "[key]");
  return Object.freeze({ name, endpoint, model, picturesInResults: wire === "anthropic", redact });
}

/** Without user, password and query: those may be secrets. */
function printable(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new TypeError(`'${baseUrl}' is not an http or https address`);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}
