import type { Intent } from "../intent/intent.ts";
import type { Progress } from "../runtime/execute-plan.ts";
import type { RuntimeWatcher } from "../runtime/runtime-setup.ts";

/** The intent that a client asked for: a composite's steps carry its id before theirs. */
export function rootOf(intentId: string): string {
  const dot = intentId.indexOf(".");
  return dot < 0 ? intentId : intentId.slice(0, dot);
}

/** Tells whoever asked for an intent how far it is. */
export class RobotEvents implements RuntimeWatcher {
  readonly #listeners = new Map<string, (progress: Progress) => void>();

  onProgress(progress: Progress, intent: Intent): void {
    this.#listeners.get(rootOf(intent.id))?.(progress);
  }

  /** Calls waiting to hear of their progress. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Returns how to end it. */
  listen(intentId: string, listener: (progress: Progress) => void): () => void {
    this.#listeners.set(intentId, listener);
    return () => void this.#listeners.delete(intentId);
  }
}
