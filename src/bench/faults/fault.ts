/**
 * A named fault, the seam at which it acts, and what became of a motion that met it.
 * @module
 */
import type { Observation } from "../../core/observation.ts";
import type { StopReceipt } from "../../backend/backend.ts";
import type { Command, Vetted } from "../../kernel/command.ts";

export type FaultGroup = "sensing" | "command" | "transport" | "machine" | "stop" | "clock" | "intent" | "configuration";

/** What a fault may replace. Each hook sees what is true and answers what the next part gets instead. */
export interface Hooks {
  /** Between the machine and the runtime. */
  observe?(seen: Observation, machine: Machine): unknown;
  /** Between the planner and the kernel. */
  command?(command: Command): unknown;
  /** Between the kernel and the machine; `deliver` carries a command on. Nothing delivered: it was lost. */
  transport?(command: Vetted, deliver: (command: Vetted) => void): void;
  /** Inside the machine, after it carried out a command. */
  moved?(machine: Machine): void;
  stop?(stop: () => StopReceipt): unknown;
  /** What the runtime's clock shows. */
  nowMs?(trueMs: number): number;
}

/** The simulated machine behind the seams: the only one that knows what is true. */
export interface Machine {
  /** Joint positions before the last command, rad. */
  readonly beforeRad: readonly number[];
  readonly qRad: readonly number[];
  /** Puts the joints somewhere else than the command said. */
  displace(qRad: readonly number[]): void;
}

interface Named {
  readonly name: string;
  readonly group: FaultGroup;
}
/** Sets in while the arm is moving. */
export interface MotionFault extends Named {
  readonly kind: "motion";
  hooks(): Hooks;
  /** Whether an operator stops the robot shortly after: for faults of the stop itself. */
  readonly stopped?: boolean;
}
/** An intent that must not move anything. */
export interface IntentFault extends Named {
  readonly kind: "intent";
  readonly intent: unknown;
}
/** Configuration that must not load. */
export interface LoadFault extends Named {
  readonly kind: "load";
  load(): void;
}
export type Fault = MotionFault | IntentFault | LoadFault;

export interface FaultOutcome {
  readonly name: string;
  readonly group: FaultGroup;
  /**
   * - `detected`: something refused, stopped or raised an alarm, and said why.
   * - `harmless`: nothing noticed it, and the motion ended where it should, within every limit.
   * - `undetected`: nothing noticed it, and the motion did not.
   */
  readonly verdict: "detected" | "harmless" | "undetected";
  /** What noticed it: a gate, a kernel code, an alarm. */
  readonly by: string;
  /** From the fault's onset to the machine's last motion, ms of simulated time; null where nothing moved any more. */
  readonly timeToSafeMs: number | null;
  /** What the body truly did that it must not: too fast, out of its range, touching. Empty when nothing. */
  readonly harm: string;
}
