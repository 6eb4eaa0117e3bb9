/**
 * What the safety supervisor is made of and what it tells.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import type { JsonObject } from "../../core/json.ts";
import type { CommandWatchdog } from "./command-watchdog.ts";
import type { CommanderWatch } from "./commander-watch.ts";
import type { EnableDevice } from "./enable-device.ts";
import type { FanOutOptions, StopReport } from "./fan-out.ts";
import type { HeartbeatBoard, HeartbeatWatch } from "./heartbeat.ts";
import type { HumanStop } from "./human-stop.ts";
import type { LatchStore } from "./latch-store.ts";
import type { Pendant } from "./pendant.ts";
import type { ResetParty } from "./reset-handshake.ts";
import type { StopFlag } from "./stop-flag.ts";
import type { StopTarget } from "./stop-target.ts";
import type { RetainedStop } from "./stop-topic.ts";
import type { Lease, Recheck, Refusal, RefusedCode, StopAction, StopEvent, StopState } from "./stop-types.ts";
import type { Liveness } from "./watchdog.ts";

/** Every kind that `requireWatchdogs` asks for; a device that is given is enforced. */
export interface SupervisorWatchdogs {
  readonly command: CommandWatchdog;
  readonly human: HumanStop;
  readonly commanders: readonly CommanderWatch[];
  readonly enable?: EnableDevice;
  readonly pendant?: Pendant;
  readonly heartbeats?: readonly HeartbeatWatch[];
}

export interface Authority {
  readonly operatorId: string;
  readonly authenticated: boolean;
  readonly allowed: boolean;
}

export interface SupervisorOptions {
  readonly robot: "simulated" | "hardware";
  readonly clock: Clock;
  readonly targets: readonly StopTarget[];
  /** Adapters and runner. */
  readonly resetParties: readonly ResetParty[];
  readonly store: LatchStore;
  readonly watchdogs: SupervisorWatchdogs;
  /** The envelope's `deadman_required`: also a simulation then needs an enable device. */
  readonly deadmanRequired?: boolean;
  /** Who is behind a credential, and whether they may reset. A throw is nobody. */
  readonly authorise: (credential: unknown) => Authority;
  /** The bare trigger of a reset, by nobody in particular. Refused for hardware. Default false. */
  readonly allowUnauthenticatedReset?: boolean;
  /** Runs the kernel's checks on the measured state. */
  readonly recheck: () => Recheck | Promise<Recheck>;
  /** Shared with the kernel's thread and the adapters. */
  readonly flag?: StopFlag;
  /** This side's own place on a heartbeat board, counted up with every tick. */
  readonly heartbeat?: { readonly board: HeartbeatBoard; readonly member: string };
  readonly fanOut?: Pick<FanOutOptions, "acknowledgeWithinMs" | "attempts" | "repeatEveryMs" | "rest">;
  /** Hears everything; one that throws is ignored. */
  readonly onEvent: (event: SupervisorEvent) => void;
}

export type SupervisorEvent =
  | {
      readonly kind: "transition";
      readonly atMs: number;
      readonly event: StopEvent;
      readonly from: StopState;
      readonly to: StopState;
      readonly epoch: number;
      readonly actions: readonly StopAction[];
      readonly rule: string | undefined;
      readonly refusal: Refusal | undefined;
    }
  | { readonly kind: "state"; readonly atMs: number; readonly state: RetainedStop }
  | { readonly kind: "stopped"; readonly atMs: number; readonly report: StopReport }
  | { readonly kind: "goal-failed"; readonly atMs: number; readonly reason: string; readonly evidence: JsonObject }
  | { readonly kind: "problem"; readonly atMs: number; readonly what: string; readonly detail: string };

export interface ResetOutcome {
  readonly ok: boolean;
  readonly code: RefusedCode | "";
  readonly message: string;
}

export interface SupervisorStatus extends RetainedStop {
  readonly state: StopState;
  readonly mayMove: boolean;
  /** Share of every speed cap, in [0, 1]. */
  readonly speedScale: number;
  readonly lease: Lease | undefined;
  /** Stops that came while the latch held. */
  readonly recorded: number;
  /** Until a reset may be asked for, ms; 0 when it may, or none is latched. */
  readonly cooldownLeftMs: number;
  readonly watchdogs: readonly Liveness[];
}
