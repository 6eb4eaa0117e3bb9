/**
 * Stamps of a source on the machine's one monotonic clock. The offset between the two is measured; when it jumps, the source's
 * clock was set or its machine restarted, and nothing it said can be dated any more.
 * @module
 */
export interface SourceClockOptions {
  /** How far the offset may move from message to message: transport delay and drift. */
  readonly maxJumpMs?: number;
}

export class SourceClock {
  readonly #maxJumpMs: number;
  /** Receipt less stamp, the smallest seen: closest to the offset without delay. NaN before the first message and after a jump. */
  #offsetMs = Number.NaN;
  #jumps = 0;

  constructor({ maxJumpMs = 200 }: SourceClockOptions = {}) {
    this.#maxJumpMs = maxJumpMs;
  }

  /** How often the source's clock jumped. */
  get jumps(): number {
    return this.#jumps;
  }

  /**
   * When the source made the message, on the local clock; NaN, which every age check takes for stale, where that is not known: at a
   * jump and for a stamp that is not finite.
   */
  toLocalMs(stampMs: number, receivedMs: number): number {
    const offsetMs = receivedMs - stampMs;
    if (!Number.isFinite(offsetMs)) return Number.NaN;
    if (Number.isNaN(this.#offsetMs)) this.#offsetMs = offsetMs;
    const moved = offsetMs - this.#offsetMs;
    if (!(Math.abs(moved) <= this.#maxJumpMs)) {
      this.#offsetMs = offsetMs;
      this.#jumps += 1;
      return Number.NaN;
    }
    this.#offsetMs = Math.min(this.#offsetMs, offsetMs);
    return stampMs + this.#offsetMs;
  }
}
