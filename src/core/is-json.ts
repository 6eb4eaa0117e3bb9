import type { JsonValue } from "./json.ts";

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
