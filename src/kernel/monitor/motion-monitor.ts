/**
 * The second channel: watches what the kernel passed and what the robot then did, with code of its own, and says when to stop.
 *
 * It shares with the kernel the robot's description and the sine. Kinematics, distances, limits and rates are computed anew
 * (`quaternion-chain.ts`, `edge-distance.ts`), so that an error in one channel shows as a disagreement. It moves nothing and passes
 * nothing; whoever runs it stops the robot on the first finding, which stays until `reset`.
 * @module
 */
import { evidenceNumber, type JsonObject } from "../../core/json.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { JOINT_PRISMATIC } from "../../robot/robot-model.ts";
import type { Command } from "../command.ts";
import { SecondOpinion } from "./second-opinion.ts";
import { VettedPath } from "./vetted-path.ts";

export type MonitorCause =
  /** A measurement is missing joints, not finite, older than the one before, or too long after it while moving. */
  | "measured_state"
  | "measured_position"
  | "measured_rate"
  | "measured_collision"
  /** The joint is not where the vetted rows put it. */
  | "tracking_error"
  /** The kernel passed rows that this channel refuses, or names a distance that this channel does not find. */
  | "channels_disagree";

export interface MonitorFinding {
  readonly cause: MonitorCause;
  readonly reason: string;
  /** Numbers with their units; JSON. */
  readonly evidence: JsonObject;
}

export interface MonitorOptions {
  readonly collision: CollisionModel;
  /** Beyond a position limit by this much is a violation: what a measurement may stray, rad and m. */
  readonly positionToleranceRad?: number;
  readonly positionToleranceM?: number;
  /** Factor on the speed limits for measured rates. */
  readonly rateTolerance?: number;
  /** How far a joint may be from where it was told to be at some time within the last `lagMs`. */
  readonly trackingErrorRad?: number;
  readonly trackingErrorM?: number;
  readonly lagMs?: number;
  /** Distances below these are violations, m. */
  readonly selfMarginM?: number;
  readonly obstacleMarginM?: number;
  /** How far the two channels' distances may be apart, m. */
  readonly agreementM?: number;
  /** Whether distances are computed at every row of a vetted command, or, so that it costs little, at its last row alone. */
  readonly everyRow?: boolean;
  /** The longest time between measurements while a vetted path is being carried out, ms. */
  readonly maxGapMs?: number;
}

/** What rounding leaves of setpoints and periods. */
const rowPositionTolerance = 1e-8;
const rowRateTolerance = 1.002;

export class MotionMonitor {
  readonly #collision: CollisionModel;
  readonly #options: Required<MonitorOptions>;
  readonly #opinion: SecondOpinion;
  readonly #path: VettedPath;
  readonly #isSlide: readonly boolean[];
  readonly #last: Float64Array;
  readonly #range = new Float64Array(2);
  #lastMs = Number.NaN;
  #finding: MonitorFinding | undefined = undefined;

  /** @throws ClearanceError `config.invalid` where the robot cannot be placed by quaternions */
  constructor(options: MonitorOptions) {
    const { robot } = options.collision;
    this.#collision = options.collision;
    this.#options = {
      positionToleranceRad: 0.01,
      positionToleranceM: 0.002,
      rateTolerance: 1.1,
      trackingErrorRad: 0.1,
      trackingErrorM: 0.02,
      lagMs: 100,
      selfMarginM: 0,
      obstacleMarginM: 0,
      agreementM: 1e-9,
      maxGapMs: 500,
      everyRow: true,
      ...options,
    };
    this.#opinion = new SecondOpinion(options.collision);
    this.#path = new VettedPath(robot.nJoints);
    this.#last = new Float64Array(robot.nJoints);
    this.#isSlide = robot.jointNames.map((_, j) =>
      Array.from(robot.qIndexOfLink.keys()).some(
        (link) => robot.qIndexOfLink[link] === j && robot.jointKindOfLink[link] === JOINT_PRISMATIC,
      ),
    );
  }

  /** The first finding since the last reset. While there is one, every call answers it. */
  get finding(): MonitorFinding | undefined {
    return this.#finding;
  }

  /** After a stop, and once the cause is gone. Motion is judged from the next measurement on. */
  reset(): void {
    this.#finding = undefined;
    this.#lastMs = Number.NaN;
    this.#path.clear();
  }

  /** World capsules, shape `[n, 7]`, m. A copy is kept. */
  setObstacles(capsules: Float64Array): void {
    this.#opinion.setObstacles(capsules);
  }

  /**
   * A command that the kernel passed and the robot begins at `startMs`, from the measured state. Checks it row by row, and holds what
   * is measured from then on against it. Modes other than positions are held to limits and rates alone.
   */
  vetted(command: Command, startMs: number, measuredRad: ArrayLike<number>): MonitorFinding | undefined {
    if (this.#finding !== undefined) return this.#finding;
    if (command.mode !== "joint_position") {
      if (!command.mode.startsWith("gripper_")) this.#path.clear();
      return undefined;
    }
    const { nJoints } = this.#collision.robot;
    const { rows, width, periodMs } = command;
    if (!(width === nJoints && rows.length % width === 0 && measuredRad.length === nJoints && periodMs > 0))
      return this.#found("channels_disagree", "the kernel passed rows of another width", { width, joints: nJoints });
    for (let row = 0; row < rows.length / width; row++) {
      const wrong = this.#wrongRow(command, row, measuredRad);
      if (wrong !== undefined) return wrong;
    }
    if (this.#path.empty) this.#path.append(startMs, measuredRad, 0);
    else this.#hold(startMs);
    for (let row = 0; row < rows.length / width; row++) this.#path.append(startMs + (row + 1) * periodMs, rows, row * width);
    return undefined;
  }

  /** The robot was told to stop where it is: what is measured next need not follow the path any more. */
  halted(): void {
    this.#path.clear();
  }

  /** One measurement. `qRad`: shape `[nJoints]`. Allocates nothing unless something is wrong. */
  measured(atMs: number, qRad: ArrayLike<number>): MonitorFinding | undefined {
    if (this.#finding !== undefined) return this.#finding;
    const found = this.#wrongState(atMs, qRad) ?? this.#wrongJoint(atMs, qRad) ?? this.#tooNear(qRad);
    if (found !== undefined) return found;
    this.#lastMs = atMs;
    for (let j = 0; j < qRad.length; j++) this.#last[j] = qRad[j]!;
    return undefined;
  }

  /** The kernel says that capsules `a` and `b` are nearest at `qRad`, `nearestM` apart. */
  confirm(qRad: ArrayLike<number>, nearestM: number, a: number, b: number): MonitorFinding | undefined {
    if (this.#finding !== undefined) return this.#finding;
    const { agreementM } = this.#options;
    this.#opinion.look(qRad);
    const pairM = this.#opinion.pairM(a, b);
    const { selfM } = this.#opinion;
    if (Math.abs(pairM - nearestM) <= agreementM && selfM >= nearestM - agreementM) return undefined;
    return this.#found("channels_disagree", `the kernel finds ${nearestM} m between ${this.#pairName(a, b)}, the monitor ${pairM} m`, {
      pair: this.#pairName(a, b),
      kernelM: evidenceNumber(nearestM),
      monitorM: evidenceNumber(pairM),
      monitorNearest: this.#pairName(this.#opinion.selfA, this.#opinion.selfB),
      monitorNearestM: evidenceNumber(selfM),
    });
  }

  /** A pause: the last setpoint holds until `startMs`. */
  #hold(startMs: number): void {
    if (!(this.#path.endMs < startMs)) return;
    const held = new Float64Array(this.#isSlide.length);
    for (let j = 0; j < held.length; j++) {
      this.#path.rangeInto(j, startMs, startMs, this.#range);
      held[j] = this.#range[0]!;
    }
    this.#path.append(startMs, held, 0);
  }

  #wrongRow({ rows, width, periodMs }: Command, row: number, measuredRad: ArrayLike<number>): MonitorFinding | undefined {
    const { lowerRad, upperRad, maxVelocityRadPerS, jointNames } = this.#collision.robot;
    for (let j = 0; j < width; j++) {
      const q = rows[row * width + j]!;
      const joint = jointNames[j]!;
      if (!(Number.isFinite(q) && q >= lowerRad[j]! - rowPositionTolerance && q <= upperRad[j]! + rowPositionTolerance))
        return this.#found("channels_disagree", `the kernel passed joint '${joint}' at ${q} in row ${row}`, {
          joint,
          row,
          value: evidenceNumber(q),
        });
      // From the measured state to row 0 there is what tracking may lag.
      const allowed = maxVelocityRadPerS[j]! * (periodMs / 1000) * rowRateTolerance + (row === 0 ? this.#trackingError(j) : 0);
      const step = Math.abs(q - (row === 0 ? measuredRad[j]! : rows[(row - 1) * width + j]!));
      if (!(step <= allowed))
        return this.#found("channels_disagree", `the kernel passed a step of ${step} of joint '${joint}' in row ${row}, limit ${allowed}`, {
          joint,
          row,
          value: evidenceNumber(step),
          limit: evidenceNumber(allowed),
        });
    }
    if (!this.#options.everyRow && (row + 1) * width < rows.length) return undefined;
    this.#opinion.look(rows.subarray(row * width, (row + 1) * width));
    return this.#nearness("channels_disagree", `the kernel passed row ${row}, in which`, { row });
  }

  #wrongState(atMs: number, qRad: ArrayLike<number>): MonitorFinding | undefined {
    const { nJoints } = this.#collision.robot;
    if (!(Number.isFinite(atMs) && qRad.length === nJoints))
      return this.#found("measured_state", `${qRad.length} joints of ${nJoints} were measured at ${atMs} ms`, { joints: qRad.length });
    if (Number.isNaN(this.#lastMs)) return undefined;
    const gapMs = atMs - this.#lastMs;
    const moving = this.#lastMs < this.#path.endMs;
    if (gapMs >= 0 && (!moving || gapMs <= this.#options.maxGapMs)) return undefined;
    return this.#found("measured_state", `measured ${gapMs} ms after the last time`, { gapMs, maxGapMs: this.#options.maxGapMs });
  }

  #wrongJoint(atMs: number, qRad: ArrayLike<number>): MonitorFinding | undefined {
    const { lowerRad, upperRad, jointNames } = this.#collision.robot;
    const { positionToleranceRad, positionToleranceM } = this.#options;
    for (let j = 0; j < qRad.length; j++) {
      const q = qRad[j]!;
      const tolerance = this.#isSlide[j] === true ? positionToleranceM : positionToleranceRad;
      const joint = jointNames[j]!;
      if (!Number.isFinite(q))
        return this.#found("measured_state", `joint '${joint}' was measured at ${q}`, { joint, value: evidenceNumber(q) });
      if (!(q >= lowerRad[j]! - tolerance && q <= upperRad[j]! + tolerance))
        return this.#found("measured_position", `joint '${joint}' is at ${q}, beyond its limits`, {
          joint,
          value: q,
          lower: evidenceNumber(lowerRad[j]!),
          upper: evidenceNumber(upperRad[j]!),
          unit: this.#unit(j),
        });
      const found = this.#wrongRate(j, atMs, q) ?? this.#offPath(j, atMs, q);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #wrongRate(j: number, atMs: number, q: number): MonitorFinding | undefined {
    if (Number.isNaN(this.#lastMs)) return undefined;
    const { maxVelocityRadPerS, jointNames } = this.#collision.robot;
    const { rateTolerance, positionToleranceRad, positionToleranceM } = this.#options;
    const periodS = (atMs - this.#lastMs) / 1000;
    const noise = this.#isSlide[j] === true ? positionToleranceM : positionToleranceRad;
    const allowed = maxVelocityRadPerS[j]! * periodS * rateTolerance + noise;
    const step = Math.abs(q - this.#last[j]!);
    if (step <= allowed) return undefined;
    return this.#found("measured_rate", `joint '${jointNames[j]!}' moved ${step} ${this.#unit(j)} in ${periodS} s, limit ${allowed}`, {
      joint: jointNames[j]!,
      value: evidenceNumber(step),
      limit: evidenceNumber(allowed),
      periodS,
      unit: this.#unit(j),
    });
  }

  #offPath(j: number, atMs: number, q: number): MonitorFinding | undefined {
    if (this.#path.empty) return undefined;
    this.#path.rangeInto(j, atMs - this.#options.lagMs, atMs, this.#range);
    const low = this.#range[0]!;
    const high = this.#range[1]!;
    const allowed = this.#trackingError(j);
    if (q >= low - allowed && q <= high + allowed) return undefined;
    const joint = this.#collision.robot.jointNames[j]!;
    return this.#found("tracking_error", `joint '${joint}' is at ${q}, the vetted rows put it in [${low}, ${high}] ± ${allowed}`, {
      joint,
      value: q,
      low: evidenceNumber(low),
      high: evidenceNumber(high),
      limit: allowed,
      unit: this.#unit(j),
    });
  }

  #tooNear(qRad: ArrayLike<number>): MonitorFinding | undefined {
    this.#opinion.look(qRad);
    return this.#nearness("measured_collision", "measured:", {});
  }

  #nearness(cause: MonitorCause, where: string, more: JsonObject): MonitorFinding | undefined {
    const { selfMarginM, obstacleMarginM } = this.#options;
    const { selfM, selfA, selfB, obstacleM, capsule, obstacle } = this.#opinion;
    if (!(selfM > selfMarginM)) {
      const pair = this.#pairName(selfA, selfB);
      return this.#found(cause, `${where} ${pair} are ${selfM} m apart, limit ${selfMarginM} m`, {
        ...more,
        pair,
        distanceM: evidenceNumber(selfM),
        limitM: selfMarginM,
      });
    }
    if (obstacleM > obstacleMarginM) return undefined;
    const link = this.#linkName(capsule);
    return this.#found(cause, `${where} ${link} is ${obstacleM} m from obstacle ${obstacle}, limit ${obstacleMarginM} m`, {
      ...more,
      pair: `${link}|world_${obstacle}`,
      distanceM: evidenceNumber(obstacleM),
      limitM: obstacleMarginM,
    });
  }

  #trackingError(j: number): number {
    return this.#isSlide[j] === true ? this.#options.trackingErrorM : this.#options.trackingErrorRad;
  }

  #unit(j: number): "rad" | "m" {
    return this.#isSlide[j] === true ? "m" : "rad";
  }

  #pairName(a: number, b: number): string {
    return `${this.#linkName(a)}|${this.#linkName(b)}`;
  }

  #linkName(capsule: number): string {
    const link = this.#collision.linkOfCapsule[capsule];
    return (link === undefined ? undefined : this.#collision.robot.linkNames[link]) ?? `capsule ${capsule}`;
  }

  #found(cause: MonitorCause, reason: string, evidence: JsonObject): MonitorFinding {
    this.#finding = { cause, reason, evidence };
    return this.#finding;
  }
}
