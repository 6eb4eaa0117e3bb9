/**
 * Watches a loop's period. A miss is a period longer than target × threshold; jitter is the population standard deviation of the
 * periods in the history, the newest included.
 * @module
 */
import type { Clock } from "../core/clock.ts";

export interface DeadlineMiss {
  readonly timestamp: number;
  readonly expected_period_s: number;
  readonly actual_period_s: number;
  readonly overrun_ratio: number;
  readonly rolling_jitter_s: number;
  readonly consecutive_misses: number;
}

export interface DeadlineStats {
  readonly n: number;
  readonly minS: number;
  readonly maxS: number;
  readonly meanS: number;
  readonly medianS: number;
  /** Nearest rank: the maximum below 100 samples. */
  readonly p99S: number;
  readonly jitterS: number;
}

export interface DeadlineOptions {
  readonly targetHz: number;
  readonly clock: Clock;
  readonly overrunThreshold?: number;
  readonly historySize?: number;
  readonly onMiss?: (miss: DeadlineMiss) => void;
}

export class DeadlineMonitor {
  readonly #targetS: number;
  readonly #threshold: number;
  readonly #historySize: number;
  readonly #clock: Clock;
  readonly #onMiss: ((miss: DeadlineMiss) => void) | undefined;
  #periodsS: number[] = [];
  #lastS: number | undefined;
  #misses = 0;

  constructor(options: DeadlineOptions) {
    const { targetHz, overrunThreshold = 1.2, historySize = 64 } = options;
    if (!(targetHz > 0 && Number.isFinite(targetHz))) throw new RangeError(`targetHz must be positive, not ${targetHz}`);
    if (!(overrunThreshold >= 1)) throw new RangeError(`overrunThreshold must be 1 or more, not ${overrunThreshold}`);
    if (!(historySize >= 1)) throw new RangeError(`historySize must be 1 or more, not ${historySize}`);
    this.#targetS = 1 / targetHz;
    this.#threshold = overrunThreshold;
    this.#historySize = historySize;
    this.#clock = options.clock;
    this.#onMiss = options.onMiss;
  }

  /** Counts a tick at `atS`, s; now unless given. A time that is not a number, or earlier than the last, counts as a miss. */
  observe(atS = this.#clock.nowMs() / 1000): DeadlineMiss | undefined {
    const last = this.#lastS;
    this.#lastS = atS;
    if (last === undefined) return undefined;
    const periodS = atS - last;
    this.#periodsS.push(periodS);
    if (this.#periodsS.length > this.#historySize) this.#periodsS.shift();
    if (periodS >= 0 && periodS <= this.#targetS * this.#threshold) {
      this.#misses = 0;
      return undefined;
    }
    this.#misses += 1;
    const miss: DeadlineMiss = {
      timestamp: atS,
      expected_period_s: this.#targetS,
      actual_period_s: periodS,
      overrun_ratio: periodS / this.#targetS,
      rolling_jitter_s: this.#jitterS(),
      consecutive_misses: this.#misses,
    };
    this.#onMiss?.(miss);
    return miss;
  }

  /** Misses in a row, a stall that has not ended yet included. */
  get consecutiveMisses(): number {
    if (this.#lastS === undefined) return this.#misses;
    const sinceS = this.#clock.nowMs() / 1000 - this.#lastS;
    const stalledPeriods = Math.floor(sinceS / (this.#targetS * this.#threshold));
    return this.#misses + Math.max(0, stalledPeriods);
  }

  get inViolation(): boolean {
    return !(this.consecutiveMisses === 0);
  }

  stats(): DeadlineStats {
    const sorted = [...this.#periodsS].sort((a, b) => a - b);
    const n = sorted.length;
    if (n === 0) return { n, minS: 0, maxS: 0, meanS: 0, medianS: 0, p99S: 0, jitterS: 0 };
    const at = (index: number): number => sorted[Math.min(n - 1, Math.max(0, index))] ?? 0;
    const middle = Math.floor(n / 2);
    return {
      n,
      minS: at(0),
      maxS: at(n - 1),
      meanS: sorted.reduce((sum, s) => sum + s, 0) / n,
      medianS: n % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
      p99S: at(Math.ceil(0.99 * n) - 1),
      jitterS: this.#jitterS(),
    };
  }

  reset(): void {
    this.#periodsS = [];
    this.#lastS = undefined;
    this.#misses = 0;
  }

  #jitterS(): number {
    const n = this.#periodsS.length;
    const mean = this.#periodsS.reduce((sum, s) => sum + s, 0) / n;
    return Math.sqrt(this.#periodsS.reduce((sum, s) => sum + (s - mean) * (s - mean), 0) / n);
  }
}
