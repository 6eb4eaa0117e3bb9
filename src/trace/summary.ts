import type { JsonObject } from "../core/json.ts";
import type { Trace } from "./read-trace.ts";

/** Counts over a trace; keys compatible with ghostloop's `summary`. Durations in ms, 3 decimals. */
export interface TraceSummary extends JsonObject {
  readonly episode_id: string;
  readonly backend: string;
  readonly n_events: number;
  readonly by_status: { readonly [status: string]: number };
  readonly by_intent: { readonly [name: string]: number };
  readonly denied: number;
  /** `GATE: REASON`, in the order they happened. */
  readonly deny_reasons: readonly string[];
  readonly total_duration_ms: number;
}

export function summarizeTrace(trace: Pick<Trace, "header" | "steps">): TraceSummary {
  const byStatus = new Map<string, number>();
  const byIntent = new Map<string, number>();
  const denyReasons: string[] = [];
  let totalMs = 0;
  for (const { intent, decision, result } of trace.steps) {
    byStatus.set(result.status, (byStatus.get(result.status) ?? 0) + 1);
    byIntent.set(intent.name, (byIntent.get(intent.name) ?? 0) + 1);
    if (decision.action === "deny") denyReasons.push(`${decision.gateName}: ${decision.reason}`);
    totalMs += result.durationMs;
  }
  return {
    episode_id: trace.header.episodeId,
    backend: trace.header.backend,
    n_events: trace.steps.length,
    by_status: Object.fromEntries(byStatus),
    by_intent: Object.fromEntries(byIntent),
    denied: denyReasons.length,
    deny_reasons: denyReasons,
    total_duration_ms: Math.round(totalMs * 1000) / 1000,
  };
}
