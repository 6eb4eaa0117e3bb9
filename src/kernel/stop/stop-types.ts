/**
 * The vocabulary of the stop chain: states, what can happen, what is done about it. Frozen values only; nothing here has an effect.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";

export const STOP_STATES = ["unconfigured", "inactive", "ready", "running", "latched", "resetting", "recovery", "faulted"] as const;
export type StopState = (typeof STOP_STATES)[number];

/** Whose word stops the robot. `external`: a stop from outside (`/openral/estop`), `flag`: the shared flag raised by another thread. */
export const TRIP_SOURCES = [
  "violation",
  "external",
  "flag",
  "watchdog",
  "enable",
  "pendant",
  "human",
  "force",
  "commander",
  "heartbeat",
  "monitor",
  "stop_unproven",
] as const;
export type TripSource = (typeof TRIP_SOURCES)[number];

/** What only a restart and a reset undo. */
export const FAULT_SOURCES = ["internal_error", "lost_worker", "failed_canary", "latch_not_stored"] as const;
export type FaultSource = (typeof FAULT_SOURCES)[number];

export type StopSource = TripSource | FaultSource;

export interface Latch {
  readonly source: StopSource;
  readonly reason: string;
  /** ms of the episode in which it tripped; of no meaning to another process. */
  readonly atMs: number;
  /** The epoch that began with it. */
  readonly epoch: number;
  readonly evidence: JsonObject;
}

/** `clean`: measured on a fresh, complete state and allowed. `unknown`: no such state. */
export type Recheck = "clean" | "violates" | "unknown";

/** Everything §8.1 asks of a reset, found out before the machine is asked. Each field states the safe condition. */
export interface ResetRequest {
  readonly operatorId: string;
  readonly atMs: number;
  readonly authenticated: boolean;
  readonly allowed: boolean;
  readonly humanStopReleased: boolean;
  readonly pendantReleased: boolean;
  readonly check: Recheck;
  /** Whether the operator asks to move out of what still violates. */
  readonly recovery: boolean;
}

/** What adapters and runner answered to the request that began `epoch`. */
export interface ResetAnswers {
  readonly epoch: number;
  readonly atMs: number;
  /** Who has not answered both `stopped` and `ready`. */
  readonly missing: readonly string[];
  readonly humanStopReleased: boolean;
  readonly pendantReleased: boolean;
  /** Measured again, after the answers. */
  readonly check: Recheck;
}

export interface PendingReset {
  readonly operatorId: string;
  readonly requestedAtMs: number;
  readonly recovery: boolean;
}

export interface Lease {
  readonly goal: string;
  /** No more motion: the controlled stop is on its way. */
  readonly ending: boolean;
}

export type StopEvent =
  | { readonly kind: "configure"; readonly atMs: number; readonly problems: readonly string[]; readonly stored: StoredLatch }
  | { readonly kind: "activate"; readonly atMs: number; readonly notReady: readonly string[] }
  | { readonly kind: "deactivate" }
  | { readonly kind: "cleanup" }
  | {
      readonly kind: "lease-granted";
      readonly goal: string;
      readonly stateFresh: boolean;
      readonly enabled: boolean;
      readonly pendantReleased: boolean;
    }
  | { readonly kind: "vetted" }
  | { readonly kind: "lease-ending" }
  | { readonly kind: "lease-ended"; readonly atMs: number; readonly acknowledged: boolean }
  | {
      readonly kind: "trip";
      readonly source: TripSource;
      readonly reason: string;
      readonly atMs: number;
      readonly evidence: JsonObject;
    }
  | {
      readonly kind: "fault";
      readonly source: FaultSource;
      readonly reason: string;
      readonly atMs: number;
      readonly evidence: JsonObject;
    }
  | { readonly kind: "reset-requested"; readonly request: ResetRequest }
  | { readonly kind: "reset-answered"; readonly answers: ResetAnswers }
  | { readonly kind: "reset-silent"; readonly atMs: number }
  | { readonly kind: "recheck"; readonly check: Recheck }
  | { readonly kind: "stop-outcome"; readonly epoch: number; readonly proved: boolean };
export type StopEventKind = StopEvent["kind"];

/** What a store found at start. The epoch is the highest ever stored, also where no latch is. */
export interface StoredLatch {
  readonly epoch: number;
  readonly latch: Latch | undefined;
}

/**
 * What a transition does. `STOP_ACTIONS` in stop-machine.ts says what each changes in the machine; those marked "effect" are
 * carried out by the supervisor, in the order of the list.
 */
export type StopAction =
  /** The latch holds, from now on, for this reason. */
  | "latch"
  /** The latch found at start holds. */
  | "adopt-latch"
  /** A further stop is written down; reason and cooldown stay those of the first. */
  | "record"
  | "raise-epoch"
  /** Effect: shared flag, every adapter, until acknowledged; then rest is proved. */
  | "fan-out"
  /** Effect: the same stop without a latch, at the end of a goal or of service. */
  | "controlled-stop"
  /** Effect, with the fan-out of the same row: staged before an adapter is called, on stable storage before the fan-out returns. */
  | "persist-latch"
  /** Effect: off stable storage. */
  | "clear-latch"
  /** Effect: on stable storage, so that no restart goes back behind it. */
  | "store-epoch"
  /** Effect: the retained state, for those who join late. */
  | "publish"
  /** Effect: the shared flag is lowered, unless it was raised once more. */
  | "outputs-on"
  /** Effect: the shared flag is up. */
  | "outputs-off"
  | "open-lease"
  | "end-lease"
  | "close-lease"
  | "arm-watchdog"
  | "disarm-watchdog"
  | "open-reset"
  | "close-reset"
  | "open-recovery"
  | "stop-proved"
  | "stop-unproven"
  /** Nothing changes; the answer says why. */
  | "refuse"
  /** Success without effect: `no estop to reset`. */
  | "nothing-to-reset";

export interface StopMachine {
  readonly state: StopState;
  /** Begins anew with every stop and every attempt to reset; what was issued in an older one is void. Never decreases. */
  readonly epoch: number;
  readonly latch: Latch | undefined;
  /** Where the cooldown counts from, ms: the latch, or the start of a process that found one. */
  readonly cooldownFromMs: number;
  /** Stops that came while the latch held. */
  readonly recorded: number;
  readonly lease: Lease | undefined;
  readonly watchdogArmed: boolean;
  readonly outputsOn: boolean;
  readonly reset: PendingReset | undefined;
  /** The last stop was not proved: motion is slow until one is. */
  readonly stopUnproven: boolean;
}

/** Why an event changed nothing. */
export interface Refusal {
  readonly code: RefusedCode;
  /** Facts with units, for a person. */
  readonly reason: string;
}
export type RefusedCode =
  | "config_invalid"
  | "adapter_not_ready"
  | "state_unavailable"
  | "enable_not_held"
  | "goal_missing"
  | "no_lease"
  | "estop_latched"
  | "cooldown"
  | "not_authenticated"
  | "not_allowed"
  | "human_stop_pressed"
  | "pendant_pressed"
  | "cause_present"
  | "reset_timeout"
  | "reset_in_progress"
  | "recovery_in_progress"
  | "restart_required"
  | "wrong_state";

export interface Transition {
  readonly machine: StopMachine;
  readonly actions: readonly StopAction[];
  /** The row of the table that decided; absent when none fits and nothing changed. */
  readonly rule: string | undefined;
  readonly refusal: Refusal | undefined;
}
