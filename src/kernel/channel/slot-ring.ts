/**
 * A ring of fixed slots in shared memory with one producer and one consumer, each in its own thread. Neither side waits for the
 * other, and neither allocates.
 *
 *     slot: │ begin │ length │ hash │ hash │ end │ … │ number 0 … length-1 │
 *
 * Entry n (1, 2, 3 …, modulo 2^32) lies in slot (n - 1) mod nSlots. The producer writes `begin`, the content and its hash, then `end`,
 * then moves the head; the consumer copies everything out before it looks at it, so that what was checked cannot change afterwards,
 * and takes it only when begin = n = end and the copy has the hash. A slot that fails is answered `corrupt` and passed over: the
 * order of the entries after it still holds.
 * @module
 */
import { hashWords } from "./content-hash.ts";
import { SLOT_HEAD_WORDS, type ChannelMemory } from "./memory.ts";
import type { WordRecord } from "./word-record.ts";

export const RING = {
  ok: 0,
  /** Nothing to take. */
  empty: 1,
  /** Every slot is taken. */
  full: 2,
  /** What was taken is not what was put in; the entry is used up. */
  corrupt: 3,
  /** More numbers than a slot has. */
  tooLong: 4,
  /** The indices of the ring contradict each other: nothing in it can be trusted any more. */
  broken: 5,
} as const;
export type RingResult = (typeof RING)[keyof typeof RING];

export interface RingPlace {
  readonly headWord: number;
  readonly tailWord: number;
  readonly atByte: number;
  /** Numbers in a slot. */
  readonly capacity: number;
}

export class SlotRing {
  readonly #control: Int32Array;
  readonly #slots: Int32Array;
  readonly #head: number;
  readonly #tail: number;
  readonly #nSlots: number;
  readonly #capacity: number;
  readonly #stride: number;
  readonly #lanes = new Int32Array(2);
  /** Numbers in the entry taken last. */
  length = 0;
  /** Number of the entry put or taken last, signed 32 bits. */
  number = 0;

  constructor(memory: ChannelMemory, { headWord, tailWord, atByte, capacity }: RingPlace) {
    this.#control = memory.control;
    this.#head = headWord;
    this.#tail = tailWord;
    this.#nSlots = memory.shape.nSlots;
    this.#capacity = capacity;
    this.#stride = SLOT_HEAD_WORDS + 2 * capacity;
    this.#slots = new Int32Array(memory.buffer, atByte, this.#stride * this.#nSlots);
  }

  /** The producer's half: the first `length` numbers of the record. */
  put(record: WordRecord, length: number): RingResult {
    if (!(length >= 0 && length <= this.#capacity)) return RING.tooLong;
    const head = Atomics.load(this.#control, this.#head);
    const used = (head - Atomics.load(this.#control, this.#tail)) | 0;
    if (used === this.#nSlots) return RING.full;
    if (!(used >= 0 && used < this.#nSlots)) return RING.broken;
    const number = (head + 1) | 0;
    const at = (head & (this.#nSlots - 1)) * this.#stride;
    const slots = this.#slots;
    Atomics.store(slots, at, number);
    const words = record.words;
    const from = at + SLOT_HEAD_WORDS;
    for (let i = 0; i < 2 * length; i++) slots[from + i] = words[i]!;
    hashWords(words, 0, 2 * length, number, this.#lanes);
    slots[at + 1] = length;
    slots[at + 2] = this.#lanes[0]!;
    slots[at + 3] = this.#lanes[1]!;
    Atomics.store(slots, at + 4, number);
    this.number = number;
    Atomics.store(this.#control, this.#head, number);
    Atomics.notify(this.#control, this.#head);
    return RING.ok;
  }

  /** The consumer's half: the next entry into `record`, whose length and number are then in this ring's fields. */
  take(record: WordRecord): RingResult {
    const tail = Atomics.load(this.#control, this.#tail);
    const waiting = (Atomics.load(this.#control, this.#head) - tail) | 0;
    if (waiting === 0) return RING.empty;
    if (!(waiting > 0 && waiting <= this.#nSlots)) return RING.broken;
    const number = (tail + 1) | 0;
    const at = (tail & (this.#nSlots - 1)) * this.#stride;
    this.number = number;
    this.length = 0;
    const sound = this.#copy(record, at, number);
    Atomics.store(this.#control, this.#tail, number);
    return sound ? RING.ok : RING.corrupt;
  }

  #copy({ words }: WordRecord, at: number, number: number): boolean {
    const slots = this.#slots;
    const end = Atomics.load(slots, at + 4);
    const length = slots[at + 1]!;
    if (!(length >= 0 && length <= this.#capacity && 2 * length <= words.length)) return false;
    const from = at + SLOT_HEAD_WORDS;
    for (let i = 0; i < 2 * length; i++) words[i] = slots[from + i]!;
    const first = slots[at + 2]!;
    const second = slots[at + 3]!;
    const begin = Atomics.load(slots, at);
    hashWords(words, 0, 2 * length, number, this.#lanes);
    if (!(begin === number && end === number && first === this.#lanes[0] && second === this.#lanes[1])) return false;
    this.length = length;
    return true;
  }
}
