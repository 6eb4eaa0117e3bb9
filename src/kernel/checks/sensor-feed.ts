/**
 * Whether the world or the voxels are there and young enough: step 15. The age is that of the sensor's stamp, not of the receipt.
 * @module
 */
export const FEED_FRESH = 0;
export const FEED_UNAVAILABLE = 1;
export const FEED_OVERFLOW = 2;
export const FEED_MALFORMED = 3;

export interface SensorFeedOptions {
  readonly deadlineMs: number;
  /** How far ahead of the clock a stamp may be. */
  readonly maxAheadMs?: number;
  /** Whether a map that is sent again unchanged counts as new; where not, `contentHash` of `receive` decides. */
  readonly unchangedCounts?: boolean;
}

export class SensorFeed {
  readonly #deadlineMs: number;
  readonly #maxAheadMs: number;
  readonly #unchangedCounts: boolean;
  readonly #stampMs = Float64Array.of(Number.NaN);
  #fault = FEED_UNAVAILABLE;
  #content: number | undefined = undefined;

  constructor({ deadlineMs, maxAheadMs = 5, unchangedCounts = true }: SensorFeedOptions) {
    this.#deadlineMs = deadlineMs;
    this.#maxAheadMs = maxAheadMs;
    this.#unchangedCounts = unchangedCounts;
  }

  /** A message was read: FEED_FRESH, or why it cannot be used, which stays until the next. `stampMs` is the sensor's, on the local clock. */
  receive(stampMs: number, fault: number = FEED_FRESH, contentHash?: number): void {
    this.#fault = fault;
    const unchanged = contentHash !== undefined && contentHash === this.#content;
    this.#content = contentHash;
    if (this.#unchangedCounts || !unchanged) this.#stampMs[0] = stampMs;
  }

  /** FEED_FRESH or why the world is not known at `nowMs`. */
  check(nowMs: number): number {
    if (this.#fault !== FEED_FRESH) return this.#fault;
    const ageMs = nowMs - this.#stampMs[0]!;
    return ageMs >= -this.#maxAheadMs && ageMs <= this.#deadlineMs ? FEED_FRESH : FEED_UNAVAILABLE;
  }
}
