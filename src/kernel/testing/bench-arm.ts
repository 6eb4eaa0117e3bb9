/**
 * The envelope of the specification's examples, and chunks for it: 3 joints ±1, velocity cap 1, torque 5 and 3 together, tip speed
 * 0.5, a box, rows at 30 Hz.
 * @module
 */
import { ChunkFrame } from "../checks/chunk-frame.ts";
import type { GeometryFinding, GeometryPort } from "../checks/geometry-port.ts";
import { defaultJudgeParameters } from "../checks/judge-parameters.ts";
import { NumericLimits } from "../checks/numeric-limits.ts";
import { StateFrame } from "../checks/state-frame.ts";
import { ChunkJudge, type JudgeOptions } from "../chunk-judge.ts";
import { loadEnvelope } from "../envelope/load-envelope.ts";
import type { EnvelopeRobot, SafetyEnvelope } from "../envelope/safety-envelope.ts";
import { modes, wireOf } from "../modes.ts";
import type { ControlMode } from "../command.ts";

export const periodMs = 1000 / 30;

/** A robot of revolute joints without limits of its own. */
export function freeRobot(nJoints: number): EnvelopeRobot {
  const all = (limit: number): Float64Array => new Float64Array(nJoints).fill(limit);
  return {
    name: "bench arm",
    nJoints,
    nLinks: 0,
    jointNames: Array.from({ length: nJoints }, (_, j) => `j${j}`),
    jointKindOfLink: new Uint8Array(0),
    qIndexOfLink: new Int32Array(0),
    lowerRad: all(-Infinity),
    upperRad: all(Infinity),
    maxVelocityRadPerS: all(Infinity),
    maxEffortNm: all(Infinity),
  };
}

export const everyMode: readonly ControlMode[] = modes.map(({ name }) => name);

/** Envelope E with bounds for all 13 modes; `more` replaces fields. */
export function rawEnvelope(nJoints: number, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const all = (limit: number): number[] => new Array<number>(nJoints).fill(limit);
  return {
    joint_position_min: all(-1),
    joint_position_max: all(1),
    joint_velocity_max: all(1),
    joint_torque_max: all(5),
    max_torque_nm: 3,
    max_ee_speed_m_s: 0.5,
    max_ee_angular_speed_rad_s: 1,
    max_cartesian_step_m: 0.05,
    max_cartesian_step_rad: 0.1,
    max_base_linear_speed_m_s: 0.8,
    max_base_angular_speed_rad_s: 1.2,
    workspace_box_min_xyz: [-0.4, -0.4, 0],
    workspace_box_max_xyz: [0.4, 0.4, 0.6],
    declared_columns: { foot_placement: { min: [-1, -1], max: [1, 1] }, dex_hand_joint: { min: [0, 0, 0], max: [1, 1, 2] } },
    grippers: ["left", "right"],
    supported_control_modes: everyMode,
    ...more,
  };
}

export function envelopeE(more: Readonly<Record<string, unknown>> = {}, nJoints = 3): SafetyEnvelope {
  return loadEnvelope(rawEnvelope(nJoints, more), freeRobot(nJoints));
}

export interface BenchOptions extends Partial<Omit<JudgeOptions, "parameters">> {
  readonly envelope?: Readonly<Record<string, unknown>>;
  readonly parameters?: Partial<JudgeOptions["parameters"]>;
  readonly joints?: number;
}

/** A judge with envelope E, a chunk and a state that pass, to be changed and judged. */
export class JudgeBench {
  readonly judge: ChunkJudge;
  readonly chunk = new ChunkFrame();
  readonly state: StateFrame;
  readonly limits: NumericLimits;

  constructor({ envelope: more, parameters, joints = 3, ...options }: BenchOptions = {}) {
    const envelope = envelopeE(more, joints);
    this.limits = new NumericLimits(envelope);
    this.judge = new ChunkJudge({
      parameters: { ...defaultJudgeParameters, ...parameters },
      maxRows: envelope.maxRows,
      nJoints: joints,
      nParts: 3,
      standingLease: true,
      latches: false,
      ...options,
    });
    this.judge.configure(this.limits);
    this.state = new StateFrame(joints);
    this.state.count = joints;
    this.state.measuredRad.fill(0);
    this.at(100);
    this.load("joint_position", new Array<number>(joints).fill(0));
  }

  /** The clock, and a state measured just then. */
  at(nowMs: number): void {
    this.state.nowMs = nowMs;
    this.state.stampMs.fill(nowMs);
    this.chunk.validUntilMs = nowMs + 100;
  }

  load(mode: ControlMode | number, numbers: readonly number[], width = this.widthOf(mode)): void {
    const { chunk } = this;
    chunk.mode = typeof mode === "number" ? mode : wireOf(mode);
    chunk.rows = Float64Array.from(numbers);
    chunk.flatLength = numbers.length;
    chunk.nDof = width;
    chunk.horizon = Math.ceil(numbers.length / width);
    chunk.periodMs = periodMs;
    chunk.seq += 1;
    chunk.basedOnSeq = 0;
    chunk.issuedMs = Infinity;
    chunk.observedAtMs = Infinity;
    chunk.validForMs = Infinity;
    chunk.nRowTimes = 0;
  }

  widthOf(mode: ControlMode | number): number {
    return this.limits.widthOfMode[typeof mode === "number" ? mode : wireOf(mode)] ?? 1;
  }

  /** What the record says after judging: code name, step and numbers. */
  verdict(): {
    name: string;
    step: number;
    sub: string;
    kind: string;
    severity: string;
    field: string;
    joint: number;
    row: number;
    value: number;
    limit: number;
  } {
    this.judge.judge(this.chunk, this.state);
    const { record } = this.judge;
    const { name, sub, kind, severity, field } = record.meaning;
    const { step, joint, row, value, limit } = record;
    return { name, step, sub, kind, severity, field, joint, row, value, limit };
  }

  of(mode: ControlMode | number, numbers: readonly number[], width?: number): ReturnType<JudgeBench["verdict"]> {
    this.load(mode, numbers, width);
    return this.verdict();
  }
}

export class FakeFinding implements GeometryFinding {
  code = 0;
  phase = 0;
  kind = 0;
  row = -1;
  fraction = 1;
  bodyA = -1;
  other = -1;
  distanceM = Number.NaN;
  limit = Number.NaN;
}

/** A geometry that answers what it is told and remembers what it was shown. */
export class FakeGeometry implements GeometryPort {
  readonly finding = new FakeFinding();
  readonly nearest = new FakeFinding();
  readonly seen: { readonly what: string; readonly rows: readonly number[]; readonly nRows: number }[] = [];
  answer = 0;
  feeds = 0;

  judge(_measured: Float64Array, rows: Float64Array, nRows: number): number {
    return this.#look("rows", rows, nRows, _measured.length);
  }
  judgeTravel(_measured: Float64Array, travelRad: Float64Array): number {
    return this.#look("travel", travelRad, 1, travelRad.length);
  }
  judgeBase(_measured: Float64Array, twists: Float64Array, nRows: number): number {
    return this.#look("base", twists, nRows, 6);
  }
  judgeFingers(_measured: Float64Array, rows: Float64Array, nRows: number, width: number): number {
    return this.#look("fingers", rows, nRows, width);
  }
  judgeFeet(_measured: Float64Array, rows: Float64Array, nRows: number, width: number): number {
    return this.#look("feet", rows, nRows, width);
  }
  available(): number {
    return this.feeds;
  }
  nameOfBody(body: number): string {
    return `link "${body}"`;
  }

  #look(what: string, rows: Float64Array, nRows: number, width: number): number {
    this.seen.push({ what, rows: [...rows.subarray(0, nRows * width)], nRows });
    return this.answer;
  }
}

/** A row of each mode that passes. */
export const fineRow: Record<ControlMode, number[]> = {
  joint_position: [0, 0, 0],
  joint_velocity: [0.5, 0, 0],
  joint_torque: [1, 0, 0],
  joint_trajectory: [0, 0, 0],
  cartesian_pose: [0, 0, 0, 1, 0.1, 0, 0.3],
  cartesian_delta: [0.01, 0, 0, 0, 0, 0],
  cartesian_twist: [0.1, 0, 0, 0, 0, 0],
  body_twist: [0.1, 0, 0, 0, 0, 0],
  foot_placement: [0, 0],
  gripper_binary: [0, 1],
  gripper_position: [0.2, 0.7],
  dex_hand_joint: [0, 1, 2],
  composite_mode: [1],
};
