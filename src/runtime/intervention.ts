/**
 * A person's hand on the loop: pause, resume, swap the policy, emergency stop. A latched stop is released by `resume` with a named
 * operator and a reason, by nothing else; `swapTo` and `pause` never release it. Spec runtime.md §5.2.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { Intent } from "../intent/intent.ts";
import type { Policy } from "../policy/policy.ts";

export type InterventionState = "running" | "paused" | "swapping" | "emergency_stop";

export interface InterventionEntry {
  readonly timestamp: number;
  readonly state_before: InterventionState;
  readonly state_after: InterventionState;
  readonly operator: string;
  readonly reason: string;
  readonly metadata: JsonObject;
}

export interface Hand {
  readonly operator?: string;
  readonly reason?: string;
}

export type InterventionAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface InterventionHooks {
  /** Carries out an emergency stop at once. */
  readonly onEmergencyStop?: (hand: Hand) => void;
  readonly onChange?: (entry: InterventionEntry) => void;
  /** Why the robot may not move, where that is for others to end: a latch, which only a reset releases. */
  readonly barred?: () => string | undefined;
}

export class InterventionController {
  readonly #clock: Clock;
  readonly #history: InterventionEntry[] = [];
  #hooks: InterventionHooks = {};
  #state: InterventionState = "running";
  #hand: Hand = {};
  #policy: Policy | undefined;
  #fallback: Policy | undefined;
  #wake: (() => void)[] = [];
  readonly #issued = new WeakSet<Intent>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The runtime that carries out what is decided here. */
  attach(hooks: InterventionHooks): void {
    this.#hooks = hooks;
  }

  get state(): InterventionState {
    return this.#state;
  }
  get operator(): string {
    return this.#hand.operator ?? "";
  }
  get reason(): string {
    return this.#hand.reason ?? "";
  }
  /** The policy that replaces the one `run` was started with, once somebody swapped. */
  get policy(): Policy | undefined {
    return this.#policy;
  }
  /** Who proposes while paused, if anybody. */
  get fallback(): Policy | undefined {
    return this.#state === "paused" ? this.#fallback : undefined;
  }

  setFallback(policy: Policy | undefined): void {
    this.#fallback = policy;
  }

  /** The runtime marks what the fallback policy proposed: by origin, because a name proves nothing. */
  markIssued(intent: Intent): void {
    this.#issued.add(intent);
  }

  issued(intent: Intent): boolean {
    return this.#issued.has(intent);
  }

  pause(hand: Hand = {}): InterventionAnswer {
    if (this.#state === "emergency_stop") return this.#refuse(hand, "pause", "the emergency stop is latched");
    return this.#enter("paused", hand, { call: "pause" });
  }

  /** Out of an emergency stop only with an operator and a reason. */
  resume(hand: Hand = {}): InterventionAnswer {
    if (this.#state === "emergency_stop" && !(named(hand.operator) && named(hand.reason)))
      return this.#refuse(hand, "resume", "a latched emergency stop is released by a named operator with a reason");
    const barred = this.#state === "emergency_stop" ? this.#hooks.barred?.() : undefined;
    if (barred !== undefined) return this.#refuse(hand, "resume", `${barred}; reset first`);
    return this.#enter("running", hand, { call: "resume" });
  }

  swapTo(policy: Policy, hand: Hand = {}): InterventionAnswer {
    if (this.#state === "swapping") return this.#refuse(hand, "swap", "a swap is under way");
    const before = this.#state;
    this.#policy = policy;
    if (before === "running") {
      this.#enter("swapping", hand, { call: "swap", policy: policy.name });
      // Whoever is told of the swap may pause or stop in the middle of it, and that stays.
      if (this.state !== "swapping") return { ok: true };
    }
    return this.#enter(before, before === "emergency_stop" ? this.#hand : hand, { call: "swap", policy: policy.name });
  }

  /** Latches, and has the stop carried out at once. */
  emergencyStop(hand: Hand = {}): InterventionAnswer {
    const answer = this.#enter("emergency_stop", hand, { call: "emergency_stop" });
    this.#hooks.onEmergencyStop?.(hand);
    return answer;
  }

  /** Newest last, refusals included. */
  history(limit = 50): readonly InterventionEntry[] {
    return limit > 0 ? this.#history.slice(-limit) : [];
  }

  /** Resolves at the next change of state, or when `signal` aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      this.#wake.push(resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #enter(state: InterventionState, hand: Hand, metadata: JsonObject): InterventionAnswer {
    const before = this.#state;
    // Before anybody is told, so that what they do about it finds the new state and is not undone by it.
    this.#state = state;
    this.#hand = hand;
    this.#record(before, state, hand, metadata);
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
    return { ok: true };
  }

  #refuse(hand: Hand, call: string, reason: string): InterventionAnswer {
    this.#record(this.#state, this.#state, hand, { call, refused: reason });
    return { ok: false, reason };
  }

  #record(before: InterventionState, after: InterventionState, hand: Hand, metadata: JsonObject): void {
    const entry: InterventionEntry = {
      timestamp: this.#clock.nowMs() / 1000,
      state_before: before,
      state_after: after,
      operator: hand.operator ?? "",
      reason: hand.reason ?? "",
      metadata,
    };
    this.#history.push(entry);
    if (this.#history.length > 1000) this.#history.shift();
    this.#hooks.onChange?.(entry);
  }
}

function named(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== "";
}
