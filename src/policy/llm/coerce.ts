/**
 * Models write numbers as text. What plainly is the number or boolean that the schema asks for becomes it; all else is left to the schema.
 * @module
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["true", "1", "yes", "y", "on"].map((word) => [word, true] as const),
  ...["false", "0", "no", "n", "off"].map((word) => [word, false] as const),
]);

/** By the types of a JSON Schema; never throws, never drops a key. Fractions for integers, "nan", "inf" and "" stay as they are. */
export function coerce(value: JsonValue, schema: JsonValue | undefined): JsonValue {
  if (!isJsonObject(schema)) return value;
  const { type } = schema;
  if (typeof value === "string") {
    if (type === "boolean") return booleans.get(value.trim().toLowerCase()) ?? value;
    return type === "number" || type === "integer" ? numberFrom(value, type === "integer") : value;
  }
  if (type === "boolean" && (value === 0 || value === 1)) return value === 1;
  if (type === "array" && Array.isArray(value)) return value.map((item: JsonValue, i) => coerce(item, itemSchema(schema, i)));
  return type === "object" && isJsonObject(value) ? coerceFields(value, schema) : value;
}

function coerceFields(value: JsonObject, schema: JsonObject): JsonObject {
  const fields = schema["properties"];
  if (!isJsonObject(fields)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, Object.hasOwn(fields, key) ? coerce(item, fields[key]) : item]),
  );
}

function itemSchema(schema: JsonObject, index: number): JsonValue | undefined {
  const each = schema["prefixItems"];
  return Array.isArray(each) ? each[index] : schema["items"];
}

function numberFrom(text: string, integer: boolean): JsonValue {
  const trimmed = text.trim();
  const number = decimal.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(number) && (!integer || Number.isInteger(number)) ? number : text;
}
