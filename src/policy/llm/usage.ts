/**
 * What the asking costs. Tokens as the endpoint counted them; money only where somebody gave prices.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";

/** Price of a million tokens, in whatever currency the table is in. */
export interface TokenPrices {
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  /** Of input read from the endpoint's cache; as other input unless given. */
  readonly cachedInputPerMillion?: number;
}

export interface LlmUsage {
  /** Requests sent, retries included. */
  readonly requests: number;
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  /** Answers whose endpoint counted nothing. */
  readonly uncountedAnswers: number;
  /** Absent without prices. */
  readonly cost?: number;
}

export interface TokenCount {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cachedInputTokens?: number | undefined;
}

export class UsageMeter {
  readonly #prices: TokenPrices | undefined;
  #requests = 0;
  #retries = 0;
  #input = 0;
  #output = 0;
  #cached = 0;
  #uncounted = 0;

  constructor(prices: TokenPrices | undefined) {
    this.#prices = prices;
  }

  sent(retry: boolean): void {
    this.#requests += 1;
    if (retry) this.#retries += 1;
  }

  answered({ inputTokens, outputTokens, cachedInputTokens }: TokenCount): void {
    if (inputTokens === undefined && outputTokens === undefined) this.#uncounted += 1;
    this.#input += count(inputTokens);
    this.#output += count(outputTokens);
    this.#cached += count(cachedInputTokens);
  }

  get total(): LlmUsage {
    const prices = this.#prices;
    const usage = {
      requests: this.#requests,
      retries: this.#retries,
      inputTokens: this.#input,
      outputTokens: this.#output,
      cachedInputTokens: this.#cached,
      uncountedAnswers: this.#uncounted,
    };
    if (prices === undefined) return usage;
    const { inputPerMillion, outputPerMillion, cachedInputPerMillion = inputPerMillion } = prices;
    const cached = Math.min(this.#cached, this.#input);
    const cost = (inputPerMillion * (this.#input - cached) + cachedInputPerMillion * cached + outputPerMillion * this.#output) / 1e6;
    return { ...usage, cost };
  }
}

/** As a trace and `--json` hold it. */
export function usageJson({ cost, ...usage }: LlmUsage): JsonObject {
  return { ...usage, ...(cost === undefined ? {} : { cost }) };
}

function count(tokens: number | undefined): number {
  return tokens !== undefined && Number.isFinite(tokens) && tokens > 0 ? tokens : 0;
}
