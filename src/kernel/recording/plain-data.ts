/**
 * JSON that loses nothing: numbers that JSON has no form for are spelled as strings, typed arrays, maps and sets carry a tag. What is
 * read back is equal bit for bit, so that a hash of the text names the value.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { isJsonObject, type JsonValue } from "../../core/json.ts";

/** Shortest decimal that reads back the same; "NaN", "Infinity", "-Infinity" and "-0" as strings. */
export function exactNumber(x: number): number | string {
  if (!Number.isFinite(x)) return String(x);
  return Object.is(x, -0) ? "-0" : x;
}

const spelled: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", -0],
]);

/** @throws ClearanceError `value.invalid` for what `exactNumber` does not write */
export function readExactNumber(json: unknown): number {
  if (typeof json === "number") return json;
  const number = typeof json === "string" ? spelled.get(json) : undefined;
  return number ?? refuse(`${JSON.stringify(json)} is no number`);
}

const typedArrays = { $float64: Float64Array, $int32: Int32Array, $uint8: Uint8Array } as const;

/** @throws ClearanceError `value.invalid` for functions, instances of other classes, and keys that begin with `$` */
export function toExactJson(value: unknown): JsonValue {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: exactNumber(value) };
  if (typeof value !== "object") return refuse(`a value of type ${typeof value} cannot be written`);
  if (Array.isArray(value)) return value.map(toExactJson);
  for (const [tag, Kind] of Object.entries(typedArrays))
    if (value instanceof Kind) return { [tag]: Array.from(value, (number) => exactNumber(number)) };
  if (value instanceof Map) return { $map: Array.from(value, ([key, item]) => [toExactJson(key), toExactJson(item)]) };
  if (value instanceof Set) return { $set: Array.from(value, toExactJson) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return refuse(`an object of class ${value.constructor.name} cannot be written`);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (key.startsWith("$")) return refuse(`the key ${key} cannot be written`);
      return item === undefined ? [] : [[key, toExactJson(item)]];
    }),
  );
}

/** @throws ClearanceError `value.invalid` for what `toExactJson` does not write */
export function fromExactJson(json: JsonValue): unknown {
  if (Array.isArray(json)) return json.map(fromExactJson);
  if (!isJsonObject(json)) return json;
  const [tag, more] = Object.keys(json);
  if (tag === undefined || !tag.startsWith("$"))
    return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, fromExactJson(item)]));
  const content: unknown = json[tag];
  if (more !== undefined) return refuse(`the tag ${tag} stands beside other keys`);
  if (tag === "$number") return readExactNumber(content);
  const items = Array.isArray(content) ? content : refuse(`${tag} is no list`);
  switch (tag) {
    case "$float64":
      return Float64Array.from(items, readExactNumber);
    case "$int32":
      return Int32Array.from(items, readExactNumber);
    case "$uint8":
      return Uint8Array.from(items, readExactNumber);
    case "$set":
      return new Set(items.map(fromExactJson));
    case "$map":
      return new Map(items.map((pair: unknown) => (Array.isArray(pair) && pair.length === 2 ? entryOf(pair) : refuse("$map needs pairs"))));
    default:
      return refuse(`the tag ${tag} is not known`);
  }
}

function entryOf([key, item]: readonly JsonValue[]): [unknown, unknown] {
  return [fromExactJson(key ?? null), fromExactJson(item ?? null)];
}

function refuse(problem: string): never {
  throw new ClearanceError("value.invalid", problem, { field: "exact JSON", problem });
}
