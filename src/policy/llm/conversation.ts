/**
 * What was said so far, in the shape both wire formats accept: after an answer with calls comes one message with a result for each.
 * The goal always stays; what is old is shortened first and dropped last.
 * @module
 */
import type { ModelMessage, ToolResultPart } from "ai";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { ModelAnswer, ModelCall } from "./ask-model.ts";
import { cleanText } from "./quoted.ts";

/** Characters a token stands for: on the safe side for JSON with numbers. */
const charactersPerToken = 3;
const maxEchoedInput = 4000;
const maxEchoedText = 2000;

export class Conversation {
  readonly #budgetTokens: number;
  #messages: ModelMessage[] = [];
  #results: ToolResultPart[] = [];

  constructor(goal: string, budgetTokens: number) {
    this.#budgetTokens = budgetTokens;
    this.say(goal);
  }

  say(text: string): void {
    this.#messages.push({ role: "user", content: text });
  }

  heard({ text, calls }: Pick<ModelAnswer, "text" | "calls">): void {
    const said = text.slice(0, maxEchoedText);
    const words = said.trim() === "" ? [] : [{ type: "text" as const, text: said }];
    const content = [...words, ...calls.map(echo)];
    if (content.length > 0) this.#messages.push({ role: "assistant", content });
  }

  answer(call: ModelCall, value: JsonObject): void {
    this.#results.push({ type: "tool-result", toolCallId: call.id, toolName: wireName(call.name), output: { type: "json", value } });
  }

  /** The results so far become a message: before the model is asked again. */
  flush(): void {
    if (this.#results.length > 0) this.#messages.push({ role: "tool", content: this.#results });
    this.#results = [];
  }

  /** Within the budget, if that can be had without the goal and the last exchange. A copy. */
  get messages(): readonly ModelMessage[] {
    this.#shorten();
    this.#drop();
    return structuredClone(this.#messages);
  }

  #tokens(): number {
    return JSON.stringify(this.#messages).length / charactersPerToken;
  }

  /** Index of the last exchange, which stays as it is. */
  #lastAnswer(): number {
    return this.#messages.findLastIndex((message) => message.role === "assistant");
  }

  #shorten(): void {
    for (let i = 1; i < this.#lastAnswer() && this.#tokens() > this.#budgetTokens; i++) {
      const message = this.#messages[i]!;
      if (message.role !== "tool") continue;
      const content = message.content.map((part) => (part.type === "tool-result" ? shortened(part) : part));
      this.#messages[i] = { role: "tool", content };
    }
  }

  #drop(): void {
    while (this.#tokens() > this.#budgetTokens && this.#lastAnswer() > 1) {
      // An exchange goes as a whole: a result without its call is refused by every endpoint.
      const next = this.#messages.findIndex((message, i) => i > 1 && message.role === "assistant");
      this.#messages.splice(1, Math.max(1, next - 1));
    }
  }
}

function echo({ id, name, input }: ModelCall) {
  const small = isJsonObject(input) && JSON.stringify(input).length <= maxEchoedInput;
  return { type: "tool-call" as const, toolCallId: id, toolName: wireName(name), input: small ? input : {} };
}

function shortened(part: ToolResultPart): ToolResultPart {
  const { output } = part;
  const value: JsonValue = output.type === "json" ? (output.value as JsonValue) : null;
  if (!isJsonObject(value)) return part;
  const { status = "", message } = value;
  const brief = typeof message === "string" ? cleanText(message, 80) : "";
  return { ...part, output: { type: "json", value: { status, message: brief, shortened: true } } };
}

/** Endpoints refuse a history with a name they would not have taken as a tool's. */
function wireName(name: string): string {
  const safe = name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64);
  return safe === "" ? "_" : safe;
}
