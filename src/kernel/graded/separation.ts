/**
 * Speed and separation monitoring: how far a human must be from a robot that moves at a speed, and how fast it may move at a
 * distance.
 *
 *     S_p = S_h + S_r + S_s + C + Z_d + Z_r                       ISO/TS 15066:2016, 5.5.4.2.3, formula (1)
 *
 * The terms and the constant-speed form as in Marvel and Norcross, "Implementing speed and separation monitoring in collaborative
 * robot workcells", Robotics and Computer-Integrated Manufacturing 44 (2017), doi:10.1016/j.rcim.2016.08.001. The robot is taken to
 * move straight at the human at the speed asked about through the whole reaction, then to brake at the least deceleration that is
 * guaranteed; the human to walk straight at the robot until it rests.
 * @module
 */

export interface SeparationParameters {
  /** Guaranteed deceleration of the robot's fastest point when it stops, m/s²; from the stop proof, never a data sheet's typical. */
  readonly decelerationMps2: number;
  /** C: how far a part of a body may reach in before it is sensed, m. ISO 13855 gives it per sensor; there is no default. */
  readonly intrusionM: number;
  /** Z_d: uncertainty of the human's measured position, m. */
  readonly humanUncertaintyM: number;
  /** Z_r: uncertainty of the robot's position, m. */
  readonly robotUncertaintyM: number;
  /** Speed of the human towards the robot, m/s; 1.6 m/s where it is not measured. */
  readonly humanSpeedMps?: number;
}

/** ISO 13855 walking speed, which ISO/TS 15066 assumes where the human's speed is not monitored. */
export const HUMAN_SPEED_MPS = 1.6;
/** Speeds are answered on this grid, rounded down: that makes "farther is never slower" exact. A power of two, m/s. */
export const SPEED_STEP_MPS = 1 / 65_536;
/** No answer is faster. */
export const MOST_SPEED_MPS = 100;
/** Rounding puts the root at most this many steps beside the answer. */
const stepsBeside = 3;

/** The terms of the last distance worked out, m. All NaN when an argument was NaN or negative. */
export class Separation {
  /** S_h */
  humanM = Number.NaN;
  /** S_r */
  reactionM = Number.NaN;
  /** S_s */
  stoppingM = Number.NaN;
  /** What `solve` goes by: the measured separation, m, and T_r, s. Fields, because a number handed to a function may be allocated. */
  separationM = Number.NaN;
  reactionS = Number.NaN;
  /** Speed of the robot towards the human that the terms are for, m/s: after `solve`, its answer. */
  speedMps = Number.NaN;
  /** C */
  readonly intrusionM: number;
  /** Z_d */
  readonly humanUncertaintyM: number;
  /** Z_r */
  readonly robotUncertaintyM: number;
  readonly humanSpeedMps: number;
  readonly decelerationMps2: number;
  #neededM = Number.NaN;

  /** NaN and negative numbers are kept as they are; every answer is then the strictest. */
  constructor(parameters: SeparationParameters) {
    this.intrusionM = parameters.intrusionM;
    this.humanUncertaintyM = parameters.humanUncertaintyM;
    this.robotUncertaintyM = parameters.robotUncertaintyM;
    this.humanSpeedMps = parameters.humanSpeedMps ?? HUMAN_SPEED_MPS;
    this.decelerationMps2 = parameters.decelerationMps2;
  }

  /** S_p at this speed of the robot towards the human, m; sets the terms. NaN for any NaN or negative number. */
  protectiveM(robotSpeedMps: number, reactionS: number): number {
    this.speedMps = robotSpeedMps;
    this.reactionS = reactionS;
    this.#workOut();
    return this.#neededM;
  }

  /** `solve`, with its answer. */
  largestSpeedMps(separationM: number, reactionS: number): number {
    this.separationM = separationM;
    this.reactionS = reactionS;
    this.solve();
    return this.speedMps;
  }

  /**
   * Sets `speedMps` to the largest speed on the grid whose S_p is within `separationM` with `reactionS`; 0 where even rest needs more, and
   * for NaN. The root of the quadratic v² / 2a + v (T_r + v_h / a) + rest = d says where to look; the formula itself decides. Sets
   * the terms for that speed.
   */
  solve(): void {
    const { separationM, reactionS } = this;
    this.speedMps = MOST_SPEED_MPS;
    if (this.#fits()) return;
    this.speedMps = 0;
    if (!this.#fits()) return;
    const spare = separationM - this.#neededM;
    const { decelerationMps2, humanSpeedMps } = this;
    const perSpeed = reactionS + humanSpeedMps / decelerationMps2;
    // The stable form of the root: no difference of nearly equal numbers.
    const root = (2 * spare) / (perSpeed + Math.sqrt(perSpeed * perSpeed + (2 * spare) / decelerationMps2));
    const steps = Math.floor((root >= 0 && root <= MOST_SPEED_MPS ? root : 0) / SPEED_STEP_MPS);
    // From just above, down to the first that fits.
    this.speedMps = (steps + stepsBeside) * SPEED_STEP_MPS;
    for (let i = 0; i < 2 * stepsBeside && this.speedMps > 0; i++) {
      if (this.#fits()) return;
      this.speedMps -= SPEED_STEP_MPS;
    }
    this.speedMps = 0;
    this.#workOut();
  }

  #fits(): boolean {
    this.#workOut();
    return this.#neededM <= this.separationM && this.#neededM < Infinity;
  }

  /** From `speedMps` and `reactionS`. */
  #workOut(): void {
    const { intrusionM, humanUncertaintyM, robotUncertaintyM, humanSpeedMps, decelerationMps2 } = this;
    const reactionS = this.reactionS;
    const sound =
      this.speedMps >= 0 &&
      reactionS >= 0 &&
      humanSpeedMps >= 0 &&
      decelerationMps2 > 0 &&
      intrusionM >= 0 &&
      humanUncertaintyM >= 0 &&
      robotUncertaintyM >= 0;
    const speed = sound ? this.speedMps : Number.NaN;
    this.humanM = humanSpeedMps * (reactionS + speed / decelerationMps2);
    this.reactionM = speed * reactionS;
    this.stoppingM = (speed * speed) / (2 * decelerationMps2);
    this.#neededM = this.humanM + this.reactionM + this.stoppingM + intrusionM + humanUncertaintyM + robotUncertaintyM;
  }
}
