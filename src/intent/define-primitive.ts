/**
 * Declares a primitive once: the parser, the tool definition and the docs all come from its `args`.
 * @module
 */
import type * as z from "zod";
import type { CaptureRequest } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import type { ActLimits, Bound, BoundCall, PlanDraft, Primitive, Report, Risk, Seen, SubIntent } from "./primitive.ts";
import type { WorldView } from "./world-view.ts";

export interface PrimitiveDefinition<Schema extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly risk: Risk;
  /** A `z.strictObject` with units and frames in `.meta()`. */
  readonly args: Schema;
  readonly timing?: Primitive["timing"];
  /** ms of episode time a step may take before it is stopped; 30 000 unless given. */
  readonly timeoutMs?: number;
  plan(args: z.output<Schema>, world: WorldView): PlanDraft;
  report(args: z.output<Schema>, seen: Seen): Report;
  captures?(args: z.output<Schema>): readonly CaptureRequest[];
  /** See `BoundCall.act`. */
  act?(args: z.output<Schema>, seen: Seen, limits: ActLimits): Report | Promise<Report>;
  steps?(args: z.output<Schema>): readonly SubIntent[];
}

/** Accepted everywhere and ignored: a repaired intent carries where it was repaired from. */
const auditKeys = new Set(["projected_from"]);

export function definePrimitive<Schema extends z.ZodType>(definition: PrimitiveDefinition<Schema>): Primitive {
  const { name, args: schema } = definition;
  return {
    name,
    summary: definition.summary,
    risk: definition.risk,
    timing: definition.timing ?? (definition.risk === "sense" ? "none" : "planned"),
    timeoutMs: definition.timeoutMs ?? 30_000,
    composite: definition.steps !== undefined,
    args: schema,
    bind(raw): Bound {
      const parsed = schema.safeParse(withoutAudit(raw));
      if (!parsed.success) return { ok: false, problem: firstProblem(name, parsed.error) };
      return { ok: true, call: new DefinedCall(definition, parsed.data) };
    },
  };
}

class DefinedCall<Schema extends z.ZodType> implements BoundCall {
  readonly captures?: readonly CaptureRequest[];
  readonly steps?: readonly SubIntent[];
  readonly act?: (seen: Seen, limits: ActLimits) => Report | Promise<Report>;
  readonly #definition: PrimitiveDefinition<Schema>;
  readonly #args: z.output<Schema>;

  constructor(definition: PrimitiveDefinition<Schema>, args: z.output<Schema>) {
    this.#definition = definition;
    this.#args = args;
    if (definition.captures !== undefined) this.captures = definition.captures(args);
    if (definition.act !== undefined) this.act = (seen, limits) => definition.act!(args, seen, limits);
    if (definition.steps !== undefined) this.steps = definition.steps(args);
  }

  plan(world: WorldView): PlanDraft {
    return this.#definition.plan(this.#args, world);
  }

  report(seen: Seen): Report {
    return this.#definition.report(this.#args, seen);
  }
}

function withoutAudit(args: JsonObject): JsonObject {
  for (const key of auditKeys)
    if (Object.hasOwn(args, key)) return Object.fromEntries(Object.entries(args).filter(([at]) => !auditKeys.has(at)));
  return args;
}

function firstProblem(name: string, error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return `${name}: invalid arguments`;
  const path = [name, ...issue.path.map(String)];
  if (issue.code === "unrecognized_keys") return `${path.join(".")}.${issue.keys[0] ?? ""}: is not an argument`;
  const message = issue.message.replace(/^Invalid input: /, "");
  const missing = issue.code === "invalid_type" && message.endsWith("received undefined");
  return `${path.join(".")}: ${missing ? `is missing; it is a ${issue.expected}` : message}`;
}
