/**
 * The retained state of the stop chain: whoever joins late learns at once that the robot is latched.
 * @module
 */
import type { StopMachine } from "./stop-types.ts";

/** Wire names. */
export interface RetainedStop {
  readonly latched: boolean;
  readonly epoch: number;
  readonly reason: string;
  readonly source: string;
  /** ms of the episode; null while not latched. */
  readonly at: number | null;
  readonly stop_unproven: boolean;
}

export function retainedOf({ latch, epoch, stopUnproven }: StopMachine): RetainedStop {
  const { reason = "", source = "", atMs = null } = latch ?? {};
  return Object.freeze({ latched: latch !== undefined, epoch, reason, source, at: atMs, stop_unproven: stopUnproven });
}

export class StopTopic {
  #retained: RetainedStop;
  readonly #listeners = new Set<(state: RetainedStop) => void>();
  readonly #onListenerError: (cause: unknown) => void;

  constructor(first: RetainedStop, onListenerError: (cause: unknown) => void) {
    this.#retained = first;
    this.#onListenerError = onListenerError;
  }

  get retained(): RetainedStop {
    return this.#retained;
  }

  /** Never throws: a listener that does is told on, and the others still hear. */
  publish(state: RetainedStop): void {
    this.#retained = state;
    for (const listener of this.#listeners) this.#tell(listener);
  }

  /** Told at once, and on every change. Returns how to leave. */
  subscribe(listener: (state: RetainedStop) => void): () => void {
    this.#listeners.add(listener);
    this.#tell(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(listener: (state: RetainedStop) => void): void {
    try {
      listener(this.#retained);
    } catch (cause) {
      this.#onListenerError(cause);
    }
  }
}
