/**
 * The proof for one straight motion in joint space: that no configuration on it brings a pair nearer than its margin.
 *
 * Every approach carries its room: a lower bound of distance minus margin where the segment begins. As long as the room exceeds the
 * most that the segment can take away, nothing is measured at all. The others are measured in the middle of the segment, together,
 * with their true speed there; what that does not cover on either side is split and proved in turn.
 *
 *     room(s) >= room(mid) - min( L |s - mid|,  v |s - mid| + A |s - mid|² / 2 )
 *
 *     L: bound of the approach speed anywhere on the segment, v: speed at mid, A: bound of the acceleration (approach-table.ts)
 * @module
 */
import type { ApproachTable } from "./approach-table.ts";
import type { ClearanceProbe } from "./clearance-probe.ts";
import type { JointPath } from "./joint-path.ts";
import type { PosedCapsules } from "./posed-capsules.ts";
import type { RobotModel } from "./robot-model.ts";

/** Less room than this counts as none, so that grazing ends; far above the rounding of distances and kinematics. */
export const touchToleranceM = 1e-6;

/** Halvings of one segment; at the tolerance above a motion of a kilometre needs 30. */
const maxDepth = 40;

/** Keeps clear of rounding where the intervals proved by neighbouring samples meet. */
const coverage = 0.999;

/** A measurement looks no farther than what its interval needs and this many more segments like it: what is farther costs nothing. */
const segmentsAhead = 16;

/** Above what is needed, so that a pair that is just as far as it was looked for is proved. */
const beyondNeed = 1.001;

/** Room for this many more segments like the one at hand counts as due soon. */
const soon = 2;

export type SegmentAnswer = "clear" | "hit" | "unproved";

export class SweptSegment {
  /** Shape `[nApproaches]`: lower bound of distance minus margin at the end of the last segment proved, m. */
  readonly room: Float64Array;
  readonly #robot: RobotModel;
  readonly #posed: PosedCapsules;
  readonly #probe: ClearanceProbe;
  #table: ApproachTable;
  #maxEvaluations = 0;
  readonly #from: Float64Array;
  readonly #delta: Float64Array;
  readonly #q: Float64Array;
  /** Shape `[nJoints]`: |delta|. */
  readonly #rate: Float64Array;
  /** Shape `[nApproaches]`: L of the segment at hand. */
  readonly #travel: Float64Array;
  /** Shape `[nApproaches]`: Σ L of the segments after the one at hand. */
  readonly #ahead: Float64Array;
  /** Shape `[maxDepth + 2, nApproaches]`: the approaches that each level still has to prove. */
  readonly #open: Int32Array;
  readonly #widest: number;

  constructor(posed: PosedCapsules, probe: ClearanceProbe, table: ApproachTable, maxApproaches: number) {
    const { robot } = posed.collision;
    this.#robot = robot;
    this.#posed = posed;
    this.#probe = probe;
    this.#table = table;
    this.room = new Float64Array(maxApproaches);
    this.#from = new Float64Array(robot.nJoints);
    this.#delta = new Float64Array(robot.nJoints);
    this.#rate = new Float64Array(robot.nJoints);
    this.#q = new Float64Array(robot.nJoints);
    this.#travel = new Float64Array(maxApproaches);
    this.#ahead = new Float64Array(maxApproaches);
    this.#open = new Int32Array(maxApproaches * (maxDepth + 2));
    this.#widest = maxApproaches;
  }

  /** Before the first segment of a path. */
  begin(table: ApproachTable, maxEvaluations: number, path: JointPath): void {
    this.#table = table;
    this.#maxEvaluations = maxEvaluations;
    const rate = this.#rate.fill(0);
    const n = path.nJoints;
    for (let w = 1; w < path.nWaypoints; w++) {
      for (let j = 0; j < n; j++) rate[j]! += Math.abs(path.get(w, j) - path.get(w - 1, j));
    }
    for (let i = 0, at = 0; i < table.count; i++) {
      let travel = 0;
      for (let j = 0; j < n; j++, at++) travel += table.travelPerJoint[at]! * rate[j]!;
      this.#ahead[i] = travel;
    }
  }

  /** From `room` at `from` to `room` at `to`; both of shape `[nJoints]`. */
  prove(from: Float64Array, to: Float64Array): SegmentAnswer {
    const { count, travelPerJoint } = this.#table;
    const n = from.length;
    let still = true;
    for (let j = 0; j < n; j++) {
      const delta = to[j]! - from[j]!;
      this.#delta[j] = delta;
      this.#rate[j] = Math.abs(delta);
      still &&= delta === 0;
    }
    if (still) return "clear";
    let due = false;
    for (let i = 0, at = 0; i < count; i++) {
      let travel = 0;
      for (let j = 0; j < n; j++, at++) travel += travelPerJoint[at]! * this.#rate[j]!;
      this.#travel[i] = travel;
      this.#ahead[i] = Math.max(0, this.#ahead[i]! - travel);
      const left = this.room[i]! - travel;
      this.room[i] = left;
      due ||= !(left > 0);
    }
    if (!due) return "clear";
    // While the robot is posed anyway, the approaches that are due soon are measured too.
    let open = 0;
    for (let i = 0; i < count; i++) {
      if (!(this.room[i]! > Math.min(soon * this.#travel[i]!, this.#ahead[i]!))) this.#open[open++] = i;
    }
    this.#from.set(from);
    return this.#proveInterval(0, open, 0, 1);
  }

  /** A of one approach, by the formula in approach-table.ts. */
  #bendOf(approach: number): number {
    const { chainStart, chainLink, chainTurns, chainReachM } = this.#table;
    const { qIndexOfLink, mimicScale } = this.#robot;
    let bend = 0;
    let beyond = 0;
    for (let k = chainStart[approach + 1]! - 1; k >= chainStart[approach]!; k--) {
      const link = chainLink[k]!;
      const rate = Math.abs(mimicScale[link]!) * this.#rate[qIndexOfLink[link]!]!;
      const speed = rate * chainReachM[k]!;
      if (chainTurns[k] === 1) bend += rate * (speed + 2 * beyond);
      beyond += speed;
    }
    return bend;
  }

  /** Proves the approaches open at `level` for all s in [low, high]. */
  #proveInterval(level: number, openCount: number, low: number, high: number): SegmentAnswer {
    const middle = (low + high) / 2;
    const half = (high - low) / 2;
    if (level > maxDepth || !(this.#probe.evaluations < this.#maxEvaluations)) return "unproved";
    for (let j = 0; j < this.#q.length; j++) this.#q[j] = this.#from[j]! + middle * this.#delta[j]!;
    this.#posed.pose(this.#q);
    this.#posed.move(this.#delta);
    this.#probe.fraction = middle;
    const here = level * this.#widest;
    const next = here + this.#widest;
    let stillOpen = 0;
    let covered = half;
    let hit = false;
    let tightestRoom = touchToleranceM;
    for (let k = 0; k < openCount; k++) {
      const i = this.#open[here + k]!;
      const travel = this.#travel[i]!;
      const speed = this.#posed.relativeSpeed(this.#table.capsuleA[i]!, this.#table.capsuleB[i]!);
      const bend = this.#bendOf(i);
      const need = Math.min(travel * half, (speed + (bend * half) / 2) * half);
      const enough = beyondNeed * need + 2 * touchToleranceM + Math.min(segmentsAhead * travel, this.#ahead[i]!);
      this.#probe.measure(i, Math.max(enough, this.#probe.nearestM));
      const room = this.#probe.room[0]!;
      if (!(room > touchToleranceM)) {
        if (room > tightestRoom) continue;
        hit = true;
        tightestRoom = room;
        this.#probe.blame(i, this.#probe.tightestRow, this.#probe.tightestM);
        if (Number.isNaN(room)) return "unproved";
        continue;
      }
      const left = room - need;
      // On the whole segment an approach may have been measured that was proved without.
      const before = level === 0 ? this.room[i]! : 0;
      if (left > 0 || before > 0) {
        this.room[i] = Math.max(left, before);
        continue;
      }
      const reached = Math.max(room / travel, (2 * room) / (speed + Math.sqrt(speed * speed + 2 * bend * room)));
      covered = Math.min(covered, coverage * reached);
      this.#open[next + stillOpen++] = i;
    }
    if (hit) return "hit";
    if (stillOpen === 0) return "clear";
    if (!(covered > 0)) return "unproved";
    const left = this.#proveInterval(level + 1, stillOpen, low, middle - covered);
    return left === "clear" ? this.#proveInterval(level + 1, stillOpen, middle + covered, high) : left;
  }
}
