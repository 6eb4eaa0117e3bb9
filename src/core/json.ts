/**
 * Plain data: what goes over a wire, into a trace and under a hash.
 * @module
 */
import { ClearanceError } from "./errors.ts";

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Deeper data than this is refused: nobody sends it in good faith, and recursion must end. */
const maxDepth = 200;

/**
 * One text for one value: keys in code unit order, no spaces, numbers in the shortest form that reads back the same, -0 as 0,
 * properties that are `undefined` left out. Objects of a class are written through their `toJSON`.
 * @throws ClearanceError `value.invalid` for numbers that are not finite and for anything JSON has no form for.
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, 0);
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case "number":
      if (Number.isFinite(value)) return String(value);
      return refuse(`the number ${value}`);
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= maxDepth) return refuse(`more than ${maxDepth} levels`);
      return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1);
    case "bigint":
    case "function":
    case "symbol":
    case "undefined":
      return refuse(`a value of type ${typeof value}`);
  }
}

function writeArray(values: readonly unknown[], depth: number): string {
  let text = "[";
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ",";
    text += write(values[i], depth);
  }
  return `${text}]`;
}

function writeObject(value: object, depth: number): string {
  if (!isPlain(value)) return write(fromToJson(value), depth);
  const entries = Object.keys(value).sort();
  let text = "{";
  for (const key of entries) {
    const item: unknown = Reflect.get(value, key);
    if (item === undefined) continue;
    text += `${text.length > 1 ? "," : ""}${JSON.stringify(key)}:${write(item, depth)}`;
  }
  return `${text}}`;
}

function fromToJson(value: object): unknown {
  if ("toJSON" in value && typeof value.toJSON === "function") return value.toJSON();
  return refuse(`an object of class ${value.constructor?.name ?? "unknown"} without toJSON`);
}

function refuse(what: string): never {
  const problem = `JSON has no form for ${what}`;
  throw new ClearanceError("value.invalid", problem, { field: "json", problem });
}

/** Whether it has no class: an object literal, or what a parser makes. */
export function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Freezes a value and everything reachable from it through own properties; typed arrays, which cannot be frozen, stay as they are. */
export function deepFreeze<T>(value: T): T {
  freezeItem(value, 0, undefined);
  return value;
}

/** Below this depth it may be a loop, so what was seen is kept from there on. */
const trustedDepth = 16;

function freezeItem(item: unknown, depth: number, seen: Set<object> | undefined): void {
  if (typeof item !== "object" || item === null || ArrayBuffer.isView(item)) return;
  if (seen?.has(item) === true) return;
  const known = depth < trustedDepth ? undefined : (seen ?? new Set<object>());
  known?.add(item);
  Object.freeze(item);
  if (Array.isArray(item)) for (let i = 0; i < item.length; i++) freezeItem(item[i], depth + 1, known);
  else if (isPlain(item)) for (const key in item) freezeItem(item[key], depth + 1, known);
  else
    for (const key of Reflect.ownKeys(item)) {
      const property = Object.getOwnPropertyDescriptor(item, key);
      if (property !== undefined && "value" in property) freezeItem(property.value, depth + 1, known);
    }
}

/** Whether the value is a plain object, not an array and not of a class. Looks at the outermost level only. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && isPlain(value);
}

export interface JsonCopy {
  readonly value: JsonValue;
  /** JSON pointers (RFC 6901) of numbers that were not finite; `null` stands in their place. */
  readonly nonFinite: readonly string[];
  /** JSON pointers of what JSON has no form for: functions, bigints, symbols, instances, cycles, excessive depth; `null` too. */
  readonly nonJson: readonly string[];
}

/**
 * A copy of anything as plain data, telling what was lost. Never throws, whatever getters do. Properties that are `undefined` are
 * left out; typed arrays become arrays of numbers; objects of a class go through their `toJSON`.
 */
export function toJsonValue(value: unknown): JsonCopy {
  const nonFinite: string[] = [];
  const nonJson: string[] = [];
  const open = new Set<object>();

  const lost = (pointer: string): null => {
    nonJson.push(pointer);
    return null;
  };
  const copyObject = (item: object, pointer: string): JsonValue => {
    if (Array.isArray(item)) return Array.from(item, (element: unknown, i) => copy(element, `${pointer}/${i}`));
    if (ArrayBuffer.isView(item) && !(item instanceof DataView)) return copy(Array.from(Object.values(item)), pointer);
    if (!isPlain(item)) return "toJSON" in item && typeof item.toJSON === "function" ? copy(item.toJSON(), pointer) : lost(pointer);
    const entries: [string, JsonValue][] = [];
    for (const key of Object.keys(item)) {
      const property: unknown = Reflect.get(item, key);
      if (property !== undefined) entries.push([key, copy(property, `${pointer}/${escapePointer(key)}`)]);
    }
    // fromEntries defines own properties, so a key named __proto__ stays a key.
    return Object.fromEntries(entries);
  };
  const copy = (item: unknown, pointer: string): JsonValue => {
    if (item === null || typeof item === "string" || typeof item === "boolean") return item;
    if (typeof item === "number") {
      if (Number.isFinite(item)) return item;
      nonFinite.push(pointer);
      return null;
    }
    if (typeof item !== "object" || open.has(item) || open.size >= maxDepth) return lost(pointer);
    open.add(item);
    try {
      return copyObject(item, pointer);
    } catch {
      return lost(pointer);
    } finally {
      open.delete(item);
    }
  };
  return { value: copy(value, ""), nonFinite, nonJson };
}

function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A number fit for evidence, where only finite numbers may stand: the others become their names. */
export function evidenceNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
