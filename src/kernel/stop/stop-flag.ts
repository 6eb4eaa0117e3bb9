/**
 * The stop flag: a few words of memory that every thread shares and no queue can delay. Stopped means raised more often than cleared,
 * so a stop raised while another thread clears an older one is never lost.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";

const RAISED = 0;
const CLEARED = 1;
const EPOCH = 2;
const WORDS = 3;

/** Bytes of the memory a flag lives in. */
export const STOP_FLAG_BYTES = 4 * WORDS;

export class StopFlag {
  /** Hand it to other threads; a flag opened on it is the same flag. */
  readonly buffer: ArrayBufferLike;
  readonly #words: Int32Array;

  /**
   * Fresh memory is a raised flag; given memory is taken as it is.
   * @throws ClearanceError `shape.mismatch`
   */
  constructor(buffer?: ArrayBufferLike) {
    this.buffer = buffer ?? new SharedArrayBufferOrNot(STOP_FLAG_BYTES);
    if (this.buffer.byteLength !== STOP_FLAG_BYTES)
      throw new ClearanceError("shape.mismatch", `a stop flag has ${STOP_FLAG_BYTES} bytes`, {
        what: "bytes of the stop flag",
        expected: STOP_FLAG_BYTES,
        got: this.buffer.byteLength,
      });
    this.#words = new Int32Array(this.buffer);
    if (buffer === undefined) Atomics.store(this.#words, RAISED, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, RAISED) !== Atomics.load(this.#words, CLEARED);
  }

  /** Of the last stop, modulo 2³². */
  get epoch(): number {
    return Atomics.load(this.#words, EPOCH);
  }

  /** How often it was raised; what `clear` wants to know. */
  get raised(): number {
    return Atomics.load(this.#words, RAISED);
  }

  /** Any thread, any time. Returns the new count. */
  raise(epoch?: number): number {
    if (epoch !== undefined) Atomics.store(this.#words, EPOCH, epoch | 0);
    return (Atomics.add(this.#words, RAISED, 1) + 1) | 0;
  }

  /** Clears what was raised up to `raised`, and nothing that came after. Returns whether the flag is down now. */
  clear(raised: number): boolean {
    Atomics.store(this.#words, CLEARED, raised);
    return !this.stopped;
  }
}

/** Pages that are not isolated have no shared memory; there the flag is one thread's. */
const SharedArrayBufferOrNot: new (bytes: number) => ArrayBufferLike =
  typeof SharedArrayBuffer === "undefined" ? ArrayBuffer : SharedArrayBuffer;
