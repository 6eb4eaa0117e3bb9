/**
 * The stop chain as a pure function: frozen values in, frozen values out. `stop-table.ts` is the behaviour; this file only reads it.
 * @module
 */
import { deepFreeze } from "../../core/json.ts";
import { RECOVERY_SPEED_SCALE, UNPROVEN_SPEED_SCALE } from "./stop-limits.ts";
import { refusalOf, STOP_GUARDS } from "./stop-guards.ts";
import { STOP_TABLE, type StopRule } from "./stop-table.ts";
import type { Latch, Refusal, StopAction, StopEvent, StopMachine, Transition } from "./stop-types.ts";

/** Before anything is known: no motion, outputs off. */
export const UNCONFIGURED: StopMachine = Object.freeze({
  state: "unconfigured",
  epoch: 0,
  latch: undefined,
  cooldownFromMs: 0,
  recorded: 0,
  lease: undefined,
  watchdogArmed: false,
  outputsOn: false,
  reset: undefined,
  stopUnproven: false,
});

/** Never throws. Actions are in the order in which their effects must happen. */
export function transition(machine: StopMachine, event: StopEvent): Transition {
  const rule = STOP_TABLE.find((candidate) => fits(candidate, machine, event));
  if (rule === undefined) return deepFreeze({ machine, actions: [], rule: undefined, refusal: refusalFor(machine, event) });
  let next: StopMachine = machine;
  for (const action of rule.do) {
    const change = changeOf(action, next, event);
    if (change !== unchanged) next = { ...next, ...change };
  }
  if (rule.to !== undefined) next = { ...next, state: rule.to };
  const refusal = rule.do.includes("refuse") ? refusalFor(machine, event) : undefined;
  return deepFreeze({ machine: next, actions: rule.do, rule: rule.row, refusal });
}

/** Whether a command may move the robot. Everything else in the machine is commentary on this line. */
export function motionAllowed({ state, lease, outputsOn }: StopMachine): boolean {
  return (state === "running" || state === "recovery") && outputsOn === true && lease?.ending === false;
}

/** Share of every speed cap that motion may use, in [0, 1]. */
export function speedScale(machine: StopMachine): number {
  return motionAllowed(machine) ? speedShare(machine) : 0;
}

/** The same for a motion that is yet to be allowed, in (0, 1]. */
export function speedShare({ state, stopUnproven }: StopMachine): number {
  const recovering = state === "recovery" ? RECOVERY_SPEED_SCALE : 1;
  return Math.min(recovering, stopUnproven ? UNPROVEN_SPEED_SCALE : 1);
}

function fits({ from, on, when }: StopRule, machine: StopMachine, event: StopEvent): boolean {
  return on === event.kind && from.includes(machine.state) && (when === undefined || STOP_GUARDS[when](machine, event));
}

function refusalFor(machine: StopMachine, event: StopEvent): Refusal {
  return refusalOf(machine, event) ?? { code: "wrong_state", reason: `${event.kind} means nothing while ${machine.state}` };
}

const unchanged: Partial<StopMachine> = Object.freeze({});

/** What an action changes in the machine; the effects are the supervisor's. */
function changeOf(action: StopAction, machine: StopMachine, event: StopEvent): Partial<StopMachine> {
  switch (action) {
    case "latch": {
      // The epoch is raised in the same row: the one that begins with this latch.
      const latch = latchOf(event, machine.epoch + 1);
      return { latch, cooldownFromMs: latch.atMs };
    }
    case "adopt-latch":
      return event.kind === "configure" ? adopted(machine, event) : unchanged;
    case "record":
      return { recorded: machine.recorded + 1 };
    case "raise-epoch":
      return { epoch: machine.epoch + 1 };
    case "clear-latch":
      return { latch: undefined, recorded: 0 };
    case "outputs-on":
      return { outputsOn: true };
    case "fan-out":
    case "outputs-off":
      return { outputsOn: false };
    case "open-lease":
      return event.kind === "lease-granted" ? { lease: { goal: event.goal, ending: false } } : unchanged;
    case "end-lease":
      return machine.lease === undefined ? unchanged : { lease: { ...machine.lease, ending: true } };
    case "close-lease":
      return { lease: undefined };
    case "arm-watchdog":
      return { watchdogArmed: true };
    case "disarm-watchdog":
      return { watchdogArmed: false };
    case "open-reset":
      return event.kind === "reset-requested" ? { reset: pendingOf(event) } : unchanged;
    case "close-reset":
      return { reset: undefined };
    case "open-recovery":
      return { lease: { goal: "recovery", ending: false } };
    case "stop-proved":
      return { stopUnproven: false };
    case "stop-unproven":
      return { stopUnproven: true };
    case "controlled-stop":
    case "persist-latch":
    case "store-epoch":
    case "publish":
    case "refuse":
    case "nothing-to-reset":
      return unchanged;
    default:
      return action satisfies never;
  }
}

function pendingOf({ request }: Extract<StopEvent, { readonly kind: "reset-requested" }>): StopMachine["reset"] {
  return { operatorId: request.operatorId, requestedAtMs: request.atMs, recovery: request.recovery === true };
}

/** What an earlier process left. Nobody saw its stop to the end, so it counts as not proved. */
function adopted(machine: StopMachine, { stored, atMs }: Extract<StopEvent, { readonly kind: "configure" }>): Partial<StopMachine> {
  const epoch = Math.max(machine.epoch, Number.isSafeInteger(stored.epoch) ? stored.epoch : 0);
  const latch = machine.latch ?? stored.latch;
  return latch === undefined
    ? { epoch }
    : { epoch, latch, cooldownFromMs: atMs, stopUnproven: machine.latch === undefined || machine.stopUnproven };
}

function latchOf(event: StopEvent, epoch: number): Latch {
  if (event.kind === "trip" || event.kind === "fault") {
    const { source, reason, atMs, evidence } = event;
    return { source, reason, atMs, epoch, evidence };
  }
  const atMs = event.kind === "lease-ended" ? event.atMs : Number.NaN;
  return { source: "stop_unproven", reason: "the controlled stop at the end of the goal was not acknowledged", atMs, epoch, evidence: {} };
}
