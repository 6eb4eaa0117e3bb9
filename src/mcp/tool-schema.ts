/**
 * A primitive's own argument schema as a tool's: JSON Schema in which units and frames stand in the descriptions, where models read them.
 * @module
 */
import { fromJsonSchema, type JsonSchemaType, type StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import * as z from "zod";
import { isJsonObject, toJsonValue, type JsonObject, type JsonValue } from "../core/json.ts";

/** JSON Schema (2020-12) of what a caller may send: defaults are optional, unknown keys are refused. */
export function toolSchemaOf(args: z.ZodType): JsonObject {
  const schema = toJsonValue(z.toJSONSchema(args, { io: "input", unrepresentable: "any" })).value;
  const { $schema: _, ...rest } = isJsonObject(schema) ? schema : {};
  return withUnits({ type: "object", properties: {}, additionalProperties: false, ...rest });
}

/**
 * What is sent reaches the runtime as it is: its schema gate refuses what does not fit, in its own words, and the trace has it.
 */
export function passedOn(schema: JsonObject): StandardSchemaWithJSON<JsonObject, JsonObject> {
  return fromJsonSchema<JsonObject>(schema as JsonSchemaType, {
    getValidator:
      <T>() =>
      (input: unknown) =>
        isJsonObject(input)
          ? { valid: true, data: input as T, errorMessage: undefined }
          : { valid: false, data: undefined, errorMessage: "the arguments are not an object" },
  });
}

function withUnits(schema: JsonObject): JsonObject {
  const { unit, frame, description, prefixItems, ...rest } = schema;
  const plain: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(rest)) plain[key] = inner(value);
  if (prefixItems !== undefined) Object.assign(plain, tuple(prefixItems));
  const inFrame = typeof frame === "string" ? `${frame} frame` : "";
  const measured = [typeof unit === "string" ? unit : "", inFrame].filter((part) => part !== "").join(", ");
  const text = [typeof description === "string" ? description : "", measured === "" ? "" : `[${measured}]`].join(" ").trim();
  return text === "" ? plain : { ...plain, description: text };
}

function inner(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inner);
  return isJsonObject(value) ? withUnits(value) : value;
}

/** Many clients know only lists of one kind: a tuple of equals is written as one. */
function tuple(prefixItems: JsonValue): JsonObject {
  const items = Array.isArray(prefixItems) ? prefixItems.map(inner) : [];
  const [first] = items;
  const alike = items.every((item) => JSON.stringify(item) === JSON.stringify(first));
  const length = { minItems: items.length, maxItems: items.length };
  return first !== undefined && alike ? { items: first, ...length } : { prefixItems: items, ...length };
}
