/**
 * YAML (or JSON, its subset) held to a schema. Every fault comes with its line, its column and what to write instead, all at once.
 * @module
 */
import type * as z from "zod";
import { ClearanceError } from "../errors.ts";
import { nearestName } from "../nearest.ts";
import { plainValue, readSource, whereOf, type SourceValue } from "./source.ts";

/** @throws ClearanceError `format.invalid` for what is not YAML, `config.invalid` for what the schema does not know */
export function parseStrictYaml<Schema extends z.ZodType>(text: string, where: string, schema: Schema): z.output<Schema> {
  const source = readSource(text, where);
  return checkedAgainst(schema, plainValue(source), source, where);
}

/** `value` as the schema gives it; places come from `source`, whose shape it has. @throws ClearanceError `config.invalid`, all faults at once */
export function checkedAgainst<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: SourceValue,
  where: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error, schema, source);
  throw new ClearanceError("config.invalid", problems.join("\n"), { source: where, problems });
}

/** One line a fault, with its place. */
export function schemaProblems(error: z.core.$ZodError, schema: z.ZodType, source: SourceValue): readonly string[] {
  return error.issues.flatMap((issue) => describeIssue(issue, schema, source));
}

function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType, source: SourceValue): readonly string[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const name = path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => {
      const known = knownKeysAt(schema, path);
      const near = nearestName(key, known);
      const hint = near === undefined ? (known.length > 0 ? `; known keys: ${known.join(", ")}` : "") : `; did you mean '${near}'?`;
      return `${whereOf(source, [...path, key])}: unknown key '${name === "" ? key : `${name}.${key}`}'${hint}`;
    });
  return [`${whereOf(source, path)}: ${name === "" ? "the file" : `'${name}'`}: ${problemOf(issue, valueAt(source, path))}`];
}

/** One of several names, with the nearest; of an empty file, that it is; else what the schema says. */
function problemOf(issue: z.core.$ZodIssue, given: SourceValue | undefined): string {
  const written = given?.kind === "scalar" ? given.value : undefined;
  if (issue.code === "invalid_value" && issue.values.length > 1 && typeof written === "string") {
    const known = issue.values.map(String);
    const near = nearestName(written, known);
    return `'${written}' is none of ${known.join(", ")}${near === undefined ? "" : `; did you mean '${near}'?`}`;
  }
  if (issue.path.length === 0 && issue.code === "invalid_type" && written === null)
    return "it is empty; write keys and values, such as name: …";
  return issue.message.replace(/^Invalid input: /, "");
}

function valueAt(source: SourceValue, path: readonly (string | number)[]): SourceValue | undefined {
  let value: SourceValue | undefined = source;
  for (const part of path) {
    if (value?.kind === "map") value = value.entries.get(String(part))?.value;
    else value = value?.kind === "list" && typeof part === "number" ? value.items[part] : undefined;
  }
  return value;
}

/** The keys that the schema knows at `path`: zod reports unknown keys without the known ones. */
export function knownKeysAt(schema: z.core.$ZodType, path: readonly (string | number)[]): readonly string[] {
  const def = schema._zod.def;
  if ("innerType" in def) return knownKeysAt(def.innerType as z.core.$ZodType, path);
  if ("in" in def) return knownKeysAt(def.in as z.core.$ZodType, path);
  if ("options" in def) return [...new Set((def.options as z.core.$ZodType[]).flatMap((option) => knownKeysAt(option, path)))];
  const [first, ...rest] = path;
  if ("shape" in def) {
    const shape = def.shape as Readonly<Record<string, z.core.$ZodType>>;
    const inner = typeof first === "string" && Object.hasOwn(shape, first) ? shape[first] : undefined;
    return first === undefined ? Object.keys(shape) : inner === undefined ? [] : knownKeysAt(inner, rest);
  }
  if ("element" in def) return knownKeysAt(def.element as z.core.$ZodType, rest);
  if ("valueType" in def) return knownKeysAt(def.valueType as z.core.$ZodType, rest);
  return [];
}
