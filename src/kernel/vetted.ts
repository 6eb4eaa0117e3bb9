/**
 * The mark on what the kernel passed. It cannot be forged by copying, and it is lost when the numbers change.
 * @module
 */
import type { Command, ControlMode, Vetted } from "./command.ts";

/** 64 KiB: larger ones come from the operating system page by page. */
const slabNumbers = 8192;

/** Copies of rows share buffers of this many numbers: a buffer for each chunk would cost several times what judging it does. */
class Slab {
  buffer = new Float64Array(slabNumbers);
  /** The last copy, from `start` to before `end`. */
  start = 0;
  end = 0;

  copy(rows: Float64Array): void {
    const n = rows.length;
    // Whoever holds rows may have taken their buffer away (`transfer`): it is empty then.
    if (this.end + n > this.buffer.length) {
      this.buffer = new Float64Array(Math.max(n, slabNumbers));
      this.end = 0;
    }
    this.start = this.end;
    this.end += n;
    this.buffer.set(rows, this.start);
  }

  viewOfCopy(rows: Float64Array): Float64Array {
    this.copy(rows);
    return this.buffer.subarray(this.start, this.end);
  }
}

const handedOut = new Slab();
/** A buffer of its own, because whoever holds the rows of one chunk holds their whole buffer. */
const keptBack = new Slab();

// Not methods: a command's `constructor` is in everybody's reach, and so would they be.
let mark: (copy: CommandCopy) => void;
let unmark: (value: object) => void;
let isIntact: (value: object) => boolean;
let stampOf: (value: object) => number;
let spend: (value: object) => void;

/** Commands marked so far in this thread, by all kernels. */
let marked = 0;

/** The kernel's own copy of a command. Nothing but this file can set its mark, and nothing else can have one. */
export class CommandCopy implements Command {
  readonly mode: ControlMode;
  /** A view; its buffer holds other chunks' rows as well. */
  readonly rows: Float64Array;
  readonly width: number;
  readonly periodMs: number;
  readonly seq: number;
  readonly basedOnSeq: number;
  readonly validUntilMs: number;
  readonly issuedMs: number | undefined;
  readonly observedAtMs: number | undefined;
  readonly validForMs: number | undefined;
  readonly epoch: number | undefined;
  readonly goal: string | undefined;
  readonly tick: number | undefined;
  readonly part: string | undefined;
  /** A view, as `rows` are. */
  readonly rowTimesMs: Float64Array | undefined;
  /** Holds what the rows said when they were judged, for a typed array cannot be frozen. Absent before that. */
  #judged: Float64Array | undefined = undefined;
  #judgedStart = 0;
  #judgedEnd = 0;
  #judgedTimes: Float64Array | undefined = undefined;
  /** How many commands were marked up to this one: what was vetted later has a larger number, whichever kernel did it. */
  #stamp = 0;
  #spent = false;

  /**
   * Reads every field once, so that what is judged is what is executed, whatever the object does afterwards.
   * @throws TypeError for row times that are no list of numbers, or of more than there are rows
   */
  constructor(command: Command) {
    this.mode = command.mode;
    this.rows = handedOut.viewOfCopy(command.rows);
    this.width = command.width;
    this.periodMs = command.periodMs;
    this.seq = command.seq;
    this.basedOnSeq = command.basedOnSeq;
    this.validUntilMs = command.validUntilMs;
    this.issuedMs = command.issuedMs;
    this.observedAtMs = command.observedAtMs;
    this.validForMs = command.validForMs;
    this.epoch = command.epoch;
    this.goal = command.goal;
    this.tick = command.tick;
    this.part = command.part;
    this.rowTimesMs = timesOf(command.rowTimesMs, this.rows.length);
    Object.freeze(this);
  }

  static {
    mark = (copy) => {
      keptBack.copy(copy.rows);
      copy.#judged = keptBack.buffer;
      copy.#judgedStart = keptBack.start;
      copy.#judgedEnd = keptBack.end;
      if (copy.rowTimesMs !== undefined) copy.#judgedTimes = keptBack.viewOfCopy(copy.rowTimesMs);
      marked += 1;
      copy.#stamp = marked;
    };
    isIntact = (value) => {
      if (!(#judged in value) || value.#judged === undefined) return false;
      const times = value.#judgedTimes;
      if (times !== undefined && !same(value.rowTimesMs!, times, 0, times.length)) return false;
      return same(value.rows, value.#judged, value.#judgedStart, value.#judgedEnd);
    };
    unmark = (value) => {
      if (#judged in value) value.#judged = undefined;
    };
    stampOf = (value) => (#stamp in value && !value.#spent ? value.#stamp : NaN);
    spend = (value) => {
      if (#spent in value) value.#spent = true;
    };
  }
}

/** Whether `now` still says what `judged` says from `start` to before `end`. */
function same(now: Float64Array, judged: Float64Array, start: number, end: number): boolean {
  if (now.length !== end - start) return false;
  for (let i = 0; i < now.length; i++) if (!(now[i] === judged[start + i])) return false;
  return true;
}

function timesOf(times: unknown, atMost: number): Float64Array | undefined {
  if (times === undefined) return undefined;
  if (!(ArrayBuffer.isView(times) && times instanceof Float64Array)) throw new TypeError("rowTimesMs must be a Float64Array");
  if (!(times.length <= atMost)) throw new TypeError(`${times.length} row times for ${atMost} numbers`);
  return handedOut.viewOfCopy(times);
}

/** Whether the kernel passed this very object and its rows are still those that were judged. Executed or not: see `CommandDoor`. */
export function isVetted(command: unknown): command is Vetted {
  return typeof command === "object" && command !== null && isIntact(command);
}

/** The place of a vetted command among all that were vetted in this thread, from 1; NaN once it was spent. */
export function vettedStamp(command: Vetted): number {
  return stampOf(command);
}

/** The stamp of the command vetted last, by any kernel of this thread; 0 before the first. */
export function lastVettedStamp(): number {
  return marked;
}

/** Uses a vetted command up. For `command-door.ts` alone: the folder's index does not export it. */
export function spendVetted(command: Vetted): void {
  spend(command);
}

/** Makes a copy a vetted command. For `kernel.ts` alone, which has judged it; the folder's index does not export it. */
export function markVetted(copy: CommandCopy): asserts copy is CommandCopy & Vetted {
  mark(copy);
}

/** Takes the mark off again: for a verdict that was asked for as a test and must not be executed. */
export function revokeVetted(command: object): void {
  unmark(command);
}
