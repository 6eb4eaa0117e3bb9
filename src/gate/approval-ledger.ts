/**
 * Remembers which approvals were spent, so that none counts twice.
 * @module
 */
import type { Plan } from "../intent/plan.ts";
import type { Approval } from "./chain-answer.ts";

export interface ApprovalProblem {
  readonly code: string;
  readonly reason: string;
}

export class ApprovalLedger {
  /** Key to expiry, ms. Whatever has expired is refused for that alone and need not be remembered. */
  readonly #spent: Map<string, number>;

  constructor(spent: ReadonlyMap<string, number> = new Map()) {
    this.#spent = new Map(spent);
  }

  /** Why the approval does not count for this plan now, or undefined when it does. */
  problem(approval: Approval, plan: Plan, atMs: number): ApprovalProblem | undefined {
    const { planHash, operator, expiresAtMs, used } = approval;
    if (planHash !== plan.hash) return { code: "approval_mismatch", reason: "the approval is for another plan" };
    if (!(typeof operator === "string" && operator.trim() !== ""))
      return { code: "approval_anonymous", reason: "the approval names no operator" };
    if (!Number.isFinite(expiresAtMs)) return { code: "approval_expired", reason: "the approval has no expiry" };
    if (!(atMs <= expiresAtMs))
      return {
        code: "approval_expired",
        reason: `the approval expired ${Math.ceil(atMs - expiresAtMs)} ms ago`,
      };
    if ((used !== undefined && used !== false) || this.#spent.has(keyOf(approval)))
      return { code: "approval_used", reason: "the approval was used before" };
    return undefined;
  }

  spend(approval: Approval, atMs: number): void {
    for (const [key, expiresAtMs] of this.#spent) if (!(atMs <= expiresAtMs)) this.#spent.delete(key);
    this.#spent.set(keyOf(approval), approval.expiresAtMs);
  }

  fork(): ApprovalLedger {
    return new ApprovalLedger(this.#spent);
  }
}

/** The answer itself, not the object that carries it: a copy is the same approval. */
function keyOf({ planHash, operator, expiresAtMs }: Approval): string {
  return `${planHash}\n${expiresAtMs}\n${operator}`;
}
