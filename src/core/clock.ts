/**
 * Time is an argument. The runtime owns one clock; below it nobody reads another.
 * @module
 */
import { ClearanceError } from "./errors.ts";
import { finiteNumber } from "./finite.ts";

export interface Clock {
  readonly kind: "simulated" | "real";
  /** Wall time at `nowMs() === 0`, integer ns since the Unix epoch. A simulated clock has a fixed one. */
  readonly epochNs: bigint;
  /** Monotonic ms since the episode began; fractions carry the microseconds. */
  nowMs(): number;
  /** Waits until `atMs`; returns at once (no promise) when that is not in the future or time is simulated. */
  sleepUntil(atMs: number, signal?: AbortSignal): void | Promise<void>;
}

/** 2026-01-01T00:00:00Z: where simulated episodes begin unless told otherwise, so that their traces repeat byte for byte. */
const defaultEpochNs = 1_767_225_600_000_000_000n;

/** Time that moves only when told to. Sleeping advances it at once, so a simulated episode never waits. */
export class SimulatedClock implements Clock {
  readonly kind = "simulated";
  readonly epochNs: bigint;
  #nowMs = 0;

  constructor(options: { readonly epochNs?: bigint } = {}) {
    this.epochNs = options.epochNs ?? defaultEpochNs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** @throws ClearanceError `value.invalid` when `atMs` is not finite or lies before `nowMs()`. */
  advanceTo(atMs: number): void {
    finiteNumber("atMs", atMs);
    if (!(atMs >= this.#nowMs)) {
      const problem = `must not go back: clock at ${this.#nowMs} ms, asked for ${atMs} ms`;
      throw new ClearanceError("value.invalid", `atMs ${problem}`, { field: "atMs", problem });
    }
    this.#nowMs = atMs;
  }

  /** Advances to `atMs`; an instant in the past returns at once, as a real sleep would. An aborted signal leaves time where it is. */
  sleepUntil(atMs: number, signal?: AbortSignal): undefined {
    finiteNumber("atMs", atMs);
    if (signal?.aborted !== true && atMs > this.#nowMs) this.#nowMs = atMs;
    return undefined;
  }
}
