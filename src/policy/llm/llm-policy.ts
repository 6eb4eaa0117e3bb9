/**
 * A language model in the loop: it calls tools, each call becomes an intent, and the result goes back to it. It holds no hand on the
 * robot: what it calls has no effect but a proposal, which the gates judge like any other.
 * @module
 */
import type { ModelMessage, ToolSet } from "ai";
import { canonicalJson, deepFreeze, isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { Random } from "../../core/random.ts";
import { sha256Hex } from "../../core/sha256.ts";
import type { Intent } from "../../intent/intent.ts";
import { offeredPrimitive } from "../../intent/offered.ts";
import type { PrimitiveRegistry } from "../../intent/registry.ts";
import type { Done, LastStep, Policy, ProposedIntent, Question, Turn } from "../policy.ts";
import { reasonOf } from "../reason-of.ts";
import { askModel, deadlineFrom, type AskOptions, type Deadline, type ModelAnswer, type ModelCall } from "./ask-model.ts";
import { coerce } from "./coerce.ts";
import { Conversation } from "./conversation.ts";
import type { LlmModel } from "./endpoint-model.ts";
import { ownError } from "./llm-error.ts";
import { pictureRule, Sight, type SightOptions } from "./pictures.ts";
import { cleanObject, cleanText, quoted, stateFor } from "./quoted.ts";
import { RefusalCount } from "./refusal-count.ts";
import { systemPrompt } from "./system-prompt.ts";
import { primitiveTools, pseudoTools, toolSet, type ToolDefinition } from "./tool-schemas.ts";
import { timerSleep } from "./timer-sleep.ts";
import { UsageMeter, usageJson, type LlmUsage, type TokenPrices } from "./usage.ts";

export interface LlmPolicyOptions extends SightOptions {
  readonly model: LlmModel;
  readonly registry: PrimitiveRegistry;
  /** What the profile says of the robot; stands in the system prompt. */
  readonly instructions?: string;
  /** What is known of robot and world beside the measurements; quoted as data. */
  readonly facts?: JsonObject;
  /** 0.2 unless given; `null` leaves it to the endpoint. */
  readonly temperature?: number | null;
  /** Of one answer; 512 unless given. */
  readonly maxTokens?: number;
  /** One decision, retries included, ms of wall time; 60 000 unless given. */
  readonly requestTimeoutMs?: number;
  /** After 429, 5xx and network errors; 2 unless given. */
  readonly maxRetries?: number;
  /** Estimated, pictures included; 24 000 unless given. */
  readonly contextBudgetTokens?: number;
  /** Answers in words that are put right by a reminder; 1 unless given. */
  readonly maxPlainTextTurns?: number;
  /** More calls in one answer are refused as a whole; 32 unless given. */
  readonly maxCallsPerAnswer?: number;
  readonly prices?: TokenPrices;
  /** Of the wait between tries. */
  readonly random?: Random;
  readonly sleep?: AskOptions["sleep"];
}

/** Why the model's part ended. */
export type LlmEnding = "done" | "ask" | "no_tool_call" | "repeated_refusal" | "error";

export interface LlmPolicy extends Policy {
  readonly config: JsonObject;
  /** Undefined while it goes on. */
  readonly terminated: LlmEnding | undefined;
  /** What was said in the last goal; a copy. */
  readonly messages: readonly ModelMessage[];
  readonly used: LlmUsage;
}

/** @throws ClearanceError `config.invalid` for a primitive named `done` or `ask` */
export function llmPolicy(options: LlmPolicyOptions): LlmPolicy {
  return new ModelPolicy(options);
}

/** Name of the intent that stands for an answer too big to be read. No primitive can have it, so the resolver refuses it. */
const flooded = "flooded answer";
const maxRationale = 2000;
/** Answers in a row of which nothing could be proposed. */
const maxEmptyAnswers = 3;

interface Proposed {
  readonly intent: Intent;
  /** Undefined for an answer that was not taken apart: what became of it is said in words. */
  readonly call: ModelCall | undefined;
}

class ModelPolicy implements LlmPolicy {
  readonly name = "llm";
  readonly config: JsonObject;
  readonly #registry: PrimitiveRegistry;
  readonly #schemas: ReadonlyMap<string, JsonObject>;
  readonly #asking: AskOptions;
  readonly #facts: JsonObject;
  readonly #usage: UsageMeter;
  readonly #sight: Sight;
  readonly #limits: { readonly contextTokens: number; readonly plainTurns: number; readonly calls: number };
  #talk: Conversation | undefined;
  #goal = "";
  #queue: ModelCall[] = [];
  #rationale = "";
  /** The name of the pictures that the calls in the queue were answered by. */
  #shown: string | undefined;
  #proposed: Proposed | undefined;
  #plainTurns = 0;
  #emptyAnswers = 0;
  #refusals = new RefusalCount();
  #intents = 0;
  #terminated: LlmEnding | undefined;

  constructor(options: LlmPolicyOptions) {
    const { model, registry, temperature = 0.2, maxTokens = 512, requestTimeoutMs = 60_000, maxRetries = 2 } = options;
    const { contextBudgetTokens = 24_000, maxPlainTextTurns = 1, maxCallsPerAnswer = 32 } = options;
    const definitions: readonly ToolDefinition[] = [...primitiveTools(registry), ...pseudoTools];
    this.#sight = new Sight(options);
    const system = systemPrompt(options.instructions ?? "", this.#sight.on ? [pictureRule] : []);
    const tools: ToolSet = toolSet(definitions);
    this.#registry = registry;
    this.#facts = options.facts ?? {};
    this.#schemas = new Map(definitions.map(({ name, schema }) => [name, schema]));
    this.#usage = new UsageMeter(options.prices);
    this.#limits = { contextTokens: contextBudgetTokens, plainTurns: maxPlainTextTurns, calls: maxCallsPerAnswer };
    this.#asking = {
      model,
      system,
      tools,
      toolChoice: "auto",
      sampling: { temperature: temperature ?? undefined, maxTokens },
      maxRetries,
      deadlineMs: requestTimeoutMs,
      usage: this.#usage,
      random: options.random ?? new Random("llm retries"),
      sleep: options.sleep ?? timerSleep,
    };
    const facts = { model: model.name, endpoint: model.endpoint, temperature, maxTokens, requestTimeoutMs, maxRetries };
    const limits = { contextBudgetTokens, maxPlainTextTurns, maxCallsPerAnswer };
    const whole = canonicalJson({
      ...facts,
      ...limits,
      ...this.#sight.config,
      system,
      tools: definitions.map((definition) => ({ ...definition })),
    });
    this.config = Object.freeze({ model: model.name, endpoint: model.endpoint, config_sha256: sha256Hex(whole) });
  }

  get terminated(): LlmEnding | undefined {
    return this.#terminated;
  }

  get messages(): readonly ModelMessage[] {
    return this.#talk?.messages ?? [];
  }

  get used(): LlmUsage {
    return this.#usage.total;
  }

  usage(): JsonObject {
    return usageJson(this.used);
  }

  async propose(turn: Turn): Promise<ProposedIntent | Done | Question> {
    const deadline = deadlineFrom(turn.signal, this.#asking.deadlineMs);
    try {
      const talk = this.#begin(turn);
      return this.#settle(talk, turn) ?? (await this.#next(talk, turn, deadline));
    } catch (error) {
      this.#terminated = "error";
      throw error;
    }
  }

  #begin(turn: Turn): Conversation {
    if (this.#talk !== undefined && this.#terminated === undefined && turn.last !== undefined && this.#goal === turn.goal)
      return this.#talk;
    this.#goal = turn.goal;
    this.#queue = [];
    this.#proposed = undefined;
    this.#plainTurns = 0;
    this.#emptyAnswers = 0;
    this.#refusals = new RefusalCount();
    this.#terminated = undefined;
    const start = `Goal: ${turn.goal}\n\nMeasured at the start:\n${quoted({ ...this.#facts, ...stateFor(turn.observation) })}`;
    this.#talk = new Conversation(start, {
      budgetTokens: this.#limits.contextTokens,
      maxImages: this.#sight.maxImages,
      picturesInResults: this.#asking.model.picturesInResults === true,
    });
    return this.#talk;
  }

  /** What became of the last proposal goes back under its own id. */
  #settle(talk: Conversation, turn: Turn): Done | undefined {
    const { last, observation } = turn;
    const proposed = this.#proposed;
    this.#proposed = undefined;
    if (proposed === undefined || last === undefined) return undefined;
    const { call, intent } = proposed;
    const mine = last.intent.id === intent.id;
    if (call !== undefined && mine) talk.answer(call, resultFor(last, stateFor(observation)), this.#sight.ofStep(last, turn, call.id));
    else if (call !== undefined) talk.answer(call, overtaken(stateFor(observation)));
    if (!mine || last.status !== "ok") this.#dropQueue(talk);
    if (!mine) return undefined;
    const looks = this.#registry.get(intent.name)?.risk === "sense";
    if (this.#refusals.countOf(intent, last.status, looks) < 3) return undefined;
    const reason = cleanText(reasonOf(last), 200);
    return this.#end("repeated_refusal", false, `the model proposed ${intent.name} three times unchanged, and it was refused: ${reason}`);
  }

  #dropQueue(talk: Conversation): void {
    for (const call of this.#queue)
      talk.answer(call, { status: "not executed", message: "a call before it in the same answer was not ok" });
    this.#queue = [];
  }

  async #next(talk: Conversation, turn: Turn, deadline: Deadline): Promise<ProposedIntent | Done | Question> {
    for (;;) {
      const call = this.#queue.shift();
      const proposal = call === undefined ? await this.#ask(talk, turn, deadline) : this.#proposalFor(call, talk);
      if (proposal !== undefined) return proposal;
    }
  }

  /** Fills the queue. Something comes back where the answer brings no call that can be taken. */
  async #ask(talk: Conversation, turn: Turn, deadline: Deadline): Promise<ProposedIntent | Done | undefined> {
    talk.flush();
    if (this.#emptyAnswers >= maxEmptyAnswers)
      return this.#end("no_tool_call", false, `nothing could be proposed of ${maxEmptyAnswers} answers in a row`);
    talk.show(await this.#sight.now(turn));
    const { messages } = talk;
    this.#shown = turn.show?.(
      talk.pictures.map((image) => ({ kind: "image", image })),
      turn.observation.id,
    );
    const answer = await this.#answer(messages, deadline);
    if (typeof answer === "string") return this.#refuseFlood(talk, answer);
    const { calls, text } = answer;
    if (calls.length > this.#limits.calls)
      return this.#refuseFlood(talk, `${calls.length} tool calls in one answer, at most ${this.#limits.calls} are read`);
    talk.heard(answer);
    this.#rationale = cleanText(text, maxRationale);
    this.#queue = [...calls];
    if (calls.length > 0) {
      this.#plainTurns = 0;
      this.#emptyAnswers += 1;
      return undefined;
    }
    if (this.#plainTurns >= this.#limits.plainTurns)
      return this.#end("no_tool_call", false, `the model called no tool; it said: ${cleanText(text, 200)}`);
    this.#plainTurns += 1;
    talk.say("Call a tool, or call done. Words alone do nothing.");
    return undefined;
  }

  /** The answer, or why it is too big to be read. */
  async #answer(messages: readonly ModelMessage[], deadline: Deadline): Promise<ModelAnswer | string> {
    try {
      return await askModel(messages, this.#asking, deadline);
    } catch (error) {
      const own = ownError(error);
      if (own?.code === "answer_too_large") return own.message;
      throw error;
    }
  }

  /** One record for the whole of it, refused by the resolver. */
  #refuseFlood(talk: Conversation, why: string): ProposedIntent {
    talk.say(`Your last answer was not read and nothing of it was executed: ${why}. Answer with a few tool calls.`);
    return this.#propose(undefined, { name: flooded, args: {}, rationale: why });
  }

  #proposalFor(call: ModelCall, talk: Conversation): ProposedIntent | Done | Question | undefined {
    const { name, input } = call;
    if (name === "done") {
      const args = isJsonObject(input) ? input : {};
      const schema = this.#schemas.get("done");
      const said = coerce(args, schema);
      const reached = !isJsonObject(said) || said["reached"] !== false;
      return this.#end("done", reached, textOf(args["reason"]) || "the model says it is done");
    }
    if (name === "ask") {
      const question = textOf(isJsonObject(input) ? input["question"] : undefined);
      this.#terminated = "ask";
      return { kind: "ask", code: "model_asks", question: question === "" ? "the model asks for help" : question };
    }
    const schema = this.#schemas.get(name);
    if (schema === undefined) {
      const unknown = cleanText(name, 100);
      return this.#propose(call, { name: unknown === "" ? "?" : unknown, args: {}, rationale: `hallucinated tool: ${unknown}` });
    }
    if (isJsonObject(input)) {
      const args = coerce(input, schema);
      return this.#propose(call, { name, args: isJsonObject(args) ? args : input, rationale: this.#rationale });
    }
    const args = this.#refusedArgs(name);
    if (args !== undefined) return this.#propose(call, { name, args, rationale: "unparsable arguments" });
    talk.answer(call, { status: "not executed", message: "unparsable arguments: they are not a JSON object" });
    this.#dropQueue(talk);
    return undefined;
  }

  /**
   * Arguments that stand for ones that could not be read, so that the schema gate refuses them by name. Empty ones, unless the
   * primitive would run on those; undefined where it takes anything.
   */
  #refusedArgs(name: string): JsonObject | undefined {
    const primitive = offeredPrimitive(this.#registry, name);
    return [{}, { unparsable_arguments: true }].find((args: JsonObject) => primitive?.bind(args).ok === false);
  }

  #propose(call: ModelCall | undefined, proposal: Pick<Intent, "name" | "args" | "rationale">): ProposedIntent {
    this.#emptyAnswers = 0;
    const intent = deepFreeze({ id: `m-${++this.#intents}`, ...proposal });
    this.#proposed = { intent, call };
    return { kind: "intent", intent, ...(this.#shown === undefined ? {} : { shown: this.#shown }) };
  }

  #end(ending: LlmEnding, reached: boolean, message: string): Done {
    this.#terminated = ending;
    return { kind: "done", reached, message };
  }
}

function resultFor(last: LastStep, state: JsonObject): JsonObject {
  const { status, gate, code } = last;
  const denied = status === "ok" ? {} : { refused_by: gate, ...(code === undefined ? {} : { code }) };
  return { status, ...denied, message: cleanText(last.message, 600), observation: cleanObject(last.observation), state };
}

function overtaken(state: JsonObject): JsonObject {
  return { status: "unknown", message: "somebody else moved the robot meanwhile; look at the state", state };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? cleanText(value, 500) : "";
}
