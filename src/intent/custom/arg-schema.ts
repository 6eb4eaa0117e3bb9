/**
 * From what a user's primitive says of its arguments to the schema that parses them: typed fields, fields in words, or zod itself.
 * @module
 */
import * as z from "zod";
import { nearestName } from "../../core/nearest.ts";
import { fieldFromText, type FieldAnswer } from "./arg-text.ts";

export type ArgsAnswer = { readonly ok: true; readonly schema: z.ZodType } | { readonly ok: false; readonly problems: readonly string[] };

/** Keys of a typed field. */
const fieldKeys = [
  "type",
  "description",
  "unit",
  "enum",
  "items",
  "minItems",
  "maxItems",
  "properties",
  "required",
  "default",
  "minimum",
  "maximum",
];

/** `raw`: field by field, or a JSON schema of an object with its `properties`, or a `z.strictObject`; absent: no arguments. */
export function argSchemaFrom(raw: unknown): ArgsAnswer {
  if (raw === undefined) return { ok: true, schema: z.strictObject({}) };
  if (isZod(raw))
    return isStrict(raw)
      ? { ok: true, schema: raw }
      : { ok: false, problems: ["must be a z.strictObject, so that unknown arguments are refused"] };
  if (!isRecord(raw)) return { ok: false, problems: ["is not a mapping of arguments"] };
  const problems: string[] = [];
  const schema = objectFrom(raw, "", problems);
  return problems.length === 0 ? { ok: true, schema } : { ok: false, problems };
}

function objectFrom(raw: Readonly<Record<string, unknown>>, path: string, problems: string[]): z.ZodType {
  const whole = raw["type"] === "object" && isRecord(raw["properties"]);
  const fields = whole ? (raw["properties"] as Readonly<Record<string, unknown>>) : raw;
  const required = whole && Array.isArray(raw["required"]) ? raw["required"] : undefined;
  const shape: Record<string, z.ZodType> = {};
  for (const [name, field] of Object.entries(fields)) {
    const at = path === "" ? name : `${path}.${name}`;
    const read = fieldFrom(field, at, problems);
    if (read !== undefined) shape[name] = finished(required?.includes(name) === false ? { ...read, optional: true } : read, at, problems);
  }
  return z.strictObject(shape);
}

type Field = Exclude<FieldAnswer, { readonly problem: string }>;

function fieldFrom(raw: unknown, path: string, problems: string[]): Field | undefined {
  if (typeof raw === "string") {
    const read = fieldFromText(raw);
    if (!("problem" in read)) return read;
    problems.push(`${path}: ${read.problem}`);
    return undefined;
  }
  if (isZod(raw)) return { schema: raw, optional: false };
  if (!isRecord(raw)) {
    problems.push(`${path}: is neither a text nor a mapping with a type`);
    return undefined;
  }
  for (const key of Object.keys(raw))
    if (!fieldKeys.includes(key)) {
      const near = nearestName(key, fieldKeys);
      problems.push(
        `${path}: unknown key '${key}'${near === undefined ? `; known: ${fieldKeys.join(", ")}` : `; did you mean '${near}'?`}`,
      );
    }
  const schema = typedSchema(raw, path, problems);
  if (schema === undefined) return undefined;
  const { description, unit, default: given, required } = raw;
  return {
    schema,
    optional: required === false,
    ...(given === undefined ? {} : { default: given }),
    ...(typeof description === "string" ? { description } : {}),
    ...(typeof unit === "string" ? { unit } : {}),
  };
}

function typedSchema(raw: Readonly<Record<string, unknown>>, path: string, problems: string[]): z.ZodType | undefined {
  const { type, minimum, maximum, items } = raw;
  const bounded = <Schema extends z.ZodNumber>(schema: Schema): z.ZodType => {
    const low = typeof minimum === "number" ? schema.min(minimum) : schema;
    return typeof maximum === "number" ? low.max(maximum) : low;
  };
  if (Array.isArray(raw["enum"])) {
    const names: readonly unknown[] = raw["enum"];
    if (names.length > 0 && names.every((name) => typeof name === "string")) return z.enum(names);
    problems.push(`${path}: enum is a list of texts`);
    return undefined;
  }
  switch (type) {
    case "number":
    case "float":
      return bounded(z.number());
    case "integer":
    case "int":
      return bounded(z.int());
    case "string":
    case "str":
      return z.string();
    case "boolean":
    case "bool":
      return z.boolean();
    case "array": {
      const element = fieldFrom(items, `${path}.items`, problems);
      if (element === undefined) return undefined;
      const list = z.array(finished(element, `${path}.items`, problems));
      const { minItems, maxItems } = raw;
      const least = typeof minItems === "number" ? list.min(minItems) : list;
      return typeof maxItems === "number" ? least.max(maxItems) : least;
    }
    case "object":
      return isRecord(raw["properties"]) ? objectFrom(raw, path, problems) : z.record(z.string(), z.json());
    default:
      problems.push(
        `${path}: type ${JSON.stringify(type)} is not known; choices: number, integer, string, boolean, array, object, or enum`,
      );
      return undefined;
  }
}

function finished({ schema, optional, description, unit, ...rest }: Field, path: string, problems: string[]): z.ZodType {
  const meta = { ...(description === undefined ? {} : { description }), ...(unit === undefined ? {} : { unit }) };
  const told = Object.keys(meta).length === 0 ? schema : schema.meta(meta);
  if (rest.default === undefined || rest.default === null) return optional || rest.default === null ? told.optional() : told;
  const parsed = told.safeParse(rest.default);
  if (!parsed.success)
    problems.push(`${path}: its default ${JSON.stringify(rest.default)} is not allowed: ${parsed.error.issues[0]?.message ?? ""}`);
  return told.default(rest.default);
}

function isZod(value: unknown): value is z.ZodType {
  return typeof value === "object" && value !== null && "_zod" in value && "safeParse" in value;
}

/** Told by what it does: the user's zod may be another copy than ours. */
function isStrict(schema: z.ZodType): boolean {
  const def = schema._zod.def as { readonly type?: unknown; readonly catchall?: z.ZodType };
  return def.type === "object" && (def.catchall?._zod.def as { readonly type?: unknown } | undefined)?.type === "never";
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
