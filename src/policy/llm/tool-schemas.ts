/**
 * Primitives as tools: the JSON Schema of each one's own arguments, units in the descriptions. No tool has an `execute`:
 * a model proposes, and what it proposes goes through the gates like any other intent.
 * @module
 */
import { jsonSchema, tool, type JSONSchema7, type ToolSet } from "ai";
import * as z from "zod";
import { ClearanceError } from "../../core/errors.ts";
import { canonicalJson, isJsonObject, toJsonValue, type JsonObject, type JsonValue } from "../../core/json.ts";
import { offeredNames, offeredPrimitive } from "../../intent/offered.ts";
import type { PrimitiveRegistry } from "../../intent/registry.ts";

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonObject;
}

/** What a model may call besides the primitives. */
export const pseudoTools: readonly ToolDefinition[] = [
  {
    name: "ask",
    description: "Ask the operator a question and wait. Use it when the goal is unclear; nothing moves meanwhile.",
    schema: objectSchema({ question: { type: "string", description: "one question" } }, ["question"]),
  },
  {
    name: "done",
    description: "End the task: the goal is met, or cannot be met.",
    schema: objectSchema(
      {
        reason: { type: "string", description: "why the task ends, in one sentence" },
        reached: { type: "boolean", description: "false when the goal was not met; true without it" },
      },
      ["reason"],
    ),
  },
];

export function objectSchema(properties: JsonObject, required: readonly string[]): JsonObject {
  return { type: "object", properties, required, additionalProperties: false };
}

/** One per registered primitive, and `stop`, sorted by name. @throws ClearanceError `config.invalid` for a primitive named like a pseudo-tool */
export function primitiveTools(registry: PrimitiveRegistry): readonly ToolDefinition[] {
  return offeredNames(registry).map((name) => {
    const primitive = offeredPrimitive(registry, name)!;
    if (pseudoTools.some((pseudo) => pseudo.name === name)) {
      const problem = `a primitive named '${name}' cannot be offered to a language model: the name is taken`;
      throw new ClearanceError("config.invalid", problem, { source: "llm", problems: [problem] });
    }
    return { name, description: primitive.summary, schema: argumentSchema(primitive.args) };
  });
}

export function toolSet(definitions: readonly ToolDefinition[]): ToolSet {
  return Object.fromEntries(
    definitions.map(({ name, description, schema }) => [name, tool({ description, inputSchema: jsonSchema(schema as JSONSchema7) })]),
  );
}

/** What a caller writes, so arguments with a default are optional. */
export function argumentSchema(args: z.ZodType): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(args, { io: "input", unrepresentable: "any" });
  const plain = readable(toJsonValue(schema).value);
  return isJsonObject(plain) ? plain : objectSchema({}, []);
}

/** Unit and frame move into the description, where every model looks; tuples of equals become arrays, which every server knows. */
function readable(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(readable);
  if (!isJsonObject(value)) return value;
  const { unit, frame, prefixItems, ...rest } = value;
  const fields: Record<string, JsonValue> = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, readable(item)]));
  if (typeof unit === "string") {
    const said = typeof rest["description"] === "string" ? `${rest["description"]}, ` : "";
    fields["description"] = `${said}in ${unit}${typeof frame === "string" ? `, ${frame} frame` : ""}`;
  }
  if (Array.isArray(prefixItems) && prefixItems.length > 0) {
    const each = prefixItems.map(readable);
    const same = new Set(each.map((item) => canonicalJson(item))).size === 1;
    return same ? { ...fields, items: each[0]!, minItems: each.length, maxItems: each.length } : { ...fields, prefixItems: each };
  }
  return fields;
}
