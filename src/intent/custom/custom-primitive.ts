/**
 * Primitives that users bring. What they may do is plan a motion through gates and kernel, name sub-steps, or do something outside the
 * robot once the gates cleared it; whatever they throw or answer ends in the record.
 * @module
 */
import type * as z from "zod";
import { deepFreeze, type JsonObject } from "../../core/json.ts";
import { nearestName } from "../../core/nearest.ts";
import { definePrimitive } from "../define-primitive.ts";
import type { ActLimits, Bound, BoundCall, Primitive, Risk, Seen, SubIntent } from "../primitive.ts";
import { soundReport } from "../sound-report.ts";
import { stateFromObservation } from "../state-json.ts";
import { argSchemaFrom, isRecord } from "./arg-schema.ts";

/** What `call` is given: what was measured, and how long it may take. Nothing in it moves a robot. */
export interface CallContext extends ActLimits {
  /** As in the trace: position, joints, objects, what is held. */
  readonly state: JsonObject;
}

/** A primitive as a plain object: spec runtime.md §1. */
export interface PlainPrimitive {
  readonly name: string;
  readonly description?: string;
  /** Field by field, typed or in words; a `z.strictObject` as well. */
  readonly argSchema?: unknown;
  /** `{status, observation, message}`, or a promise of it. */
  readonly call?: (context: CallContext, args: JsonObject) => unknown;
  /** Instead of `call`: names of primitives, or intents, one after the other. */
  readonly steps?: readonly (string | SubIntent)[];
  /** `contact` unless given: what has an effect is never only a look. */
  readonly risk?: "move" | "contact";
  readonly timeoutMs?: number;
}

export type CustomAnswer =
  | { readonly ok: true; readonly primitive: Primitive; /** Known sub-steps, for cycles. */ readonly steps: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const plainKeys = ["name", "description", "argSchema", "arg_schema", "call", "steps", "risk", "timeoutMs"];
const risks: readonly Risk[] = ["sense", "move", "contact"];
const longestMs = 3_600_000;

export function customPrimitive(raw: unknown): CustomAnswer {
  if (!isRecord(raw))
    return { ok: false, problems: ["is not a primitive: make it with definePrimitive, or give {name, description, argSchema, call}"] };
  const problems = commonProblems(raw);
  if (typeof raw["bind"] === "function") {
    if (!(typeof raw["summary"] === "string")) problems.push("has no summary");
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, primitive: guarded(raw as unknown as Primitive), steps: [] };
  }
  return plainPrimitive(raw, problems);
}

function commonProblems({ name, risk, timeoutMs }: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  if (!(typeof name === "string" && /^[a-z][\w-]{0,63}$/iu.test(name)))
    problems.push(`has the name ${JSON.stringify(name)}; a name is letters, digits, _ and -, a letter first, 64 at most`);
  // The risk `stop` is past rate limits, cooldowns and approvals: that is the library's own to give.
  if (!(risk === undefined || risks.some((known) => known === risk)))
    problems.push(`has the risk ${JSON.stringify(risk)}; choices: ${risks.join(", ")}`);
  if (!(timeoutMs === undefined || (typeof timeoutMs === "number" && timeoutMs > 0 && timeoutMs <= longestMs)))
    problems.push(`timeoutMs must be more than 0 and at most ${longestMs}`);
  return problems;
}

function plainPrimitive(raw: Readonly<Record<string, unknown>>, problems: string[]): CustomAnswer {
  for (const key of Object.keys(raw))
    if (!plainKeys.includes(key)) {
      const near = nearestName(key, plainKeys);
      problems.push(`unknown key '${key}'${near === undefined ? `; known: ${plainKeys.join(", ")}` : `; did you mean '${near}'?`}`);
    }
  const { name, description = "", call, steps, risk = "contact", timeoutMs } = raw;
  if (typeof description !== "string") problems.push("description is not a text");
  if (risk === "sense") problems.push("the risk 'sense' is for what only looks; make such a primitive with definePrimitive");
  if ((call === undefined) === (steps === undefined)) problems.push("needs either call or steps");
  else if (call !== undefined && typeof call !== "function") problems.push("call is not a function");
  const subs = steps === undefined ? [] : subIntents(steps);
  if (subs === undefined) problems.push("steps is a list of names, or of {name, args}");
  const schema = argSchemaFrom(raw["argSchema"] ?? raw["arg_schema"]);
  if (!schema.ok) problems.push(...schema.problems.map((problem) => `argSchema ${problem}`));
  if (problems.length > 0 || !schema.ok || subs === undefined) return { ok: false, problems };
  const primitive = definePrimitive<z.ZodType>({
    name: name as string,
    summary: description as string,
    risk: risk as Risk,
    timing: steps === undefined ? "none" : "planned",
    ...(typeof timeoutMs === "number" ? { timeoutMs } : steps === undefined ? {} : { timeoutMs: 600_000 }),
    args: schema.schema,
    plan: () => ({ segments: [] }),
    report: () => ({ ok: true, observation: {}, message: name as string }),
    ...(typeof call === "function"
      ? { act: (args, seen, limits) => called(call as NonNullable<PlainPrimitive["call"]>, args as JsonObject, seen, limits) }
      : {}),
    ...(steps === undefined ? {} : { steps: () => subs }),
  });
  return { ok: true, primitive: guarded(primitive), steps: subs.map((sub) => sub.name) };
}

async function called(call: NonNullable<PlainPrimitive["call"]>, args: JsonObject, { after, world }: Seen, limits: ActLimits) {
  const state = deepFreeze(stateFromObservation(world.robot.name, after));
  return reportFromResult(await call({ ...limits, state }, args));
}

const statuses = ["ok", "error", "blocked", "timeout"];

/** The result's shape is compatible; anything but `ok` is an error, for what gates blocked or time ended is the runtime's to say. */
function reportFromResult(raw: unknown) {
  if (!isRecord(raw) || !("status" in raw)) return soundReport(raw);
  const { status, observation = {}, message = "" } = raw;
  if (!statuses.some((known) => known === status)) throw new Error(`malformed result: status is none of ${statuses.join(", ")}`);
  return soundReport({ ok: status === "ok", observation, message });
}

function subIntents(steps: unknown): readonly SubIntent[] | undefined {
  if (!Array.isArray(steps) || steps.length === 0) return undefined;
  const subs: SubIntent[] = [];
  for (const step of steps as readonly unknown[]) {
    if (typeof step === "string") subs.push({ name: step, args: {}, rationale: "" });
    else if (isRecord(step) && typeof step["name"] === "string" && isRecord(step["args"] ?? {}))
      subs.push({
        name: step["name"],
        args: (step["args"] ?? {}) as JsonObject,
        rationale: typeof step["rationale"] === "string" ? step["rationale"] : "",
      });
    else return undefined;
  }
  return Object.freeze(subs);
}

/** The same primitive, of which nothing that it throws or answers gets past the record. */
function guarded(primitive: Primitive): Primitive {
  const { name, summary, risk, timing, timeoutMs, composite, args } = primitive;
  return Object.freeze({
    name,
    summary,
    risk,
    timing: timing ?? "planned",
    timeoutMs: timeoutMs ?? 30_000,
    composite: composite === true,
    args,
    bind(raw: JsonObject): Bound {
      try {
        const bound = primitive.bind(raw);
        if (!bound.ok) return { ok: false, problem: String(bound.problem) };
        return { ok: true, call: guardedCall(bound.call) };
      } catch (error) {
        return { ok: false, problem: `${name}: its arguments cannot be read: ${error instanceof Error ? error.message : String(error)}` };
      }
    },
  });
}

function guardedCall(call: BoundCall): BoundCall {
  const { captures, act } = call;
  const steps = call.steps === undefined ? undefined : subIntents(call.steps);
  if (call.steps !== undefined && steps === undefined) throw new Error("its steps are not a list of {name, args}");
  return {
    plan: (world) => call.plan(world),
    report: (seen) => soundReport(call.report(seen)),
    ...(captures === undefined ? {} : { captures }),
    ...(act === undefined ? {} : { act: (seen: Seen, limits: ActLimits) => act.call(call, seen, limits) }),
    ...(steps === undefined ? {} : { steps }),
  };
}
