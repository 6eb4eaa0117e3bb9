/**
 * The runtime's own view of a clock that may fail: what it shows is always a finite time that never goes back, and what was wrong is
 * remembered, so that motion ends and records can still be written.
 * @module
 */
import type { Clock } from "../core/clock.ts";

export class SoundClock implements Clock {
  readonly kind: Clock["kind"];
  readonly epochNs: bigint;
  readonly #clock: Clock;
  #lastMs = 0;
  #problem: string | undefined;

  constructor(clock: Clock) {
    this.kind = clock.kind;
    this.epochNs = clock.epochNs;
    this.#clock = clock;
  }

  /** What the clock showed that no clock may; nothing may move from then on. */
  get problem(): string | undefined {
    return this.#problem;
  }

  nowMs(): number {
    const shown = this.#clock.nowMs();
    if (shown >= this.#lastMs && shown < Infinity) return (this.#lastMs = shown);
    this.#problem ??= `the clock shows ${shown} ms after ${this.#lastMs} ms`;
    return this.#lastMs;
  }

  sleepUntil(atMs: number, signal?: AbortSignal): void | Promise<void> {
    return this.#clock.sleepUntil(atMs, signal);
  }
}
