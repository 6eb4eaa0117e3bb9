/**
 * What the rows of the table ask beyond state and event. Each states the safe condition, so that what is not a number or not there
 * does not hold.
 * @module
 */
import { answersLate, answersRefusal, requestRefusal } from "./reset-rules.ts";
import type { GuardName } from "./stop-table.ts";
import type { Refusal, StopEvent, StopEventKind, StopMachine } from "./stop-types.ts";

type EventOf<Kind extends StopEventKind> = Extract<StopEvent, { readonly kind: Kind }>;
type Guard = (machine: StopMachine, event: StopEvent) => boolean;

function about<Kind extends StopEventKind>(kind: Kind, holds: (machine: StopMachine, event: EventOf<Kind>) => boolean): Guard {
  return (machine, event) => isKind(event, kind) && holds(machine, event);
}

function isKind<Kind extends StopEventKind>(event: StopEvent, kind: Kind): event is EventOf<Kind> {
  return event.kind === kind;
}

export const STOP_GUARDS: Readonly<Record<GuardName, Guard>> = {
  configuredWithLatch: about(
    "configure",
    (machine, { problems, stored }) => problems.length === 0 && (machine.latch ?? stored.latch) !== undefined,
  ),
  configured: about("configure", (_machine, { problems }) => problems.length === 0),
  latchHeld: (machine) => machine.latch !== undefined,
  adaptersReady: about("activate", (_machine, { notReady }) => notReady.length === 0),
  leaseAllowed: (machine, event) => refusalOf(machine, event) === undefined,
  leaseOpen: (machine) => machine.lease?.ending === false,
  leaseEnding: (machine) => machine.lease?.ending === true,
  acknowledged: about("lease-ended", (machine, { acknowledged }) => machine.lease?.ending === true && acknowledged === true),
  stopUnproven: (machine) => machine.stopUnproven,
  requestAllowed: (machine, event) => refusalOf(machine, event) === undefined,
  answersClean: about(
    "reset-answered",
    (machine, { answers }) => answersRefusal(machine, answers) === undefined && answers.check === "clean",
  ),
  answersForRecovery: about("reset-answered", (machine, { answers }) => answersRefusal(machine, answers) === undefined),
  answersOfThisReset: about("reset-answered", (machine, { answers }) => answers.epoch === machine.epoch),
  answersLate: about("reset-silent", (machine, { atMs }) => answersLate(machine, atMs)),
  checkClean: about("recheck", (_machine, { check }) => check === "clean"),
  // A proof of an older stop says nothing about the last one; a doubt always counts.
  proved: about("stop-outcome", (machine, { epoch, proved }) => proved === true && epoch === machine.epoch),
  unproved: about("stop-outcome", (_machine, { proved }) => !(proved === true)),
};

/** Why the event is refused where it stands; absent where §8 lets it pass or has no word for it. */
export function refusalOf(machine: StopMachine, event: StopEvent): Refusal | undefined {
  switch (event.kind) {
    case "configure":
      return event.problems.length === 0 ? undefined : { code: "config_invalid", reason: event.problems.join("; ") };
    case "activate":
      return event.notReady.length === 0 ? undefined : { code: "adapter_not_ready", reason: `not ready: ${event.notReady.join(", ")}` };
    case "lease-granted":
      return leaseRefusal(machine, event);
    case "reset-requested":
      return standingRefusal(machine) ?? requestRefusal(machine, event.request);
    case "reset-answered":
      return answersRefusal(machine, event.answers);
    case "reset-silent":
      return { code: "reset_timeout", reason: "reset refused: no answer in time" };
    case "deactivate":
    case "cleanup":
    case "vetted":
    case "lease-ending":
    case "lease-ended":
    case "trip":
    case "fault":
    case "recheck":
    case "stop-outcome":
      return undefined;
    default:
      return event satisfies never;
  }
}

function leaseRefusal(machine: StopMachine, event: EventOf<"lease-granted">): Refusal | undefined {
  if (machine.latch !== undefined) return { code: "estop_latched", reason: `no lease: latched by ${machine.latch.source}` };
  if (!(machine.state === "ready")) return { code: "wrong_state", reason: `no lease while ${machine.state}` };
  if (event.goal === "") return { code: "goal_missing", reason: "no lease without the name of a goal" };
  if (!(event.stateFresh === true)) return { code: "state_unavailable", reason: "no lease without a fresh, complete state of the robot" };
  if (!(event.enabled === true)) return { code: "enable_not_held", reason: "no lease: the enable device is not held" };
  if (!(event.pendantReleased === true))
    return { code: "pendant_pressed", reason: "no lease: the pendant is pressed, silent or unplugged" };
  return undefined;
}

/** A reset is for a robot that stands latched in service. */
function standingRefusal({ state }: StopMachine): Refusal | undefined {
  if (state === "latched") return undefined;
  if (state === "resetting") return { code: "reset_in_progress", reason: "reset refused: a reset is in progress" };
  if (state === "recovery")
    return { code: "recovery_in_progress", reason: "reset refused: in recovery, which ends when the state is clean" };
  if (state === "faulted")
    return { code: "restart_required", reason: "reset refused: faulted, which only a restart and then a reset undo" };
  return { code: "wrong_state", reason: `reset refused while ${state}: activate first` };
}
