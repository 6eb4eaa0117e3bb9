/**
 * What the chain says, and how the answers of many gates become one.
 * @module
 */
import type { Plan } from "../intent/plan.ts";
import type { Cleared } from "./cleared.ts";
import type { Verdict } from "./verdict.ts";

export type ChainMode = "exhaustive" | "first-deny";

/** A person's consent to exactly one plan, once, for a while. */
export interface Approval {
  /** `Plan.hash` of the plan that was shown: it covers name, arguments, path and timing. */
  readonly planHash: string;
  /** Who answered; never empty. */
  readonly operator: string;
  /** Episode time, ms; at this instant it still counts. */
  readonly expiresAtMs: number;
  /** Set by whoever stores approvals; the chain remembers for itself as well. */
  readonly used?: boolean;
}

/** What an approver must consent to, and how long the answer may take. */
export interface PendingApproval {
  readonly planHash: string;
  /** Ids of the gates that hold, in gate order. */
  readonly gates: readonly string[];
  /** The shortest of theirs. */
  readonly timeoutMs: number;
}

export interface ChainAnswer {
  /** The most severe; the first of that severity in gate order. */
  readonly verdict: Verdict;
  /** One a gate, in gate order, then the chain's own objection if it had one. Ends at the first denial in mode `first-deny`. */
  readonly answers: readonly Verdict[];
  /** Speed at which the plan may be followed: the smallest that any gate asked for, 1 where none did. */
  readonly scale: number;
  /** Present once the plan may be executed: only after `clear` or `clearApproved`, only for allow and slow. */
  readonly cleared?: Cleared<Plan>;
  /** Present when nothing but holds stands in the way. */
  readonly hold?: PendingApproval;
}

export function severityOf(verdict: Verdict): number {
  switch (verdict.kind) {
    case "allow":
      return 0;
    case "slow":
      return 1;
    case "hold":
      return 2;
    case "deny":
      return 3;
    default:
      verdict satisfies never;
      return 3;
  }
}

/** The smallest scale that any answer asks for, 1 where none does. */
export function scaleOf(answers: readonly Verdict[]): number {
  let scale = 1;
  for (const answer of answers) if (answer.kind === "slow" && !(answer.scale >= scale)) scale = answer.scale;
  return scale;
}

/** Reads `plan.hash` only when somebody must be asked: computing it walks the whole plan. */
export function pendingApproval(answers: readonly Verdict[], plan: Plan): PendingApproval {
  const gates: string[] = [];
  let timeoutMs = Infinity;
  for (const answer of answers) {
    if (answer.kind !== "hold") continue;
    gates.push(answer.gate);
    timeoutMs = Math.min(timeoutMs, answer.approval.timeoutMs);
  }
  return Object.freeze({ planHash: plan.hash, gates: Object.freeze(gates), timeoutMs });
}
