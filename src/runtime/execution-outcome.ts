/**
 * What the record says of a motion: one that came to its end, one that was broken off, one that did not begin.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { Captured, Seen } from "../intent/primitive.ts";
import type { Refusal } from "../kernel/stop/stop-types.ts";
import type { Go } from "./decide.ts";
import type { Done, Execution, Halt } from "./execute-plan.ts";
import type { PlanPacer } from "./pace.ts";
import type { Outcome } from "./step-record.ts";

/** How many chunks were judged, and where the pace was not the plan's, how. */
export function judgedJson(execution: Execution, pacer: PlanPacer | undefined): JsonObject {
  const { chunks } = execution;
  const paced = pacer?.report;
  const slowed = execution.kind === "done" ? execution.slowed : undefined;
  return { chunks, ...(paced === undefined ? {} : { paced }), ...(slowed === undefined ? {} : { slowed: { ...slowed } }) };
}

export function seenBy({ cleared, world }: Go, { after }: Done, captured: readonly Captured[]): Seen {
  return { before: world.observation, after, plan: cleared, world, captured };
}

export function doneOutcome({ call }: Go, seen: Seen, durationMs: number, kernel: JsonObject): Outcome {
  const { ok, observation, message } = call.report(seen);
  return { status: ok ? "ok" : "error", observation, message, durationMs, after: seen.after, kernel };
}

type Common = Pick<Outcome, "observation" | "durationMs" | "after" | "stop">;

export function haltOutcome({ primitive }: Go, execution: Halt, kernel: JsonObject, common: Common): Outcome {
  switch (execution.kind) {
    case "aborted":
      return { ...common, ...late(execution), status: "stopped", message: "stopped before the end", kernel };
    case "clock":
      return { ...common, status: "error", message: `stopped: ${execution.problem}`, kernel };
    case "timeout":
      return { ...common, ...late(execution), status: "timeout", message: `${primitive.name} exceeded ${primitive.timeoutMs} ms`, kernel };
    case "unsafe-pace": {
      const { reason, evidence } = execution;
      return { ...common, status: "stopped", message: `stopped: ${reason}`, kernel: { ...kernel, pace: { reason, evidence } } };
    }
    case "refused": {
      const { code, reason, evidence } = execution;
      if (code === "estop_latched") return { ...common, status: "stopped", message: `stopped: ${reason}`, kernel };
      return { ...common, status: "error", message: `kernel: ${reason}`, kernel: { ...kernel, refused: { code, reason, evidence } } };
    }
    default:
      return execution satisfies never;
  }
}

function late({ lateResult }: { readonly lateResult?: true }): Pick<Outcome, "lateResult"> {
  return lateResult === undefined ? {} : { lateResult };
}

/** The stop chain gave no lease. */
export function notBegun({ code, reason }: Refusal): Outcome {
  const refused = { code, reason, evidence: {} };
  return {
    status: "error",
    observation: {},
    message: `kernel: ${reason}`,
    durationMs: 0,
    after: undefined,
    kernel: { chunks: 0, refused },
  };
}
