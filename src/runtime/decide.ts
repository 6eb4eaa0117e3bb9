/**
 * From an intent to a cleared plan, or to the reason why not: spec runtime.md §2, rows 2 to 8. Moves nothing.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { Observation } from "../core/observation.ts";
import type { ChainAnswer, PendingApproval } from "../gate/chain-answer.ts";
import type { GateChain } from "../gate/chain.ts";
import { hardestGripN } from "../gate/plan-facts.ts";
import { speedPeaks } from "../gate/speed-peaks.ts";
import type { Cleared } from "../gate/cleared.ts";
import type { Actor, Ask } from "../gate/gate.ts";
import type { Deny, Verdict } from "../gate/verdict.ts";
import type { Intent } from "../intent/intent.ts";
import { declaredFromArgs } from "../intent/declared-motion.ts";
import { failedPlan, makePlan } from "../intent/make-plan.ts";
import type { Plan } from "../intent/plan.ts";
import type { BoundCall, Primitive } from "../intent/primitive.ts";
import type { PrimitiveRegistry } from "../intent/registry.ts";
import type { WorldView } from "../intent/world-view.ts";
import type { JsonObject } from "../core/json.ts";
import { requestApproval, type ApprovalChannel, type ApprovalRequest } from "./approvals.ts";

/** What a repair proposes for an intent whose target breaks a rule: another intent, the same one, or nothing. */
export type Repair = (
  intent: Intent,
  world: WorldView,
) => { readonly kind: "unchanged" | "projected"; readonly intent: Intent } | { readonly kind: "failed"; readonly reason: string };

export interface DecisionContext {
  readonly registry: PrimitiveRegistry;
  readonly chain: GateChain;
  readonly clock: Clock;
  readonly approvals: ApprovalChannel | undefined;
  /** Pays for planning before it happens; a denial means the budget is spent. */
  readonly chargePlanning: ((actor: Actor, primitive: Primitive) => Deny | null) | undefined;
  readonly repair: Repair | undefined;
  /** Fresh, with its world. */
  readonly look: () => WorldView | Promise<WorldView>;
}

export interface Decided {
  readonly intent: Intent;
  readonly before: Observation | undefined;
  readonly answers: readonly Verdict[];
  readonly verdict: Verdict;
  readonly plan?: Plan;
  /** Speed at which the plan is followed: the smallest that any gate asked for. */
  readonly scale?: number;
  readonly approval?: JsonObject;
  readonly escalatedBy?: string;
  readonly go?: Go;
  /** A stop: carried out already, past every gate. */
  readonly stopped?: true;
}

/** Everything needed to carry it out. */
export interface Go {
  readonly primitive: Primitive;
  readonly call: BoundCall;
  readonly cleared: Cleared<Plan>;
  readonly world: WorldView;
}

/** A promise only where there is something to wait for: a machine that measures, or a person. */
export function decide(intent: Intent, actor: Actor, context: DecisionContext, signal: AbortSignal): Decided | Promise<Decided> {
  const primitive = context.registry.get(intent.name);
  if (primitive === undefined) return refused(intent, "resolver", "unknown_primitive", `unknown primitive: '${intent.name}'`);
  const bound = primitive.bind(intent.args);
  if (!bound.ok) return refused(intent, "schema", "invalid_arguments", bound.problem);
  const unpaid = context.chargePlanning?.(actor, primitive);
  if (unpaid) return { intent, before: undefined, answers: [unpaid], verdict: unpaid };
  const question: Question = { intent, primitive, call: bound.call, actor };
  let looked: WorldView | Promise<WorldView>;
  try {
    looked = context.look();
  } catch (error) {
    return blind(intent, error);
  }
  if (!(looked instanceof Promise)) return decideIn(looked, question, context, signal);
  return looked.then(
    (world) => decideIn(world, question, context, signal),
    (error: unknown) => blind(intent, error),
  );
}

interface Question {
  readonly intent: Intent;
  readonly primitive: Primitive;
  readonly call: BoundCall;
  readonly actor: Actor;
}

function decideIn(world: WorldView, question: Question, context: DecisionContext, signal: AbortSignal): Decided | Promise<Decided> {
  const repaired = context.repair?.(question.intent, world);
  if (repaired?.kind === "failed")
    return {
      ...refused(question.intent, "projection", "projection_failed", `projection failed: ${repaired.reason}`),
      before: world.observation,
    };
  const proposal = repaired === undefined ? question : rebound(question, repaired.intent);
  const plan = planFor(proposal, world);
  const answer = context.chain.clear(askFor(proposal, plan, world, context.clock));
  if (answer.hold !== undefined) return holdFor(answer, answer.hold, proposal, plan, world, context, signal);
  return decided(proposal, plan, world, answer);
}

function rebound(question: Question, intent: Intent): Question {
  if (intent === question.intent) return question;
  const bound = question.primitive.bind(intent.args);
  return bound.ok ? { ...question, intent, call: bound.call } : question;
}

function planFor({ intent, call }: Question, world: WorldView): Plan {
  try {
    const draft = call.plan(world);
    if (draft.declared !== undefined) return makePlan(intent, draft);
    // A primitive that does not say where it goes is taken by its arguments, so that no custom one slips past the fences.
    const declaration = declaredFromArgs(intent.args, world.observation.worldFromTip.position);
    if (!declaration.ok) return failedPlan(intent, { code: "invalid_target", reason: declaration.problem, evidence: {} });
    return makePlan(intent, { ...draft, declared: declaration.declared });
  } catch (error) {
    return failedPlan(intent, { code: "planner_threw", reason: `planning failed: ${describe(error)}`, evidence: {} });
  }
}

function askFor({ intent, primitive, actor }: Question, plan: Plan, world: WorldView, clock: Clock): Ask {
  const atMs = clock.nowMs();
  const wallNs = clock.epochNs + BigInt(Math.round(atMs * 1e6));
  return { intent, primitive, plan, world, atMs, wallNs, actor };
}

function motionOf(plan: Plan, world: WorldView): ApprovalRequest["motion"] {
  const forceN = hardestGripN(plan);
  return {
    fromInWorld: world.observation.worldFromTip.position,
    toInWorld: plan.declared.pointsInWorld,
    durationMs: plan.durationMs,
    fastestMps: speedPeaks(plan, world.robot).fastest.mps,
    ...(forceN === undefined ? {} : { forceN }),
  };
}

/** Waits for a person, then asks every gate again about the same plan in the world as it is by then. */
async function holdFor(
  answer: ChainAnswer,
  hold: PendingApproval,
  question: Question,
  plan: Plan,
  world: WorldView,
  context: DecisionContext,
  signal: AbortSignal,
): Promise<Decided> {
  const { clock } = context;
  const askedAtMs = clock.nowMs();
  const { intent } = question;
  const outcome = await requestApproval(
    context.approvals,
    {
      planHash: hold.planHash,
      intent: { id: intent.id, name: intent.name, args: intent.args, rationale: intent.rationale },
      observation: world.observation.id,
      reason: answer.verdict.reason,
      robot: world.robot.name,
      motion: motionOf(plan, world),
      expiresAtMs: askedAtMs + hold.timeoutMs,
    },
    { clock, timeoutMs: hold.timeoutMs, signal },
  );
  const answeredAtMs = clock.nowMs();
  const approved = outcome.kind === "approved";
  const approval: JsonObject = {
    operator: outcome.operatorId,
    asked_at: askedAtMs / 1000,
    answered_at: answeredAtMs / 1000,
    approved,
    plan_hash: hold.planHash,
  };
  const escalatedBy = hold.gates[0] ?? "hitl";
  if (outcome.kind === "refused") {
    const verdict: Deny = { kind: "deny", gate: escalatedBy, code: outcome.code, reason: outcome.reason, evidence: {} };
    return { intent, before: world.observation, answers: answer.answers, verdict, plan, approval, escalatedBy };
  }
  const again = await context.look();
  const expiresAtMs = askedAtMs + hold.timeoutMs;
  const consent = { planHash: hold.planHash, operator: outcome.operatorId, expiresAtMs };
  const cleared = context.chain.clearApproved(askFor(question, plan, again, clock), consent);
  return { ...decided(question, plan, again, cleared), approval, escalatedBy };
}

function decided({ intent, primitive, call }: Question, plan: Plan, world: WorldView, answer: ChainAnswer): Decided {
  const { verdict, answers, cleared, scale } = answer;
  const before = world.observation;
  if (cleared === undefined) return { intent, before, answers, verdict, plan, scale };
  return { intent, before, answers, verdict, plan, scale, go: { primitive, call, cleared, world } };
}

function blind(intent: Intent, error: unknown): Decided {
  return refused(intent, "state", "state_unavailable", `state unavailable: ${describe(error)}`);
}

function refused(intent: Intent, gate: string, code: string, reason: string): Decided {
  const verdict: Deny = { kind: "deny", gate, code, reason, evidence: {} };
  return { intent, before: undefined, answers: [verdict], verdict };
}

export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
