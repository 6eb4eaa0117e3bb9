import type { JsonObject } from "../core/json.ts";
import type { StepRecord } from "../trace/records.ts";

/** The last steps as a policy may look back at them. Keys of the JSON form are compatible. Filled by the runtime. */
export class ObservationBuffer {
  readonly capacity: number;
  /** The newest last; up to as many again before them, so that not every step moves them all. */
  readonly #steps: StepRecord[] = [];

  constructor(capacity = 32) {
    if (!(Number.isInteger(capacity) && capacity > 0)) throw new RangeError(`capacity must be a positive integer, not ${capacity}`);
    this.capacity = capacity;
  }

  append(step: StepRecord): void {
    this.#steps.push(step);
    if (this.#steps.length === 2 * this.capacity) this.#steps.splice(0, this.capacity);
  }

  get size(): number {
    return Math.min(this.capacity, this.#steps.length);
  }

  latest(): StepRecord | undefined {
    return this.#steps.at(-1);
  }

  /** The last `n`, oldest first; none for `n <= 0`. */
  recent(n = 5): readonly StepRecord[] {
    return n > 0 ? this.#steps.slice(-Math.min(n, this.capacity)) : [];
  }

  filterByIntent(name: string): readonly StepRecord[] {
    return this.#kept().filter((step) => step.intent.name === name);
  }

  nBlocked(): number {
    return this.#kept().filter((step) => step.result.status === "blocked").length;
  }

  nErrored(): number {
    return this.#kept().filter((step) => step.result.status === "error").length;
  }

  toJSON(): JsonObject {
    return {
      capacity: this.capacity,
      n_records: this.size,
      records: this.#kept().map(({ intent, result, stateAfter }) => ({
        intent_name: intent.name,
        intent_args: intent.args,
        status: result.status,
        observation: result.observation,
        state_after: stateAfter,
        duration_ms: result.durationMs,
      })),
    };
  }

  #kept(): readonly StepRecord[] {
    return this.recent(this.capacity);
  }
}
