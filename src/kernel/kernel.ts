/**
 * The second door: may exactly these numbers reach the motors now. It changes nothing; a command passes as it is or not at all.
 * This kernel checks shape, finiteness, freshness and joint position and velocity limits.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import type { Command, ControlMode, Vetted } from "./command.ts";
import { mint } from "./vetted.ts";

export interface KernelOptions {
  readonly robot: RobotModel;
  readonly gripper: boolean;
  /** What the backend carries out; anything else is refused. */
  readonly modes: readonly ControlMode[];
  /** How far the measured joints may lag behind the commanded ones, rad or m. */
  readonly maxTrackingErrorRad?: number;
}

export interface Measured {
  readonly nowMs: number;
  /** Shape `[nJoints]`, order of `RobotModel.jointNames`. */
  readonly measuredRad: ArrayLike<number>;
}

export type KernelVerdict =
  | { readonly kind: "vetted"; readonly command: Vetted }
  | { readonly kind: "refused"; readonly code: string; readonly reason: string; readonly evidence: JsonObject };

export interface Kernel {
  vet(command: Command, measured: Measured): KernelVerdict;
  /** From now on everything is refused. */
  close(): void;
}

/** Rounding of a limit on its way through files and units, rad or m. */
const limitTolerance = 1e-9;
/** Rounding of a speed computed from two rows. */
const speedTolerance = 1.001;
const defaultTrackingErrorRad = 0.05;
const maxRows = 4096;

type Refusal = Extract<KernelVerdict, { readonly kind: "refused" }>;

export function createKernel(options: KernelOptions): Kernel {
  return new JointKernel(options);
}

class JointKernel implements Kernel {
  readonly #robot: RobotModel;
  readonly #modes: ReadonlySet<ControlMode>;
  readonly #maxTrackingErrorRad: number;
  #lastSeq = -1;
  #closed = false;
  /** Rows that passed last: within one motion the next chunk goes on from them, not from the lagging measurement. */
  #lastRad: Float64Array | undefined;

  constructor({ robot, gripper, modes, maxTrackingErrorRad = defaultTrackingErrorRad }: KernelOptions) {
    this.#robot = robot;
    this.#modes = new Set(modes.filter((mode) => mode === "joint_position" || (mode === "gripper_position" && gripper)));
    this.#maxTrackingErrorRad = maxTrackingErrorRad;
  }

  close(): void {
    this.#closed = true;
  }

  vet(command: Command, measured: Measured): KernelVerdict {
    const refusal = this.#refusal(command, measured);
    if (refusal !== undefined) return refusal;
    const rows = Float64Array.from(command.rows);
    // The copy is judged again: the caller's rows could change between the look and the copy.
    const late = this.#rowsRefusal(command, rows, measured);
    if (late !== undefined) return late;
    this.#lastSeq = command.seq;
    if (command.mode === "joint_position") this.#lastRad = rows.slice(-command.width);
    return { kind: "vetted", command: mint({ ...command, rows }) };
  }

  #refusal(command: Command, { nowMs }: Measured): Refusal | undefined {
    const { mode, rows, width, periodMs, seq, validUntilMs } = command;
    if (this.#closed) return refuse("kernel_closed", "the kernel is closed", {});
    if (!this.#modes.has(mode)) return refuse("mode_refused", `mode ${mode} is not one this robot carries out`, { mode });
    const wanted = mode === "joint_position" ? this.#robot.nJoints : 1;
    if (!(width === wanted)) return refuse("width_mismatch", `mode ${mode} takes rows of ${wanted}, got ${width}`, { width: finite(width), wanted });
    const nRows = rows.length / width;
    if (!(Number.isInteger(nRows) && nRows >= 1 && nRows <= maxRows))
      return refuse("rows_mismatch", `${rows.length} numbers are not 1 to ${maxRows} rows of ${width}`, { numbers: rows.length, width });
    if (!(periodMs > 0 && Number.isFinite(periodMs))) return refuse("period_invalid", `period ${periodMs} ms`, { periodMs: finite(periodMs) });
    if (!(Number.isSafeInteger(seq) && seq > this.#lastSeq))
      return refuse("out_of_order", `chunk ${seq} comes after chunk ${this.#lastSeq}`, { seq: finite(seq), last: this.#lastSeq });
    if (!(nowMs <= validUntilMs))
      return refuse("chunk_stale", `the chunk was valid until ${validUntilMs} ms, it is ${nowMs} ms`, { validUntilMs: finite(validUntilMs), nowMs: finite(nowMs) });
    return undefined;
  }

  #rowsRefusal({ mode, width, periodMs }: Command, rows: Float64Array, { measuredRad }: Measured): Refusal | undefined {
    if (mode === "gripper_position") return gripperRefusal(rows);
    const { lowerRad, upperRad, maxVelocityRadPerS } = this.#robot;
    const periodS = periodMs / 1000;
    if (!(measuredRad.length === width)) return refuse("state_unavailable", `${measuredRad.length} joints measured, ${width} needed`, {});
    for (let at = 0, joint = 0; at < rows.length; at++, joint = joint + 1 === width ? 0 : joint + 1) {
      const q = rows[at]!;
      if (!(q - q === 0)) return this.#at("not_finite", "is not a finite number", rows, at, width, Number.NaN);
      if (!(q >= lowerRad[joint]! - limitTolerance && q <= upperRad[joint]! + limitTolerance))
        return this.#at("position_limit", `outside [${lowerRad[joint]}, ${upperRad[joint]}]`, rows, at, width, q);
      const maxStep = maxVelocityRadPerS[joint]! * periodS * speedTolerance;
      if (at >= width) {
        if (!(Math.abs(q - rows[at - width]!) <= maxStep + limitTolerance))
          return this.#at("velocity_limit", `faster than ${maxVelocityRadPerS[joint]} per s`, rows, at, width, (q - rows[at - width]!) / periodS);
        continue;
      }
      const measured = measuredRad[joint]!;
      if (!(Math.abs(q - measured) <= maxStep + this.#maxTrackingErrorRad))
        return this.#at("start_jump", `the robot is at ${measured}`, rows, at, width, q - measured);
      const before = this.#lastRad?.[joint];
      // Going on from the last chunk the step is exact; a new start is measured against the robot itself.
      if (before !== undefined && !(Math.abs(q - before) <= maxStep + limitTolerance) && !(Math.abs(q - measured) <= maxStep + limitTolerance))
        return this.#at("velocity_limit", `faster than ${maxVelocityRadPerS[joint]} per s from the chunk before`, rows, at, width, (q - before) / periodS);
    }
    return undefined;
  }

  #at(code: string, what: string, rows: Float64Array, at: number, width: number, value: number): Refusal {
    const joint = this.#robot.jointNames[at % width] ?? String(at % width);
    const row = Math.floor(at / width);
    const evidence = { joint, row, commanded: finite(rows[at]!), value: finite(value) };
    return refuse(code, `row ${row}, joint ${joint}: ${rows[at]} ${what}`, evidence);
  }
}

function gripperRefusal(rows: Float64Array): Refusal | undefined {
  for (let row = 0; row < rows.length; row++)
    if (!(rows[row]! >= 0 && rows[row]! <= 1)) return refuse("gripper_limit", `row ${row}: opening ${rows[row]} is outside [0, 1]`, { row, opening: finite(rows[row]!) });
  return undefined;
}

function refuse(code: string, reason: string, evidence: JsonObject): Refusal {
  return { kind: "refused", code, reason, evidence };
}

/** JSON holds no NaN; its text says what it was. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
