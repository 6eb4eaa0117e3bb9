/**
 * What gripper and hand chunks do to the joints: rows of openings become rows of joints, in which only the fingers move.
 *
 *     opening 0 … 1  ──▶  closed … open of each of the gripper's joints       hand: a column is a joint
 *
 * @module
 */
import type { GeometryPort } from "../checks/geometry-port.ts";
import type { RobotModel } from "../../robot/robot-model.ts";

/** A joint of the model that a gripper moves, rad or m; those that follow it by `mimic` are not named. */
export interface FingerJoint {
  readonly joint: string;
  readonly closed: number;
  readonly open: number;
}

/** One list for each gripper, in the order of its columns; the hand's joints, in the order of theirs. */
export interface FingerJoints {
  readonly grippers?: readonly (readonly FingerJoint[])[];
  readonly hand?: readonly string[];
}

/** What is wrong with them, in words. */
export function fingerFaults(robot: RobotModel, { grippers = [], hand = [] }: FingerJoints): readonly string[] {
  const known = (joint: string): string[] => (robot.jointNames.includes(joint) ? [] : [`finger "${joint}" is no joint of the model`]);
  const within = ({ joint, closed, open }: FingerJoint): string[] => {
    const j = robot.jointNames.indexOf(joint);
    if (j < 0) return [];
    const sound = [closed, open].every((at) => at >= robot.lowerRad[j]! && at <= robot.upperRad[j]!);
    return sound ? [] : [`finger "${joint}" goes from ${closed} to ${open}, beyond its limits`];
  };
  const empty = grippers.flatMap((joints, i) => (joints.length > 0 ? [] : [`gripper ${i} moves no joint`]));
  const nothing = grippers.length + hand.length === 0 ? ["fingers name neither a gripper nor a hand"] : [];
  return [
    ...nothing,
    ...empty,
    ...grippers.flat().flatMap((finger) => [...known(finger.joint), ...within(finger)]),
    ...hand.flatMap(known),
  ];
}

/** `judge` of what gripper and hand chunks make of the fingers; nothing where there are no joints for them. */
export function fingerJudge(
  geometry: Pick<GeometryPort, "judge">,
  fingers: FingerJoints | "still" | undefined,
  { columnNames, maxRows }: { readonly columnNames: readonly string[]; readonly maxRows: number },
): GeometryPort["judgeFingers"] {
  if (typeof fingers !== "object") return undefined;
  const motion = new FingerMotion(fingers, columnNames, maxRows);
  return (measuredRad, rows, nRows, width, nowMs, hand) =>
    geometry.judge(measuredRad, motion.rows, motion.fill(measuredRad, rows, nRows, width, hand) ? nRows : -1, 1, nowMs);
}

class FingerMotion {
  /** Shape `[maxRows, stride]`. */
  readonly rows: Float64Array;
  readonly #maxRows: number;
  readonly #stride: number;
  /** Shape `[entries]` each: the column of a chunk, that of the joint, and where the joint is at 0 and at 1. */
  readonly #gripper: readonly (readonly [from: number, to: number, atZero: number, atOne: number])[];
  readonly #hand: readonly (readonly [from: number, to: number, atZero: number, atOne: number])[];
  readonly #nGrippers: number;

  constructor({ grippers = [], hand = [] }: FingerJoints, columnNames: readonly string[], maxRows: number) {
    this.#maxRows = maxRows;
    this.#stride = columnNames.length;
    this.rows = new Float64Array(maxRows * this.#stride);
    this.#nGrippers = grippers.length;
    this.#gripper = grippers.flatMap((joints, from) =>
      joints.map(({ joint, closed, open }) => [from, columnNames.indexOf(joint), closed, open] as const),
    );
    this.#hand = hand.map((joint, from) => [from, columnNames.indexOf(joint), 0, 1] as const);
  }

  /** Fills `rows`. False for rows of a width that the fingers do not have, or for more than there is room. */
  fill(measuredRad: Float64Array, rows: Float64Array, nRows: number, width: number, hand: boolean): boolean {
    const moved = hand ? this.#hand : this.#gripper;
    const stride = this.#stride;
    if (!(width >= 1 && width === (hand ? this.#hand.length : this.#nGrippers))) return false;
    if (!(nRows >= 0 && nRows <= this.#maxRows && rows.length >= nRows * width && measuredRad.length >= stride)) return false;
    for (let row = 0; row < nRows; row++) {
      for (let column = 0; column < stride; column++) this.rows[row * stride + column] = measuredRad[column]!;
      for (let k = 0; k < moved.length; k++) {
        const [from, to, atZero, atOne] = moved[k]!;
        const share = rows[row * width + from]!;
        // A hand's joint is the number itself, to the bit.
        this.rows[row * stride + to] = hand ? share : atZero + share * (atOne - atZero);
      }
    }
    return true;
  }
}
