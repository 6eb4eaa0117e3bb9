import type { Clock } from "../../../core/clock.ts";

/** A clock of kind "real" that moves only when told to, so that patience runs out in tests that do not wait. */
export class WaitingClock implements Clock {
  readonly kind = "real";
  readonly epochNs = 0n;
  #nowMs = 0;
  readonly #sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  sleepUntil(atMs: number, signal?: AbortSignal): undefined | Promise<void> {
    if (!(atMs > this.#nowMs) || signal?.aborted === true) return undefined;
    return new Promise((resolve) => {
      const sleeper = {
        atMs,
        wake: () => {
          this.#sleepers.delete(sleeper);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", sleeper.wake);
    });
  }

  /** Lets what is due happen, in order of time, and what follows from it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settled();
    for (;;) {
      const [next] = [...this.#sleepers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      next.wake();
      await settled();
    }
    this.#nowMs = untilMs;
  }
}

/** Every promise that can go on without time passing has gone on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
