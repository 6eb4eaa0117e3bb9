/**
 * The table of §8, row by row, to be laid beside the spec. The first row that fits decides; where none fits, nothing changes.
 * A raised epoch is stored in the same row, by itself or with the latch.
 *
 * Where §8 is silent, the choice that keeps the robot still is taken, and the row says so after "adds:".
 * @module
 */
import type { StopAction, StopEventKind, StopState } from "./stop-types.ts";

/** What a row asks beyond state and event; `stop-guards.ts` defines each. */
export type GuardName =
  | "configuredWithLatch"
  | "configured"
  | "latchHeld"
  | "adaptersReady"
  | "leaseAllowed"
  | "leaseOpen"
  | "leaseEnding"
  | "acknowledged"
  | "stopUnproven"
  | "requestAllowed"
  | "answersClean"
  | "answersForRecovery"
  | "answersOfThisReset"
  | "answersLate"
  | "checkClean"
  | "proved"
  | "unproved";

export interface StopRule {
  readonly row: string;
  readonly from: readonly StopState[];
  readonly on: StopEventKind;
  readonly when?: GuardName;
  /** Absent: the state stays. */
  readonly to?: StopState;
  readonly do: readonly StopAction[];
}

const moving: readonly StopState[] = ["ready", "running", "recovery"];
const everywhere: readonly StopState[] = [...moving, "unconfigured", "inactive", "latched", "resetting", "faulted"];

const tripped: readonly StopAction[] = [
  "latch",
  "raise-epoch",
  "fan-out",
  "persist-latch",
  "publish",
  "close-lease",
  "disarm-watchdog",
  "close-reset",
];
/** Back to latched from a reset that failed: the adapters may have readied themselves, so they are stopped once more. */
const resetFailed: readonly StopAction[] = ["refuse", "close-reset", "fan-out", "publish"];
const shutDown: readonly StopAction[] = [
  "raise-epoch",
  "controlled-stop",
  "outputs-off",
  "close-lease",
  "disarm-watchdog",
  "close-reset",
  "publish",
  "store-epoch",
];

export const STOP_TABLE: readonly StopRule[] = [
  // ── Into and out of service
  {
    row: "configure ok, latch exists → latched (adds: the process before may have died before its adapters stopped, so they are stopped)",
    from: ["unconfigured"],
    on: "configure",
    when: "configuredWithLatch",
    to: "latched",
    do: ["adopt-latch", "raise-epoch", "store-epoch", "fan-out", "publish"],
  },
  {
    row: "configure ok → inactive",
    from: ["unconfigured"],
    on: "configure",
    when: "configured",
    to: "inactive",
    do: ["adopt-latch", "raise-epoch", "store-epoch", "publish"],
  },
  { row: "configure bad → unconfigured, with reasons", from: ["unconfigured"], on: "configure", do: ["adopt-latch", "refuse"] },
  {
    row: "activate while a latch survives → latched",
    from: ["inactive"],
    on: "activate",
    when: "latchHeld",
    to: "latched",
    do: ["fan-out", "publish"],
  },
  {
    row: "activate, every adapter ready → ready, outputs enabled",
    from: ["inactive"],
    on: "activate",
    when: "adaptersReady",
    to: "ready",
    do: ["outputs-on", "publish"],
  },
  { row: "activate, an adapter not ready → stays inactive", from: ["inactive"], on: "activate", do: ["refuse"] },
  {
    row: "deactivate → inactive; the latch survives",
    from: [...moving, "latched", "resetting"],
    on: "deactivate",
    to: "inactive",
    do: shutDown,
  },
  {
    row: "cleanup → unconfigured; the latch survives",
    from: [...moving, "inactive", "latched", "resetting"],
    on: "cleanup",
    to: "unconfigured",
    do: shutDown,
  },
  {
    row: "adds: deactivate, cleanup in faulted stop and switch off, and stay: only a restart leaves it",
    from: ["faulted"],
    on: "deactivate",
    do: shutDown,
  },
  { row: "adds: the same for cleanup", from: ["faulted"], on: "cleanup", do: shutDown },

  // ── A goal
  {
    row: "lease granted, state fresh, enable held → running",
    from: ["ready"],
    on: "lease-granted",
    when: "leaseAllowed",
    to: "running",
    do: ["open-lease"],
  },
  { row: "lease without fresh state, enable or goal → refused", from: everywhere, on: "lease-granted", do: ["refuse"] },
  { row: "first vetted command arms the watchdog", from: ["running", "recovery"], on: "vetted", when: "leaseOpen", do: ["arm-watchdog"] },
  {
    row: "lease ending: no more motion, controlled stop",
    from: ["running"],
    on: "lease-ending",
    when: "leaseOpen",
    do: ["end-lease", "controlled-stop"],
  },
  {
    row: "lease ended, controlled stop acknowledged → ready, watchdog disarmed",
    from: ["running"],
    on: "lease-ended",
    when: "acknowledged",
    to: "ready",
    do: ["close-lease", "disarm-watchdog"],
  },
  {
    row: "adds: lease ended, controlled stop not acknowledged → latched",
    from: ["running"],
    on: "lease-ended",
    when: "leaseEnding",
    to: "latched",
    do: [...tripped, "stop-unproven"],
  },

  // ── Stops
  { row: "violation, e-stop, watchdog, enable, pendant, force … → latched", from: moving, on: "trip", to: "latched", do: tripped },
  {
    row: "another e-stop while latched → recorded (adds: stopped again while the first stop is unproved)",
    from: ["latched", "faulted"],
    on: "trip",
    when: "stopUnproven",
    do: ["record", "fan-out"],
  },
  {
    row: "another e-stop while latched → recorded, the cooldown does not restart",
    from: ["latched", "faulted"],
    on: "trip",
    do: ["record"],
  },
  {
    row: "adds: e-stop while resetting → latched; answers on their way are void; the cooldown does not restart",
    from: ["resetting"],
    on: "trip",
    to: "latched",
    do: ["record", "raise-epoch", "fan-out", "store-epoch", "publish", "close-reset"],
  },
  {
    row: "adds: out of service with a latch: recorded, and stopped again",
    from: ["unconfigured", "inactive"],
    on: "trip",
    when: "latchHeld",
    do: ["record", "fan-out"],
  },
  { row: "adds: an e-stop out of service latches as well", from: ["unconfigured", "inactive"], on: "trip", do: tripped },
  { row: "adds: a further fault is recorded", from: ["faulted"], on: "fault", do: ["record"] },
  {
    row: "internal error, lost worker, failed canary → faulted; left by restart and reset only",
    from: everywhere,
    on: "fault",
    to: "faulted",
    do: tripped,
  },
  { row: "a stop was proved", from: everywhere, on: "stop-outcome", when: "proved", do: ["stop-proved", "publish"] },
  {
    row: "a stop was not proved: slow motion until one is",
    from: everywhere,
    on: "stop-outcome",
    when: "unproved",
    do: ["stop-unproven", "publish"],
  },

  // ── Reset, §8.1
  {
    row: "reset allowed → resetting",
    from: ["latched"],
    on: "reset-requested",
    when: "requestAllowed",
    to: "resetting",
    do: ["open-reset", "raise-epoch", "store-epoch", "publish"],
  },
  {
    row: "reset refused by name, the latch stays",
    from: ["latched", "resetting", "recovery", "faulted"],
    on: "reset-requested",
    do: ["refuse"],
  },
  {
    row: "adds: a latch out of service is reset in service",
    from: ["unconfigured", "inactive"],
    on: "reset-requested",
    when: "latchHeld",
    do: ["refuse"],
  },
  {
    row: "not latched → success: no estop to reset",
    from: ["unconfigured", "inactive", "ready", "running"],
    on: "reset-requested",
    do: ["nothing-to-reset"],
  },
  {
    row: "all acknowledged and re-check clean → ready, every latch cleared in one handshake",
    from: ["resetting"],
    on: "reset-answered",
    when: "answersClean",
    to: "ready",
    do: ["clear-latch", "close-reset", "outputs-on", "publish"],
  },
  {
    row: "still violates and recovery was requested → recovery (adds: the latch stays stored until clean)",
    from: ["resetting"],
    on: "reset-answered",
    when: "answersForRecovery",
    to: "recovery",
    do: ["close-reset", "open-recovery", "outputs-on", "publish"],
  },
  { row: "refusal → latched", from: ["resetting"], on: "reset-answered", when: "answersOfThisReset", to: "latched", do: resetFailed },
  { row: "1 s without an answer → latched", from: ["resetting"], on: "reset-silent", when: "answersLate", to: "latched", do: resetFailed },

  // ── Recovery
  {
    row: "recovery ends in ready when clean",
    from: ["recovery"],
    on: "recheck",
    when: "checkClean",
    to: "ready",
    do: ["controlled-stop", "clear-latch", "close-lease", "disarm-watchdog", "publish"],
  },
  {
    row: "adds: recovery given up → latched",
    from: ["recovery"],
    on: "lease-ending",
    to: "latched",
    do: ["raise-epoch", "fan-out", "store-epoch", "publish", "close-lease", "disarm-watchdog"],
  },
];
