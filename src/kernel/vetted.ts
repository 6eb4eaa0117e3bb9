/**
 * The mark on what the kernel passed. It cannot be forged by copying, and it is lost when the numbers change.
 * @module
 */
import type { Command, ControlMode, Vetted } from "./command.ts";

const slabNumbers = 16_384;

/** Copies of rows share buffers of this many numbers: a buffer for each chunk would cost several times what judging it does. */
class Slab {
  #buffer = new Float64Array(slabNumbers);
  #used = 0;

  copyOf(rows: Float64Array): Float64Array {
    const n = rows.length;
    if (n > slabNumbers / 4) return new Float64Array(rows);
    if (this.#used + n > slabNumbers) {
      this.#buffer = new Float64Array(slabNumbers);
      this.#used = 0;
    }
    const copy = this.#buffer.subarray(this.#used, this.#used + n);
    this.#used += n;
    copy.set(rows);
    return copy;
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
  /** What the rows said when they were judged, for a typed array cannot be frozen. Absent before that. */
  #judged: Float64Array | undefined = undefined;
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
    this.rows = handedOut.copyOf(command.rows);
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
      copy.#judged = keptBack.copyOf(copy.rows);
      if (copy.rowTimesMs !== undefined) copy.#judgedTimes = keptBack.copyOf(copy.rowTimesMs);
      marked += 1;
      copy.#stamp = marked;
    };
    isIntact = (value) => {
      if (!(#judged in value) || value.#judged === undefined) return false;
      const times = value.#judgedTimes;
      return same(value.rows, value.#judged) && (times === undefined || same(value.rowTimesMs!, times));
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

function same(now: Float64Array, judged: Float64Array): boolean {
  if (now.length !== judged.length) return false;
  for (let i = 0; i < judged.length; i++) if (!(now[i] === judged[i])) return false;
  return true;
}

function timesOf(times: unknown, atMost: number): Float64Array | undefined {
  if (times === undefined) return undefined;
  if (!(ArrayBuffer.isView(times) && times instanceof Float64Array)) throw new TypeError("rowTimesMs must be a Float64Array");
  if (!(times.length <= atMost)) throw new TypeError(`${times.length} row times for ${atMost} numbers`);
  return handedOut.copyOf(times);
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
