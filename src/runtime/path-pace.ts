/**
 * The next rows of a planned motion under a limit on speed: the plan's own path, later. Every row is the plan at a plan time, plan
 * times never fall, and none advances by more than a period a period.
 *
 * Looked at is a window of the path ahead: what one chunk may cover, and room to stop behind it. `SpeedGovernor` says how fast each
 * row may be gone, `ChunkRetimer` how the robot gets there and that it can rest before the window ends. Of its answer one chunk is
 * sent, then everything is worked out again. When a person comes suddenly near, a limit may lie below the present speed; such rows
 * are let through as slow as braking allows, and whether braking is quick enough is then worked out for the real rows.
 * @module
 */
import { CANNOT_INVALID, CANNOT_STOP, ChunkRetimer } from "../kernel/graded/chunk-retimer.ts";
import type { SpeedGovernor } from "../kernel/graded/speed-governor.ts";
import { mostTravelM } from "../robot/link-reach.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import type { Trajectory } from "../robot/trajectory.ts";

export const PACE_AS_PLANNED = 0;
/** Rows of the plan, later. */
export const PACE_SLOWED = 1;
/** The robot rests and stays where it is: no rows. */
export const PACE_HELD = 2;
/** The robot moves and can neither go on nor come to rest on the path in time. */
export const PACE_CANNOT = 3;

/** Slower than this share of the plan's pace the robot rests; it goes on from the larger one, so that it does not twitch. */
const leastPace = 0.02;
const restartPace = 0.05;
/** As good as rest. */
const restPace = 1e-6;
/** Below this, and to brake, the window is sampled more densely: the path is known where the robot is about to stop. */
const densePace = 0.5;
/** Rows between samples of the plan differ from the samples' straight connection by a period's worth of acceleration. */
const capMargin = 0.98;
/** Of a period's change of pace, what the first may be: all, but for rounding. */
const startShare = 0.999;
const maxStretch = 1 / leastPace;

export interface PathPaceOptions {
  readonly robot: RobotModel;
  readonly periodMs: number;
  readonly rowsPerChunk: number;
  /** Factor on the robot's accelerations that plans use, (0, 1]; the rest, at least a quarter and at most half, is for changes of pace. */
  readonly accelerationScale: number;
}

export interface PaceLimits {
  readonly governor: SpeedGovernor;
  /** Shape `[nCapsules, nJoints]`, the governor's. */
  readonly reachM: Float64Array;
  /** As `GovernorRequest`. */
  readonly humanM: number;
  readonly reactionS: number;
  /** From the look at the people until these rows begin, s. */
  readonly lateS: number;
}

export class PathPace {
  /** Shape `[count, nJoints]`, of the last `next` that answered PACE_SLOWED. */
  readonly rows: Float64Array;
  count = 0;
  /** Plan time behind the last row, ms. */
  untilMs = 0;
  /** Plan time in the last period over the period: 0 rests, 1 goes as planned. */
  pace = 0;
  /** The retimer's last code; CANNOT_STOP also for braking that is too slow. */
  retimed = 0;
  /** What the check of braking found: the way to the person that stopping would take, m. */
  neededM = Number.NaN;
  readonly #width: number;
  readonly #periodMs: number;
  readonly #rowsPerChunk: number;
  readonly #window: number;
  readonly #retimer: ChunkRetimer;
  readonly #path: Float64Array;
  readonly #cap: Float64Array;
  readonly #startVelocity: Float64Array;
  readonly #acceleration: Float64Array;
  readonly #unlimited: Float64Array;
  readonly #negative: Float64Array;
  readonly #robotAcceleration: Float64Array;
  readonly #robotVelocity: Float64Array;
  readonly #rest: Float64Array;
  readonly #rampShare: number;
  readonly #square: Float64Array;
  readonly #before: Float64Array;
  #held = false;
  #fastestOf: Trajectory | undefined;
  #fastestMps = Infinity;

  constructor({ robot, periodMs, rowsPerChunk, accelerationScale }: PathPaceOptions) {
    const width = robot.nJoints;
    this.#width = width;
    this.#periodMs = periodMs;
    this.#rowsPerChunk = rowsPerChunk;
    // Plans use `accelerationScale` of what the robot has; the pace changes on the rest, or on a quarter where there is less.
    this.#rampShare = Math.min(0.5, Math.max(0.25, 1 - accelerationScale));
    this.#robotVelocity = robot.maxVelocityRadPerS;
    this.#rest = new Float64Array(width);
    this.#robotAcceleration = robot.maxAccelerationRadPerS2;
    this.#window = windowRows(robot, periodMs, rowsPerChunk, this.#rampShare);
    this.#square = new Float64Array(this.#window + 1);
    this.#retimer = new ChunkRetimer(width, 3 * this.#window + 256, maxStretch);
    this.rows = new Float64Array(rowsPerChunk * width);
    this.#path = new Float64Array((this.#window + 1) * width);
    this.#cap = new Float64Array(this.#window);
    this.#startVelocity = new Float64Array(width);
    this.#acceleration = new Float64Array(width);
    this.#unlimited = new Float64Array(width).fill(Infinity);
    this.#negative = new Float64Array(width).fill(-Infinity);
    this.#before = new Float64Array(width);
  }

  /** Most rows of a window: what the governor must be able to take. */
  get windowRows(): number {
    return this.#window;
  }

  /** A motion begins from rest. */
  begin(): void {
    this.pace = 0;
    this.#held = false;
  }

  /** The chunk goes as planned. */
  asPlanned(): void {
    this.pace = 1;
    this.#held = false;
  }

  /** Whether the plan's own rows may be what comes next: at its beginning, or at its full pace. */
  onPlan(fromMs: number): boolean {
    return !this.#held && (fromMs === 0 || this.pace >= 1 - 1e-9);
  }

  next(trajectory: Trajectory, fromMs: number, limits: PaceLimits): number {
    const { governor } = limits;
    this.count = 0;
    this.untilMs = fromMs;
    this.retimed = 0;
    this.neededM = Number.NaN;
    if (this.onPlan(fromMs) && this.#farAway(trajectory, limits)) return PACE_AS_PLANNED;
    let n = this.#judge(trajectory, fromMs, 1, limits);
    if (governor.scale >= 1 && this.onPlan(fromMs)) return PACE_AS_PLANNED;
    let most = 0;
    for (let i = 0; i < Math.min(n, this.#rowsPerChunk); i++) most = Math.max(most, capOf(governor.maxScale[i]!));
    const stopping = !(most >= (this.#held ? restartPace : leastPace));
    if (stopping && this.pace === 0) return this.#hold();
    let scale = stopping ? this.pace : Math.max(this.pace, most);
    if (stopping || most < this.pace || scale < densePace) n = this.#judge(trajectory, fromMs, scale, limits);
    else scale = 1;
    this.#bound(n, scale);
    n = this.#aim(n, scale, stopping, governor);
    if (!this.#retime(n, scale)) return this.pace === 0 ? this.#hold() : PACE_CANNOT;
    this.#place(trajectory, fromMs, scale, n);
    if (!this.#brakesInTime(trajectory, fromMs, limits)) return PACE_CANNOT;
    this.#held = this.pace === 0 && this.untilMs < trajectory.durationMs;
    return PACE_SLOWED;
  }

  #hold(): number {
    this.pace = 0;
    this.#held = true;
    return PACE_HELD;
  }

  /** Whether the whole motion, at its fastest, is slow enough for the distance there is: the usual case, told without looking ahead. */
  #farAway(trajectory: Trajectory, { governor, reachM, humanM, reactionS }: PaceLimits): boolean {
    const permittedMps = humanM >= 0 ? governor.separation.largestSpeedMps(humanM, reactionS) * capMargin : 0;
    const robotMps = mostTravelM(reachM, this.#width, this.#rest, 0, this.#robotVelocity, 0);
    if (robotMps <= permittedMps) return true;
    if (this.#fastestOf !== trajectory) {
      this.#fastestOf = trajectory;
      this.#fastestMps = this.#fastest(trajectory, reachM);
    }
    return this.#fastestMps <= permittedMps;
  }

  /** Bound on the speed of any link in any period of a motion, m/s. */
  #fastest(trajectory: Trajectory, reachM: Float64Array): number {
    const width = this.#width;
    const periodMs = this.#periodMs;
    let mostM = 0;
    for (let fromMs = 0; fromMs < trajectory.durationMs; fromMs += this.#window * periodMs) {
      const n = Math.min(this.#window, Math.ceil((trajectory.durationMs - fromMs) / periodMs));
      trajectory.sampleRowsInto(fromMs, periodMs, n + 1, this.#path);
      for (let i = 0; i < n; i++) {
        const movedM = mostTravelM(reachM, width, this.#path, i * width, this.#path, (i + 1) * width);
        if (!(movedM <= mostM)) mostM = movedM;
      }
    }
    return (mostM / periodMs) * 1000;
  }

  /** The plan ahead, a sample each `scale` periods, and the governor's answer for it as if gone at `scale`. Answers its rows. */
  #judge(trajectory: Trajectory, fromMs: number, scale: number, { governor, humanM, reactionS }: PaceLimits): number {
    const width = this.#width;
    const spacingMs = this.#periodMs * scale;
    const n = Math.min(this.#window, Math.max(1, Math.ceil((trajectory.durationMs - fromMs) / spacingMs - 1e-9)));
    trajectory.sampleInto(fromMs, this.#path);
    trajectory.sampleRowsInto(fromMs + spacingMs, spacingMs, n, this.#path, width);
    governor.judge({
      rows: this.#path.subarray(width),
      nRows: n,
      periodS: this.#periodMs / 1000,
      start: this.#path,
      humanM,
      // What stands still is the swept proof's business: a robot that must touch things comes near them.
      obstacleM: Infinity,
      reactionS,
      requestedScale: 1,
    });
    return n;
  }

  /** What the retimer holds the rows against: accelerations, the plan's own among them where its path bends, and the last velocity. */
  #bound(n: number, scale: number): void {
    const width = this.#width;
    const periodS = this.#periodMs / 1000;
    for (let j = 0; j < width; j++) {
      let sharpest = 0;
      for (let i = 1; i < n; i++) {
        const at = i * width + j;
        sharpest = Math.max(sharpest, Math.abs(this.#path[at + width]! - 2 * this.#path[at]! + this.#path[at - width]!));
      }
      this.#acceleration[j] = Math.max(this.#robotAcceleration[j]!, (2 * sharpest) / (periodS * periodS));
      // Along the path, whatever way the robot came: the velocity of the last row.
      this.#startVelocity[j] = ((this.pace / scale) * (this.#path[width + j]! - this.#path[j]!)) / periodS;
    }
  }

  /**
   * The pace that is aimed at, as caps for the retimer: within the governor's, changing only as much as the robot's share for it
   * allows, at rest behind the window, and never below what braking from the present pace reaches. Answers how many rows of the
   * window are worth looking at. In squares of the pace, which ramps change evenly along the path; a step's cap is the pace at its
   * end, so that the pace changes in the very first period.
   */
  #aim(nRows: number, scale: number, stopping: boolean, governor: SpeedGovernor): number {
    const square = this.#square;
    const wanted = (i: number): number => {
      const cap = stopping ? 0 : capOf(governor.maxScale[i]!);
      return cap >= leastPace ? cap : 0;
    };
    const pace = Math.min(1, this.pace / scale);
    const n = this.#worth(nRows, pace, wanted);
    square[n] = 0;
    for (let i = n - 1; i >= 0; i--) {
      const cap = Math.min(wanted(i), i > 0 ? wanted(i - 1) : 1);
      square[i] = Math.min(cap * cap, square[i + 1]! + 2 * this.#ramp(i));
    }
    // Braking ends exactly with a row, as hard as it can: what a last row had left would take it for ever.
    const whole = this.#brakingOver(n, pace);
    let braked = pace * pace;
    square[0] = braked;
    for (let i = 0; i < n; i++) {
      const ramp = 2 * this.#ramp(i);
      braked = i + 1 < whole.rows ? braked - ramp * whole.share : 0;
      square[i + 1] = Math.min(Math.max(square[i + 1]!, braked), square[i]! + ramp);
      this.#cap[i] = Math.min(1, Math.sqrt(square[i + 1]! > 0 ? square[i + 1]! : square[i]!) * (1 + 1e-9));
    }
    this.#cap[0] = Math.max(this.#cap[0]!, pace - startShare * this.#ramp(0));
    return n;
  }

  /** Rows until rest, and the share of the ramps that takes; more rows than there are where the window ends before. */
  #brakingOver(n: number, pace: number): { readonly rows: number; readonly share: number } {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += 2 * this.#ramp(i);
      if (sum >= pace * pace) return { rows: i + 1, share: (pace * pace) / sum };
    }
    return { rows: n + 1, share: 1 };
  }

  /** Rows that can be gone in the time of a window: a slow row takes the time of many. Braking takes the rows it takes. */
  #worth(nRows: number, pace: number, wanted: (i: number) => number): number {
    let periods = 0;
    let braked = pace * pace;
    for (let i = 0; i < nRows; i++) {
      periods += 1 / Math.max(leastPace, wanted(i), Math.sqrt(braked));
      if (periods > this.#window && i > 1) return i;
      braked = Math.max(0, braked - 2 * this.#ramp(i));
    }
    return nRows;
  }

  /** Most that the pace may change in a period within one step. */
  #ramp(i: number): number {
    const width = this.#width;
    const periodS = this.#periodMs / 1000;
    let least = 1;
    for (let j = 0; j < width; j++) {
      const step = Math.abs(this.#path[(i + 1) * width + j]! - this.#path[i * width + j]!);
      if (step > 0) least = Math.min(least, (this.#robotAcceleration[j]! * this.#rampShare * periodS * periodS) / step);
    }
    return least;
  }

  #retime(n: number, scale: number): boolean {
    const width = this.#width;
    this.retimed = this.#retimer.retime({
      rows: this.#path.subarray(width),
      nRows: n,
      periodS: this.#periodMs / 1000,
      start: this.#path,
      startVelocity: this.#startVelocity,
      // Speed and range are the plan's and the kernel's: nothing here is ever faster than the plan, or beside its path.
      limits: { lower: this.#negative, upper: this.#unlimited, velocity: this.#unlimited, acceleration: this.#acceleration },
      maxScale: this.#cap,
      endAtRest: true,
    });
    return this.retimed < CANNOT_INVALID && scale > 0;
  }

  /** The plan at the retimer's plan times, one chunk of them. What is left of a chunk after the robot came to rest, it rests. */
  #place(trajectory: Trajectory, fromMs: number, scale: number, n: number): void {
    const { coveredAt, nRows } = this.#retimer;
    const spacingMs = this.#periodMs * scale;
    const { durationMs } = trajectory;
    const moving = Math.min(nRows, this.#rowsPerChunk);
    let untilMs = fromMs;
    let lastMs = fromMs;
    for (let k = 0; k < moving; k++) {
      lastMs = untilMs;
      const atEnd = coveredAt[k]! >= n && fromMs + n * spacingMs >= durationMs - 1e-9 * spacingMs;
      untilMs = atEnd ? durationMs : Math.min(durationMs, fromMs + coveredAt[k]! * spacingMs);
      trajectory.sampleInto(untilMs, this.rows, k * this.#width);
    }
    this.untilMs = untilMs;
    const pace = Math.min(1, (untilMs - lastMs) / this.#periodMs);
    this.pace = nRows > this.#rowsPerChunk && pace > restPace ? pace : 0;
    this.count = moving;
    if (untilMs >= durationMs) return;
    for (; this.count < this.#rowsPerChunk; this.count++) trajectory.sampleInto(untilMs, this.rows, this.count * this.#width);
  }

  /**
   * Whether these rows, and braking from the last of them, keep the protective distance to a person who walks on meanwhile: asked
   * where any of them is faster than permitted now, and worked out for them instead of for a constant speed.
   */
  #brakesInTime(trajectory: Trajectory, fromMs: number, limits: PaceLimits): boolean {
    const { governor, reachM, humanM, reactionS, lateS } = limits;
    const { separation, contactMps } = governor;
    const periodS = this.#periodMs / 1000;
    const width = this.#width;
    const permittedMps = humanM >= 0 ? Math.max(separation.largestSpeedMps(humanM, reactionS), contactMps) : 0;
    trajectory.sampleInto(fromMs, this.#before);
    let wayM = 0;
    let lastMps = 0;
    let slowEnough = true;
    for (let k = 0; k < this.count; k++) {
      const from = k === 0 ? this.#before : this.rows;
      const movedM = mostTravelM(reachM, width, from, k === 0 ? 0 : (k - 1) * width, this.rows, k * width);
      wayM += movedM;
      lastMps = movedM / periodS;
      if (!(lastMps <= permittedMps)) slowEnough = false;
    }
    if (slowEnough) return true;
    const { humanSpeedMps, decelerationMps2, intrusionM, humanUncertaintyM, robotUncertaintyM } = separation;
    const stopS = lastMps / decelerationMps2;
    wayM += (lastMps * stopS) / 2 + humanSpeedMps * (lateS + this.count * periodS + stopS);
    this.neededM = wayM + intrusionM + humanUncertaintyM + robotUncertaintyM;
    // Where nothing is known of people, braking along the path is as good as anything, and ends in rest.
    if (this.neededM <= humanM || Number.isNaN(humanM)) return true;
    this.retimed = CANNOT_STOP;
    return false;
  }
}

function capOf(maxScale: number): number {
  return maxScale >= 1 ? 1 : maxScale * capMargin;
}

/** Rows of one chunk, and of braking from full speed. */
function windowRows(robot: RobotModel, periodMs: number, rowsPerChunk: number, rampShare: number): number {
  let brakeS = 0;
  for (let j = 0; j < robot.nJoints; j++) {
    const s = robot.maxVelocityRadPerS[j]! / (robot.maxAccelerationRadPerS2[j]! * rampShare);
    if (s < Infinity) brakeS = Math.max(brakeS, s);
  }
  return Math.min(4000, rowsPerChunk + Math.ceil((brakeS * 1000) / periodMs) + 2);
}
