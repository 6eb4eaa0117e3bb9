/**
 * Stopping: straight to the backend, past every gate and queue, until it is acknowledged, and then looked at until it is seen at rest.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { MotionMonitor } from "../kernel/monitor/motion-monitor.ts";
import { stopTargets, type StopReport } from "../kernel/stop/fan-out.ts";
import type { ResetOutcome } from "../kernel/stop/supervisor-types.ts";
import type { Hand } from "./intervention.ts";
import type { Senses } from "./senses.ts";
import type { Supervision } from "./supervision.ts";

export interface StopOutcome {
  readonly acknowledged: boolean;
  /** Acknowledged at the first call, with numbers, and seen at rest twice afterwards. */
  readonly proved: boolean;
  /** From the call to rest as the machine measured it, else to the end of patience, ms. */
  readonly elapsedMs: number;
  readonly attempts: number;
  /** The machine's own time when it was seen at rest, ms; null without that proof. */
  readonly restAtMs: number | null;
  /** Why it is not proved; "" when it is. */
  readonly problem: string;
  /** For a person. */
  readonly message: string;
  readonly json: JsonObject;
}

/** Brake and hold under power (IEC 60204-1). */
const category = 2;

/** Who resets, and why. `credential`: what the robot's `authorise` asks for; the operator's name unless given. */
export interface ResetHand extends Hand {
  readonly credential?: unknown;
  /** To move slowly out of what still violates. */
  readonly recovery?: boolean;
}

export interface StopPathParts {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly senses: Senses;
  readonly safety: Supervision;
  readonly monitor: MotionMonitor | undefined;
  readonly note: (note: string, fields: JsonObject) => void;
}

export class StopPath {
  readonly #parts: StopPathParts;
  #halts = 0;

  constructor(parts: StopPathParts) {
    this.#parts = parts;
  }

  /** Ends motion without a latch, whatever the state; a stop that is not acknowledged latches. Never throws. */
  halt(): Promise<StopOutcome> {
    return this.#settled(this.#halt());
  }

  /** After a motion that was broken off: the outcome of the stop that broke it off, else of one of its own. Never throws. */
  settle(): Promise<StopOutcome> {
    const { supervisor } = this.#parts.safety;
    return this.#settled(supervisor.machine.latch === undefined ? this.#halt() : this.#orHalt(supervisor.lastStop));
  }

  /** With a latch. Never throws. */
  emergencyStop(hand: Hand): Promise<StopOutcome> {
    return this.#settled(this.#orHalt(this.#parts.safety.emergencyStop(hand)));
  }

  /** The controlled stop at the end of a goal; nothing where none moved. Never throws. */
  async endGoal(): Promise<void> {
    const report = await this.#parts.safety.endGoal();
    if (report !== undefined) await this.#settled(Promise.resolve(report));
  }

  /** Both steps, for a named operator with a reason; refused by name. */
  async reset(hand: ResetHand): Promise<ResetOutcome> {
    const { clock, safety, senses, note } = this.#parts;
    const { operator = "", reason = "", credential = { operator }, recovery = false } = hand;
    if (operator.trim() === "" || reason.trim() === "")
      return { ok: false, code: "not_authenticated", message: "reset refused: it needs a named operator and a reason" };
    await safety.start();
    // Simulated time passes only where somebody moves it.
    if (clock.kind === "simulated") await senses.standStill(safety.status().cooldownLeftMs);
    const outcome = await safety.reset({ credential, recovery });
    note("reset", { operator, reason, ok: outcome.ok, message: outcome.message });
    return outcome;
  }

  async #halt(): Promise<StopReport> {
    const { backend, clock, safety } = this.#parts;
    safety.idle();
    this.#halts += 1;
    const report = await stopTargets([backend], category, safety.supervisor.epoch + this.#halts, { clock });
    await safety.noteStop(report);
    return report;
  }

  async #orHalt(stopping: Promise<StopReport | undefined>): Promise<StopReport> {
    return (await stopping) ?? this.#halt();
  }

  /** A stop that nobody acknowledged, or that was not seen to end in rest, is an alarm. */
  async #settled(stopping: Promise<StopReport>): Promise<StopOutcome> {
    const { backend, clock, monitor, note } = this.#parts;
    monitor?.halted();
    const outcome = outcomeOf(await stopping);
    const { acknowledged, proved, elapsedMs, attempts, restAtMs, problem } = outcome;
    // A simulation has braked in time of its own, which has passed for everybody.
    if (acknowledged && backend.kind === "simulated") await clock.sleepUntil(clock.nowMs() + elapsedMs);
    if (restAtMs !== null && clock.kind === "simulated") await clock.sleepUntil(restAtMs);
    if (!acknowledged) note("alarm", { alarm: "stop_not_acknowledged", attempts });
    else if (!proved) note("alarm", { alarm: "stop_not_proved", problem });
    else monitor?.reset();
    return outcome;
  }
}

/** Of a stop of one machine. */
function outcomeOf({ targets, proved }: StopReport): StopOutcome {
  const [stop] = targets;
  if (stop === undefined) throw new TypeError("a stop of one machine has one outcome");
  const { acknowledged, attempts, stoppingTimeMs, stoppingDistanceM, rest } = stop;
  const elapsedMs = stoppingTimeMs ?? stop.elapsedMs;
  const unmeasured = stoppingTimeMs === null || stoppingDistanceM === null ? "how it stopped was not measured" : "";
  const problem = proved ? "" : acknowledged ? rest.problem || unmeasured || "it had to be asked twice" : "no acknowledgement";
  const message = acknowledged
    ? `stopped in ${elapsedMs.toFixed(0)} ms`
    : `the machine did not acknowledge the stop after ${attempts} attempts`;
  const json: JsonObject = {
    acknowledged,
    proved,
    elapsed_ms: elapsedMs,
    attempts,
    at_rest: rest.proved,
    stopping_time_ms: stoppingTimeMs,
    stopping_distance_m: stoppingDistanceM,
    ...(problem === "" ? {} : { problem }),
  };
  return { acknowledged, proved, elapsedMs, attempts, restAtMs: rest.restAtMs, problem, message, json };
}
