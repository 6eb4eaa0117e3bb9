/**
 * A private buffer of numbers that can be read bit by bit: what is written to and read from a ring. Copies go over the 32-bit words,
 * because an engine may change the bits of a NaN that it copies as a number.
 * @module
 */
export interface WordRecord {
  /** Shape `[capacity]`. */
  readonly numbers: Float64Array;
  /** The same memory, shape `[2 × capacity]`. */
  readonly words: Int32Array;
  /** The same memory, shape `[8 × capacity]`. */
  readonly bytes: Uint8Array;
}

export function wordRecord(capacity: number): WordRecord {
  const numbers = new Float64Array(capacity);
  return { numbers, words: new Int32Array(numbers.buffer), bytes: new Uint8Array(numbers.buffer) };
}
