/**
 * The machine, or a simulation of it. A backend never pretends: what it cannot carry out is an error at load time.
 * @module
 */
import type { Sensors } from "../core/capture.ts";
import type { Observation } from "../core/observation.ts";
import type { ControlMode, Vetted } from "../kernel/command.ts";

export interface StopReceipt {
  readonly acknowledged: boolean;
  /** Backend time at which the stop took effect, and at which motion had ended, ms. */
  readonly atMs: number;
  readonly restAtMs: number;
  /** From the call to rest. */
  readonly stoppingTimeMs: number;
  /** Path length of the tip from the call to rest, m. */
  readonly stoppingDistanceM: number;
  readonly atRest: boolean;
}

/** Opaque and copyable: everything needed to continue bit for bit. */
export interface BackendState {
  readonly backend: string;
  readonly atMs: number;
  readonly numbers: Float64Array;
  readonly more: unknown;
}

export interface Backend {
  readonly name: string;
  readonly kind: "simulated" | "hardware";
  readonly modes: ReadonlySet<ControlMode>;
  observe(): Observation | Promise<Observation>;
  /**
   * Carries out the rows, one each `periodMs`. A simulation advances its own time by rows × periodMs and returns;
   * hardware returns once queued. Throws `command.unvetted`, `command.repeated` or
   * `command.outdated` for anything that `CommandDoor` does not let through.
   */
  apply(command: Vetted): void | Promise<void>;
  /** Absent where the robot has nothing to look with. */
  readonly sensors?: Sensors;
  /** Ends motion and holds. Never throws; idempotent; callable at any time; says how and when motion ended. */
  stop(): StopReceipt | Promise<StopReceipt>;
  snapshot?(): BackendState;
  restore?(state: BackendState): void;
  [Symbol.asyncDispose](): Promise<void>;
}
