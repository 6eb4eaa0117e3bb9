/**
 * A language model that plans the whole goal in one answer. It must call `submit_plan`; the plan is a proposal, and each of its
 * intents passes the gates when it is run.
 * @module
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { Random } from "../../core/random.ts";
import type { SubIntent } from "../../intent/primitive.ts";
import { offeredNames, offeredPrimitive } from "../../intent/offered.ts";
import type { PrimitiveRegistry } from "../../intent/registry.ts";
import type { Observation } from "../../core/observation.ts";
import { intentPlan, type IntentPlan } from "../planner/planner.ts";
import { askModel, deadlineFrom, type AskOptions, type ModelCall } from "./ask-model.ts";
import { coerce } from "./coerce.ts";
import type { LlmModel } from "./endpoint-model.ts";
import { LlmPolicyError } from "./llm-error.ts";
import { cleanText, quoted, stateFor } from "./quoted.ts";
import { systemPrompt } from "./system-prompt.ts";
import { timerSleep } from "./timer-sleep.ts";
import { objectSchema, primitiveTools, toolSet, type ToolDefinition } from "./tool-schemas.ts";
import { UsageMeter, type LlmUsage, type TokenPrices } from "./usage.ts";

export interface LlmPlannerOptions {
  readonly model: LlmModel;
  readonly registry: PrimitiveRegistry;
  readonly instructions?: string;
  /** 0.2 unless given; `null` leaves it to the endpoint. */
  readonly temperature?: number | null;
  /** 2048 unless given. */
  readonly maxTokens?: number;
  /** Retries included, ms of wall time; 60 000 unless given. */
  readonly requestTimeoutMs?: number;
  readonly maxRetries?: number;
  /** Longer plans are refused; 64 unless given. */
  readonly maxIntents?: number;
  /** Returns a plan with its `issues` instead of throwing them; the gates refuse what has issues. */
  readonly lenient?: boolean;
  readonly prices?: TokenPrices;
  readonly random?: Random;
  readonly sleep?: AskOptions["sleep"];
}

export interface LlmPlan extends IntentPlan {
  /** `intents[1] fly: …`; empty unless lenient. */
  readonly issues: readonly string[];
}

export interface LlmPlanner {
  readonly used: LlmUsage;
  /** @throws PlanError for an answer that is no plan; LlmPolicyError where the model cannot be asked */
  plan(goal: string, seen?: { readonly observation?: Observation; readonly signal?: AbortSignal }): Promise<LlmPlan>;
}

/** The model gave no plan, or one that names what is not there. */
export class PlanError extends Error {
  override readonly name = "PlanError";
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(issues.join("; "));
    this.issues = issues;
  }
}

const planning = `

Plan the whole goal at once: call submit_plan with every step in order. The plan is judged before anything moves.`;

export function llmPlanner(options: LlmPlannerOptions): LlmPlanner {
  const { model, registry, temperature = 0.2, maxTokens = 2048, requestTimeoutMs = 60_000, maxRetries = 2 } = options;
  const primitives = primitiveTools(registry);
  const usage = new UsageMeter(options.prices);
  const asking: AskOptions = {
    model,
    system: systemPrompt(options.instructions ?? "") + planning,
    tools: toolSet([submitPlan(primitives)]),
    toolChoice: { type: "tool", toolName: "submit_plan" },
    sampling: { temperature: temperature ?? undefined, maxTokens },
    maxRetries,
    deadlineMs: requestTimeoutMs,
    usage,
    random: options.random ?? new Random("llm retries"),
    sleep: options.sleep ?? timerSleep,
  };
  return {
    get used() {
      return usage.total;
    },
    async plan(goal, { observation, signal } = {}) {
      const state = observation === undefined ? "" : `\n\nMeasured at the start:\n${quoted(stateFor(observation))}`;
      const content = `Goal: ${goal}${state}`;
      const calls = await callsFor([{ role: "user", content }], asking, deadlineFrom(signal, requestTimeoutMs));
      const call = calls.find(({ name }) => name === "submit_plan");
      if (call === undefined) throw noPlan("");
      return readPlan(call.input, { registry, primitives, lenient: options.lenient ?? false, maxIntents: options.maxIntents ?? 64 });
    },
  };
}

async function callsFor(...question: Parameters<typeof askModel>): Promise<readonly ModelCall[]> {
  try {
    return (await askModel(...question)).calls;
  } catch (error) {
    throw error instanceof LlmPolicyError && error.code === "no_tool_call" ? noPlan(error.message) : error;
  }
}

function noPlan(said: string): PlanError {
  return new PlanError([`the model did not call submit_plan${said === "" ? "" : `; it said: ${said}`}`]);
}

function submitPlan(primitives: readonly ToolDefinition[]): ToolDefinition {
  const rationale = { type: "string", description: "why, in one sentence" };
  const step = (primitive: ToolDefinition): JsonObject => ({
    ...objectSchema({ name: { type: "string", enum: [primitive.name] }, args: primitive.schema, rationale }, ["name", "args"]),
    description: primitive.description,
  });
  const intents = { type: "array", minItems: 1, items: { anyOf: primitives.map(step) } };
  return { name: "submit_plan", description: "Submit the plan.", schema: objectSchema({ intents, rationale }, ["intents"]) };
}

interface Reading {
  readonly registry: PrimitiveRegistry;
  readonly primitives: readonly ToolDefinition[];
  readonly lenient: boolean;
  readonly maxIntents: number;
}

function readPlan(input: JsonValue, { registry, primitives, lenient, maxIntents }: Reading): LlmPlan {
  const given = isJsonObject(input) ? input["intents"] : undefined;
  if (!isJsonObject(input) || !Array.isArray(given)) throw new PlanError(["submit_plan was called without a list of intents"]);
  if (given.length > maxIntents) throw new PlanError([`the plan has ${given.length} intents, at most ${maxIntents} are taken`]);
  if (given.length === 0) throw new PlanError(["the plan is empty"]);
  const intents: SubIntent[] = [];
  const issues: string[] = [];
  for (const [i, item] of given.entries()) {
    const { intent, issue } = readIntent(item, registry, primitives);
    intents.push(intent);
    if (issue !== undefined) issues.push(`intents[${i}] ${issue}`);
  }
  if (issues.length > 0 && !lenient) throw new PlanError(issues);
  const rationale = textOf(input["rationale"]);
  return Object.freeze({ ...intentPlan("llm", intents, rationale, { n_submitted: given.length }), issues: Object.freeze(issues) });
}

/** The intent, and what is wrong with it. One that cannot be read stands for itself as something that the gates refuse. */
function readIntent(
  item: JsonValue,
  registry: PrimitiveRegistry,
  primitives: readonly ToolDefinition[],
): { readonly intent: SubIntent; readonly issue?: string } {
  const fields = isJsonObject(item) ? item : {};
  const { name, args: given = {} } = fields;
  const rationale = textOf(fields["rationale"]);
  const unread = (shown: string, issue: string) => ({ intent: { name: shown, args: { unparsable_arguments: true }, rationale }, issue });
  if (typeof name !== "string" || name === "") return unread("?", "is not an intent with a name");
  const definition = primitives.find((primitive) => primitive.name === name);
  const shown = cleanText(name, 100);
  if (definition === undefined) return unread(shown, `'${shown}' is not a primitive; there are ${offeredNames(registry).join(", ")}`);
  const args = coerce(given, definition.schema);
  if (!isJsonObject(args)) return unread(shown, `${name}: its args are not an object`);
  const bound = offeredPrimitive(registry, name)?.bind(args);
  const intent = { name, args, rationale };
  return bound?.ok === false ? { intent, issue: cleanText(bound.problem, 200) } : { intent };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? cleanText(value, 2000) : "";
}
