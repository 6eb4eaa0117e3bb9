/**
 * Whether the robot keeps clear of the world and of itself: at a configuration, and proved for every configuration on a path. A
 * path is never sampled and hoped for; what cannot be proved is not clear.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber, nonNegativeNumber } from "../core/finite.ts";
import { approachTable, type ApproachTable } from "./approach-table.ts";
import { ClearanceProbe } from "./clearance-probe.ts";
import type { AttachedBody, CollisionModel } from "./collision-model.ts";
import type { JointPath } from "./joint-path.ts";
import { NearestPair } from "./nearest-pair.ts";
import type { ObstacleSet } from "./obstacle-set.ts";
import { PairMargins } from "./pair-margins.ts";
import { PosedCapsules } from "./posed-capsules.ts";
import { travelPadM } from "./motion-reach.ts";
import { JOINT_PRISMATIC } from "./robot-model.ts";
import { SweptSegment, touchToleranceM, type SegmentAnswer } from "./swept-segment.ts";

export interface ClearanceOptions {
  /** Names of obstacles that count as absent for this check. */
  readonly mayTouch?: readonly string[];
  /** Moves with the tip and is checked like a link, except against links of the tip's own rigid group. */
  readonly carrying?: AttachedBody | undefined;
}

export interface SweptOptions extends ClearanceOptions {
  /** Everything else stays farther than this, m; equality is too near. Finite, >= 0. */
  readonly marginM: number;
  /**
   * A pair that starts nearer than the margin, by no more than this and without touching, may come half as near as it starts
   * instead, m. The margin unless given, so that a path can leave a place that is tight; 0 for no grace.
   */
  readonly startGraceM?: number;
  /** Measurements before the proof is given up, 200,000 unless given. */
  readonly maxEvaluations?: number;
}

/** The nearest pair. Names are "" and `nearestM` is Infinity where there is nothing to be near to. */
export interface ClearanceReport {
  /** Negative where capsules overlap; against solids, 0 or less means contact and no depth. */
  readonly nearestM: number;
  /** A link, or the carried body. */
  readonly link: string;
  /** An obstacle, or another link. */
  readonly against: string;
}

export interface SweptReport extends ClearanceReport {
  /** Proved: every configuration on the path keeps every pair's margin. */
  readonly clear: boolean;
  /** False where measurements ran out or a number was not one; then `clear` is false too, and no contact is claimed. */
  readonly proved: boolean;
  /**
   * Not clear: the distance that broke a margin, or, unproved, the nearest one seen. Clear: the smallest distance among the
   * configurations that had to be looked at, the ends among them; between those only the margin is proved.
   */
  readonly nearestM: number;
  /** Where `nearestM` was measured: on the segment from this waypoint to the next, at this fraction of it, [0, 1]. */
  readonly waypoint: number;
  readonly atFraction: number;
  readonly evaluations: number;
}

const noNames: readonly string[] = [];

/**
 * One checker serves one robot and one set of obstacles; it holds scratch memory and nothing that changes an answer. Three questions,
 * cheapest first: `isClearAt` (yes or no at a configuration), `clearanceAt` (the nearest pair there), `checkPath` (proof for a path).
 * All three judge the same pairs: what no joint moves against each other is no pair, nor is what `mayTouch` names. The first two
 * allocate nothing but their answer.
 */
export class SweptChecker {
  readonly #collision: CollisionModel;
  readonly #obstacles: ObstacleSet;
  readonly #posed: PosedCapsules;
  readonly #margins: PairMargins;
  readonly #probe: ClearanceProbe;
  readonly #nearestPair: NearestPair;
  readonly #segment: SweptSegment;
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  #carrying: AttachedBody | undefined;
  #table: ApproachTable;

  constructor(collision: CollisionModel, obstacles: ObstacleSet) {
    const { robot, nCapsules, selfPairs } = collision;
    const most = 2 * nCapsules + 1 + selfPairs.length / 2;
    this.#collision = collision;
    this.#obstacles = obstacles;
    this.#posed = new PosedCapsules(collision);
    this.#margins = new PairMargins(obstacles, nCapsules, most);
    this.#table = approachTable(collision);
    this.#probe = new ClearanceProbe(this.#posed, obstacles, this.#margins, this.#table);
    this.#nearestPair = new NearestPair(this.#posed, obstacles);
    this.#segment = new SweptSegment(this.#posed, this.#probe, this.#table, most);
    this.#from = new Float64Array(robot.nJoints);
    this.#to = new Float64Array(robot.nJoints);
  }

  /** The nearest pair at `q`, shape `[nJoints]`, exactly. `nearestM` is NaN where `q` is not finite. */
  clearanceAt(q: ArrayLike<number>, options: ClearanceOptions = {}): ClearanceReport {
    this.#poseFor(q, options);
    const pair = this.#nearestPair;
    pair.find(this.#table);
    const { approach, row } = pair;
    return { nearestM: pair.nearestM, link: this.#linkOf(approach), against: this.#againstOf(approach, row) };
  }

  /**
   * Whether every pair at `q`, shape `[nJoints]`, is farther apart than `marginM` (finite, >= 0; equality is too near): the same as
   * `clearanceAt(q, options).nearestM > marginM`, for less. False where `q` or a distance is not a finite number. It says nothing
   * about the way there. @throws ClearanceError for a margin or a width that makes no sense.
   */
  isClearAt(q: ArrayLike<number>, marginM: number, options: ClearanceOptions = {}): boolean {
    nonNegativeNumber("marginM", marginM);
    this.#poseFor(q, options);
    for (let j = 0; j < q.length; j++) if (!Number.isFinite(q[j]!)) return false;
    return this.#nearestPair.isClear(this.#table, marginM);
  }

  /** Proves the path clear, or names what is not. @throws ClearanceError for options or a path width that make no sense. */
  checkPath(path: JointPath, options: SweptOptions): SweptReport {
    const { marginM, startGraceM = marginM, mayTouch = noNames, carrying, maxEvaluations = 200_000 } = options;
    nonNegativeNumber("marginM", marginM);
    nonNegativeNumber("startGraceM", startGraceM);
    this.#requireLength("path", path.nJoints);
    this.#carry(carrying);
    this.#segment.begin(this.#table, maxEvaluations, path);
    this.#margins.reset(marginM, startGraceM, mayTouch, carrying);
    this.#nearestPair.exempt(mayTouch, carrying);
    this.#probe.forget();
    if (!this.#withinTravel(path)) return this.#report("unproved");
    const atStart = this.#start(path);
    if (atStart !== "clear") return this.#report(atStart);
    for (let w = 1; w < path.nWaypoints; w++) {
      path.readInto(w, this.#to);
      this.#probe.waypoint = w - 1;
      const answer = this.#segment.prove(this.#from, this.#to);
      if (answer !== "clear") return this.#report(answer);
      this.#from.set(this.#to);
    }
    this.#probe.waypoint = path.nWaypoints - 1;
    this.#probe.fraction = 0;
    this.#posed.pose(this.#from);
    return this.#report(this.#seeNearest() ? "clear" : "unproved");
  }

  /** Measures everything where the path begins, and settles the margins of pairs that begin too near. */
  #start(path: JointPath): SegmentAnswer {
    path.readInto(0, this.#from);
    this.#posed.pose(this.#from);
    if (this.#startsFar()) return "clear";
    for (let i = 0; i < this.#table.count; i++) {
      if (!this.#probe.start(i)) return Number.isNaN(this.#probe.nearestM) ? "unproved" : "hit";
      this.#segment.room[i] = this.#probe.room[0]!;
      if (this.#probe.room[0]! > touchToleranceM) continue;
      this.#probe.blame(i, this.#probe.tightestRow, this.#probe.tightestM);
      return "hit";
    }
    return "clear";
  }

  #poseFor(q: ArrayLike<number>, { mayTouch = noNames, carrying }: ClearanceOptions): void {
    this.#requireLength("q", q.length);
    this.#carry(carrying);
    this.#nearestPair.exempt(mayTouch, carrying);
    this.#posed.pose(q);
  }

  /** The plain case: every pair begins outside the margin, so that none has one of its own, and bounds of the room will do. */
  #startsFar(): boolean {
    const { marginM } = this.#margins;
    if (!this.#seeNearest() || !(this.#probe.nearestM > marginM + touchToleranceM)) {
      this.#probe.forget();
      return false;
    }
    const { room } = this.#segment;
    this.#nearestPair.boundsInto(this.#table, room);
    for (let i = 0; i < this.#table.count; i++) room[i] = Math.max(room[i]!, this.#probe.nearestM) - marginM;
    return true;
  }

  /** Takes the nearest pair of the configuration posed last into the report. False where a distance is not a number. */
  #seeNearest(): boolean {
    const pair = this.#nearestPair;
    pair.find(this.#table);
    this.#probe.evaluations += this.#table.count;
    if (pair.nearestM < this.#probe.nearestM) this.#probe.blame(pair.approach, pair.row, pair.nearestM);
    return !Number.isNaN(pair.nearestM);
  }

  #carry(body: AttachedBody | undefined): void {
    if (body === this.#carrying) return;
    if (body !== undefined) {
      for (const number of body.capsuleInTip) finiteNumber(`capsule of ${body.name}`, number);
      nonNegativeNumber(`radius of ${body.name}`, body.capsuleInTip[6]);
    }
    this.#carrying = body;
    this.#posed.carry(body);
    this.#table = approachTable(this.#collision, body);
    this.#probe.use(this.#table);
  }

  /** Finite, and not beyond what the bounds of reach count with. */
  #withinTravel(path: JointPath): boolean {
    const { nLinks, jointKindOfLink, qIndexOfLink, lowerRad, upperRad } = this.#collision.robot;
    for (let w = 0; w < path.nWaypoints; w++) {
      for (let j = 0; j < path.nJoints; j++) if (!Number.isFinite(path.get(w, j))) return false;
    }
    for (let link = 1; link < nLinks; link++) {
      if (jointKindOfLink[link] !== JOINT_PRISMATIC) continue;
      const j = qIndexOfLink[link]!;
      for (let w = 0; w < path.nWaypoints; w++) {
        const q = path.get(w, j);
        if (!(q >= lowerRad[j]! - travelPadM && q <= upperRad[j]! + travelPadM)) return false;
      }
    }
    return true;
  }

  #linkOf(approach: number): string {
    return approach < 0 ? "" : this.#nameOfCapsule(this.#table.capsuleB[approach]!);
  }

  #againstOf(approach: number, row: number): string {
    if (approach < 0) return "";
    const a = this.#table.capsuleA[approach]!;
    return a < 0 ? (this.#obstacles.nameOfRow[row] ?? "") : this.#nameOfCapsule(a);
  }

  #report(answer: SegmentAnswer): SweptReport {
    const { nearestM, nearestApproach, nearestRow, nearestWaypoint, nearestFraction, evaluations } = this.#probe;
    return {
      clear: answer === "clear",
      proved: answer !== "unproved",
      nearestM,
      link: this.#linkOf(nearestApproach),
      against: this.#againstOf(nearestApproach, nearestRow),
      waypoint: nearestWaypoint,
      atFraction: nearestFraction,
      evaluations,
    };
  }

  #nameOfCapsule(capsule: number): string {
    const { nCapsules, linkOfCapsule, robot } = this.#collision;
    if (capsule === nCapsules) return this.#carrying?.name ?? "";
    return robot.linkNames[linkOfCapsule[capsule]!] ?? "";
  }

  #requireLength(what: string, got: number): void {
    const expected = this.#collision.robot.nJoints;
    if (got === expected) return;
    throw new ClearanceError("shape.mismatch", `${what} has ${got} joints, the robot has ${expected}`, { what, expected, got });
  }
}
