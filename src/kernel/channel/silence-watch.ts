/**
 * Whether the other side's counter still moves.
 * @module
 */
export class SilenceWatch {
  readonly #nowMs: () => number;
  readonly #limitMs: number;
  #beat = 0;
  #armed = false;
  #sinceMs: number;

  constructor(nowMs: () => number, limitMs: number) {
    this.#nowMs = nowMs;
    this.#limitMs = limitMs;
    this.#sinceMs = nowMs();
  }

  /** For how long the counter has not moved, as far as this watch was asked, ms. */
  get silentMs(): number {
    return this.#nowMs() - this.#sinceMs;
  }

  /** Looks at the counter. While not armed nothing is silent, and arming begins the time anew. */
  silent(beat: number, armed: boolean): boolean {
    if (beat !== this.#beat || !armed || !this.#armed) {
      this.#beat = beat;
      this.#armed = armed;
      this.#sinceMs = this.#nowMs();
      return false;
    }
    return !(this.silentMs <= this.#limitMs);
  }
}
