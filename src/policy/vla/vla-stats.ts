import type { JsonObject } from "../../core/json.ts";
import type { DroppedAnswers, VlaFailure } from "./vla-model.ts";

export type VlaTermination = "done" | "max_steps" | "idle" | "no_action" | "stopped" | "malformed" | "refused" | "unseen";

export interface VlaStats {
  readonly requests: number;
  /** Chunks that were carried out, at least in part. */
  readonly chunks: number;
  /** From asking to the answer in hand, of the requests that were answered; NaN before the first. */
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  readonly dropped: DroppedAnswers;
  /** Actions thrown away because their chunk's horizon had passed, or a step before them was not ok. */
  readonly droppedActions: number;
  readonly malformed: number;
  readonly failures: Readonly<Partial<Record<VlaFailure, number>>>;
  /** Undefined while it runs, and where something else ended the run. */
  readonly terminated: VlaTermination | undefined;
}

/** Counts what becomes of a model's answers. Keeps the latencies of the newest 10 000. */
export class VlaTally {
  requests = 0;
  chunks = 0;
  droppedActions = 0;
  malformed = 0;
  terminated: VlaTermination | undefined;
  readonly dropped = { late: 0, repeated: 0, older: 0 };
  readonly #failures: Partial<Record<VlaFailure, number>> = {};
  readonly #latenciesMs: number[] = [];

  answered(latencyMs: number): void {
    if (this.#latenciesMs.length === 10_000) this.#latenciesMs.shift();
    this.#latenciesMs.push(latencyMs);
  }

  failed(failure: VlaFailure): void {
    this.#failures[failure] = (this.#failures[failure] ?? 0) + 1;
  }

  stats(onTheWay: DroppedAnswers): VlaStats {
    const sorted = [...this.#latenciesMs].sort((a, b) => a - b);
    // Nearest rank.
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
    return {
      requests: this.requests,
      chunks: this.chunks,
      latencyP50Ms: at(0.5),
      latencyP99Ms: at(0.99),
      dropped: {
        late: this.dropped.late + onTheWay.late,
        repeated: this.dropped.repeated + onTheWay.repeated,
        older: this.dropped.older + onTheWay.older,
      },
      droppedActions: this.droppedActions,
      malformed: this.malformed,
      failures: { ...this.#failures },
      terminated: this.terminated,
    };
  }
}

/** For `--json` and the trace. */
export function vlaStatsJson(stats: VlaStats): JsonObject {
  const { latencyP50Ms, latencyP99Ms, terminated, dropped, failures, requests, chunks, droppedActions, malformed } = stats;
  const ms = (value: number): number | null => (Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null);
  return {
    terminated: terminated ?? null,
    requests,
    chunks,
    latencyMs: { p50: ms(latencyP50Ms), p99: ms(latencyP99Ms) },
    dropped: { ...dropped },
    droppedActions,
    malformed,
    failures: { ...failures },
  };
}
