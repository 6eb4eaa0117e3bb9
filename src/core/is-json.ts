import { isPlain, type JsonValue } from "./json.ts";

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
  if (!isPlain(value)) return false;
  for (const key in value) if (!isJson(value[key], depth + 1)) return false;
  return true;
}

/**
 * A frozen copy that shares nothing with the original; undefined where the value is not JSON as it stands. Every field is read once,
 * so what was looked at is what was copied.
 */
export function frozenJson(value: unknown, depth = 0): JsonValue | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "object":
      if (value === null) return null;
      if (depth >= maxDepth) return undefined;
      return Array.isArray(value) ? frozenItems(value, depth + 1) : frozenFields(value, depth + 1);
    case "bigint":
    case "function":
    case "symbol":
    case "undefined":
      return undefined;
  }
}

function frozenItems(values: readonly unknown[], depth: number): JsonValue | undefined {
  const items: JsonValue[] = [];
  for (let i = 0; i < values.length; i++) {
    const item = frozenJson(values[i], depth);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return Object.freeze(items);
}

function frozenFields(value: object, depth: number): JsonValue | undefined {
  if (!isPlain(value)) return undefined;
  const fields: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const item = frozenJson(value[key], depth);
    if (item === undefined) return undefined;
    // A plain assignment would take this key for the prototype.
    if (key === "__proto__") Object.defineProperty(fields, key, { value: item, enumerable: true });
    else fields[key] = item;
  }
  return Object.freeze(fields);
}
