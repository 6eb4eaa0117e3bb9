/**
 * What a primitive does outside the robot (dispense a pill, call a nurse), once its plan was cleared and carried out to its end.
 * It is bounded in time, can be aborted, and gets nothing that could move the robot.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { toJsonValue, type JsonObject } from "../core/json.ts";
import type { Seen } from "../intent/primitive.ts";
import { soundReport } from "../intent/sound-report.ts";
import { describe, type Go } from "./decide.ts";
import type { Halt } from "./execute-plan.ts";
import { realClock } from "./real-clock.ts";
import type { Outcome } from "./step-record.ts";

export interface EffectTurn {
  readonly seen: Seen;
  /** What the motion came to. */
  readonly outcome: Outcome;
  readonly chunks: number;
  /** ms of the runtime's clock. */
  readonly startedMs: number;
  readonly signal: AbortSignal;
}

export interface EffectHooks {
  readonly clock: Clock;
  readonly note: (name: string, fields: JsonObject) => void;
}

type Ending = { readonly kind: "answered"; readonly answer: unknown } | { readonly kind: "aborted" | "timeout" };

export class Effects {
  readonly #hooks: EffectHooks;
  /** Names of primitives whose effect was given up and has not answered since. */
  readonly #unanswered = new Set<string>();

  constructor(hooks: EffectHooks) {
    this.#hooks = hooks;
  }

  /** The outcome with what was done, or why it was broken off. @throws what the effect threw, and Error for a malformed result */
  async perform(go: Go, turn: EffectTurn): Promise<Outcome | Halt> {
    const { call, primitive } = go;
    const { outcome, chunks, signal, startedMs } = turn;
    // A motion that did not get where it should is not followed by what was to be done there.
    if (call.act === undefined || outcome.status !== "ok") return outcome;
    const refuse = (code: string, reason: string): Halt => ({ kind: "refused", chunks, code, reason, evidence: {} });
    // What only looks, and what stops, passes where nothing may be done.
    if (primitive.risk !== "move" && primitive.risk !== "contact")
      return refuse("effect_undeclared", `${primitive.name} is declared as '${primitive.risk}' and has an effect`);
    // A latch aborts as well, so this holds for both.
    if (signal.aborted) return { kind: "aborted", chunks };
    if (this.#unanswered.has(primitive.name))
      return refuse("effect_pending", `${primitive.name}: its last effect was given up and has not answered; it is not done twice`);
    const ended = await this.#bounded(go, turn);
    if (ended.kind !== "answered") return { kind: ended.kind, chunks, lateResult: true };
    const { ok, observation, message } = soundReport(ended.answer);
    const durationMs = this.#hooks.clock.nowMs() - startedMs;
    return { ...outcome, status: ok ? "ok" : "error", observation, message, durationMs };
  }

  async #bounded({ call, primitive, cleared }: Go, { seen, signal, startedMs }: EffectTurn): Promise<Ending> {
    const { clock, note } = this.#hooks;
    const limit = new AbortController();
    const abort = (): void => limit.abort();
    signal.addEventListener("abort", abort);
    const deadlineMs = startedMs + primitive.timeoutMs;
    // In simulation only real time passes while a device is at work.
    const timer = clock.kind === "real" ? clock : realClock();
    const leftMs = deadlineMs - clock.nowMs();
    const late = Promise.resolve(timer.sleepUntil(timer.nowMs() + leftMs, limit.signal)).then((): Ending => ({
      kind: signal.aborted ? "aborted" : "timeout",
    }));
    const acting = (async (): Promise<Ending> => ({
      kind: "answered",
      answer: await call.act?.(seen, { signal: limit.signal, deadlineMs }),
    }))();
    let open = true;
    this.#unanswered.add(primitive.name);
    const answered = (late: JsonObject): void => {
      this.#unanswered.delete(primitive.name);
      if (!open) note("late-result", { intent: cleared.intent.id, name: primitive.name, ...late });
    };
    acting.then(
      (ended) => answered({ result: ended.kind === "answered" ? toJsonValue(ended.answer).value : null }),
      (error: unknown) => answered({ error: describe(error) }),
    );
    try {
      return await Promise.race([acting, late]);
    } finally {
      open = false;
      limit.abort();
      signal.removeEventListener("abort", abort);
    }
  }
}
