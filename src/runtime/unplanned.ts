/**
 * Records of what was never planned: a stop, which is past every gate, and what is refused before it is looked at.
 * @module
 */
import type { Intent } from "../intent/intent.ts";
import type { Actor } from "../gate/gate.ts";
import type { Decided } from "./decide.ts";
import type { Hand } from "./intervention.ts";
import type { Outcome } from "./step-record.ts";
import type { StopOutcome } from "./stop-path.ts";

export function namelessIntent(id: string): Intent {
  return { id, name: "", args: {}, rationale: "" };
}

export function stopActor(hand: Hand): Actor {
  return { role: hand.operator === undefined ? "runtime" : "operator", id: hand.operator ?? "", tenant: "" };
}

export function stopDecided(intent: Intent): Decided {
  const verdict = { kind: "allow", gate: "stop-path", reason: "stop is always allowed" } as const;
  return { intent, before: undefined, answers: [verdict], verdict, stopped: true };
}

export function stopOutcome(
  { json, acknowledged, elapsedMs, message }: StopOutcome,
  after: Pick<Outcome, "after" | "stateError">,
): Outcome {
  const status = acknowledged ? "ok" : "error";
  return { status, observation: json, message, durationMs: elapsedMs, ...after, stop: json };
}

export function refusedUnseen(intent: Intent, gate: string, code: string, reason: string): Decided {
  const verdict = { kind: "deny", gate, code, reason, evidence: {} } as const;
  return { intent, before: undefined, answers: [verdict], verdict };
}

export function blockedOutcome({ verdict, before }: Decided): Outcome {
  // Spec: the message of an unknown primitive is compatible and carries no gate.
  const message = verdict.gate === "resolver" ? verdict.reason : `${verdict.gate}: ${verdict.reason}`;
  return { status: "blocked", observation: {}, message, durationMs: 0, after: before };
}
