/**
 * What a gate answers. Severity: deny > hold > slow > allow.
 * @module
 */
import type { JsonObject } from "../core/json.ts";

/** This gate has no objection. `reason` is for the reader ("3/120 per minute"). */
export interface Allow {
  readonly kind: "allow";
  readonly gate: string;
  readonly reason: string;
}
/** Allowed if the plan's own path is followed at `scale` of its speed, 0 < scale <= 1; never another path. */
export interface Slow {
  readonly kind: "slow";
  readonly gate: string;
  readonly code: string;
  readonly scale: number;
  readonly reason: string;
  readonly evidence: JsonObject;
}
/** Allowed once a person approves exactly this plan. */
export interface Hold {
  readonly kind: "hold";
  readonly gate: string;
  readonly code: string;
  readonly reason: string;
  readonly approval: { readonly timeoutMs: number };
  readonly evidence: JsonObject;
}
export interface Deny {
  readonly kind: "deny";
  readonly gate: string;
  readonly code: string;
  readonly reason: string;
  /** Numbers with units in their names; nearest distance, link, zone. */
  readonly evidence: JsonObject;
}
export type Verdict = Allow | Slow | Hold | Deny;

const noEvidence: JsonObject = Object.freeze({});

/** Safe to keep and answer again: the object is frozen. */
export function allow(gate: string, reason = ""): Allow {
  return Object.freeze({ kind: "allow", gate, reason });
}

export function slow(gate: string, code: string, scale: number, reason: string, evidence: JsonObject = noEvidence): Slow {
  return Object.freeze({
    kind: "slow",
    gate,
    code,
    scale,
    reason,
    evidence: Object.freeze(evidence),
  });
}

export function hold(gate: string, code: string, timeoutMs: number, reason: string, evidence: JsonObject = noEvidence): Hold {
  const approval = Object.freeze({ timeoutMs });
  return Object.freeze({
    kind: "hold",
    gate,
    code,
    reason,
    approval,
    evidence: Object.freeze(evidence),
  });
}

export function deny(gate: string, code: string, reason: string, evidence: JsonObject = noEvidence): Deny {
  return Object.freeze({ kind: "deny", gate, code, reason, evidence: Object.freeze(evidence) });
}
