/**
 * Those who watch: told of everything, and able to change nothing.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { Intent } from "../intent/intent.ts";
import { describe } from "./decide.ts";
import type { Progress } from "./execute-plan.ts";
import type { RuntimeWatcher } from "./runtime-setup.ts";

export class Watchers {
  readonly #watchers: readonly RuntimeWatcher[];
  readonly #note: (note: string, fields: JsonObject) => void;

  constructor(watchers: readonly RuntimeWatcher[], note: (note: string, fields: JsonObject) => void) {
    this.#watchers = watchers;
    this.#note = note;
  }

  /** One that throws is noted, and the others still hear. */
  tell(call: (watcher: RuntimeWatcher) => void): void {
    for (const watcher of this.#watchers) {
      try {
        call(watcher);
      } catch (error) {
        this.#note("alarm", { alarm: "watcher_threw", error: describe(error) });
      }
    }
  }

  /** Absent where nobody looks: progress is not made up for nobody. */
  onProgress(intent: Intent): ((progress: Progress) => void) | undefined {
    if (!this.#watchers.some((watcher) => watcher.onProgress !== undefined)) return undefined;
    return (progress) => this.tell((watcher) => watcher.onProgress?.(progress, intent));
  }
}
