import type * as z from "zod";

/**
 * What of `value` the schema takes, key by key and item by item, so that one fault does not hide another. Items that it does not take
 * are `undefined` in their place.
 */
export function salvaged(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const def = schema._zod.def;
  if ("innerType" in def) return salvaged(def.innerType as z.ZodType, value) ?? ("defaultValue" in def ? def.defaultValue : undefined);
  if ("shape" in def && isRecord(value)) {
    const shape = Object.entries(def.shape as Readonly<Record<string, z.ZodType>>);
    return Object.fromEntries(shape.map(([key, inner]) => [key, salvaged(inner, value[key])]));
  }
  if ("element" in def && Array.isArray(value)) return value.map((item: unknown) => salvaged(def.element as z.ZodType, item));
  if ("valueType" in def && isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, salvaged(def.valueType as z.ZodType, item)]));
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
