/**
 * One damped least-squares step of a control point: the joint motion that comes nearest to a small motion of the point.
 *
 *     (J Jᵀ + λ² 1) y = twist,   dq = Jᵀ y                               (Wampler 1986; safety-geometry.md §5)
 *
 * J has a column for each joint on the way from the base to the point that is not blocked, and for no other.
 * @module
 */
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "../../robot/robot-model.ts";

/** More joints than this are refused. */
const maxDofs = 64;
/** A smaller pivot is no solution. */
const leastPivot = 1e-12;

export class DampedStep {
  /** False where the link does not exist, no joint is left, or there are too many. */
  readonly usable: boolean;
  /** Columns. */
  readonly nActive: number;
  /** Shape `[3]`: the control point, of the frames last given to `pointInto`. */
  readonly point = new Float64Array(3);
  readonly #robot: RobotModel;
  readonly #link: number;
  readonly #offset: Float64Array;
  /** The links on the way whose joints move, and the column of each; several links may share one. */
  readonly #chain: Int32Array;
  readonly #column: Int32Array;
  /** Shape `[nActive]`: index into q. */
  readonly #jointOf: Int32Array;
  /** Shape `[6, nActive]`. */
  readonly #J: Float64Array;
  /** Shape `[6, 7]`: the matrix and the right side. */
  readonly #a = new Float64Array(42);

  constructor(robot: RobotModel, link: number, offsetM: readonly number[], blocked: ReadonlySet<number>) {
    const inRange = Number.isSafeInteger(link) && link >= 0 && link < robot.nLinks;
    const chain: number[] = [];
    for (let at = inRange ? link : 0; at > 0; at = robot.parentOfLink[at]!) {
      if (robot.jointKindOfLink[at] !== JOINT_FIXED && !blocked.has(robot.qIndexOfLink[at]!)) chain.push(at);
    }
    const joints = [...new Set(chain.map((at) => robot.qIndexOfLink[at]!))];
    this.#robot = robot;
    this.#link = link;
    this.#offset = Float64Array.from(offsetM);
    this.#chain = Int32Array.from(chain);
    this.#column = Int32Array.from(chain, (at) => joints.indexOf(robot.qIndexOfLink[at]!));
    this.#jointOf = Int32Array.from(joints);
    this.nActive = joints.length;
    this.#J = new Float64Array(6 * joints.length);
    this.usable = inRange && joints.length > 0 && robot.nJoints <= maxDofs;
  }

  /** Leaves in `point` where the control point is. `frames`: worldFromLink, rows of 3×4 matrices. */
  pointInto(frames: Float64Array): void {
    const o = this.#link * 12;
    for (let row = 0; row < 3; row++) {
      const m = o + row * 4;
      this.point[row] =
        frames[m]! * this.#offset[0]! + frames[m + 1]! * this.#offset[1]! + frames[m + 2]! * this.#offset[2]! + frames[m + 3]!;
    }
  }

  /**
   * `twist`: xyz and rotation vector in world axes. `lambda`: shape `[1]`. `dq`: shape `[nJoints]`, overwritten; all 0 with false where
   * there is no solution.
   */
  solve(frames: Float64Array, twist: Float64Array, lambda: Float64Array, dq: Float64Array): boolean {
    dq.fill(0);
    if (!this.usable) return false;
    this.pointInto(frames);
    this.#fillColumns(frames);
    this.#fillSystem(twist, lambda[0]! * lambda[0]!);
    if (!this.#eliminate()) return false;
    const n = this.nActive;
    for (let c = 0; c < n; c++) {
      let sum = 0;
      for (let row = 0; row < 6; row++) sum += this.#J[row * n + c]! * this.#a[row * 7 + 6]!;
      dq[this.#jointOf[c]!] = sum;
      if (sum - sum === 0) continue;
      dq.fill(0);
      return false;
    }
    return true;
  }

  /** Revolute [z × (p - p_j); z], prismatic [z; 0], times the mimic scale. */
  #fillColumns(w: Float64Array): void {
    const { jointKindOfLink, mimicScale, axisInLink: axis, anchorInLink: anchor } = this.#robot;
    const n = this.nActive;
    const J = this.#J;
    J.fill(0);
    for (let k = 0; k < this.#chain.length; k++) {
      const link = this.#chain[k]!;
      const column = this.#column[k]!;
      const scale = mimicScale[link]!;
      const o = link * 12;
      const l = link * 3;
      const zx = (w[o]! * axis[l]! + w[o + 1]! * axis[l + 1]! + w[o + 2]! * axis[l + 2]!) * scale;
      const zy = (w[o + 4]! * axis[l]! + w[o + 5]! * axis[l + 1]! + w[o + 6]! * axis[l + 2]!) * scale;
      const zz = (w[o + 8]! * axis[l]! + w[o + 9]! * axis[l + 1]! + w[o + 10]! * axis[l + 2]!) * scale;
      if (jointKindOfLink[link] !== JOINT_REVOLUTE) {
        J[column]! += zx;
        J[n + column]! += zy;
        J[2 * n + column]! += zz;
        continue;
      }
      const ax = anchor[l]!;
      const ay = anchor[l + 1]!;
      const az = anchor[l + 2]!;
      const dx = this.point[0]! - (w[o]! * ax + w[o + 1]! * ay + w[o + 2]! * az + w[o + 3]!);
      const dy = this.point[1]! - (w[o + 4]! * ax + w[o + 5]! * ay + w[o + 6]! * az + w[o + 7]!);
      const dz = this.point[2]! - (w[o + 8]! * ax + w[o + 9]! * ay + w[o + 10]! * az + w[o + 11]!);
      J[column]! += zy * dz - zz * dy;
      J[n + column]! += zz * dx - zx * dz;
      J[2 * n + column]! += zx * dy - zy * dx;
      J[3 * n + column]! += zx;
      J[4 * n + column]! += zy;
      J[5 * n + column]! += zz;
    }
  }

  #fillSystem(twist: Float64Array, damping: number): void {
    const n = this.nActive;
    for (let row = 0; row < 6; row++) {
      for (let column = 0; column < 6; column++) {
        let sum = row === column ? damping : 0;
        for (let c = 0; c < n; c++) sum += this.#J[row * n + c]! * this.#J[column * n + c]!;
        this.#a[row * 7 + column] = sum;
      }
      this.#a[row * 7 + 6] = twist[row]!;
    }
  }

  /** Gauss-Jordan with partial pivoting; the solution stands in the last column. */
  #eliminate(): boolean {
    const a = this.#a;
    for (let k = 0; k < 6; k++) {
      let pivot = k;
      for (let row = k + 1; row < 6; row++) if (Math.abs(a[row * 7 + k]!) > Math.abs(a[pivot * 7 + k]!)) pivot = row;
      if (!(Math.abs(a[pivot * 7 + k]!) >= leastPivot)) return false;
      if (pivot !== k) {
        for (let c = k; c < 7; c++) {
          const kept = a[k * 7 + c]!;
          a[k * 7 + c] = a[pivot * 7 + c]!;
          a[pivot * 7 + c] = kept;
        }
      }
      const inverse = 1 / a[k * 7 + k]!;
      for (let c = k; c < 7; c++) a[k * 7 + c]! *= inverse;
      for (let row = 0; row < 6; row++) {
        const factor = a[row * 7 + k]!;
        if (row === k || factor === 0) continue;
        for (let c = k; c < 7; c++) a[row * 7 + c]! -= factor * a[k * 7 + c]!;
      }
    }
    return true;
  }
}
