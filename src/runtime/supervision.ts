/**
 * The stop chain at work: its supervisor, its watchdogs and what ticks them, tied to one backend. Whatever latches the robot aborts
 * what runs; nothing moves again before an authorised reset.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import type { Clock } from "../core/clock.ts";
import { ClearanceError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { CanaryRound } from "../kernel/canaries.ts";
import type { Refused } from "../kernel/kernel.ts";
import { CommandWatchdog } from "../kernel/stop/command-watchdog.ts";
import { CommanderWatch } from "../kernel/stop/commander-watch.ts";
import type { StopReport } from "../kernel/stop/fan-out.ts";
import { HumanStop } from "../kernel/stop/human-stop.ts";
import { MemoryLatchStore, type LatchStore } from "../kernel/stop/latch-store.ts";
import type { ResetParty } from "../kernel/stop/reset-handshake.ts";
import { proveRest } from "../kernel/stop/rest-proof.ts";
import type { Recheck, Refusal } from "../kernel/stop/stop-types.ts";
import { speedShare } from "../kernel/stop/stop-machine.ts";
import { SafetySupervisor } from "../kernel/stop/supervisor.ts";
import type { Authority, ResetOutcome, SupervisorEvent, SupervisorStatus, SupervisorWatchdogs } from "../kernel/stop/supervisor-types.ts";
import { WATCH_PERIOD_MS } from "../kernel/stop/watchdog.ts";
import type { Hand } from "./intervention.ts";

/** A kernel elsewhere that falls silent, and that has to hear of a stop: a worker's or a process's. */
export interface DistantKernel {
  /** Armed while a goal runs: then silence of either side stops. */
  arm(armed: boolean): void;
  stop(): void;
  /** For an authorised reset alone. */
  releaseStop(): void;
  liveness(): { readonly state: string; readonly stop: string };
}

/** A kernel that can judge a recovery: slow, and nothing violated gets nearer. */
export interface RecoveringKernel {
  enterRecovery(): void;
  /** Ends it. */
  unlatch(): void;
}

export interface SupervisionOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  /** Where a latch outlives the process; in memory unless given, which hardware does not accept. */
  readonly store?: LatchStore;
  /** What a violation found by the kernel does; `latch` for hardware, `drop` (refused, and no more) in simulation unless given. */
  readonly onViolation?: "latch" | "drop";
  /** Who is behind a credential. In simulation whoever gives a name; hardware needs one of its own. */
  readonly authorise?: (credential: unknown) => Authority;
  /** Silence of who commands that stops a motion, ms. */
  readonly deadmanMs?: number;
  /** Devices; hardware needs every one of them. */
  readonly devices?: Pick<SupervisorWatchdogs, "enable" | "pendant" | "heartbeats">;
  readonly canaries?: CanaryRound;
  readonly distantKernel?: DistantKernel;
  /** Absent: a reset that asks for recovery is refused. */
  readonly recoveringKernel?: RecoveringKernel;
}

/** What the runtime lends. */
export interface SupervisionHooks {
  /** Aborts what runs. */
  onLatched(): void;
  note(note: string, fields: JsonObject): void;
  /** Whether the measured state is one that the kernel allows. */
  recheck(): Recheck | Promise<Recheck>;
  /** Why what must be there while the robot moves is not: a trace that cannot be written. */
  missing(): string | undefined;
}

const alwaysThere = (): boolean => true;
const unattached: SupervisionHooks = {
  onLatched: () => undefined,
  note: () => undefined,
  recheck: () => "unknown",
  missing: () => undefined,
};

/** Worth a line in the trace: the rest is every goal's coming and going. */
const toldStates: ReadonlySet<string> = new Set(["latched", "resetting", "recovery", "faulted"]);

export class Supervision {
  readonly supervisor: SafetySupervisor;
  readonly #options: SupervisionOptions;
  readonly #commander: CommanderWatch;
  readonly #command = new CommandWatchdog();
  readonly #latches: boolean;
  #hooks: SupervisionHooks = unattached;
  #alive: () => boolean = alwaysThere;
  #starting: Promise<void> | undefined = undefined;
  #started = false;
  #problem: Refusal | undefined = undefined;
  #timer: ReturnType<typeof setInterval> | undefined = undefined;
  #tickedMs = Number.NaN;
  /** Something was commanded since the start: from then on only a measurement says that the machine stands. */
  #commanded = false;

  /** @throws ClearanceError `config.invalid` naming what hardware lacks */
  constructor(options: SupervisionOptions) {
    const { backend, clock, store, onViolation, authorise, deadmanMs = 500, devices = {} } = options;
    const robot = backend.kind;
    if (robot === "hardware" && (store === undefined || authorise === undefined)) {
      const problem = "a robot of hardware needs a latch that outlives the process (store) and an authorise of its own";
      throw new ClearanceError("config.invalid", problem, { source: "supervision", problems: [problem] });
    }
    this.#options = options;
    this.#latches = (onViolation ?? (robot === "hardware" ? "latch" : "drop")) === "latch";
    this.#commander = new CommanderWatch({ name: "policy", deadmanMs });
    this.supervisor = new SafetySupervisor({
      robot,
      clock,
      targets: [backend],
      resetParties: [this.#machineParty(), { name: "runtime", answerReset: (epoch) => ({ stopped: true, ready: true, epoch }) }],
      store: store ?? new MemoryLatchStore(),
      watchdogs: { command: this.#command, human: new HumanStop(), commanders: [this.#commander], ...devices },
      authorise: authorise ?? namedOperator,
      recheck: () => this.#hooks.recheck(),
      onEvent: (event) => this.#hear(event),
    });
  }

  attach(hooks: SupervisionHooks): void {
    this.#hooks = hooks;
  }

  /** Configures and activates, once. A promise only the first time. */
  start(): Promise<void> | undefined {
    if (this.#started) return undefined;
    this.#starting ??= this.#start();
    return this.#starting;
  }

  status(): SupervisorStatus {
    return this.supervisor.status();
  }

  /** Why nothing may move now; nothing while the robot is in service, at work or not. */
  barred(): Refusal | undefined {
    const { state, latch } = this.supervisor.machine;
    if (state === "ready" || state === "running" || state === "recovery") return undefined;
    if (latch !== undefined) return { code: "estop_latched", reason: `${state} by ${latch.source}: ${latch.reason}` };
    return this.#problem ?? { code: "wrong_state", reason: `the robot is ${state}` };
  }

  /** Share of every speed that a motion may use, in (0, 1]: less after a stop that was not proved, and in recovery. */
  get speedScale(): number {
    return speedShare(this.supervisor.machine);
  }

  /** A motion for `goal` is about to begin. `alive`: whether who commands it is still there. */
  begin(goal: string, alive: () => boolean = alwaysThere): Refusal | undefined {
    this.#feedCanaries();
    const { supervisor } = this;
    if (supervisor.machine.state === "ready") {
      const refusal = supervisor.grant(goal, true);
      if (refusal !== undefined) return refusal;
      this.#options.distantKernel?.arm(true);
    }
    this.#alive = alive;
    this.#commanded = true;
    this.#commander.takeOver(this.#options.clock.nowMs());
    this.tick();
    return supervisor.mayMove ? undefined : (this.barred() ?? { code: "wrong_state", reason: "the robot may not move" });
  }

  /** Whether a command may move the robot now. */
  get mayMove(): boolean {
    return this.supervisor.mayMove;
  }

  noteVetted(rows: number, rowPeriodMs: number): void {
    // After a standstill a command may come before the timer does.
    if (this.#standsStill) this.tick();
    this.supervisor.noteVetted(rows, rowPeriodMs);
  }

  /** The motion is over, and no further command is due. */
  idle(): void {
    this.#command.disarm();
    this.#commander.handOver();
    this.#alive = alwaysThere;
  }

  /** Looks at every watchdog. On a real clock a timer calls it, on a simulated one whoever moves the time. Never throws. */
  tick(): void {
    const nowMs = this.#options.clock.nowMs();
    this.#excuseStall(nowMs);
    if (this.#stillThere()) this.#commander.beat(nowMs);
    const { state } = this.#options.distantKernel?.liveness() ?? {};
    if (state !== undefined && state !== "serving" && !this.#inFault) void this.supervisor.fault("lost_worker", `the kernel is ${state}`);
    const missing = this.supervisor.mayMove ? this.#hooks.missing() : undefined;
    if (missing !== undefined) void this.supervisor.estop("heartbeat", missing);
    this.supervisor.tick(nowMs);
  }

  /** A violation that the kernel found; latches where violations do. */
  violation({ severity, code, reason, evidence }: Pick<Refused, "severity" | "code" | "reason" | "evidence">): void {
    if (this.#latches && severity === "violation") void this.supervisor.violation(`${code}: ${reason}`, evidence);
  }

  /** Somebody stopped the robot past this chain: one that was not acknowledged latches, one that was not proved slows. Never throws. */
  async noteStop({ acknowledged, proved }: StopReport): Promise<void> {
    if (!acknowledged) await this.supervisor.estop("stop_unproven", "the machine did not acknowledge a stop");
    else this.supervisor.noteStop(proved);
  }

  /** By a person or a program, with a latch. Never throws. */
  async emergencyStop({ operator = "", reason = "" }: Hand): Promise<StopReport | undefined> {
    const report = await this.supervisor.humanStop(operator, reason);
    this.idle();
    // A robot that was stopped before it was in service: it can be reset only in service.
    await this.start();
    return report;
  }

  /** Both steps of a reset, one after the other. With `recovery`, to move slowly out of what still violates. */
  async reset(asked: { readonly credential: unknown; readonly recovery?: boolean }): Promise<ResetOutcome> {
    const { distantKernel, recoveringKernel } = this.#options;
    if (asked.recovery === true && recoveringKernel === undefined)
      return { ok: false, code: "config_invalid", message: "reset refused: the kernel of this robot cannot judge a recovery" };
    // It is asked to judge where the robot stands; that nothing moves meanwhile is the supervisor's word.
    distantKernel?.releaseStop();
    const requested = await this.supervisor.requestReset(asked);
    const waits = requested.ok && this.supervisor.machine.state === "resetting";
    const outcome = waits ? await this.supervisor.confirmReset() : requested;
    if (!outcome.ok) distantKernel?.stop();
    return outcome;
  }

  /** In recovery, after a motion: whether the state is clean again, which ends it. */
  async lookAgain(): Promise<void> {
    if (this.supervisor.machine.state === "recovery") await this.supervisor.recheck();
  }

  /** Ends the goal with a controlled stop and its proof; nothing where none moved. */
  async endGoal(): Promise<StopReport | undefined> {
    this.#options.distantKernel?.arm(false);
    return this.supervisor.machine.state === "running" ? this.supervisor.endLease() : undefined;
  }

  /** Out of service: the robot is stopped, and the timer with it. A latch stays. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#started) await this.supervisor.cleanup();
  }

  async #start(): Promise<void> {
    const { clock } = this.#options;
    this.#problem = this.supervisor.configure([]) ?? (await this.supervisor.activate());
    if (this.#problem === undefined) await this.supervisor.lastStop;
    if (clock.kind === "real") {
      this.#timer = setInterval(() => this.tick(), WATCH_PERIOD_MS / 2);
      // Node alone: a robot that only waits keeps no process.
      if (typeof this.#timer === "object") this.#timer.unref();
    }
    this.#started = true;
  }

  /** Whether the machine stands still while its process gets no time to run: a simulated one does, hardware goes on. */
  get #standsStill(): boolean {
    const { backend, clock } = this.#options;
    return clock.kind === "real" && backend.kind === "simulated";
  }

  /** In a standstill nobody fell silent. */
  #excuseStall(nowMs: number): void {
    const lateMs = nowMs - this.#tickedMs - WATCH_PERIOD_MS;
    this.#tickedMs = nowMs;
    if (this.#standsStill) this.#command.excuse(lateMs);
  }

  get #inFault(): boolean {
    return this.supervisor.machine.state === "faulted";
  }

  #stillThere(): boolean {
    try {
      return this.#alive() === true;
    } catch {
      return false;
    }
  }

  #feedCanaries(): void {
    const idle = this.supervisor.machine.state !== "running" || !this.#command.armed;
    const failed = this.#options.canaries?.tick(this.#options.clock.nowMs(), idle);
    if (failed === undefined || this.#inFault) return;
    const { name, expected, got } = failed;
    void this.supervisor.fault("failed_canary", `canary '${name}' was answered ${got} and not ${expected}`, { canary: name, got });
  }

  #machineParty(): ResetParty {
    const { backend, clock } = this.#options;
    return {
      name: backend.name,
      answerReset: async (epoch) => {
        // What nothing was asked of has nothing to stop.
        const stopped = !this.#commanded || (await proveRest(backend, clock, Number.NEGATIVE_INFINITY)).proved;
        return { stopped, ready: true, epoch };
      },
    };
  }

  #hear(event: SupervisorEvent): void {
    if (event.kind === "problem") this.#hooks.note("alarm", { alarm: "stop_chain", what: event.what, detail: event.detail });
    if (event.kind === "goal-failed") this.#hooks.note("alarm", { alarm: "goal_failed", reason: event.reason });
    if (event.kind !== "transition" || event.from === event.to) return;
    const { from, to, epoch } = event;
    if (to === "recovery") this.#options.recoveringKernel?.enterRecovery();
    else if (from === "recovery") this.#options.recoveringKernel?.unlatch();
    if (!toldStates.has(to) && !toldStates.has(from)) return;
    const { latch } = this.supervisor.machine;
    this.#hooks.note("safety", { from, to, epoch, ...(latch === undefined ? {} : { source: latch.source, reason: latch.reason }) });
    if (to !== "latched" && to !== "faulted") return;
    this.#options.distantKernel?.stop();
    this.#hooks.onLatched();
  }
}

/** In simulation whoever says a name may reset: there is nothing to be hurt. */
function namedOperator(credential: unknown): Authority {
  const named = typeof credential === "object" && credential !== null && "operator" in credential ? credential.operator : undefined;
  const operatorId = typeof named === "string" ? named.trim() : "";
  return { operatorId, authenticated: operatorId !== "", allowed: operatorId !== "" };
}
