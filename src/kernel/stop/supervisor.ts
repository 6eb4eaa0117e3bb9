/**
 * The one stateful object of the stop chain: it asks the pure machine what is to happen, makes it happen in that order, and tells.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { StopReport } from "./fan-out.ts";
import { answersLate } from "./reset-rules.ts";
import { missingAnswers } from "./reset-handshake.ts";
import { StopChain, textOf } from "./stop-chain.ts";
import type { StopFlag } from "./stop-flag.ts";
import { RESET_ANSWER_MS, RESET_COOLDOWN_MS } from "./stop-limits.ts";
import { motionAllowed, speedScale } from "./stop-machine.ts";
import { retainedOf, type RetainedStop } from "./stop-topic.ts";
import type { FaultSource, Recheck, Refusal, StopMachine, Transition, TripSource } from "./stop-types.ts";
import type { Authority, ResetOutcome, SupervisorOptions, SupervisorStatus } from "./supervisor-types.ts";
import { HEARTBEAT_MS, livenessOf, requireWatchdogs, timeoutTrip, within, type Trip, type Watchdog } from "./watchdog.ts";

export class SafetySupervisor {
  readonly #options: SupervisorOptions;
  readonly #watchdogs: readonly Watchdog[];
  readonly #chain: StopChain;
  /** Watchdogs whose cause was told; told again once it ended, or once the robot may move. */
  readonly #told = new Set<Watchdog>();
  #tickedMs = Number.NaN;

  /** @throws ClearanceError `config.invalid` naming each watchdog that is missing, or an unauthenticated reset of hardware. */
  constructor(options: SupervisorOptions) {
    const { command, human, commanders, enable, pendant, heartbeats = [] } = options.watchdogs;
    const devices: readonly (Watchdog | undefined)[] = [command, human, enable, pendant, ...commanders, ...heartbeats];
    this.#watchdogs = devices.filter((device) => device !== undefined);
    requireWatchdogs(options.robot, this.#watchdogs, options);
    if (options.robot === "hardware" && options.allowUnauthenticatedReset === true) {
      const problem = "allowUnauthenticatedReset is not for hardware: a reset needs an operator";
      throw new ClearanceError("config.invalid", problem, { source: "allowUnauthenticatedReset", problems: [problem] });
    }
    this.#options = options;
    this.#chain = new StopChain(options);
  }

  /** Hand its buffer to every thread that moves or stops the robot. */
  get flag(): StopFlag {
    return this.#chain.flag;
  }

  /** Whether a command may move the robot now; what the kernel asks before it mints. */
  get mayMove(): boolean {
    return motionAllowed(this.#chain.machine) && !this.flag.stopped;
  }

  get epoch(): number {
    return this.#chain.machine.epoch;
  }

  /** Where the stop chain stands; frozen. */
  get machine(): StopMachine {
    return this.#chain.machine;
  }

  /** The outcome of the last stop of this chain, with proof; never rejects. */
  get lastStop(): Promise<StopReport | undefined> {
    return this.#chain.lastStop;
  }

  status(): SupervisorStatus {
    const machine = this.#chain.machine;
    const nowMs = this.#chain.nowMs();
    const waitedMs = machine.latch === undefined ? RESET_COOLDOWN_MS : nowMs - machine.cooldownFromMs;
    return Object.freeze({
      ...retainedOf(machine),
      state: machine.state,
      mayMove: this.mayMove,
      speedScale: this.mayMove ? speedScale(machine) : 0,
      lease: machine.lease,
      recorded: machine.recorded,
      cooldownLeftMs: waitedMs >= 0 ? Math.max(0, RESET_COOLDOWN_MS - waitedMs) : RESET_COOLDOWN_MS,
      watchdogs: Object.freeze(this.#watchdogs.map((watchdog) => livenessOf(watchdog, nowMs))),
    });
  }

  /** Told the retained state at once, and every later one. Returns how to leave. */
  subscribe(listener: (state: RetainedStop) => void): () => void {
    return this.#chain.topic.subscribe(listener);
  }

  /** `problems`: what loading, hashes and canaries found. A stored latch starts the robot latched. */
  configure(problems: readonly string[]): Refusal | undefined {
    const stored = this.#options.store.load();
    const nowMs = this.#chain.nowMs();
    this.#startWatchdogs(nowMs);
    return this.#chain.feed({ kind: "configure", atMs: nowMs, problems, stored }).refusal;
  }

  /** Enables the outputs once every party is ready; with a latch, goes where a reset can be asked for. */
  async activate(): Promise<Refusal | undefined> {
    const { resetParties, clock } = this.#options;
    this.#chain.beginLowering();
    const notReady = await missingAnswers(resetParties, this.#chain.machine.epoch, clock, RESET_ANSWER_MS);
    const nowMs = this.#chain.nowMs();
    if (this.#chain.machine.state === "inactive") this.#startWatchdogs(nowMs);
    return refusalOf(this.#chain.feed({ kind: "activate", atMs: nowMs, notReady }));
  }

  /** Stops, then switches off. The latch survives. */
  async deactivate(): Promise<Refusal | undefined> {
    const refusal = refusalOf(this.#chain.feed({ kind: "deactivate" }));
    await this.#chain.lastStop;
    return refusal;
  }

  async cleanup(): Promise<Refusal | undefined> {
    const refusal = refusalOf(this.#chain.feed({ kind: "cleanup" }));
    await this.#chain.lastStop;
    return refusal;
  }

  /** A lease for a goal; the first vetted command is due within 30 s. `stateFresh`: measured now, and whole. */
  grant(goal: string, stateFresh: boolean): Refusal | undefined {
    const nowMs = this.#chain.nowMs();
    this.tick(nowMs);
    const { enable, pendant, command } = this.#options.watchdogs;
    const enabled = enable?.held(nowMs) ?? true;
    const pendantReleased = pendant?.released(nowMs) ?? true;
    const { refusal } = this.#chain.feed({ kind: "lease-granted", goal, stateFresh, enabled, pendantReleased });
    if (refusal === undefined) command.grant(nowMs);
    return refusal;
  }

  /** After every vetted bundle: `rows` rows of `rowPeriodMs` are on their way. Allocates nothing after the first of a goal. */
  noteVetted(rows: number, rowPeriodMs: number): void {
    const nowMs = this.#chain.nowMs();
    if (!motionAllowed(this.#chain.machine)) return;
    const silentMs = nowMs - this.#tickedMs;
    if (!within(silentMs, HEARTBEAT_MS)) this.#chain.trip(timeoutTrip("heartbeat", "heartbeat:watchdogs", HEARTBEAT_MS, silentMs));
    if (!motionAllowed(this.#chain.machine)) return;
    this.#options.watchdogs.command.noteVetted(nowMs, rows, rowPeriodMs);
    if (!this.#chain.machine.watchdogArmed) this.#chain.feed({ kind: "vetted" });
  }

  /** Somebody stopped the robot without this chain, and it came to rest, proved or not. */
  noteStop(proved: boolean): void {
    this.#chain.feed({ kind: "stop-outcome", epoch: this.#chain.machine.epoch, proved });
  }

  /** A hold in place of a command. */
  noteHold(): void {
    this.#options.watchdogs.command.noteHold(this.#chain.nowMs());
  }

  /** Ends the goal with a controlled stop. Resolves when it is acknowledged and proved, or the robot is latched. */
  async endLease(): Promise<StopReport | undefined> {
    this.#chain.feed({ kind: "lease-ending" });
    return this.#chain.lastStop;
  }

  violation(reason: string, evidence: JsonObject): Promise<StopReport | undefined> {
    return this.estop("violation", reason, evidence);
  }

  /** By a person, through any client. `held`: the button stays down until `HumanStop.release`. */
  humanStop(channel: string, reason: string, options: { readonly held?: boolean } = {}): Promise<StopReport | undefined> {
    const { human } = this.#options.watchdogs;
    const trip = human.press(channel, reason, options);
    // The button that stays down is the same stop.
    if (!human.released) this.#told.add(human);
    this.#chain.trip(trip);
    return this.#chain.lastStop;
  }

  /**
   * Anybody, any time. When this returns, the flag is up, every adapter was called and the latch is stored; the promise waits for
   * acknowledgement and proof. Never throws, never rejects.
   */
  estop(source: TripSource, reason: string, evidence: JsonObject = {}): Promise<StopReport | undefined> {
    this.#chain.trip({ source, reason, evidence });
    return this.#chain.lastStop;
  }

  /** What only a restart and a reset undo. Never throws. */
  fault(source: FaultSource, reason: string, evidence: JsonObject = {}): Promise<StopReport | undefined> {
    this.#chain.fault(source, reason, evidence);
    return this.#chain.lastStop;
  }

  /** At least every `WATCH_PERIOD_MS`, from a timer of the caller's. Never throws. */
  tick(nowMs: number = this.#chain.nowMs()): void {
    const { heartbeat, watchdogs } = this.#options;
    this.#tickedMs = nowMs;
    if (heartbeat !== undefined) heartbeat.board.beat(heartbeat.member);
    const { state } = this.#chain.machine;
    if (state === "unconfigured" || state === "inactive" || state === "faulted") return;
    if (this.#chain.machine.outputsOn && this.flag.stopped)
      this.#chain.trip({ source: "flag", reason: "the shared stop flag was raised", evidence: {} });
    for (const watchdog of this.#watchdogs) this.#look(watchdog, nowMs);
    const { machine } = this.#chain;
    if (machine.state === "resetting" && answersLate(machine, nowMs)) this.#chain.feed({ kind: "reset-silent", atMs: nowMs });
    const overdue = watchdogs.command.firstCommandOverdue(nowMs);
    if (overdue !== undefined) {
      this.#chain.tell({ kind: "goal-failed", atMs: nowMs, reason: overdue.reason, evidence: overdue.evidence });
      void this.endLease();
    }
  }

  /** First step of a reset: who asks, and whether the cause is gone. With `ok` and a message that says so, `confirmReset` is next. */
  async requestReset(asked: { readonly credential?: unknown; readonly recovery?: boolean } = {}): Promise<ResetOutcome> {
    const { watchdogs } = this.#options;
    this.#chain.beginLowering();
    const authority = this.#authority(asked.credential);
    const check = await this.#recheck();
    // Everything below happens in one turn: nothing can be pressed between the look and the answer.
    const atMs = this.#chain.nowMs();
    const request = {
      ...authority,
      atMs,
      humanStopReleased: watchdogs.human.released,
      pendantReleased: watchdogs.pendant?.released(atMs) ?? true,
      check,
      recovery: asked.recovery === true,
    };
    const { actions, refusal } = this.#chain.feed({ kind: "reset-requested", request });
    if (actions.includes("nothing-to-reset")) return { ok: true, code: "", message: "no estop to reset" };
    if (refusal !== undefined) return refused(refusal);
    return { ok: true, code: "", message: `reset of epoch ${this.#chain.machine.epoch} waits for its confirmation` };
  }

  /** Second step: adapters and runner answer for the new epoch, the state is checked again, and every latch is cleared at once. */
  async confirmReset(): Promise<ResetOutcome> {
    const { clock, resetParties, watchdogs } = this.#options;
    const { reset, epoch } = this.#chain.machine;
    if (reset === undefined) return { ok: false, code: "wrong_state", message: "reset refused: none was requested" };
    const leftMs = reset.requestedAtMs + RESET_ANSWER_MS - this.#chain.nowMs();
    const missing = leftMs > 0 ? await missingAnswers(resetParties, epoch, clock, leftMs) : resetParties.map(({ name }) => name);
    const check = await this.#recheck();
    const atMs = this.#chain.nowMs();
    const answers = {
      epoch,
      atMs,
      missing,
      humanStopReleased: watchdogs.human.released,
      pendantReleased: watchdogs.pendant?.released(atMs) ?? true,
      check,
    };
    const { refusal } = this.#chain.feed({ kind: "reset-answered", answers });
    if (refusal !== undefined) return refused(refusal);
    if (this.#chain.machine.latch !== undefined && this.#chain.machine.state !== "recovery")
      return { ok: false, code: "estop_latched", message: `reset refused: latched by ${this.#chain.machine.latch.source} meanwhile` };
    return { ok: true, code: "", message: this.#chain.machine.state === "recovery" ? "recovery: slow, away from the cause" : "reset" };
  }

  /** In recovery, after every motion: ends it when the state is clean. */
  async recheck(): Promise<Recheck> {
    const check = await this.#recheck();
    this.#chain.feed({ kind: "recheck", check });
    return check;
  }

  #look(watchdog: Watchdog, nowMs: number): void {
    const { state } = this.#chain.machine;
    let trip: Trip | undefined;
    try {
      trip = watchdog.tick(nowMs, motionAllowed(this.#chain.machine));
    } catch (cause) {
      trip = { source: "heartbeat", reason: `the ${watchdog.name} watchdog failed: ${textOf(cause)}`, evidence: {} };
    }
    if (trip === undefined) this.#told.delete(watchdog);
    else if (state !== "latched" || !this.#told.has(watchdog)) {
      this.#told.add(watchdog);
      this.#chain.trip(trip);
    }
  }

  #startWatchdogs(nowMs: number): void {
    for (const watchdog of this.#watchdogs) watchdog.start(nowMs);
    this.#tickedMs = nowMs;
  }

  #authority(credential: unknown): Authority {
    const { authorise, allowUnauthenticatedReset } = this.#options;
    if (credential === undefined)
      return {
        operatorId: "unauthenticated",
        authenticated: allowUnauthenticatedReset === true,
        allowed: allowUnauthenticatedReset === true,
      };
    try {
      const { operatorId, authenticated, allowed } = authorise(credential);
      return { operatorId, authenticated, allowed };
    } catch (cause) {
      this.#chain.problem("authorise", cause);
      return { operatorId: "", authenticated: false, allowed: false };
    }
  }

  async #recheck(): Promise<Recheck> {
    try {
      return await this.#options.recheck();
    } catch (cause) {
      this.#chain.problem("recheck", cause);
      return "unknown";
    }
  }
}

/** Nothing in the answer of an event that changed something. */
function refusalOf({ rule, actions, refusal }: Transition): Refusal | undefined {
  return rule === undefined || actions.includes("refuse") ? refusal : undefined;
}

function refused({ code, reason }: Refusal): ResetOutcome {
  return { ok: false, code, message: reason };
}
