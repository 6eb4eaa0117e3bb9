/**
 * Scripts: a goal and a list of steps, in YAML or JSON. Every fault is reported with its line and what to write instead; names and
 * arguments of primitives are the registry's to judge.
 * @module
 */
import { deepFreeze, type JsonObject, type JsonValue } from "../../core/json.ts";
import { nearestName } from "../../core/nearest.ts";
import { parseExpectation } from "./parse-expectation.ts";
import { readSay } from "./read-say.ts";
import { formatInvalid, readSource, type MapValue, type SourceValue } from "../../core/yaml/source.ts";
import type { Expectation, Script, ScriptStep } from "./script.ts";
import type { Vocabulary } from "../language/vocabulary.ts";

export interface ParseScriptOptions {
  /** File name, for messages. */
  readonly where?: string;
  /** With it, sentences after `say` are read at once and refused with their line. */
  readonly vocabulary?: Vocabulary;
}

/** Repetitions count in full. */
const stepLimit = 10_000;
const repeatDepthLimit = 8;
const scriptKeys = ["goal", "steps"];
/** Keys beside the one that says what to do. */
const companions = ["args", "rationale", "expect"];
const heads = ["intent", "say", "repeat"];
const repeatKeys = ["repeat", "steps"];

/** @throws ClearanceError `format.invalid`, one fault at a time */
export function parseScript(text: string, { where = "script", vocabulary }: ParseScriptOptions = {}): Script {
  const root = readSource(text, where, "script");
  if (root.kind === "scalar" && root.value === null) throw formatInvalid(where, "the script is empty", "write goal: and steps:");
  if (root.kind !== "map") throw formatInvalid(root.where, "a script is a mapping with goal and steps", "put the list under steps:");
  refuseUnknownKeys(root, scriptKeys, "a script");
  const steps: ScriptStep[] = [];
  new StepReader(steps, vocabulary).list(listOf(root, root.where), 0);
  const goal = root.entries.get("goal");
  return deepFreeze({ ...(goal === undefined ? {} : { goal: textOf(goal.value, "goal") }), steps });
}

class StepReader {
  readonly #steps: ScriptStep[];
  readonly #vocabulary: Vocabulary | undefined;

  constructor(steps: ScriptStep[], vocabulary: Vocabulary | undefined) {
    this.#steps = steps;
    this.#vocabulary = vocabulary;
  }

  list(items: readonly SourceValue[], depth: number): void {
    for (const item of items) {
      if (item.kind === "map" && item.entries.has("repeat")) this.#repeat(item, depth);
      else this.#add([this.#step(item)], 1, item.where);
    }
  }

  #add(steps: readonly ScriptStep[], times: number, where: string): void {
    const total = this.#steps.length + steps.length * times;
    if (!(total <= stepLimit))
      throw formatInvalid(where, `${total} steps so far; the limit is ${stepLimit}`, "split the script or repeat less");
    for (let i = 0; i < times; i++) for (const step of steps) this.#steps.push(step);
  }

  #repeat(map: MapValue, depth: number): void {
    refuseUnknownKeys(map, repeatKeys, "a repetition");
    const times = map.entries.get("repeat");
    const count = times?.value.kind === "scalar" ? times.value.value : undefined;
    if (typeof count !== "number" || !Number.isInteger(count) || count < 1)
      throw formatInvalid(times?.value.where ?? map.where, "repeat must be a whole number from 1 on", "write repeat: 3");
    if (depth >= repeatDepthLimit) throw formatInvalid(map.where, `repetitions nested deeper than ${repeatDepthLimit}`, "write it flatter");
    const inner: ScriptStep[] = [];
    new StepReader(inner, this.#vocabulary).list(listOf(map, map.where), depth + 1);
    this.#add(inner, count, map.where);
  }

  #step(item: SourceValue): ScriptStep {
    if (item.kind === "scalar" && typeof item.value === "string") return bareStep(item.value, item.where);
    if (item.kind !== "map") throw formatInvalid(item.where, "a step is a mapping", "write - move_to: {x: 0.4, y: 0, z: 0.4}");
    const { entries, where } = item;
    const expect = entries.get("expect");
    const rationale = entries.get("rationale");
    const common = {
      rationale: rationale === undefined ? "" : textOf(rationale.value, "rationale"),
      ...(expect === undefined ? {} : { expect: parseExpectation(expect.value) }),
      where,
    };
    const say = entries.get("say");
    if (say === undefined) return intentStep(item, common);
    refuseUnknownKeys(item, ["say", "rationale", "expect"], "a sentence step");
    return readSay(textOf(say.value, "say"), { ...common, where: say.value.where }, this.#vocabulary);
  }
}

interface Common {
  readonly rationale: string;
  readonly expect?: Expectation;
  readonly where: string;
}

/** `intent: pick` with `args`, or `pick: {…}` for short. */
function intentStep(map: MapValue, common: Common): ScriptStep {
  const { entries, where } = map;
  const long = entries.get("intent");
  if (long !== undefined) {
    refuseUnknownKeys(map, ["intent", ...companions], "a step");
    const args = entries.get("args");
    return { kind: "intent", name: nameOf(long.value), args: argsOf(args?.value, "args"), ...common };
  }
  const others = [...entries.keys()].filter((key) => !companions.includes(key));
  const [name] = others;
  if (name === undefined) throw formatInvalid(where, "the step does not say what to do", "write intent: NAME or say: a sentence");
  if (others.length > 1) throw unclearKeys(others, entries.get(others[1] ?? "")?.where ?? where);
  if (entries.has("args"))
    throw formatInvalid(entries.get("args")?.where ?? where, `args stand after ${name}: itself, or under intent:`, `write ${name}: {…}`);
  const value = entries.get(name)?.value;
  const near = nearestName(name, heads);
  if (value?.kind === "scalar" && value.value !== null)
    throw formatInvalid(
      value.where,
      `the arguments of ${name} must be a mapping`,
      near === undefined ? `write ${name}: {…}` : `did you mean '${near}'?`,
    );
  return { kind: "intent", name, args: argsOf(value, name), ...common };
}

function unclearKeys(names: readonly string[], where: string): Error {
  const known = [...heads, ...companions, "steps"];
  const slip = names.map((name) => [name, nearestName(name, known)] as const).find(([, near]) => near !== undefined);
  if (slip !== undefined) return formatInvalid(where, `unknown key '${slip[0]}' in a step`, `did you mean '${slip[1]}'?`);
  return formatInvalid(where, `a step does one thing; this one names ${names.join(" and ")}`, "begin each with its own '-'");
}

/** `- go_home`: a name alone. */
function bareStep(name: string, where: string): ScriptStep {
  if (/\s/u.test(name.trim())) throw formatInvalid(where, `'${name}' is a sentence, not the name of an intent`, `write - say: "${name}"`);
  return { kind: "intent", name, args: {}, rationale: "", where };
}

function nameOf(value: SourceValue): string {
  const name = textOf(value, "intent");
  if (name.trim() === "") throw formatInvalid(value.where, "intent has no name", "write intent: move_to");
  return name;
}

function argsOf(value: SourceValue | undefined, of: string): JsonObject {
  if (value === undefined || (value.kind === "scalar" && value.value === null)) return {};
  if (value.kind !== "map") throw formatInvalid(value.where, `${of} must be a mapping`, "write {name: value}");
  return objectFrom(value);
}

// `fromEntries` makes own properties of every key, `__proto__` included.
function objectFrom(map: MapValue): JsonObject {
  return Object.fromEntries([...map.entries].map(([key, { value }]) => [key, jsonFrom(value)]));
}

function jsonFrom(value: SourceValue): JsonValue {
  switch (value.kind) {
    case "scalar":
      return value.value;
    case "list":
      return value.items.map(jsonFrom);
    case "map":
      return objectFrom(value);
    default:
      value satisfies never;
      return null;
  }
}

function listOf(map: MapValue, where: string): readonly SourceValue[] {
  const steps = map.entries.get("steps");
  if (steps === undefined) throw formatInvalid(where, "there are no steps", "write steps: and below it one '-' a step");
  const { value } = steps;
  if (value.kind !== "list") throw formatInvalid(value.where, "steps must be a list", "begin each step with '-'");
  if (value.items.length === 0) throw formatInvalid(value.where, "the list of steps is empty", "write at least one step");
  return value.items;
}

function textOf(value: SourceValue, of: string): string {
  if (value.kind === "scalar" && typeof value.value === "string") return value.value;
  throw formatInvalid(
    value.where,
    `${of} must be text`,
    value.kind === "scalar" ? `write ${of}: "${value.source}"` : `write ${of}: some text`,
  );
}

function refuseUnknownKeys(map: MapValue, known: readonly string[], what: string): void {
  for (const [key, { where }] of map.entries) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    throw formatInvalid(
      where,
      `unknown key '${key}' in ${what}`,
      near === undefined ? `known keys: ${known.join(", ")}` : `did you mean '${near}'?`,
    );
  }
}
