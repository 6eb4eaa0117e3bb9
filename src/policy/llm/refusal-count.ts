import { canonicalJson } from "../../core/json.ts";
import type { Intent } from "../../intent/intent.ts";
import type { LastStep } from "../policy.ts";

/** Counts refusals of the same call, since something last moved: what is refused stays refused until the world has changed. */
export class RefusalCount {
  readonly #byCall = new Map<string, number>();

  /** How often this very call has been refused, this time included; 0 for one that was not. `looks`: it cannot have changed anything. */
  countOf({ name, args }: Intent, status: LastStep["status"], looks: boolean): number {
    if (status === "ok" && !looks) this.#byCall.clear();
    if (status !== "blocked") return 0;
    const key = canonicalJson({ name, args });
    const count = (this.#byCall.get(key) ?? 0) + 1;
    this.#byCall.set(key, count);
    return count;
  }
}
