/**
 * The verdict as numbers, in one record that is written over by each chunk. Words are made from it elsewhere, when somebody asks.
 * @module
 */
import { code, codeMeanings, SEVERITY_PASS, severityOfCode, type CodeMeaning } from "./verdict-codes.ts";

/** No joint is meant. Compatible. */
export const NO_JOINT = 0xffff;
/** The measured state is meant, not a row. Compatible. */
export const MEASURED_ROW = 0xffff;

/** Where a finding lies: as measured, in a row, in a row predicted from others, on the way between two. */
export const PHASE_NONE = 0;
export const PHASE_MEASURED = 1;
export const PHASE_ROW = 2;
export const PHASE_PREDICTED = 3;
export const PHASE_SWEEP = 4;

/** What is left to the limit, per check, in the check's own unit; Infinity where the check did not run or has no limit. */
export const marginNames = ["position", "velocity", "torque", "jump", "rate", "accel", "jerk", "box", "speed", "step", "range"] as const;
export const MARGIN_POSITION = 0;
export const MARGIN_VELOCITY = 1;
export const MARGIN_TORQUE = 2;
export const MARGIN_JUMP = 3;
export const MARGIN_RATE = 4;
export const MARGIN_ACCEL = 5;
export const MARGIN_JERK = 6;
export const MARGIN_BOX = 7;
export const MARGIN_SPEED = 8;
export const MARGIN_STEP = 9;
export const MARGIN_RANGE = 10;

const VALUE = 0;
const LIMIT = 1;
const NEAREST = 2;
const DECIDED = 3;
const USED = 4;
const TICK = 5;
const SEQ = 6;

export class VerdictRecord {
  /** A number of `code`; 0 is a pass. */
  code: number = code.pass;
  /** Row of the order of checks (safety-kernel §4), 1 to 19. */
  step = 0;
  joint = NO_JOINT;
  row = MEASURED_ROW;
  phase = PHASE_NONE;
  mode = -1;
  epoch = 0;
  goal = 0;
  /** The chunk before which the goal ended: ten drops in a row. */
  starved = false;
  /** Whether the kernel is latched after this verdict. */
  latched = false;
  /** Capsules of the nearest pair, as the geometry numbers them; -1 where no geometry looked. */
  nearestA = -1;
  nearestB = -1;
  /** Shape `[marginNames]`. */
  readonly margins = new Float64Array(marginNames.length).fill(Infinity);
  // Doubles live in an array: a field that holds one may be boxed anew when it is written.
  readonly #numbers = new Float64Array(7);

  get value(): number {
    return this.#numbers[VALUE]!;
  }
  set value(value: number) {
    this.#numbers[VALUE] = value;
  }
  get limit(): number {
    return this.#numbers[LIMIT]!;
  }
  set limit(limit: number) {
    this.#numbers[LIMIT] = limit;
  }
  /** m; Infinity where no geometry looked. */
  get nearestM(): number {
    return this.#numbers[NEAREST]!;
  }
  set nearestM(distance: number) {
    this.#numbers[NEAREST] = distance;
  }
  get decidedMs(): number {
    return this.#numbers[DECIDED]!;
  }
  set decidedMs(ms: number) {
    this.#numbers[DECIDED] = ms;
  }
  get tick(): number {
    return this.#numbers[TICK]!;
  }
  set tick(tick: number) {
    this.#numbers[TICK] = tick;
  }
  get seq(): number {
    return this.#numbers[SEQ]!;
  }
  set seq(seq: number) {
    this.#numbers[SEQ] = seq;
  }
  /** Time the judgement took; 0 without a clock. */
  get usedUs(): number {
    return this.#numbers[USED]!;
  }
  set usedUs(us: number) {
    this.#numbers[USED] = us;
  }

  get meaning(): CodeMeaning {
    return codeMeanings[this.code]!;
  }
  get passed(): boolean {
    return severityOfCode[this.code] === SEVERITY_PASS;
  }

  clear(): void {
    this.code = code.pass;
    this.step = 0;
    this.joint = NO_JOINT;
    this.row = MEASURED_ROW;
    this.phase = PHASE_NONE;
    this.starved = false;
    this.nearestA = -1;
    this.nearestB = -1;
    this.value = 0;
    this.limit = 0;
    this.usedUs = 0;
    this.nearestM = Infinity;
    // A loop: a call of `fill` costs more than these few.
    const { margins } = this;
    for (let i = 0; i < margins.length; i++) margins[i] = Infinity;
  }

  /** For checks: notes what was found and answers the code, so that a check can `return record.found(…)`. */
  found(codeNumber: number, joint: number, row: number, value: number, limit: number): number {
    this.code = codeNumber;
    this.joint = joint;
    this.row = row;
    this.phase = row === MEASURED_ROW ? PHASE_MEASURED : PHASE_ROW;
    this.value = value;
    this.limit = limit;
    return codeNumber;
  }

  /** Keeps the smallest of a margin. */
  margin(index: number, left: number): void {
    if (left < this.margins[index]!) this.margins[index] = left;
  }
}
