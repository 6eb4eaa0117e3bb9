import type { JsonObject } from "../core/json.ts";
import type { StepRecord } from "../trace/records.ts";

/** The last steps as a policy may look back at them. Keys of the JSON form are compatible. Filled by the runtime. */
export class ObservationBuffer {
  readonly capacity: number;
  readonly #steps: StepRecord[] = [];

  constructor(capacity = 32) {
    if (!(Number.isInteger(capacity) && capacity > 0)) throw new RangeError(`capacity must be a positive integer, not ${capacity}`);
    this.capacity = capacity;
  }

  append(step: StepRecord): void {
    this.#steps.push(step);
    if (this.#steps.length > this.capacity) this.#steps.shift();
  }

  get size(): number {
    return this.#steps.length;
  }

  latest(): StepRecord | undefined {
    return this.#steps.at(-1);
  }

  /** The last `n`, oldest first; none for `n <= 0`. */
  recent(n = 5): readonly StepRecord[] {
    return n > 0 ? this.#steps.slice(-n) : [];
  }

  filterByIntent(name: string): readonly StepRecord[] {
    return this.#steps.filter((step) => step.intent.name === name);
  }

  nBlocked(): number {
    return this.#steps.filter((step) => step.result.status === "blocked").length;
  }

  nErrored(): number {
    return this.#steps.filter((step) => step.result.status === "error").length;
  }

  toJSON(): JsonObject {
    return {
      capacity: this.capacity,
      n_records: this.#steps.length,
      records: this.#steps.map(({ intent, result, stateAfter }) => ({
        intent_name: intent.name,
        intent_args: intent.args,
        status: result.status,
        observation: result.observation,
        state_after: stateAfter,
        duration_ms: result.durationMs,
      })),
    };
  }
}
