/**
 * The tools that every robot has: any primitive by name, the state, what was done, what would be refused, and the stop.
 * @module
 */
import { requireScopes, type ScopeChallengeHandler } from "@modelcontextprotocol/server";
import * as z from "zod";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import { offeredPrimitive } from "../intent/offered.ts";
import { stateFromObservation } from "../intent/state-json.ts";
import type { PreviewStep } from "../runtime/preview.ts";
import type { Verdict } from "../gate/verdict.ts";
import { recordToJson } from "../trace/encode-record.ts";
import { actorOf, clientOf } from "./clients.ts";
import { scopeFor } from "./primitive-tools.ts";
import { answered, anyObject, failed, plain, stepAnswer } from "./results.ts";
import type { RobotServer } from "./robot-server.ts";
import type { ServedRobot } from "./served-robot.ts";
import { passedOn, toolSchemaOf } from "./tool-schema.ts";

export const builtInNames = new Set(["step", "state", "list_primitives", "recent_trace", "plan", "stop"]);

const looking = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;

// A server is made for each request over HTTP: what its tools take and answer is made once.
const nothing = z.strictObject({});

const intentArgs = z.strictObject({
  name: z.string().describe("name of a primitive; list_primitives has them"),
  args: anyObject.default({}).describe("its arguments"),
  rationale: z.string().max(2000).default("").describe("why, for the trace"),
});

const intentSchema = passedOn(toolSchemaOf(intentArgs));
const previewArgs = intentArgs.omit({ rationale: true });
const previewAnswer = z.object({
  verdict: z.enum(["allow", "slow", "hold", "deny"]),
  message: z.string(),
  objections: z.array(anyObject),
  gates: z.array(z.string()).describe("those that were asked"),
  plan: anyObject.nullable(),
  steps: z.array(z.string()).optional().describe("of a composite, up to the first that would be refused"),
});
const primitivesAnswer = z.object({ primitives: anyObject, backend: z.string() });
const traceArgs = z.strictObject({ n: z.int().min(1).max(1000).default(10).describe("how many") });
const traceAnswer = z.object({ episode_id: z.string(), n_events_total: z.number(), events: z.array(anyObject) });
const stopArgs = z.strictObject({ reason: z.string().max(2000).default("").describe("for the trace") });
const stopAnswer = z.object({ acknowledged: z.boolean(), elapsed_ms: z.number(), message: z.string() });

export function registerBuiltInTools(robotServer: RobotServer): void {
  registerStep(robotServer);
  registerLooking(robotServer);
  registerPlan(robotServer);
  registerStop(robotServer);
}

function registerStep({ server, robot, calls, refuseTooMany, connection }: RobotServer): void {
  server.registerTool(
    "step",
    {
      title: "Step",
      description: "Carry out a primitive by its name. The same gates judge it as behind the primitive's own tool.",
      inputSchema: intentSchema,
      outputSchema: stepAnswer,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
      scopeChallenge: byPrimitive(robot),
    },
    (raw, context) => {
      const parsed = intentArgs.safeParse(raw);
      if (!parsed.success) return failed(`blocked: schema: step: ${z.prettifyError(parsed.error)}`);
      const { name, rationale } = parsed.data;
      const args = plain(parsed.data.args);
      const refused = offeredPrimitive(robot.registry, name)?.risk === "stop" ? undefined : refuseTooMany(context);
      return refused ?? calls.step({ tool: "step", primitive: name, args, rationale }, connection, context);
    },
  );
}

/** `step` needs what the primitive's own tool needs. */
function byPrimitive({ registry }: ServedRobot): ScopeChallengeHandler {
  return (context) => {
    const args: unknown = context.request.params?.["arguments"];
    const name = isJsonObject(args) ? args["name"] : undefined;
    const scope = scopeFor(typeof name === "string" ? offeredPrimitive(registry, name) : undefined);
    return scope === undefined ? undefined : requireScopes(scope)(context);
  };
}

function registerLooking({ server, robot, tools, refuseTooMany }: RobotServer): void {
  const scopeChallenge = requireScopes("observe");
  server.registerTool(
    "state",
    {
      title: "State",
      description: "What the robot measures now.",
      inputSchema: nothing,
      outputSchema: anyObject,
      annotations: looking,
      scopeChallenge,
    },
    async (_, context) => refuseTooMany(context) ?? answered(await stateOf(robot)),
  );
  server.registerTool(
    "list_primitives",
    {
      title: "Primitives",
      description: "Every primitive with its arguments as JSON Schema.",
      inputSchema: nothing,
      outputSchema: primitivesAnswer,
      annotations: looking,
      scopeChallenge,
    },
    (_, context) => {
      const entries = tools.list.map(
        ({ primitive, schema }) => [primitive.name, { description: primitive.summary, args: schema }] as const,
      );
      return refuseTooMany(context) ?? answered({ primitives: Object.fromEntries(entries), backend: robot.backend.name });
    },
  );
  server.registerTool(
    "recent_trace",
    {
      title: "Recent trace",
      description: "The last steps, refused ones included, with every gate's answer.",
      inputSchema: traceArgs,
      outputSchema: traceAnswer,
      annotations: looking,
      scopeChallenge,
    },
    ({ n }, context) => refuseTooMany(context) ?? answered(recentTrace(robot, n)),
  );
}

export async function stateOf({ runtime, backend }: ServedRobot): Promise<JsonObject> {
  return stateFromObservation(backend.name, await runtime.observe());
}

export function recentTrace({ trace }: ServedRobot, n: number): JsonObject {
  return plain({ episode_id: trace.episodeId, n_events_total: trace.nSteps, events: trace.recent(n).map(recordToJson) });
}

function registerPlan({ server, robot, refuseTooMany }: RobotServer): void {
  server.registerTool(
    "plan",
    {
      title: "Plan",
      description: "Dry run: says whether a primitive would be carried out, and if not, which gates refuse it and why. Nothing moves.",
      inputSchema: previewArgs,
      outputSchema: previewAnswer,
      annotations: looking,
      scopeChallenge: requireScopes("plan"),
    },
    async ({ name, args }, context) => {
      const refused = refuseTooMany(context);
      if (refused !== undefined) return refused;
      const { steps } = await robot.runtime.preview([{ name, args }], actorOf(clientOf(context)));
      return answered(previewJson(steps), previewInWords(decisive(steps).verdict));
    },
  );
}

/** What the call would end in: the first refusal, else the most severe answer of its steps. One call has one step at least. */
function decisive(steps: readonly PreviewStep[]): PreviewStep {
  const severity = ["allow", "slow", "hold", "deny"];
  return steps.reduce((worst, step) => (severity.indexOf(step.verdict.kind) > severity.indexOf(worst.verdict.kind) ? step : worst));
}

function previewJson(steps: readonly PreviewStep[]): JsonObject {
  const { verdict, answers } = decisive(steps);
  const plan = steps[0]?.plan;
  const objections = answers.filter(({ kind }) => kind !== "allow");
  const motion = plan && {
    duration_ms: plan.durationMs,
    to_in_world: plan.declared.pointsInWorld,
    segments: plan.segments.map(({ label }) => label),
  };
  const gates = answers.map(({ gate }) => gate);
  const parts = steps.slice(1).map(({ intent }) => intent.name);
  return plain({
    verdict: verdict.kind,
    message: previewInWords(verdict),
    objections,
    gates,
    plan: motion ?? null,
    ...(parts.length === 0 ? {} : { steps: parts }),
  });
}

function previewInWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case "allow":
      return "would be carried out";
    case "slow":
      return `would be carried out at ${Math.round(verdict.scale * 100)} % of its speed: ${verdict.gate}: ${verdict.reason}`;
    case "hold":
      return `would wait for a person: ${verdict.gate}: ${verdict.reason}`;
    case "deny":
      return `would be refused: ${verdict.gate}: ${verdict.reason}`;
    default:
      return verdict satisfies never;
  }
}

function registerStop({ server, robot, calls, connection }: RobotServer): void {
  server.registerTool(
    "stop",
    {
      title: "Stop",
      description: "Stop all motion at once. Always allowed, never waits behind other calls.",
      inputSchema: stopArgs,
      outputSchema: stopAnswer,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    async ({ reason }, context) => {
      calls.stopped(connection, context);
      const { result, stop = {} } = await robot.runtime.stop({ reason }, undefined, { actor: actorOf(clientOf(context)) });
      const acknowledged = stop["acknowledged"] === true;
      const answer = { acknowledged, elapsed_ms: result.durationMs, message: result.message };
      return { ...answered(answer, result.message), isError: !acknowledged };
    },
  );
}
