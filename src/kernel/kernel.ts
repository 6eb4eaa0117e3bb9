/**
 * The second door: may exactly these numbers reach the motors, now. The kernel never changes a command; it passes it or refuses.
 * @module
 */
import type { Command, ControlMode, Vetted } from "./command.ts";
import { envelopeOf, isBoundedMode, rowWidth, type Envelope, type KernelOptions } from "./envelope.ts";
import {
  gripperOutOfRange,
  jsonNumber,
  jointPositionsOutOfRange,
  jointRatesTooHigh,
  jointVelocitiesLeadOut,
  jointVelocitiesTooHigh,
  nonFiniteRow,
  stateMissing,
  type Fault,
} from "./row-checks.ts";
import { CommandCopy, markVetted } from "./vetted.ts";

/** Rows a chunk may have. */
export const MAX_ROWS = 4096;

export interface MeasuredState {
  readonly nowMs: number;
  /** Shape `[nJoints]`, rad or m. */
  readonly measuredRad: ArrayLike<number>;
}

export interface Refused extends Fault {
  readonly kind: "refused";
}
export interface Passed {
  readonly kind: "vetted";
  readonly command: Vetted;
}

export interface Kernel {
  readonly modes: ReadonlySet<ControlMode>;
  /**
   * Judges a chunk against the state it starts from. A vetted one is a frozen copy with rows of its own; the one handed in may
   * be reused. Only vetted chunks use up their `seq`. Never throws.
   */
  vet(command: Command, state: MeasuredState): Passed | Refused;
  /** From now on everything is refused. */
  close(): void;
}

/** @throws ClearanceError `config.invalid` when a mode or a limit of the robot cannot be enforced. */
export function createKernel(options: KernelOptions): Kernel {
  const envelope = envelopeOf(options);
  let lastSeq = -1;
  let open = true;
  const judged = (command: Command, state: MeasuredState): Passed | Refused => {
    const shape = shapeFault(command);
    if (shape !== undefined) return refused(shape);
    const own = new CommandCopy(command);
    const fault = shapeFault(own) ?? orderFault(own, state, lastSeq) ?? contentFault(envelope, own, state);
    if (fault !== undefined) return refused(fault);
    lastSeq = own.seq;
    markVetted(own);
    return { kind: "vetted", command: own };
  };
  return Object.freeze({
    modes: envelope.modes,
    vet(command: Command, state: MeasuredState): Passed | Refused {
      if (!open) return refused({ code: "closed", reason: "the kernel is closed", evidence: {} });
      try {
        return judged(command, state);
      } catch (cause) {
        // Only an object that is not what its type says gets here: null, or a getter or a proxy that throws.
        return refused({ code: "malformed", reason: `the command cannot be read: ${textOf(cause)}`, evidence: {} });
      }
    },
    close(): void {
      open = false;
    },
  });
}

function shapeFault({ rows, width }: Command): Fault | undefined {
  if (!(ArrayBuffer.isView(rows) && rows instanceof Float64Array))
    return { code: "malformed", reason: "rows must be a Float64Array", evidence: {} };
  if (!(rows.length >= 1 && Number.isSafeInteger(width) && width >= 1 && rows.length % width === 0))
    return {
      code: "dim_mismatch",
      reason: `${rows.length} numbers do not divide into rows of ${width}`,
      evidence: { field: "rows", value: rows.length, limit: jsonNumber(width) },
    };
  if (!(rows.length / width <= MAX_ROWS))
    return {
      code: "dim_mismatch",
      reason: `${rows.length / width} rows in one chunk, limit ${MAX_ROWS}`,
      evidence: { field: "rows", value: rows.length / width, limit: MAX_ROWS },
    };
  return undefined;
}

function orderFault(command: Command, { nowMs }: MeasuredState, lastSeq: number): Fault | undefined {
  const { seq, basedOnSeq, validUntilMs } = command;
  if (!(Number.isFinite(nowMs) && Number.isFinite(validUntilMs) && nowMs <= validUntilMs))
    return {
      code: "chunk_stale",
      reason: `the chunk is valid until ${validUntilMs} ms, it is ${nowMs} ms`,
      evidence: { nowMs: jsonNumber(nowMs), validUntilMs: jsonNumber(validUntilMs) },
    };
  if (!(Number.isSafeInteger(seq) && seq > lastSeq && Number.isSafeInteger(basedOnSeq) && basedOnSeq >= 0))
    return {
      code: "chunk_out_of_order",
      reason: `chunk ${seq} based on observation ${basedOnSeq} comes after chunk ${lastSeq}`,
      evidence: { seq: jsonNumber(seq), lastSeq, basedOnSeq: jsonNumber(basedOnSeq) },
    };
  return undefined;
}

function contentFault(envelope: Envelope, command: Command, state: MeasuredState): Fault | undefined {
  const fault = periodFault(envelope, command) ?? modeFault(envelope, command, state);
  // A number that is not finite is outside every range; that it is not finite says more than which range.
  return fault && (nonFiniteRow(command.rows, command.width) ?? fault);
}

function periodFault(envelope: Envelope, { periodMs }: Command): Fault | undefined {
  if (periodMs > 0 && periodMs <= envelope.maxPeriodMs) return undefined;
  return {
    code: "period_range",
    reason: `a period of ${periodMs} ms is outside (0, ${envelope.maxPeriodMs}] ms`,
    evidence: { value: jsonNumber(periodMs), limit: envelope.maxPeriodMs },
  };
}

function modeFault(envelope: Envelope, command: Command, { measuredRad }: MeasuredState): Fault | undefined {
  const { mode, rows, width, periodMs } = command;
  if (!(isBoundedMode(mode) && envelope.modes.has(mode))) {
    const configured = [...envelope.modes];
    const reason = `mode ${mode} is not one of ${configured.join(", ")}`;
    return { code: "mode_unsupported", reason, evidence: { mode: String(mode), configured } };
  }
  const expected = rowWidth[mode](envelope.nJoints);
  if (!(width === expected))
    return {
      code: "dim_mismatch",
      reason: `rows of ${width} numbers in mode ${mode}, which has ${expected}`,
      evidence: { field: "width", value: width, limit: expected },
    };
  switch (mode) {
    case "joint_position":
      return (
        jointPositionsOutOfRange(envelope, rows) ??
        stateMissing(envelope, measuredRad) ??
        jointRatesTooHigh(envelope, rows, measuredRad, periodMs)
      );
    case "joint_velocity":
      return (
        jointVelocitiesTooHigh(envelope, rows) ??
        stateMissing(envelope, measuredRad) ??
        jointVelocitiesLeadOut(envelope, rows, measuredRad, periodMs)
      );
    case "gripper_position":
    case "gripper_binary":
      return gripperOutOfRange(rows, mode === "gripper_binary") ?? stateMissing(envelope, measuredRad);
    default:
      return mode satisfies never;
  }
}

function refused(fault: Fault): Refused {
  return { kind: "refused", ...fault };
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : typeof cause;
}
