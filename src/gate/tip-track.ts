/**
 * Where the tip goes while a plan is followed, as points close enough that straight lines between them stand for the curve.
 *
 *     joint space:  w0 ───────────── w1          a straight line there
 *     world:        p0 ·  ·  ·  ·  · p1          is an arc here: cut into n pieces
 *
 * Over one piece the tip leaves its chord by at most M / (8 n²), where M bounds |d²tip/ds²| over the joint line; n is chosen so that
 * this is below CHORD_TOLERANCE_M. With S_r and S_p the summed joint changes of revolute and prismatic joints on the way to the
 * tip and R its largest lever, M = R S_r² + 2 S_r S_p: the second derivatives of a chain of rotations and translations.
 *
 * Computed once a plan and robot, however many gates ask.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { Plan } from "../intent/plan.ts";
import type { JointPath } from "../robot/joint-path.ts";
import { forwardKinematics, tipMatrixInto } from "../robot/kinematics.ts";
import { tipModelOf } from "../robot/tip-model.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "../robot/robot-model.ts";

/** The true tip is nowhere farther than this from the polyline through the points; on it where no joint turns. */
export const CHORD_TOLERANCE_M = 1e-4;
/**
 * What a planned tip may differ from its target without being elsewhere: 1e-4 m is how well inverse kinematics answers, and the chord
 * comes on top.
 */
export const PLANNED_TIP_TOLERANCE_M = 2e-4;
/** No sane joint move needs more pieces; one that does is not judged but refused. */
const MAX_PIECES = 4096;

export interface TipTrack {
  readonly nPoints: number;
  /** Shape `[nPoints, 3]`, world, m. */
  readonly pointsM: readonly number[];
  /** Shape `[nPoints]`: index into `plan.segments`. */
  readonly segmentOfPoint: readonly number[];
  /** Corners of the box around all points. */
  readonly lowM: Vec3;
  readonly highM: Vec3;
  readonly lengthM: number;
  /** The farthest that one motion segment brings the tip from where that segment starts. */
  readonly farthestM: number;
  /** How far the true tip may be from the polyline: 0 or CHORD_TOLERANCE_M. */
  readonly chordErrorM: number;
  /** False where kinematics gave no finite point, or a move was too wild to cut: nothing can be said of such a plan. */
  readonly known: boolean;
}

interface Entry {
  readonly robot: RobotModel;
  readonly track: TipTrack;
}

const tracks = new LastSeen<Plan, Entry>();

export function tipTrack(plan: Plan, robot: RobotModel): TipTrack {
  const entry = tracks.get(plan);
  if (entry !== undefined && entry.robot === robot) return entry.track;
  const track = trackOf(plan, robot);
  tracks.set(plan, { robot, track });
  return track;
}

function trackOf(plan: Plan, robot: RobotModel): TipTrack {
  const points: number[] = [];
  const segmentOfPoint: number[] = [];
  const walker = walkerOf(robot);
  let known = true;
  let straight = true;
  for (let index = 0; index < plan.segments.length; index++) {
    const segment = plan.segments[index]!;
    if (segment.kind !== "motion") continue;
    const { path } = segment.trajectory;
    if (path.nJoints !== robot.nJoints) {
      known = false;
      continue;
    }
    for (let waypoint = 0; waypoint < path.nWaypoints; waypoint++) {
      const bend = waypoint === 0 ? 0 : walker.bend(path, waypoint);
      const pieces = Math.max(1, Math.ceil(Math.sqrt(bend / (8 * CHORD_TOLERANCE_M))));
      if (!(pieces <= MAX_PIECES)) known = false;
      if (bend !== 0) straight = false;
      for (let piece = 1; piece <= Math.min(pieces, MAX_PIECES); piece++) {
        walker.pushTip(path, waypoint, piece / pieces, points);
        segmentOfPoint.push(index);
      }
    }
  }
  return measured(points, segmentOfPoint, known, straight ? 0 : CHORD_TOLERANCE_M);
}

function measured(pointsM: readonly number[], segmentOfPoint: readonly number[], known: boolean, chordErrorM: number): TipTrack {
  const nPoints = segmentOfPoint.length;
  const lowM: [number, number, number] = [Infinity, Infinity, Infinity];
  const highM: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  let lengthM = 0;
  let farthestM = 0;
  let first = 0;
  let finite = true;
  for (let i = 0; i < nPoints; i++) {
    if (segmentOfPoint[i] !== segmentOfPoint[first]) first = i;
    let stepSquared = 0;
    let spreadSquared = 0;
    for (let axis = 0; axis < 3; axis++) {
      const value = pointsM[3 * i + axis]!;
      finite &&= Number.isFinite(value);
      lowM[axis] = Math.min(lowM[axis]!, value);
      highM[axis] = Math.max(highM[axis]!, value);
      if (i > 0) stepSquared += square(value - pointsM[3 * i + axis - 3]!);
      spreadSquared += square(value - pointsM[3 * first + axis]!);
    }
    lengthM += Math.sqrt(stepSquared);
    farthestM = Math.max(farthestM, Math.sqrt(spreadSquared));
  }
  const allKnown = known && finite && Number.isFinite(lengthM);
  return Object.freeze({ nPoints, pointsM, segmentOfPoint, lowM, highM, lengthM, farthestM, chordErrorM, known: allKnown });
}

const walkers = new WeakMap<RobotModel, TipWalker>();

function walkerOf(robot: RobotModel): TipWalker {
  let walker = walkers.get(robot);
  if (walker === undefined) walkers.set(robot, (walker = new TipWalker(tipModelOf(robot))));
  return walker;
}

/** Buffers and the lever bound of one robot. */
class TipWalker {
  readonly #robot: RobotModel;
  readonly #qRad: Float64Array;
  readonly #worldFromLinks: Float64Array;
  readonly #tip = new Float64Array(12);
  /** Links from the tip's to the base, base excluded. */
  readonly #chain: readonly number[];
  readonly #fixedLeverM: number;

  constructor(robot: RobotModel) {
    this.#robot = robot;
    this.#qRad = new Float64Array(robot.nJoints);
    this.#worldFromLinks = new Float64Array(12 * robot.nLinks);
    const chain: number[] = [];
    let leverM = normAt(robot.tipLinkFromTip, 3, 4);
    for (let link = robot.tipLink; link > 0; link = robot.parentOfLink[link]!) {
      chain.push(link);
      leverM += normAt(robot.parentFromLink, 12 * link + 3, 4) + 2 * normAt(robot.anchorInLink, 3 * link, 1);
    }
    this.#chain = chain;
    this.#fixedLeverM = leverM;
  }

  /** M of the joint line that ends at `waypoint`, m; may be NaN or huge for wild joint values. */
  bend(path: JointPath, waypoint: number): number {
    const { jointKindOfLink, qIndexOfLink, mimicScale, mimicOffset } = this.#robot;
    let turned = 0;
    let slid = 0;
    let leverM = this.#fixedLeverM;
    for (const link of this.#chain) {
      if (jointKindOfLink[link] === JOINT_FIXED) continue;
      const joint = qIndexOfLink[link]!;
      const from = path.get(waypoint - 1, joint);
      const to = path.get(waypoint, joint);
      const change = Math.abs(mimicScale[link]! * (to - from));
      if (jointKindOfLink[link] === JOINT_REVOLUTE) turned += change;
      else {
        slid += change;
        const reach = Math.max(
          Math.abs(mimicScale[link]! * from + mimicOffset[link]!),
          Math.abs(mimicScale[link]! * to + mimicOffset[link]!),
        );
        leverM += reach;
      }
    }
    return leverM * turned * turned + 2 * turned * slid;
  }

  /** Appends the tip at `fraction` of the joint line that ends at `waypoint`. */
  pushTip(path: JointPath, waypoint: number, fraction: number, out: number[]): void {
    const from = Math.max(0, waypoint - 1);
    for (let joint = 0; joint < path.nJoints; joint++) {
      const end = path.get(waypoint, joint);
      this.#qRad[joint] = fraction === 1 ? end : path.get(from, joint) + fraction * (end - path.get(from, joint));
    }
    forwardKinematics(this.#robot, this.#qRad, this.#worldFromLinks);
    tipMatrixInto(this.#robot, this.#worldFromLinks, this.#tip);
    out.push(this.#tip[3]!, this.#tip[7]!, this.#tip[11]!);
  }
}

function normAt(values: Float64Array, offset: number, stride: number): number {
  const [x, y, z] = [values[offset]!, values[offset + stride]!, values[offset + 2 * stride]!];
  return Math.sqrt(x * x + y * y + z * z);
}

/** Not `**`, which engines need not round alike. */
function square(x: number): number {
  return x * x;
}
