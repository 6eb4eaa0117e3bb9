/**
 * Lines to records: the one decoder. Reads our own traces and those of ghostloop 1.0.x, whose lines lack our extra keys.
 * @module
 */
import * as z from "zod";
import type { JsonObject, JsonValue } from "../core/json.ts";
import type { NoteRecord, StepRecord, TraceHeader } from "./records.ts";

const jsonRecord = z.record(z.string(), z.json());
/** As it was read: a copy made by zod lacks keys like `__proto__`, which are keys like any other. */
const jsonObject = z.custom<JsonObject>((value) => jsonRecord.safeParse(value).success, "expected a JSON object");
const nsText = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt);
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const gateRecord = z.object({
  gate: z.string(),
  action: z.enum(["allow", "slow", "hold", "deny"]),
  code: z.string().optional(),
  reason: z.string(),
  evidence: jsonObject.optional(),
});

const headerLine = z.object({
  episode_id: z.string(),
  backend: z.string(),
  started_at: z.number(),
  n_steps: z.number().nullable().optional(),
  schema: z.string().optional(),
  goal: maybe(z.string()),
  policy: maybe(z.string()),
  seed: maybe(z.number()),
  profile: maybe(z.string()),
  profile_sha256: maybe(z.string()),
  runtime_version: z.string().default(""),
  robot: z.string().default(""),
  world: z.string().default(""),
  clock: z.enum(["simulated", "real"]).default("real"),
  epoch_ns: z.string().optional(),
  units: jsonObject.default({}),
  frames: jsonObject.default({}),
  loss_window: z.string().default(""),
  config: jsonObject.default({}),
});

const stepLine = z.object({
  step: z.int(),
  timestamp: z.number(),
  intent: z.object({ name: z.string(), args: jsonObject.default({}), rationale: z.string().default("") }),
  decision: z.object({ action: z.enum(["allow", "deny"]), reason: z.string(), gate_name: z.string() }),
  result: z.object({
    status: z.enum(["ok", "error", "blocked", "timeout", "stopped"]),
    observation: jsonObject.default({}),
    message: z.string().default(""),
    duration_ms: z.number().default(0),
  }),
  state_before: jsonObject.nullable().default(null),
  state_after: jsonObject.nullable().default(null),
  t_ns: nsText.optional(),
  intent_id: z.string().default(""),
  based_on: maybe(z.string()),
  valid_for_ms: maybe(z.number()),
  shown: maybe(z.string()),
  verdict: z.enum(["allow", "slow", "hold", "deny"]).optional(),
  code: maybe(z.string()),
  scale: maybe(z.number()),
  escalated_by: maybe(z.string()),
  gates: z.array(gateRecord).default([]),
  plan: maybe(z.object({ hash: z.string(), duration_ms: z.number(), segments: z.int() })),
  parent: maybe(z.string()),
  children: maybe(z.array(z.int())),
  approval: maybe(jsonObject),
  stop: maybe(jsonObject),
  kernel: maybe(jsonObject),
  actor: maybe(jsonObject),
  limits: maybe(jsonObject),
  late_result: maybe(z.literal(true)),
  state_error: maybe(z.string()),
});

const noteLine = z.object({ note: z.string(), t_ns: nsText, fields: jsonObject });
const footerLine = z.object({ footer: z.literal(true), n_steps: z.int() });

export type DecodedLine =
  | { readonly kind: "header"; readonly header: TraceHeader; readonly steps: number | undefined; readonly ours: boolean }
  | { readonly kind: "step"; readonly step: StepRecord }
  | { readonly kind: "note"; readonly note: NoteRecord }
  | { readonly kind: "footer"; readonly steps: number }
  | { readonly kind: "unreadable"; readonly problem: string };

export function decodeLine(value: JsonValue): DecodedLine {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { kind: "unreadable", problem: "not an object" };
  if ("episode_id" in value) return decode(headerLine, value, headerFromLine);
  if ("footer" in value) return decode(footerLine, value, (line) => ({ kind: "footer", steps: line.n_steps }));
  if ("note" in value)
    return decode(noteLine, value, (line) => ({
      kind: "note",
      note: { kind: "note", note: line.note, tNs: line.t_ns, fields: line.fields },
    }));
  return decode(stepLine, value, (line) => ({ kind: "step", step: stepFromLine(line) }));
}

function decode<Schema extends z.ZodType>(schema: Schema, value: JsonValue, from: (line: z.output<Schema>) => DecodedLine): DecodedLine {
  const parsed = schema.safeParse(value);
  if (parsed.success) return from(parsed.data);
  const issue = parsed.error.issues[0];
  return { kind: "unreadable", problem: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}` };
}

function headerFromLine(line: z.output<typeof headerLine>): DecodedLine {
  const header: TraceHeader = {
    kind: "header",
    episodeId: line.episode_id,
    backend: line.backend,
    startedAt: line.started_at,
    ...present("goal", line.goal),
    ...present("policy", line.policy),
    ...present("seed", line.seed),
    ...present("profile", line.profile),
    ...present("profileSha256", line.profile_sha256),
    runtimeVersion: line.runtime_version,
    robot: line.robot,
    world: line.world,
    clock: line.clock,
    epochNs: line.epoch_ns ?? "0",
    units: line.units,
    frames: line.frames,
    lossWindow: line.loss_window,
    config: line.config,
  };
  return { kind: "header", header, steps: line.n_steps ?? undefined, ours: line.schema !== undefined };
}

function stepFromLine(line: z.output<typeof stepLine>): StepRecord {
  const { intent, decision, result } = line;
  return {
    kind: "step",
    step: line.step,
    timestamp: line.timestamp,
    tNs: line.t_ns ?? BigInt(Math.round(line.timestamp * 1e9)),
    intent: { id: line.intent_id, ...intent, ...present("basedOn", line.based_on), ...present("validForMs", line.valid_for_ms) },
    decision: {
      action: decision.action,
      reason: decision.reason,
      gateName: decision.gate_name,
      verdict: line.verdict ?? decision.action,
      ...present("code", line.code),
      ...present("scale", line.scale),
      ...present("escalatedBy", line.escalated_by),
    },
    gates: line.gates.map(({ gate, action, code, reason, evidence }) => ({
      gate,
      action,
      ...present("code", code),
      reason,
      ...present("evidence", evidence),
    })),
    ...(line.plan === undefined ? {} : { plan: { hash: line.plan.hash, durationMs: line.plan.duration_ms, segments: line.plan.segments } }),
    result: { status: result.status, observation: result.observation, message: result.message, durationMs: result.duration_ms },
    stateBefore: line.state_before,
    stateAfter: line.state_after,
    ...present("stateError", line.state_error),
    ...present("lateResult", line.late_result),
    ...present("shown", line.shown),
    ...present("parent", line.parent),
    ...present("children", line.children),
    ...present("approval", line.approval),
    ...present("stop", line.stop),
    ...present("kernel", line.kernel),
    ...present("actor", line.actor),
    ...present("limits", line.limits),
  };
}

/** `{[key]: value}`, or nothing when there is no value: optional fields are absent, never undefined. */
function present<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}
