/**
 * From what was decided and what happened to the record of the step.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import type { Actor } from "../gate/gate.ts";
import type { Verdict } from "../gate/verdict.ts";
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
  context: { readonly backend: string; readonly clock: Clock; readonly actor: Actor; readonly parent: string | undefined },
): StepRecord {
  const { intent, before, answers, plan, approval, escalatedBy } = decided;
  const { after, stateError, kernel, stop, lateResult, children } = outcome;
  const nowMs = context.clock.nowMs();
  const { actor } = context;
  return {
    kind: "step",
    step,
    timestamp: wallSeconds(context.clock, nowMs),
    tNs: BigInt(Math.round(nowMs * 1e6)),
    intent,
    decision: decisionOf(decided, escalatedBy),
    gates: answers.map(gateRecord),
    ...(plan === undefined || plan.segments.length === 0 ? {} : { plan: planRecord(plan) }),
    result: { status: outcome.status, observation: outcome.observation, message: outcome.message, durationMs: outcome.durationMs },
    stateBefore: before === undefined ? null : stateFromObservation(context.backend, before),
    stateAfter: after === undefined ? null : stateFromObservation(context.backend, after),
    actor: { role: actor.role, id: actor.id, tenant: actor.tenant },
    ...(stateError === undefined ? {} : { stateError }),
    ...(context.parent === undefined ? {} : { parent: context.parent }),
    ...(children === undefined ? {} : { children }),
    ...(approval === undefined ? {} : { approval }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(stop === undefined ? {} : { stop }),
    ...(lateResult === undefined ? {} : { lateResult }),
  };
}

/** A getter, so that the hash is computed when the record is written, off the control path. */
function planRecord(plan: NonNullable<Decided["plan"]>): NonNullable<StepRecord["plan"]> {
  return {
    get hash() {
      return plan.hash;
    },
    durationMs: plan.durationMs,
    segments: plan.segments.length,
  };
}

function decisionOf({ verdict, go, stopped, scale }: Decided, escalatedBy: string | undefined): StepRecord["decision"] {
  const action = go === undefined && stopped === undefined ? "deny" : "allow";
  return {
    action,
    reason: verdict.reason,
    gateName: verdict.gate,
    verdict: verdict.kind,
    ...("code" in verdict ? { code: verdict.code } : {}),
    ...(verdict.kind === "slow" ? { scale: scale ?? verdict.scale } : {}),
    ...(escalatedBy === undefined ? {} : { escalatedBy }),
  };
}

function gateRecord(verdict: Verdict): GateRecord {
  const { gate, kind, reason } = verdict;
  if (kind === "allow") return { gate, action: kind, reason };
  return { gate, action: kind, code: verdict.code, reason, evidence: verdict.evidence };
}

/** Wall time in s since the epoch. */
export function wallSeconds(clock: Clock, nowMs: number): number {
  return Number(clock.epochNs / 1_000_000n) / 1000 + nowMs / 1000;
}
