/**
 * Asking a person. The runtime waits; gates never do. An answer is for one plan, once, for a while.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { Vec3 } from "../core/vec3.ts";

export interface ApprovalRequest {
  readonly planHash: string;
  readonly intent: { readonly id: string; readonly name: string; readonly args: JsonObject; readonly rationale: string };
  /** Id of the observation that the plan begins at. */
  readonly observation: string;
  readonly reason: string;
  readonly robot: string;
  readonly motion: {
    readonly fromInWorld: Vec3;
    readonly toInWorld: readonly Vec3[];
    readonly durationMs: number;
    /** Of the tip and the ends of other limbs, as planned, m/s. */
    readonly fastestMps: number;
    /** The hardest grip, where the plan grips. */
    readonly forceN?: number;
  };
  /** Episode time after which the answer no longer counts, ms. */
  readonly expiresAtMs: number;
}

export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly operatorId: string;
  readonly note?: string;
}

/** Where a question goes: a terminal, a queue that a page or a client answers. May take as long as it likes; the runtime does not wait for ever. */
export interface ApprovalChannel {
  readonly name: string;
  ask(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
}

export type ApprovalOutcome =
  | { readonly kind: "approved"; readonly operatorId: string }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string; readonly operatorId: string };

/** Asks, and turns silence, an exception or a malformed answer into a refusal with a reason. */
export async function requestApproval(
  channel: ApprovalChannel | undefined,
  request: ApprovalRequest,
  timing: { readonly clock: Clock; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ApprovalOutcome> {
  if (channel === undefined) return refused("no_approver", `'${request.intent.name}' needs a person's approval and nobody can be asked`);
  if (timing.signal.aborted) return refused("aborted", "stopped before anybody was asked");
  const giveUp = new AbortController();
  const abort = (): void => giveUp.abort();
  timing.signal.addEventListener("abort", abort);
  try {
    const late = lateness(timing.clock, timing.timeoutMs, giveUp.signal);
    const answer = await Promise.race([channel.ask(request, giveUp.signal), late]);
    if (timing.signal.aborted) return refused("aborted", "stopped while waiting for approval");
    if (answer === "late") return refused("approval_timeout", `approval timed out after ${timing.timeoutMs / 1000} s`);
    if (!isAnswer(answer)) return refused("approval_malformed", "the approver's answer is malformed");
    if (answer.approved) return { kind: "approved", operatorId: answer.operatorId };
    return refused("approval_denied", `human reviewer denied '${request.intent.name}' call`, answer.operatorId);
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return refused("approver_threw", `approver raised ${text}`);
  } finally {
    giveUp.abort();
    timing.signal.removeEventListener("abort", abort);
  }
}

/** A simulated clock does not move while a person thinks, so only real time can run out. */
function lateness(clock: Clock, timeoutMs: number, signal: AbortSignal): Promise<"late"> {
  const sleeping = clock.kind === "real" ? clock.sleepUntil(clock.nowMs() + timeoutMs, signal) : untilAborted(signal);
  return Promise.resolve(sleeping).then(() => "late" as const);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function isAnswer(answer: ApprovalAnswer): boolean {
  return (
    typeof answer === "object" &&
    answer !== null &&
    typeof answer.approved === "boolean" &&
    typeof answer.operatorId === "string" &&
    answer.operatorId !== ""
  );
}

function refused(code: string, reason: string, operatorId = ""): ApprovalOutcome {
  return { kind: "refused", code, reason, operatorId };
}

/** For tests and simulations only. */
export function alwaysApprove(operatorId: string): ApprovalChannel {
  return { name: "always-approve", ask: () => Promise.resolve({ approved: true, operatorId }) };
}

export function alwaysDeny(operatorId = "nobody"): ApprovalChannel {
  return { name: "always-deny", ask: () => Promise.resolve({ approved: false, operatorId }) };
}

/** Questions wait here until somebody answers them by the plan's hash. */
export class ApprovalQueue implements ApprovalChannel {
  readonly name = "queue";
  readonly #waiting = new Map<string, { readonly request: ApprovalRequest; readonly answer: (answer: ApprovalAnswer) => void }>();

  pending(): readonly ApprovalRequest[] {
    return [...this.#waiting.values()].map((entry) => entry.request);
  }

  /** False when no such question waits (any more). */
  answer(planHash: string, answer: ApprovalAnswer): boolean {
    const entry = this.#waiting.get(planHash);
    this.#waiting.delete(planHash);
    entry?.answer(answer);
    return entry !== undefined;
  }

  ask(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    return new Promise((resolve) => {
      this.#waiting.set(request.planHash, { request, answer: resolve });
      signal.addEventListener("abort", () => this.#waiting.delete(request.planHash), { once: true });
    });
  }
}
