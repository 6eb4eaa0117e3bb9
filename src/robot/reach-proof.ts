/**
 * Proofs that the tip cannot be somewhere at any joint values. They bound the reach from outside, so no proof says nothing.
 * @module
 */
import { hypot3 } from "../core/elementary.ts";
import { forwardKinematics, geometricJacobianInto, tipMatrixInto } from "./kinematics.ts";
import { linksBetween, turnedAbout, valueRange, type Turned } from "./motion-reach.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

/**
 * `beyond-reach`: farther than all links in line, or outside the solid that the tip sweeps about the first axis. `inside-hole`: nearer
 * than the longest link leaves. `beyond-travel`: prismatic axes do not go there. `fixed-orientation`: no joint turns the tip.
 */
export type IkProof = "beyond-reach" | "inside-hole" | "beyond-travel" | "fixed-orientation";

/** Rounding of the bounds stays far below this, m. */
const slackM = 1e-9;

export class ReachProof {
  /** Sum of link lengths: the tip is never farther than this from `#center`, m. */
  readonly outerM: number;
  readonly #innerM: number;
  /** Shape `[3]`, world frame: on the first joint's axis. */
  readonly #center = new Float64Array(3);
  /** Shape `[3]`, world frame, with what the tip sweeps about it; only where the first joint is revolute. */
  readonly #axis = new Float64Array(3);
  readonly #swept: Turned | undefined;
  /** Only where every joint is prismatic: the tip at `homeRad`, and its Jacobian, the same everywhere. */
  readonly #linear: { readonly home: Float64Array; readonly jacobian: Float64Array } | undefined;
  readonly #model: RobotModel;

  constructor(model: RobotModel) {
    this.#model = model;
    const worldFromLinks = new Float64Array(model.nLinks * 12);
    forwardKinematics(model, model.homeRad, worldFromLinks);
    const joints = linksBetween(model, 0, model.tipLink).filter((link) => model.jointKindOfLink[link] !== JOINT_FIXED);
    const [first] = joints;
    if (first === undefined || joints.every((link) => model.jointKindOfLink[link] === JOINT_PRISMATIC)) {
      const home = new Float64Array(12);
      const jacobian = new Float64Array(6 * model.nJoints);
      tipMatrixInto(model, worldFromLinks, home);
      geometricJacobianInto(model, worldFromLinks, jacobian);
      this.#linear = { home, jacobian };
    }
    const lengths = first === undefined ? [] : linkLengths(model, joints);
    this.outerM = lengths.reduce((sum, length) => sum + length, 0);
    const rigid = joints.every((link) => model.jointKindOfLink[link] === JOINT_REVOLUTE);
    this.#innerM = rigid ? 2 * Math.max(0, ...lengths) - this.outerM : 0;
    if (first === undefined) return;
    for (let row = 0; row < 3; row++) {
      const o = first * 12 + row * 4;
      const axis = model.axisInLink.subarray(first * 3, first * 3 + 3);
      const anchor = model.anchorInLink.subarray(first * 3, first * 3 + 3);
      const [x, y, z, t] = worldFromLinks.subarray(o, o + 4);
      this.#axis[row] = x! * axis[0]! + y! * axis[1]! + z! * axis[2]!;
      this.#center[row] = x! * anchor[0]! + y! * anchor[1]! + z! * anchor[2]! + t!;
    }
    if (model.jointKindOfLink[first] === JOINT_REVOLUTE) this.#swept = sweptByTip(model, first);
  }

  /** `goal`: worldFromTip, rows of the 3×4 matrix. Undefined where nothing is proved. */
  prove(goal: Float64Array, oriented: boolean, positionToleranceM: number, orientationToleranceRad: number): IkProof | undefined {
    if (this.#linear !== undefined) {
      return oriented && turnedApart(goal, this.#linear.home, orientationToleranceRad) ? "fixed-orientation" : undefined;
    }
    const toleranceM = positionToleranceM + slackM;
    const x = goal[3]! - this.#center[0]!;
    const y = goal[7]! - this.#center[1]!;
    const z = goal[11]! - this.#center[2]!;
    const distanceM = Math.sqrt(x * x + y * y + z * z);
    if (distanceM > this.outerM + toleranceM) return "beyond-reach";
    if (this.#swept === undefined) return undefined;
    if (distanceM < this.#innerM - toleranceM) return "inside-hole";
    const height = x * this.#axis[0]! + y * this.#axis[1]! + z * this.#axis[2]!;
    const radiusM = Math.sqrt(Math.max(0, distanceM * distanceM - height * height));
    const { lowM, highM, radiusM: most } = this.#swept;
    // The anchor is where `turnedAbout` measures heights from, so both count from the same point.
    const outside = height > highM + toleranceM || height < lowM - toleranceM || radiusM > most + toleranceM;
    return outside ? "beyond-reach" : undefined;
  }

  /**
   * For prismatic axes: whether a plane square to `goal - best` parts the goal from all the tip can reach. `best`: shape `[nJoints]`,
   * the nearest configuration found; a poor one proves nothing.
   */
  proveTravel(goal: Float64Array, best: Float64Array, positionToleranceM: number): IkProof | undefined {
    if (this.#linear === undefined) return undefined;
    const { home, jacobian } = this.#linear;
    const { nJoints: n, homeRad, lowerRad, upperRad } = this.#model;
    const away = [3, 7, 11].map((at, row) => {
      let toward = goal[at]! - home[at]!;
      for (let j = 0; j < n; j++) toward -= jacobian[row * n + j]! * (best[j]! - homeRad[j]!);
      return toward;
    });
    const [x = 0, y = 0, z = 0] = away;
    const length = Math.sqrt(x * x + y * y + z * z);
    let gap = x * (goal[3]! - home[3]!) + y * (goal[7]! - home[7]!) + z * (goal[11]! - home[11]!);
    for (let j = 0; j < n; j++) {
      const along = x * jacobian[j]! + y * jacobian[n + j]! + z * jacobian[2 * n + j]!;
      if (along !== 0) gap -= Math.max(along * (lowerRad[j]! - homeRad[j]!), along * (upperRad[j]! - homeRad[j]!));
    }
    return gap > length * (positionToleranceM + slackM) ? "beyond-travel" : undefined;
  }
}

/**
 * From each joint's anchor to the next one's, and from the last to the tip: upper bounds over prismatic travel. The first entry is how
 * far the first anchor itself may be from where it is at `homeRad`.
 */
function linkLengths(model: RobotModel, joints: readonly number[]): readonly number[] {
  const first = joints[0]!;
  const lengths = [model.jointKindOfLink[first] === JOINT_PRISMATIC ? travelFromHome(model, first) : 0];
  joints.forEach((link, k) => {
    const next = joints[k + 1];
    const from = model.anchorInLink.subarray(link * 3, link * 3 + 3);
    const tip = model.tipLinkFromTip;
    if (next === undefined) {
      lengths.push(apart(pointInAncestor(model, link, model.tipLink, [tip[3]!, tip[7]!, tip[11]!]), from));
      return;
    }
    const anchor = model.anchorInLink.subarray(next * 3, next * 3 + 3);
    const axis = model.axisInLink.subarray(next * 3, next * 3 + 3);
    const range = model.jointKindOfLink[next] === JOINT_PRISMATIC ? valueRange(model, next, 0) : [0];
    const reached = range.map((value) => {
      const point = [0, 1, 2].map((row) => anchor[row]! + axis[row]! * value);
      return apart(pointInAncestor(model, link, next, point), from);
    });
    lengths.push(Math.max(...reached));
  });
  return lengths.map((length) => (Number.isNaN(length) ? Infinity : length));
}

function travelFromHome(model: RobotModel, link: number): number {
  const joint = model.qIndexOfLink[link]!;
  const home = model.homeRad[joint]!;
  return Math.abs(model.mimicScale[link]!) * Math.max(model.upperRad[joint]! - home, home - model.lowerRad[joint]!);
}

/** A point of `link` in the frame of `ancestor`, the joints between at value 0. */
function pointInAncestor(model: RobotModel, ancestor: number, link: number, point: readonly number[]): readonly number[] {
  let [x = 0, y = 0, z = 0] = point;
  const m = model.parentFromLink;
  for (let at = link; at !== ancestor; at = model.parentOfLink[at]!) {
    const o = at * 12;
    const px = m[o]! * x + m[o + 1]! * y + m[o + 2]! * z + m[o + 3]!;
    const py = m[o + 4]! * x + m[o + 5]! * y + m[o + 6]! * z + m[o + 7]!;
    z = m[o + 8]! * x + m[o + 9]! * y + m[o + 10]! * z + m[o + 11]!;
    x = px;
    y = py;
  }
  return [x, y, z];
}

function sweptByTip(model: RobotModel, first: number): Turned | undefined {
  const { tipLinkFromTip: tip, tipLink } = model;
  const point = [tip[3]!, tip[7]!, tip[11]!];
  const swept = turnedAbout(model, first, tipLink, [...point, ...point]);
  return Number.isFinite(swept.lowM + swept.highM + swept.radiusM) ? swept : undefined;
}

function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return hypot3(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
}

/** Whether two orientations differ by more than `rad`: |A - B|² = 8 sin²(θ/2) for rotation matrices, and sin(θ/2) <= θ/2. */
function turnedApart(a: Float64Array, b: Float64Array, rad: number): boolean {
  let squared = 0;
  for (const row of [0, 4, 8]) for (let c = row; c < row + 3; c++) squared += (a[c]! - b[c]!) * (a[c]! - b[c]!);
  return squared > 2 * rad * rad + 1e-12;
}
