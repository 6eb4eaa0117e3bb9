/**
 * The measured state as the judge sees it: one value and one stamp per joint, in memory that is used again.
 * @module
 */
const NOW = 0;
const CONTACT = 1;

export class StateFrame {
  /** Shape `[nJoints]` each: rad or m, rad/s or m/s, ms of the monotonic clock. NaN where a joint was never measured. */
  readonly measuredRad: Float64Array;
  readonly measuredRadPerS: Float64Array;
  readonly stampMs: Float64Array;
  /** How many joints the message held; another number than the robot has makes the whole state unusable. */
  count = 0;
  readonly #numbers = new Float64Array(2);

  constructor(nJoints: number) {
    this.measuredRad = new Float64Array(nJoints).fill(Number.NaN);
    this.measuredRadPerS = new Float64Array(nJoints).fill(Number.NaN);
    this.stampMs = new Float64Array(nJoints).fill(Number.NaN);
  }

  get nowMs(): number {
    return this.#numbers[NOW]!;
  }
  set nowMs(ms: number) {
    this.#numbers[NOW] = ms;
  }
  /** N; NaN where there is no sensor or it does not answer. */
  get contactForceN(): number {
    return this.#numbers[CONTACT]!;
  }
  set contactForceN(force: number) {
    this.#numbers[CONTACT] = force;
  }
}
