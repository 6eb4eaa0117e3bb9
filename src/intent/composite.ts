/**
 * Primitives made of others. The composite's own name and arguments pass the gates, then every sub-step does, as a step of its own.
 * @module
 */
import * as z from "zod";
import { ClearanceError } from "../core/errors.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { definePrimitive } from "./define-primitive.ts";
import type { Primitive } from "./primitive.ts";
import type { PrimitiveRegistry } from "./registry.ts";

export interface CompositeOptions {
  readonly description?: string;
  readonly argSchema?: z.ZodType<JsonObject>;
  /** Arguments of sub-step `index`; without it, those of the composite's arguments that the sub-step's schema declares. */
  readonly mapArgs?: (args: JsonObject, index: number, step: string) => JsonObject;
}

const anyArgs = z.record(z.string(), z.json()).transform((value): JsonObject => value as JsonObject);

/** `steps` are names of registered primitives, in order. */
export function compositePrimitive(
  name: string,
  steps: readonly string[],
  registry: PrimitiveRegistry,
  options: CompositeOptions = {},
): Primitive {
  if (steps.length === 0) refuse(name, `${name}: a composite needs at least one step`);
  for (const step of steps) {
    if (step === name) refuse(name, `${name}: a composite cannot contain itself`);
    if (!registry.has(step)) refuse(name, `${name}: unknown step '${step}'; known: ${registry.names().join(", ")}`);
  }
  const mapArgs = options.mapArgs ?? ((args: JsonObject, _index: number, step: string) => declaredSubset(args, registry.get(step)));
  return definePrimitive({
    name,
    summary: options.description ?? `${steps.join(", then ")}.`,
    risk: steps.some((step) => registry.get(step)?.risk === "contact") ? "contact" : "move",
    // Its sub-steps take the time that the limits ask for; each is judged for itself.
    timing: "planned",
    timeoutMs: 600_000,
    args: options.argSchema ?? anyArgs,
    plan: () => ({ segments: [] }),
    report: () => ({ ok: true, observation: {}, message: `${name}: ${steps.length} substeps complete` }),
    steps: (args) =>
      steps.map((step, index) => ({ name: step, args: mapArgs(args, index, step), rationale: `step ${index + 1} of ${name}` })),
  });
}

function declaredSubset(args: JsonObject, primitive: Primitive | undefined): JsonObject {
  const declared = primitive?.args instanceof z.ZodObject ? primitive.args.shape : {};
  return Object.fromEntries(Object.entries(args).filter((entry): entry is [string, JsonValue] => Object.hasOwn(declared, entry[0])));
}

function refuse(source: string, problem: string): never {
  throw new ClearanceError("config.invalid", problem, { source, problems: [problem] });
}
