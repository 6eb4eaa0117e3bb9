/**
 * What grounding says of an action. Only `allow` is a yes; `unknown` moves nothing either.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import { physicalActionJson, type PhysicalAction } from "./physical-action.ts";

export interface GroundingViolation {
  /** A constraint's name, one of the reserved ones, or `budget:<counter>`. */
  readonly constraint: string;
  readonly reason: string;
  /** The check could not be carried out. */
  readonly undecided: boolean;
  readonly evidence?: JsonObject;
}

export type GroundingDecision = "allow" | "deny" | "unknown";

export interface GroundingVerdict {
  readonly action: PhysicalAction;
  readonly decision: GroundingDecision;
  /** True only for `allow`. */
  readonly allowed: boolean;
  /** In the order found. */
  readonly violations: readonly GroundingViolation[];
  readonly anyViolation: boolean;
}

export function groundingVerdict(action: PhysicalAction, violations: readonly GroundingViolation[]): GroundingVerdict {
  const decision = decisionOf(violations);
  return Object.freeze({
    action,
    decision,
    allowed: decision === "allow",
    violations: Object.freeze(violations),
    anyViolation: violations.length > 0,
  });
}

/** `deny` if any violation is decided, else `unknown` if there is one, else `allow`. */
export function decisionOf(violations: readonly GroundingViolation[]): GroundingDecision {
  let decision: GroundingDecision = "allow";
  for (const { undecided } of violations) {
    if (!undecided) return "deny";
    decision = "unknown";
  }
  return decision;
}

/** The wire form, compatible names. */
export function groundingVerdictJson({ action, decision, allowed, violations, anyViolation }: GroundingVerdict): JsonObject {
  return {
    action: physicalActionJson(action),
    allowed,
    decision,
    violations: violations.map(({ constraint, reason, undecided }) => ({ constraint, reason, undecided })),
    any_violation: anyViolation,
  };
}
