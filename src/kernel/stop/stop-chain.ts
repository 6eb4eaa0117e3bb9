/**
 * The machine with its hands: each event goes to the pure machine, and what it answers is done in that order.
 * @module
 */
import { isJsonObject, toJsonValue, type JsonObject } from "../../core/json.ts";
import { stopTargets, type StopReport } from "./fan-out.ts";
import { StopFlag } from "./stop-flag.ts";
import { transition, UNCONFIGURED } from "./stop-machine.ts";
import { timeOf, type StopCategory } from "./stop-target.ts";
import { retainedOf, StopTopic } from "./stop-topic.ts";
import type { FaultSource, StopAction, StopEvent, StopMachine, Transition } from "./stop-types.ts";
import type { SupervisorEvent, SupervisorOptions } from "./supervisor-types.ts";
import type { Trip } from "./watchdog.ts";

/** The controlled stop at the end of a goal is over within this, proof included, ms. */
const controlledStopMs = 1000;

export class StopChain {
  readonly flag: StopFlag;
  readonly topic: StopTopic;
  readonly #options: SupervisorOptions;
  #machine: StopMachine = UNCONFIGURED;
  #lastStop: Promise<StopReport | undefined> = Promise.resolve(undefined);
  /** The flag's count when what may lower it began. */
  #raisedBefore = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.flag = options.flag ?? new StopFlag();
    this.topic = new StopTopic(retainedOf(UNCONFIGURED), (cause) => this.problem("listener", cause));
  }

  get machine(): StopMachine {
    return this.#machine;
  }

  /** The outcome of the last stop, with proof; never rejects. */
  get lastStop(): Promise<StopReport | undefined> {
    return this.#lastStop;
  }

  /** Before anything that may end in outputs that are on: a flag raised from here on stays up. */
  beginLowering(): void {
    this.#raisedBefore = this.flag.raised;
  }

  /** Never throws; where even the machine fails, everything is stopped without it. */
  trip({ source, reason, evidence }: Trip): void {
    try {
      this.feed({ kind: "trip", source, reason, atMs: this.nowMs(), evidence: plain(evidence) });
    } catch (cause) {
      this.#stopAnyway(cause);
    }
  }

  /** Never throws. */
  fault(source: FaultSource, reason: string, evidence: JsonObject): void {
    try {
      this.feed({ kind: "fault", source, reason, atMs: this.nowMs(), evidence: plain(evidence) });
    } catch (cause) {
      this.#stopAnyway(cause);
    }
  }

  feed(event: StopEvent): Transition {
    const before = this.#machine;
    const next = transition(before, event);
    // Before any effect: whoever calls back meanwhile finds the robot where it is going.
    this.#machine = next.machine;
    const { actions, rule, refusal, machine } = next;
    for (const action of actions) {
      try {
        this.#perform(action, next);
      } catch (cause) {
        // What cannot be done as the table says must not end as if it had been. The fault raises the flag once more, so that an
        // `outputs-on` still to come in this row does not lower it.
        this.problem(action, cause);
        if (event.kind !== "fault") this.fault("latch_not_stored", `${action} failed: ${textOf(cause)}`, {});
      }
    }
    const atMs = this.nowMs();
    this.tell({ kind: "transition", atMs, event, from: before.state, to: machine.state, epoch: machine.epoch, actions, rule, refusal });
    return next;
  }

  #perform(action: StopAction, { machine, actions }: Transition): void {
    const { store, watchdogs } = this.#options;
    switch (action) {
      case "fan-out":
        this.flag.raise(machine.epoch);
        try {
          if (actions.includes("persist-latch") && machine.latch !== undefined) store.stage(machine.latch);
        } finally {
          this.#stop(1, machine.epoch, actions.includes("persist-latch"));
        }
        return;
      case "clear-latch":
        return store.clear(machine.epoch);
      case "store-epoch":
        return store.storeEpoch(machine.epoch);
      case "controlled-stop":
        watchdogs.command.awaitStop(this.nowMs(), controlledStopMs);
        return this.#stop(2, machine.epoch);
      case "outputs-on":
        this.flag.clear(this.#raisedBefore);
        return;
      case "outputs-off":
        this.flag.raise(machine.epoch);
        return;
      case "disarm-watchdog":
        return watchdogs.command.disarm();
      case "publish":
        // Not the machine of this transition: an effect that failed may have moved it on.
        this.topic.publish(retainedOf(this.#machine));
        return this.tell({ kind: "state", atMs: this.nowMs(), state: this.topic.retained });
      case "latch":
      case "adopt-latch":
      case "record":
      case "raise-epoch":
      case "open-lease":
      case "end-lease":
      case "close-lease":
      case "arm-watchdog":
      case "open-reset":
      case "close-reset":
      case "open-recovery":
      case "stop-proved":
      case "stop-unproven":
      case "persist-latch":
      case "refuse":
      case "nothing-to-reset":
        return;
      default:
        return action satisfies never;
    }
  }

  #stop(category: StopCategory, epoch: number, persist = false): void {
    const { clock, targets, fanOut = {} } = this.#options;
    const controlled = category === 2;
    const unproven = (): void => void this.feed({ kind: "stop-outcome", epoch, proved: false });
    const report = stopTargets(targets, category, epoch, {
      ...fanOut,
      ...(controlled ? { attempts: 1 } : {}),
      clock,
      onUnacknowledged: unproven,
      onAnswered: () => {
        if (persist) this.#commit();
      },
      wanted: () => !this.#machine.outputsOn,
    });
    this.#lastStop = report.then(
      (outcome) => this.#stopped(outcome, controlled),
      (cause: unknown) => {
        this.problem("fan-out", cause);
        unproven();
        return undefined;
      },
    );
  }

  /** Resolves with the last word: that of the stop that follows, where this one was not acknowledged. */
  #stopped(report: StopReport, controlled: boolean): StopReport | Promise<StopReport | undefined> {
    this.tell({ kind: "stopped", atMs: this.nowMs(), report });
    this.feed({ kind: "stop-outcome", epoch: report.epoch, proved: report.proved });
    if (!controlled) return report;
    const { acknowledged } = report;
    if (this.#machine.lease?.ending === true && report.epoch === this.#machine.epoch)
      this.feed({ kind: "lease-ended", atMs: this.nowMs(), acknowledged });
    else if (!acknowledged) this.trip({ source: "stop_unproven", reason: "a controlled stop was not acknowledged", evidence: {} });
    return acknowledged ? report : this.#lastStop;
  }

  /** Not before the answers: a slow disk must not make a punctual adapter look late. What is staged outlives this process already. */
  #commit(): void {
    try {
      this.#options.store.commit();
    } catch (cause) {
      this.problem("persist-latch", cause);
      if (this.#machine.state !== "faulted") this.fault("latch_not_stored", `the latch is not on disk: ${textOf(cause)}`, {});
    }
  }

  #stopAnyway(cause: unknown): void {
    this.flag.raise();
    this.#stop(1, this.#machine.epoch);
    this.problem("stop chain", cause);
  }

  nowMs(): number {
    return timeOf(this.#options.clock);
  }

  problem(what: string, cause: unknown): void {
    this.tell({ kind: "problem", atMs: this.nowMs(), what, detail: textOf(cause) });
  }

  tell(event: SupervisorEvent): void {
    try {
      this.#options.onEvent(event);
    } catch {
      // Who listens to a stop must not be able to prevent it; there is nobody left to tell.
    }
  }
}

/** A copy that nobody changes later, with null where JSON has no form for what was given. */
function plain(evidence: JsonObject): JsonObject {
  const { value } = toJsonValue(evidence);
  return isJsonObject(value) ? value : {};
}

export function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
