/**
 * From what was decided and what happened to the record of the step.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import type { Actor } from "../gate/gate.ts";
import type { Verdict } from "../gate/verdict.ts";
import type { Plan } from "../intent/plan.ts";
import { stateFromObservation } from "../intent/state-json.ts";
import type { GateRecord, StepRecord, StepStatus } from "../trace/records.ts";
import type { Decided } from "./decide.ts";

export interface Outcome {
  readonly status: StepStatus;
  readonly observation: JsonObject;
  readonly message: string;
  readonly durationMs: number;
  readonly after: Observation | undefined;
  readonly stateError?: string;
  readonly kernel?: JsonObject;
  readonly stop?: JsonObject;
  readonly lateResult?: true;
  readonly children?: readonly number[];
}

export function stepRecord(
  step: number,
  decided: Decided,
  outcome: Outcome,
  context: {
    readonly backend: string;
    readonly clock: Clock;
    readonly actor: Actor;
    readonly parent: string | undefined;
    readonly shown: string | undefined;
  },
): StepRecord {
  const { intent, before, answers, plan, approval, escalatedBy } = decided;
  const { after, stateError, kernel, stop, lateResult, children } = outcome;
  const { backend, clock, actor, parent, shown } = context;
  const nowMs = clock.nowMs();
  const record: Draft<StepRecord> = {
    kind: "step",
    step,
    timestamp: wallSeconds(clock, nowMs),
    tNs: BigInt(Math.round(nowMs * 1e6)),
    intent,
    decision: decisionOf(decided, escalatedBy),
    gates: answers.map(gateRecord),
    result: { status: outcome.status, observation: outcome.observation, message: outcome.message, durationMs: outcome.durationMs },
    stateBefore: before === undefined ? null : stateFromObservation(backend, before),
    stateAfter: after === undefined ? null : stateFromObservation(backend, after),
    actor: { role: actor.role, id: actor.id, tenant: actor.tenant },
  };
  if (plan !== undefined && plan.segments.length > 0) record.plan = new PlanRecord(plan);
  if (stateError !== undefined) record.stateError = stateError;
  if (parent !== undefined) record.parent = parent;
  if (shown !== undefined) record.shown = shown;
  if (children !== undefined) record.children = children;
  if (approval !== undefined) record.approval = approval;
  if (kernel !== undefined) record.kernel = kernel;
  if (stop !== undefined) record.stop = stop;
  if (lateResult !== undefined) record.lateResult = lateResult;
  return record;
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** Asks for the hash when the record is written, off the control path. */
class PlanRecord {
  readonly durationMs: number;
  readonly segments: number;
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.durationMs = plan.durationMs;
    this.segments = plan.segments.length;
    this.#plan = plan;
  }

  get hash(): string {
    return this.#plan.hash;
  }
}

function decisionOf({ verdict, go, stopped, scale }: Decided, escalatedBy: string | undefined): StepRecord["decision"] {
  const action = go === undefined && stopped === undefined ? "deny" : "allow";
  const decision: Draft<StepRecord["decision"]> = { action, reason: verdict.reason, gateName: verdict.gate, verdict: verdict.kind };
  if (verdict.kind !== "allow") decision.code = verdict.code;
  if (verdict.kind === "slow") decision.scale = scale ?? verdict.scale;
  if (escalatedBy !== undefined) decision.escalatedBy = escalatedBy;
  return decision;
}

function gateRecord(verdict: Verdict): GateRecord {
  const { gate, kind, reason } = verdict;
  if (kind === "allow") return { gate, action: kind, reason };
  return { gate, action: kind, code: verdict.code, reason, evidence: verdict.evidence };
}

/** The epoch converted last: a clock keeps its own, and to divide integers this long takes as long as a gate. */
let lastEpochNs = 0n;
let lastEpochS = 0;

/** Wall time in s since the epoch. */
export function wallSeconds({ epochNs }: Clock, nowMs: number): number {
  if (epochNs !== lastEpochNs) {
    lastEpochNs = epochNs;
    lastEpochS = Number(epochNs / 1_000_000n) / 1000;
  }
  return lastEpochS + nowMs / 1000;
}
