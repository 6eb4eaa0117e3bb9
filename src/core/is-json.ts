import { deepFreeze, type JsonValue } from "./json.ts";

/** Deeper than this counts as not JSON: it may be a loop. */
const maxDepth = 64;

/** Whether the value is JSON as it stands: plain, finite, without undefined. Looks only; allocates next to nothing. */
export function isJson(value: unknown, depth = 0): value is JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (depth < maxDepth && hasJson(value, depth));
    case "bigint":
    case "function":
    case "symbol":
    case "undefined":
      return false;
  }
}

function hasJson(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isJson(value[i], depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) if (!isJson(fields[key], depth + 1)) return false;
  return true;
}

/** A copy that shares nothing with the original and cannot be changed. */
export function frozenCopy<Value extends JsonValue>(value: Value): Value;
export function frozenCopy(value: JsonValue): JsonValue {
  return deepFreeze(copy(value));
}

function copy(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const fields: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    // A plain assignment would take this key for the prototype.
    if (key === "__proto__") Object.defineProperty(fields, key, { value: copy(item), enumerable: true });
    else fields[key] = copy(item);
  }
  return fields;
}
