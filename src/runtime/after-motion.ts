/**
 * What is left to do once a motion has come to its end: what the primitive looks at, then what it does outside the robot.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { Go } from "./decide.ts";
import type { Effects } from "./effects.ts";
import type { Done, Halt } from "./execute-plan.ts";
import { doneOutcome, seenBy } from "./execution-outcome.ts";
import type { Eyes } from "./eyes.ts";
import type { Outcome } from "./step-record.ts";

export interface MotionFacts {
  readonly startedMs: number;
  readonly durationMs: number;
  /** What the kernel judged, for the record. */
  readonly judged: JsonObject;
  readonly signal: AbortSignal;
}

export class AfterMotion {
  readonly #eyes: Eyes;
  readonly #effects: Effects;

  constructor(eyes: Eyes, effects: Effects) {
    this.#eyes = eyes;
    this.#effects = effects;
  }

  /** A promise only where there is something to look at or to do. */
  finish(go: Go, done: Done, facts: MotionFacts): Outcome | Halt | Promise<Outcome | Halt> {
    const { captures, act } = go.call;
    if (captures === undefined && act === undefined) return doneOutcome(go, seenBy(go, done, []), facts.durationMs, facts.judged);
    return this.#lookAndAct(go, done, facts);
  }

  async #lookAndAct(go: Go, done: Done, { startedMs, durationMs, judged, signal }: MotionFacts): Promise<Outcome | Halt> {
    const { captures, act } = go.call;
    const captured = await this.#eyes.look(captures, { timeoutMs: go.primitive.timeoutMs, signal });
    if (captures !== undefined && signal.aborted) return { kind: "aborted", chunks: done.chunks };
    const seen = seenBy(go, done, captured);
    const outcome = doneOutcome(go, seen, durationMs, judged);
    return act === undefined ? outcome : this.#effects.perform(go, { seen, outcome, chunks: done.chunks, startedMs, signal });
  }
}
