/**
 * Intents that a JSON Schema allows, drawn with a seed: what a model with a grammar but no sense would call.
 * @module
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/json.ts";
import type { Random } from "../../../core/random.ts";

/** Three of four numbers are small, as a working robot's are; the rest spread over what the schema admits. */
export function randomValue(schema: JsonValue | undefined, random: Random, words: readonly string[]): JsonValue {
  if (!isJsonObject(schema)) return null;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.uniform(0, items.length))]!;
  if (Array.isArray(schema["enum"])) return pick(schema["enum"]);
  const { type } = schema;
  if (type === "object") return randomArgs(schema, random, words);
  if (type === "boolean") return random.uniform(0, 1) < 0.5;
  if (type === "string") return pick(words);
  if (type === "array") {
    const min = bound(schema["minItems"], 0);
    const max = Math.max(min, Math.min(bound(schema["maxItems"], 4), 4));
    const length = Math.min(max, Math.floor(random.uniform(min, max + 1)));
    return Array.from({ length }, () => randomValue(schema["items"], random, words));
  }
  const [min, max] = [bound(schema["minimum"], -100), bound(schema["maximum"], 100)];
  const small = random.uniform(0, 1) < 0.75;
  return small ? random.uniform(Math.max(min, -1.5), Math.min(max, 1.5)) : random.uniform(min, max);
}

export function randomArgs(schema: JsonObject, random: Random, words: readonly string[]): JsonObject {
  const fields = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const required: readonly JsonValue[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  const chosen = Object.keys(fields).filter((key) => required.includes(key) || random.uniform(0, 1) < 0.5);
  return Object.fromEntries(chosen.map((key) => [key, randomValue(fields[key], random, words)]));
}

function bound(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
