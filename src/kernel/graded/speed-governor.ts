/**
 * How fast a chunk may be gone now: joins the distance to people and obstacles, the speed of contact that a body may take, and what
 * gates asked for, into one scale a row for `ChunkRetimer`. A scale never exceeds 1 nor what was asked for.
 *
 * A link's speed is bounded from above, whatever its direction: the sum over the joints of |step| × reach / period.
 * @module
 */
import { evidenceNumber, type JsonObject } from "../../core/json.ts";
import { Separation, type SeparationParameters } from "./separation.ts";

export interface GovernorOptions {
  /** Numbers in a row. */
  readonly width: number;
  /**
   * Shape `[nCapsules, width]`: how far a capsule can be from a joint's axis with its radius, m (`reachOfJoint` plus the radius),
   * 0 for a joint that does not carry it, 1 for a prismatic joint. One of the capsules must contain the tip.
   */
  readonly reachM: ArrayLike<number>;
  readonly separation: SeparationParameters;
  /** Greatest speed of contact, m/s, from `slowestContact`: permitted at any known distance. Absent: contact is not permitted. */
  readonly contactMps?: number;
  readonly maxRows?: number;
}

export interface GovernorRequest {
  /** As in `RetimeRequest`. */
  readonly rows: ArrayLike<number>;
  readonly nRows: number;
  readonly periodS: number;
  readonly start: ArrayLike<number>;
  /** From the robot to the nearest human, m, now. Infinity only where sensing is fresh and saw nobody; NaN or below 0 stops. */
  readonly humanM: number;
  /** The same per row of the path, shape `[nRows]`, where it is known; the smaller of the two counts. */
  readonly rowHumanM?: ArrayLike<number>;
  /**
   * From the robot to the nearest thing that does not move by itself, m, less the margin kept from it. Infinity leaves such things to
   * the swept proof, as a robot must that is to touch them; NaN stops.
   */
  readonly obstacleM: number;
  /** T_r, s: `LatencyMeter.reactionS()`, plus the age of the distances. */
  readonly reactionS: number;
  /** What the gates ask for, in [0, 1]; anything else is 0. */
  readonly requestedScale: number;
}

export const GOVERNED_BY_NOTHING = 0;
export const GOVERNED_BY_REQUEST = 1;
export const GOVERNED_BY_SEPARATION = 2;
export const GOVERNED_BY_CONTACT = 3;
export const GOVERNED_BY_OBSTACLE = 4;
/** A number that is NaN, negative, or of the wrong shape. */
export const GOVERNED_BY_FAULT = 5;
const governedWords = ["nothing", "requested scale", "speed and separation", "power and force", "obstacle", "invalid input"];

export class SpeedGovernor {
  /** Share of the asked speed at which the step into each row may go, in [0, 1]. Overwritten by each call. */
  readonly maxScale: Float64Array;
  /** The smallest of them, the row it is for, and what decided it: one of GOVERNED_BY_…. */
  scale = 0;
  row = -1;
  reason = GOVERNED_BY_FAULT;
  /** For that row: bound on the speed of the fastest capsule as asked, which capsule, and what each rule permits, m/s. */
  speedMps = Number.NaN;
  capsule = -1;
  separationMps = 0;
  obstacleMps = 0;
  permittedMps = 0;
  /** What the last call was given. */
  humanM = Number.NaN;
  obstacleM = Number.NaN;
  reactionS = Number.NaN;
  requestedScale = 0;
  readonly contactMps: number;
  /** Its terms are those of the deciding row's permitted speed. */
  readonly separation: Separation;
  readonly #still: Separation;
  readonly #width: number;
  readonly #nCapsules: number;
  readonly #reachM: Float64Array;
  readonly #nearM: Float64Array;
  #fastest = -1;
  #boundMps = Number.NaN;

  constructor(options: GovernorOptions) {
    const { width, reachM, separation, contactMps = 0, maxRows = 256 } = options;
    this.#width = width;
    this.#reachM = Float64Array.from(reachM);
    this.#nCapsules = Math.floor(reachM.length / width);
    this.maxScale = new Float64Array(maxRows);
    this.#nearM = new Float64Array(maxRows);
    this.contactMps = contactMps >= 0 && contactMps < Infinity ? contactMps : 0;
    this.separation = new Separation(separation);
    // What does not move by itself does not reach in, but the robot still needs its own way to stop.
    this.#still = new Separation({ ...separation, humanSpeedMps: 0, intrusionM: 0, humanUncertaintyM: 0 });
  }

  /** Fills `maxScale` and the record, and answers the reason. Whatever cannot be judged is GOVERNED_BY_FAULT or has a scale of 0. */
  judge(request: GovernorRequest): number {
    const { rows, nRows, periodS, humanM, obstacleM, reactionS, requestedScale } = request;
    this.humanM = humanM;
    this.obstacleM = obstacleM;
    this.reactionS = reactionS;
    this.requestedScale = requestedScale >= 0 && requestedScale <= 1 ? requestedScale : 0;
    this.#refuse();
    const { maxRows } = this;
    if (!(Number.isInteger(nRows) && nRows >= 1 && nRows <= maxRows && rows.length >= nRows * this.#width && periodS > 0))
      return GOVERNED_BY_FAULT;
    if (!(this.#nCapsules >= 1 && this.#nCapsules * this.#width === this.#reachM.length)) return GOVERNED_BY_FAULT;
    this.#nearest(request);
    this.#still.separationM = obstacleM;
    this.#still.reactionS = reactionS;
    this.#still.solve();
    this.separation.reactionS = reactionS;
    this.scale = Infinity;
    for (let row = 0; row < nRows; row++) this.#judgeRow(request, row);
    if (!(this.#nearM[this.row]! === this.#nearM[nRows - 1])) this.#solveAt(this.row);
    return this.reason;
  }

  get maxRows(): number {
    return this.maxScale.length;
  }

  #refuse(): void {
    this.maxScale.fill(0);
    this.scale = 0;
    this.row = -1;
    this.reason = GOVERNED_BY_FAULT;
    this.speedMps = Number.NaN;
    this.capsule = -1;
    this.separationMps = 0;
    this.obstacleMps = 0;
    this.permittedMps = 0;
  }

  #nearest({ nRows, humanM, rowHumanM }: GovernorRequest): void {
    for (let row = 0; row < nRows; row++) {
      const there = rowHumanM === undefined ? humanM : rowHumanM[row]!;
      // Math.min passes NaN on, and so does a row that is missing.
      this.#nearM[row] = Math.min(humanM, there);
    }
  }

  #solveAt(row: number): void {
    this.separation.separationM = this.#nearM[row]!;
    this.separation.solve();
  }

  #judgeRow(request: GovernorRequest, row: number): void {
    const near = this.#nearM[row]!;
    if (!(row > 0 && near === this.#nearM[row - 1])) this.#solveAt(row);
    const separationMps = this.separation.speedMps;
    const obstacleMps = this.#still.speedMps;
    const permitted = near >= 0 ? Math.min(Math.max(separationMps, this.contactMps), obstacleMps) : 0;
    this.#boundSpeed(request, row);
    const speed = this.#boundMps;
    const share = speed <= permitted ? 1 : permitted / speed;
    const scale = share <= this.requestedScale ? share : this.requestedScale;
    // NaN or an infinite speed bound ends here: neither is a share of anything.
    const sound = share > 0 || (share === 0 && speed < Infinity);
    this.maxScale[row] = sound ? scale : 0;
    if (!(this.maxScale[row]! < this.scale)) return;
    this.scale = this.maxScale[row]!;
    this.row = row;
    this.speedMps = speed;
    this.capsule = this.#fastest;
    this.separationMps = separationMps;
    this.obstacleMps = obstacleMps;
    this.permittedMps = permitted;
    this.reason = sound ? this.#reasonOf(share) : GOVERNED_BY_FAULT;
  }

  #reasonOf(share: number): number {
    if (this.requestedScale < 1 && this.requestedScale < share) return GOVERNED_BY_REQUEST;
    if (share >= 1) return GOVERNED_BY_NOTHING;
    if (this.permittedMps === this.obstacleMps && this.obstacleMps < Math.max(this.separationMps, this.contactMps))
      return GOVERNED_BY_OBSTACLE;
    return this.contactMps > this.separationMps ? GOVERNED_BY_CONTACT : GOVERNED_BY_SEPARATION;
  }

  /** NaN where a number of the motion is. */
  #boundSpeed({ rows, periodS, start }: GovernorRequest, row: number): void {
    const width = this.#width;
    let most = 0;
    this.#fastest = -1;
    for (let capsule = 0; capsule < this.#nCapsules; capsule++) {
      let moved = 0;
      for (let j = 0; j < width; j++) {
        const from = row === 0 ? start[j]! : rows[(row - 1) * width + j]!;
        const step = Math.abs(rows[row * width + j]! - from);
        if (!(step === 0)) moved += step * this.#reachM[capsule * width + j]!;
      }
      if (moved <= most) continue;
      most = moved;
      this.#fastest = capsule;
      if (!(most >= 0)) break;
    }
    this.#boundMps = most / periodS;
  }

  /** Evidence of the last call: every term with its unit. For records, outside the hot path. */
  evidence(capsuleNames: readonly string[] = []): JsonObject {
    const { separation } = this;
    return {
      reason: governedWords[this.reason] ?? "",
      scale: this.scale,
      row: this.row,
      capsule: capsuleNames[this.capsule] ?? this.capsule,
      speedMps: evidenceNumber(this.speedMps),
      permittedMps: evidenceNumber(this.permittedMps),
      requestedScale: this.requestedScale,
      separationMps: evidenceNumber(this.separationMps),
      contactMps: evidenceNumber(this.contactMps),
      obstacleMps: evidenceNumber(this.obstacleMps),
      humanM: evidenceNumber(this.humanM),
      obstacleM: evidenceNumber(this.obstacleM),
      reactionS: evidenceNumber(this.reactionS),
      S_h: evidenceNumber(separation.humanM),
      S_r: evidenceNumber(separation.reactionM),
      S_s: evidenceNumber(separation.stoppingM),
      C: evidenceNumber(separation.intrusionM),
      Z_d: evidenceNumber(separation.humanUncertaintyM),
      Z_r: evidenceNumber(separation.robotUncertaintyM),
      humanSpeedMps: evidenceNumber(separation.humanSpeedMps),
      decelerationMps2: evidenceNumber(separation.decelerationMps2),
    };
  }
}
