/**
 * What the record says of a motion that did not begin or did not end.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { Refusal } from "../kernel/stop/stop-types.ts";
import type { Go } from "./decide.ts";
import type { Halt } from "./execute-plan.ts";
import type { Outcome } from "./step-record.ts";

type Common = Pick<Outcome, "observation" | "durationMs" | "after" | "stop">;

export function haltOutcome({ primitive }: Go, execution: Halt, common: Common): Outcome {
  const kernel: JsonObject = { chunks: execution.chunks };
  switch (execution.kind) {
    case "aborted":
      return { ...common, status: "stopped", message: "stopped before the end", kernel };
    case "clock":
      return { ...common, status: "error", message: `stopped: ${execution.problem}`, kernel };
    case "timeout":
      return { ...common, status: "timeout", message: `${primitive.name} exceeded ${primitive.timeoutMs} ms`, kernel };
    case "refused": {
      const { code, reason, evidence } = execution;
      if (code === "estop_latched") return { ...common, status: "stopped", message: `stopped: ${reason}`, kernel };
      return { ...common, status: "error", message: `kernel: ${reason}`, kernel: { ...kernel, refused: { code, reason, evidence } } };
    }
    default:
      return execution satisfies never;
  }
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
