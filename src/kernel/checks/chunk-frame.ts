/**
 * One chunk as the judge sees it: numbers only, in memory that is used again for the next. A decoder fills it, from a `Command` or
 * from shared memory; the rows are the decoder's and are not copied here.
 * @module
 */
const PERIOD = 0;
const ISSUED = 1;
const OBSERVED = 2;
const VALID_FOR = 3;
const VALID_UNTIL = 4;
const SEQ = 5;
const BASED_ON = 6;
const N_DOF = 7;
const HORIZON = 8;
const TICK = 9;

const noRows = new Float64Array(0);

export class ChunkFrame {
  /** Wire number of the mode; any other number is an unknown mode. */
  mode = -1;
  /** Row-major; the first `flatLength` numbers count. */
  rows: Float64Array = noRows;
  flatLength = 0;
  /** ms after the chunk starts, the first `nRowTimes` numbers; 0 of them: every period. */
  rowTimesMs: Float64Array = noRows;
  nRowTimes = 0;
  /** Number of the part, from the kernel's list of parts; -1 for one it does not know. */
  part = 0;
  epoch = 0;
  /** The lease's number of the goal; 0 for none or another. */
  goal = 0;
  hasTick = false;
  readonly #numbers = new Float64Array(10);

  get periodMs(): number {
    return this.#numbers[PERIOD]!;
  }
  set periodMs(ms: number) {
    this.#numbers[PERIOD] = ms;
  }
  /** When the chunk was issued; Infinity where it does not say. */
  get issuedMs(): number {
    return this.#numbers[ISSUED]!;
  }
  set issuedMs(ms: number) {
    this.#numbers[ISSUED] = ms;
  }
  /** When what it answers was observed; Infinity where it does not say. */
  get observedAtMs(): number {
    return this.#numbers[OBSERVED]!;
  }
  set observedAtMs(ms: number) {
    this.#numbers[OBSERVED] = ms;
  }
  /** Infinity where it does not say. */
  get validForMs(): number {
    return this.#numbers[VALID_FOR]!;
  }
  set validForMs(ms: number) {
    this.#numbers[VALID_FOR] = ms;
  }
  get validUntilMs(): number {
    return this.#numbers[VALID_UNTIL]!;
  }
  set validUntilMs(ms: number) {
    this.#numbers[VALID_UNTIL] = ms;
  }
  get seq(): number {
    return this.#numbers[SEQ]!;
  }
  set seq(seq: number) {
    this.#numbers[SEQ] = seq;
  }
  get basedOnSeq(): number {
    return this.#numbers[BASED_ON]!;
  }
  set basedOnSeq(seq: number) {
    this.#numbers[BASED_ON] = seq;
  }
  /** Columns of a row, as the chunk claims. */
  get nDof(): number {
    return this.#numbers[N_DOF]!;
  }
  set nDof(columns: number) {
    this.#numbers[N_DOF] = columns;
  }
  /** Rows, as the chunk claims. */
  get horizon(): number {
    return this.#numbers[HORIZON]!;
  }
  set horizon(rows: number) {
    this.#numbers[HORIZON] = rows;
  }
  /** u32. */
  get tick(): number {
    return this.#numbers[TICK]!;
  }
  set tick(tick: number) {
    this.#numbers[TICK] = tick;
  }
}
