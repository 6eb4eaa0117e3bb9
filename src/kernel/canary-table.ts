/**
 * What is fed to the kernel to see each check refuse it: one row a check, just beyond the limit, and right in every other respect, so
 * that no other check stands in for one that is dead. A new check adds a row.
 * @module
 */
import type { Command } from "./command.ts";
import type { CheckCode } from "./checks/verdict-codes.ts";
import type { ControlMode } from "./command.ts";
import { contactCanaries } from "./contact-canaries.ts";
import type { MeasuredState } from "./decode-command.ts";
import { MAX_ROWS } from "./envelope/derived-envelope.ts";
import type { KernelOptions } from "./kernel-options.ts";
import { modeNamed, widthOf } from "./modes.ts";
import { tipCanaries, tipCanaryPeriodMs } from "./tip-canaries.ts";

export interface Canary {
  readonly name: string;
  /** The code that it must be refused with. */
  readonly expected: CheckCode;
  readonly command: Command;
  readonly state: MeasuredState;
  /** Which kernel it is fed to; default `open`. */
  readonly probe?: "open" | "closed";
}

/** Beyond a limit by this much, rad or m, and as a share of a rate: far above rounding, far below what matters. */
const slightly = 1e-6;
const periodMs = 10;

/** Canaries for every check that this configuration has something to refuse with. Computed once. */
export function canaryTable(config: KernelOptions): readonly Canary[] {
  const table = new Table(config);
  table.general();
  if (config.modes.includes("joint_position")) table.positions();
  if (config.modes.includes("joint_velocity")) table.velocities();
  table.grippers();
  table.contacts();
  table.controlPoints();
  return Object.freeze(table.canaries);
}

class Table {
  readonly canaries: Canary[] = [];
  readonly #config: KernelOptions;
  readonly #home: Float64Array;

  constructor(config: KernelOptions) {
    this.#config = config;
    const { robot } = config;
    this.#home = robot.homeRad.map((q, j) => Math.max(robot.lowerRad[j]!, Math.min(robot.upperRad[j]!, q)));
  }

  general(): void {
    const base = this.#base();
    if (base === undefined) return;
    const { rows, width } = base;
    const two = new Float64Array([...rows, ...rows]);
    const last = two.slice();
    last[last.length - 1] = Number.NaN;
    const infinite = rows.slice();
    infinite[0] = -Infinity;
    this.#add("closed kernel", "closed", base, {}, "closed");
    // As from a caller without types.
    this.#add("no command", "malformed", JSON.parse("null"));
    this.#add("rows of another kind", "malformed", { ...base, rows: JSON.parse(`[${rows.join()}]`) });
    this.#add("expired", "chunk_stale", { ...base, validUntilMs: -slightly });
    this.#add("never expires", "chunk_stale", { ...base, validUntilMs: Infinity });
    this.#add("no time", "chunk_stale", base, { nowMs: Number.NaN });
    this.#add("repeated", "chunk_out_of_order", { ...base, seq: -1 });
    this.#add("answers no observation", "chunk_out_of_order", { ...base, basedOnSeq: Number.NaN });
    this.#add("no row", "dim_mismatch", { ...base, rows: new Float64Array(0) });
    const joints = base.mode === "joint_position" || base.mode === "joint_velocity";
    this.#add("a number too many", joints ? "ndof_mismatch" : "dim_mismatch", {
      ...base,
      rows: new Float64Array(width + 1),
      width: width + 1,
    });
    this.#add("too many rows", "dim_mismatch", { ...base, rows: new Float64Array((MAX_ROWS + 1) * width) });
    this.#add("no period", "period_range", { ...base, periodMs: 0 });
    this.#add("an endless period", "period_range", { ...base, periodMs: (this.#config.maxPeriodMs ?? 1000) * (1 + slightly) });
    this.#add("not a number in the last row", "nan_in_action", { ...base, rows: last });
    this.#add("minus infinity", "nan_in_action", { ...base, rows: infinite });
    this.#add("a mode that nothing bounds", "mode_unsupported", { ...base, mode: "foot_placement" });
    this.#add("a joint measured as not a number", "state_unavailable", base, { measuredRad: this.#home.map(() => Number.NaN) });
    this.#add("measured long ago", "state_unavailable", base, { measuredAtMs: -60_000 });
    this.#add("measured in the future", "state_unavailable", base, { measuredAtMs: 60_000 });
    this.#add("a joint too few measured", "state_unavailable", base, { measuredRad: this.#home.slice(1) });
  }

  /** Per joint: above and below its limits, from row to row and from the measured state too fast. */
  positions(): void {
    const { robot, maxTrackingErrorRad = 0.05, maxTrackingErrorM = 0.01 } = this.#config;
    const mode = "joint_position";
    for (const [j, name] of robot.jointNames.entries()) {
      const lower = robot.lowerRad[j]!;
      const upper = robot.upperRad[j]!;
      if (upper + slightly > upper) {
        const rows = this.#with(j, upper + slightly);
        this.#add(`${name} above its limit`, "joint_position", this.#chunk(mode, rows), { measuredRad: this.#with(j, upper) });
      }
      if (lower - slightly < lower) {
        const rows = this.#with(j, lower - slightly);
        this.#add(`${name} below its limit`, "joint_position", this.#chunk(mode, rows), { measuredRad: this.#with(j, lower) });
      }
      // What one period at top speed covers and a little more, inside the limits; 1.001 is the kernel's own tolerance.
      const from = Number.isFinite(lower) ? lower : Math.min(0, upper);
      const step = robot.maxVelocityRadPerS[j]! * (periodMs / 1000) * 1.001 * (1 + slightly) + slightly;
      const measuredRad = this.#with(j, from);
      if (from + step <= upper) {
        const rows = new Float64Array([...measuredRad, ...this.#with(j, from + step)]);
        this.#add(`${name} too fast from row to row`, "joint_rate", this.#chunk(mode, rows), { measuredRad });
      }
      const jump = step + Math.max(maxTrackingErrorRad, maxTrackingErrorM);
      if (from + jump <= upper) this.#add(`${name} jumps`, "joint_jump", this.#chunk(mode, this.#with(j, from + jump)), { measuredRad });
    }
  }

  velocities(): void {
    const { robot } = this.#config;
    const mode = "joint_velocity";
    const still = new Float64Array(robot.nJoints);
    for (const [j, name] of robot.jointNames.entries()) {
      const cap = robot.maxVelocityRadPerS[j]!;
      if (!Number.isFinite(cap)) continue;
      for (const sign of [1, -1]) {
        const rows = still.slice();
        rows[j] = sign * (cap * (1 + slightly) + slightly);
        this.#add(`${name} too fast, ${sign > 0 ? "forwards" : "backwards"}`, "joint_velocity", this.#chunk(mode, rows));
      }
      const upper = robot.upperRad[j]!;
      if (!(cap > 0 && Number.isFinite(upper))) continue;
      const out = still.slice();
      out[j] = cap;
      this.#add(`${name} led out of its limits`, "joint_position", this.#chunk(mode, out), { measuredRad: this.#with(j, upper) });
    }
  }

  grippers(): void {
    const { modes } = this.#config;
    for (const mode of ["gripper_position", "gripper_binary"] as const) {
      if (!modes.includes(mode)) continue;
      this.#add(`${mode} beyond open`, "gripper_range", this.#chunk(mode, Float64Array.of(1 + slightly)));
      this.#add(`${mode} beyond closed`, "gripper_range", this.#chunk(mode, Float64Array.of(-slightly)));
      if (mode === "gripper_binary") this.#add("between open and closed", "gripper_range", this.#chunk(mode, Float64Array.of(0.5)));
    }
  }

  contacts(): void {
    for (const { name, expected, measuredRad, rowRad, periodMs: rowPeriodMs } of contactCanaries(this.#config))
      this.#add(name, expected, { ...this.#chunk("joint_position", rowRad), periodMs: rowPeriodMs }, { measuredRad });
  }

  controlPoints(): void {
    for (const { name, expected, measuredRad, rowsRad } of tipCanaries(this.#config))
      this.#add(name, expected, { ...this.#chunk("joint_position", rowsRad), periodMs: tipCanaryPeriodMs }, { measuredRad });
  }

  /** A chunk that passes: the canaries are this but for one thing. */
  #base(): Command | undefined {
    const { modes, robot } = this.#config;
    for (const mode of modes) {
      if (mode === "joint_position") return this.#chunk(mode, this.#home.slice());
      if (mode === "joint_velocity") return this.#chunk(mode, new Float64Array(robot.nJoints));
      if (mode === "gripper_position" || mode === "gripper_binary") return this.#chunk(mode, Float64Array.of(1));
    }
    return undefined;
  }

  #chunk(mode: ControlMode, rows: Float64Array): Command {
    return {
      mode,
      rows,
      width: widthOf(modeNamed(mode), this.#config.robot.nJoints, 1, 0),
      periodMs,
      seq: 0,
      basedOnSeq: 0,
      validUntilMs: 100,
    };
  }

  #with(j: number, value: number): Float64Array {
    const q = this.#home.slice();
    q[j] = value;
    return q;
  }

  #add(name: string, expected: CheckCode, command: Command, state: Partial<MeasuredState> = {}, probe: "open" | "closed" = "open"): void {
    this.canaries.push({ name, expected, command, state: { nowMs: 0, measuredRad: this.#home, ...state }, probe });
  }
}
