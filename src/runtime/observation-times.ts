import type { Observation } from "../core/observation.ts";

const kept = 64;

/** When the newest 64 observations were made: what a gate dates an intent by that answers one of them. */
export class ObservationTimes {
  readonly #ids: (string | undefined)[] = Array.from({ length: kept }, () => undefined);
  readonly #atMs = new Float64Array(kept);
  #next = 0;

  note({ id, atMs }: Observation): void {
    this.#ids[this.#next] = id;
    this.#atMs[this.#next] = atMs;
    this.#next = (this.#next + 1) % kept;
  }

  /** Ms since the episode began; undefined for one that is not, or no longer, remembered. */
  madeAtMs(id: string): number | undefined {
    const at = this.#ids.lastIndexOf(id);
    return at < 0 ? undefined : this.#atMs[at];
  }
}
