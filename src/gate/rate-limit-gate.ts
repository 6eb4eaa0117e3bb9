/**
 * At most N cleared intents a minute, per primitive name.
 * @module
 */
import { finiteNumber } from "../core/finite.ts";
import { ClearanceError } from "../core/errors.ts";
import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Allow, type Verdict } from "./verdict.ts";

const WINDOW_MS = 60_000;

export interface RateLimitConfig {
  /** Whole number; 0 lets nothing pass. */
  readonly perMinute?: number;
}

/** Sliding window: an entry counts until it is more than 60 s old. Denied intents never enter it. */
export function rateLimitGate(config: RateLimitConfig = {}): Gate {
  const perMinute = finiteNumber("rate_limit.perMinute", config.perMinute ?? 120);
  if (!(Number.isInteger(perMinute) && perMinute >= 0))
    throw new ClearanceError("value.invalid", `rate_limit.perMinute is ${perMinute}; give a whole number of 0 or more`, {
      field: "rate_limit.perMinute",
      problem: "not a whole number of 0 or more",
    });
  return new RateLimitGate(perMinute, new Map());
}

class RateLimitGate implements Gate {
  readonly id = "rate_limit";
  readonly #perMinute: number;
  /** Times of cleared intents by name, ms, oldest first. */
  readonly #clearedMs: Map<string, number[]>;
  readonly #allows: Allow[] = [];

  constructor(perMinute: number, clearedMs: Map<string, number[]>) {
    this.#perMinute = perMinute;
    this.#clearedMs = clearedMs;
  }

  check({ intent, atMs }: Ask): Verdict {
    const observed = this.#observed(intent.name, atMs);
    if (observed < this.#perMinute) return this.#allowAt(observed);
    const reason = `${intent.name} exceeded ${this.#perMinute}/min (observed ${observed} in last 60s)`;
    return deny(this.id, "rate_exceeded", reason, { observed, perMinute: this.#perMinute });
  }

  commit({ intent, atMs }: Ask): void {
    const times = this.#clearedMs.get(intent.name);
    if (times === undefined) {
      this.#clearedMs.set(intent.name, [atMs]);
      return;
    }
    times.push(atMs);
    const over = times.length - this.#observed(intent.name, atMs);
    // Not at every one: that moves all that stay.
    if (over > times.length / 2) times.splice(0, over);
  }

  fork(): Gate {
    const copy = new Map<string, number[]>();
    for (const [name, times] of this.#clearedMs) copy.set(name, [...times]);
    return new RateLimitGate(this.#perMinute, copy);
  }

  #allowAt(observed: number): Allow {
    return (this.#allows[observed] ??= allow(this.id, `${observed}/${this.#perMinute} per minute`));
  }

  /** Counts all that are not surely over, so an unusable time opens nothing. */
  #observed(name: string, atMs: number): number {
    const times = this.#clearedMs.get(name);
    if (times === undefined) return 0;
    let over = 0;
    while (over < times.length && isOver(times[over] ?? Number.NaN, atMs)) over++;
    return times.length - over;
  }
}

function isOver(earlierMs: number, nowMs: number): boolean {
  return earlierMs < nowMs - WINDOW_MS;
}
