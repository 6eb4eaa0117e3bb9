/**
 * Arguments described in words, as the reference's primitives do: `float (optional, default 1.0)`, `int (0..50) — how many`,
 * `list[float]`, `'open' | 'closed'`. What cannot be read for certain is refused.
 * @module
 */
import * as z from "zod";

export interface ReadField {
  readonly schema: z.ZodType;
  readonly optional: boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly unit?: string;
}

/** The field, or what cannot be read. */
export type FieldAnswer = ReadField | { readonly problem: string };

const understood = "write a type (float, int, str, bool, list[float], 'a' | 'b'), and in brackets: optional, default V, A..B, >= A, a unit";

export function fieldFromText(text: string): FieldAnswer {
  const type = typeOf(text.trim());
  if (type === undefined) return { problem: `'${text}' begins with no known type; ${understood}` };
  const [, bracketed = "", , description = ""] = /^\s*(?:\(([^()]*)\))?\s*((?:—|–|-|:|,)\s*(.+))?$/su.exec(type.rest) ?? [];
  if (type.rest.trim() !== "" && bracketed === "" && description === "")
    return { problem: `'${text}': '${type.rest.trim()}' is not clear; ${understood}` };
  // Outside of brackets these words are easily overread, and then the argument is taken for required.
  if (/\b(?:optional|default)\b/iu.test(description))
    return { problem: `'${text}': 'optional' and 'default' stand in brackets; ${understood}` };
  const field: Draft = { schema: type.schema, optional: false, ...(description === "" ? {} : { description: description.trim() }) };
  for (const item of bracketed.split(/[,;]/u).map((part) => part.trim())) {
    const problem = item === "" ? undefined : applyItem(field, item);
    if (problem !== undefined) return { problem: `'${text}': ${problem}; ${understood}` };
  }
  return field;
}

type Draft = { -readonly [Key in keyof ReadField]: ReadField[Key] };

const scalars: readonly (readonly [RegExp, () => z.ZodType])[] = [
  [/^(?:float|number|double)\b/iu, () => z.number()],
  [/^(?:int|integer)\b/iu, () => z.int()],
  [/^(?:str|string|text)\b/iu, () => z.string()],
  [/^(?:bool|boolean)\b/iu, () => z.boolean()],
  [/^(?:dict|object|mapping)\b/iu, () => z.record(z.string(), z.json())],
];

function typeOf(text: string): { readonly schema: z.ZodType; readonly rest: string } | undefined {
  const named = /^(?:one of\s+)?((?:'[^']+'|"[^"]+")(?:\s*[|,]\s*(?:'[^']+'|"[^"]+"))*)/u.exec(text);
  if (named !== null) {
    const names = [...named[1]!.matchAll(/'([^']+)'|"([^"]+)"/gu)].map(([, single, double]) => single ?? double ?? "");
    return { schema: z.enum(names), rest: text.slice(named[0].length) };
  }
  const list = /^(?:list|array|sequence)\s*(?:\[([a-z]+)\]|of\s+([a-z]+?)s?\b)/iu.exec(text);
  if (list !== null) {
    const element = scalarAt(list[1] ?? list[2] ?? "");
    return element === undefined ? undefined : { schema: z.array(element.schema), rest: text.slice(list[0].length) };
  }
  const tuple = /^tuple\s*\[([a-z, ]+)\]/iu.exec(text);
  if (tuple !== null) {
    const elements = tuple[1]!.split(",").map((part) => scalarAt(part.trim())?.schema);
    if (!elements.every((element) => element !== undefined) || elements[0] === undefined) return undefined;
    return { schema: z.tuple([elements[0], ...elements.slice(1)]), rest: text.slice(tuple[0].length) };
  }
  return scalarAt(text);
}

function scalarAt(text: string): { readonly schema: z.ZodType; readonly rest: string } | undefined {
  for (const [pattern, make] of scalars) {
    const match = pattern.exec(text);
    if (match !== null) return { schema: make(), rest: text.slice(match[0].length) };
  }
  return undefined;
}

const number = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const range = new RegExp(`^(?:between\\s+)?(${number})\\s*(?:\\.\\.|to|and|–)\\s*(${number})$`, "iu");
const atLeast = new RegExp(`^(?:>=|min(?:imum)?)\\s*:?\\s*(${number})$`, "iu");
const atMost = new RegExp(`^(?:<=|max(?:imum)?)\\s*:?\\s*(${number})$`, "iu");
const units = new Map(
  Object.entries({ metres: "m", meters: "m", seconds: "s", radians: "rad", newtons: "N" }).concat(
    ["m", "s", "ms", "rad", "N", "Nm", "m/s", "m/s²", "m/s^2", "rad/s", "kg", "deg", "%"].map((unit) => [unit, unit]),
  ),
);

/** What is wrong, if anything. */
function applyItem(field: Draft, item: string): string | undefined {
  if (/^required$/iu.test(item)) return undefined;
  if (/^optional$/iu.test(item)) {
    field.optional = true;
    return undefined;
  }
  const unit = units.get(item);
  if (unit !== undefined) {
    field.unit = unit;
    return undefined;
  }
  const given = /^default(?:s to|\s*[=:])?\s*(.+)$/iu.exec(item);
  if (given !== null) {
    field.default = literal(given[1]!.trim());
    return undefined;
  }
  const [, from, to] = range.exec(item) ?? [];
  const low = from ?? atLeast.exec(item)?.[1];
  const high = to ?? atMost.exec(item)?.[1];
  if (low === undefined && high === undefined) return `'${item}' is not clear`;
  if (!(field.schema instanceof z.ZodNumber)) return `'${item}' bounds what is no number`;
  if (low !== undefined && high !== undefined && !(Number(low) <= Number(high))) return `${low} is more than ${high}`;
  if (low !== undefined) field.schema = field.schema.min(Number(low));
  if (high !== undefined && field.schema instanceof z.ZodNumber) field.schema = field.schema.max(Number(high));
  return undefined;
}

/** `1.0`, `True`, `None`, `"open"` or open. */
function literal(text: string): unknown {
  if (/^true$/iu.test(text)) return true;
  if (/^false$/iu.test(text)) return false;
  if (/^(?:none|null)$/iu.test(text)) return null;
  if (new RegExp(`^${number}$`, "iu").test(text)) return Number(text);
  return text.replace(/^(['"])(.*)\1$/su, "$2");
}
