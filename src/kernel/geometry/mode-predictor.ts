/**
 * From the rows of a control mode to joint rows that geometry can judge (safety-geometry.md §5). A prediction that fails, that does
 * not arrive where the row asks, or that breaks a limit is an answer of its own: a refusal, never a shrug.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { CartesianPrediction, type CartesianOptions } from "./cartesian-prediction.ts";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_PREDICTED_POSITION,
  GEOMETRY_PREDICTED_SPEED,
  GEOMETRY_PREDICTION_FAILED,
  GEOMETRY_STATE_UNAVAILABLE,
  PHASE_PREDICTED,
} from "./codes.ts";
import { GeometryFinding } from "./finding.ts";

export type PredictedMode =
  | "joint_position"
  | "joint_trajectory"
  | "joint_velocity"
  | "cartesian_pose"
  | "cartesian_delta"
  | "cartesian_twist"
  | "gripper_position"
  | "gripper_binary";

/** A finger or other joint that a gripper drives, at opening 0 and at opening 1, rad or m. */
export interface GripperJoint {
  readonly joint: string;
  readonly closed: number;
  readonly open: number;
}

export interface ModePredictorOptions extends Partial<CartesianOptions> {
  readonly robot: RobotModel;
  /** Order of the joints in state and rows; the model's unless given. */
  readonly columns?: readonly string[];
  /** The declared control link of the end effector and a point in it; the tip of the model unless given. */
  readonly control?: { readonly link: string; readonly offsetM?: readonly [number, number, number] };
  /** Joints that move the base: no arm motion may use them, and the base's frame goes where they go. */
  readonly baseJoints?: readonly string[];
  /** Joints that no arm motion may use: of grippers and fingers, and what the controller leaves alone. */
  readonly blockedJoints?: readonly string[];
  /** By column of `gripper_*` rows; without, these modes cannot be predicted. */
  readonly grippers?: readonly (readonly GripperJoint[])[];
  /** Per column, rad/s or m/s; the model's limits unless given. */
  readonly velocityCaps?: ArrayLike<number>;
  /** (`collision_predict_margin_growth_m`) 0.01 unless given. */
  readonly growthPerRowM?: number;
}

/** Rounding of setpoints must not refuse a motion at exactly the limit. */
const tolerance = 1e-9;

export class ModePredictor {
  /** What was refused last: row, `other` the joint, `distanceM` and `limit` the value and what it broke. */
  readonly finding = new GeometryFinding();
  readonly stride: number;
  readonly #robot: RobotModel;
  readonly #columns: Int32Array;
  readonly #caps: Float64Array;
  readonly #growthPerRowM: number;
  readonly #cartesian: CartesianPrediction;
  /** By column of a gripper row: joint, value at 0, value at 1. */
  readonly #fingers: readonly (readonly { readonly joint: number; readonly closed: number; readonly open: number }[])[];
  /** Joints of the base, and where they stand while the arm is predicted in the base's frame. */
  readonly #base: Int32Array;
  readonly #baseValues: Float64Array;
  readonly #q: Float64Array;
  readonly #previous: Float64Array;

  /** @throws ClearanceError `config.invalid` for names that are none and numbers that make no sense. */
  constructor(options: ModePredictorOptions) {
    const {
      robot,
      columns = robot.jointNames,
      grippers = [],
      baseJoints = [],
      blockedJoints = [],
      control,
      growthPerRowM = 0.01,
    } = options;
    const problems: string[] = [];
    const jointOf = (name: string): number => {
      const joint = robot.jointNames.indexOf(name);
      if (joint < 0) problems.push(`"${name}" is no joint`);
      return joint;
    };
    for (const name of robot.jointNames) if (!columns.includes(name)) problems.push(`joint "${name}" has no column`);
    const fingers = grippers.map((joints) => joints.map(({ joint, closed, open }) => ({ joint: jointOf(joint), closed, open })));
    for (const { closed, open } of fingers.flat()) if (!Number.isFinite(closed + open)) problems.push("a gripper's range is not finite");
    this.#base = Int32Array.from(baseJoints, jointOf);
    this.#baseValues = new Float64Array(baseJoints.length);
    const blocked = new Set([...this.#base, ...blockedJoints.map(jointOf), ...fingers.flat().map(({ joint }) => joint)]);
    const link = control === undefined ? robot.tipLink : robot.linkNames.indexOf(control.link);
    if (link < 0) problems.push(`control link "${control?.link}" is no link`);
    if (!(growthPerRowM >= 0 && growthPerRowM < Infinity)) problems.push(`growthPerRowM is ${growthPerRowM}`);
    const tip = robot.tipLinkFromTip;
    const offset = control === undefined ? [tip[3]!, tip[7]!, tip[11]!] : (control.offsetM ?? [0, 0, 0]);
    if (!offset.every(Number.isFinite)) problems.push("the control point's offset is not finite");
    this.#columns = Int32Array.from(robot.jointNames, (name) => columns.indexOf(name));
    this.#caps = Float64Array.from(this.#columns, (column, joint) => options.velocityCaps?.[column] ?? robot.maxVelocityRadPerS[joint]!);
    if (!this.#caps.every((cap) => cap >= 0)) problems.push("a velocity cap is not a number >= 0");
    this.#cartesian = new CartesianPrediction(robot, Math.max(link, 0), offset, blocked, options, problems);
    if (problems.length > 0) {
      throw new ClearanceError("config.invalid", `predictions are refused: ${problems.join("; ")}`, { source: "mode predictor", problems });
    }
    this.stride = columns.length;
    this.#robot = robot;
    this.#fingers = fingers;
    this.#growthPerRowM = growthPerRowM;
    this.#q = new Float64Array(robot.nJoints);
    this.#previous = new Float64Array(robot.nJoints);
  }

  /** What to hand to `judgePredicted`: -1 for rows that are given, 0 for integrated ones, the growth for what inverse kinematics made. */
  growthOf(mode: PredictedMode): number {
    if (mode === "cartesian_pose" || mode === "cartesian_delta" || mode === "cartesian_twist") return this.#growthPerRowM;
    return mode === "joint_position" || mode === "joint_trajectory" ? -1 : 0;
  }

  /**
   * `rows`: shape `[nRows, width of the mode]`, finite; `out`: shape `[nRows, stride]`, overwritten, columns without a joint as 0.
   * 0, or GEOMETRY_PREDICTION_FAILED, GEOMETRY_PREDICTION_RESIDUAL, GEOMETRY_PREDICTED_POSITION, GEOMETRY_PREDICTED_SPEED or
   * GEOMETRY_STATE_UNAVAILABLE, with details in `finding`.
   */
  predict(mode: PredictedMode, rows: Float64Array, nRows: number, periodS: number, measured: Float64Array, out: Float64Array): number {
    this.finding.clear();
    this.finding.phase = PHASE_PREDICTED;
    if (!(periodS > 0 && periodS < Infinity && out.length >= nRows * this.stride)) return this.#refuse(GEOMETRY_STATE_UNAVAILABLE, 0);
    const n = this.#robot.nJoints;
    for (let j = 0; j < n; j++) {
      const value = measured[this.#columns[j]!]!;
      if (!(value - value === 0)) return this.#refuse(GEOMETRY_STATE_UNAVAILABLE, 0);
      this.#q[j] = value;
    }
    for (let row = 0; row < nRows; row++) {
      for (let j = 0; j < n; j++) this.#previous[j] = this.#q[j]!;
      let code = this.#step(mode, rows, row, periodS);
      if (code === GEOMETRY_CLEAR) code = this.#limits(mode, row, periodS);
      if (code !== GEOMETRY_CLEAR) return this.#refuse(code, row);
      for (let c = 0; c < this.stride; c++) out[row * this.stride + c] = 0;
      for (let j = 0; j < n; j++) out[row * this.stride + this.#columns[j]!] = this.#q[j]!;
    }
    return GEOMETRY_CLEAR;
  }

  /** Torque: how far each column may travel in `horizon` rows at its velocity cap, into `out`, shape `[stride]`. */
  travelInto(horizon: number, periodS: number, out: Float64Array): void {
    out.fill(0);
    for (let j = 0; j < this.#robot.nJoints; j++) out[this.#columns[j]!] = this.#caps[j]! * horizon * periodS;
  }

  /** One row from `#q`, in place. */
  #step(mode: PredictedMode, rows: Float64Array, row: number, periodS: number): number {
    const n = this.#robot.nJoints;
    switch (mode) {
      case "joint_position":
      case "joint_trajectory":
        for (let j = 0; j < n; j++) this.#q[j] = rows[row * this.stride + this.#columns[j]!]!;
        return GEOMETRY_CLEAR;
      case "joint_velocity":
        for (let j = 0; j < n; j++) this.#q[j]! += rows[row * this.stride + this.#columns[j]!]! * periodS;
        return GEOMETRY_CLEAR;
      case "cartesian_pose":
      case "cartesian_delta":
      case "cartesian_twist":
        return this.#follow(mode, rows, row, periodS);
      case "gripper_position":
      case "gripper_binary":
        return this.#grip(rows, row);
      default:
        return mode satisfies never;
    }
  }

  /** In the frame of the base, where its joints are 0. */
  #follow(mode: "cartesian_pose" | "cartesian_delta" | "cartesian_twist", rows: Float64Array, row: number, periodS: number): number {
    for (let b = 0; b < this.#base.length; b++) {
      this.#baseValues[b] = this.#q[this.#base[b]!]!;
      this.#q[this.#base[b]!] = 0;
    }
    const code =
      mode === "cartesian_pose"
        ? this.#cartesian.followPose(this.#q, rows, row * 7)
        : this.#cartesian.followDelta(this.#q, rows, row * 6, mode === "cartesian_twist" ? periodS : 1);
    for (let b = 0; b < this.#base.length; b++) this.#q[this.#base[b]!] = this.#baseValues[b]!;
    return code;
  }

  #grip(rows: Float64Array, row: number): number {
    const width = this.#fingers.length;
    if (width === 0 || rows.length < (row + 1) * width) return GEOMETRY_PREDICTION_FAILED;
    for (let g = 0; g < width; g++) {
      const opening = rows[row * width + g]!;
      const fingers = this.#fingers[g]!;
      for (let k = 0; k < fingers.length; k++) {
        const { joint, closed, open } = fingers[k]!;
        this.#q[joint] = closed + opening * (open - closed);
      }
    }
    return GEOMETRY_CLEAR;
  }

  /** Where the row leads, against the limits of the joints; a gripper's own speed is its controller's business. */
  #limits(mode: PredictedMode, row: number, periodS: number): number {
    const { nJoints, lowerRad, upperRad } = this.#robot;
    const timed = mode !== "gripper_position" && mode !== "gripper_binary";
    for (let j = 0; j < nJoints; j++) {
      const q = this.#q[j]!;
      this.finding.other = j;
      // A joint that was measured outside its limits and is not moved further out may stay or come back.
      const lowest = Math.min(lowerRad[j]!, row === 0 ? this.#previous[j]! : lowerRad[j]!);
      const highest = Math.max(upperRad[j]!, row === 0 ? this.#previous[j]! : upperRad[j]!);
      if (!(q >= lowest && q <= highest)) {
        this.finding.distanceM = q;
        this.finding.limit = q < lowest ? lowerRad[j]! : upperRad[j]!;
        return GEOMETRY_PREDICTED_POSITION;
      }
      const isFirstGiven = row === 0 && (mode === "joint_position" || mode === "joint_trajectory");
      if (!timed || isFirstGiven) continue;
      const speed = Math.abs(q - this.#previous[j]!) / periodS;
      if (speed <= this.#caps[j]! * (1 + tolerance) + tolerance) continue;
      this.finding.distanceM = speed;
      this.finding.limit = this.#caps[j]!;
      return GEOMETRY_PREDICTED_SPEED;
    }
    this.finding.other = -1;
    return GEOMETRY_CLEAR;
  }

  #refuse(code: number, row: number): number {
    this.finding.code = code;
    this.finding.row = row;
    return code;
  }
}
