import { array, assert, constantFrom, double, integer, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { answerRing, requestRing } from "./channel-server.ts";
import { createChannelMemory, openChannelMemory, SLOT_HEAD_WORDS, WORD, type ChannelMemory } from "./memory.ts";
import { RING, type SlotRing } from "./slot-ring.ts";
import { wordRecord } from "./word-record.ts";

const seed = 20261121;
const shape = { nSlots: 4, maxNumbers: 16, maxJoints: 4 };

function rings(memory: ChannelMemory = createChannelMemory(shape)) {
  // Two views of the same ring, as two threads have them.
  return { memory, producer: requestRing(memory), consumer: requestRing(openChannelMemory(memory.buffer)) };
}

const out = wordRecord(64);
const taken = wordRecord(64);

function put(ring: SlotRing, ...values: number[]): number {
  out.numbers.set(values);
  return ring.put(out, values.length);
}

test("channel 1 any interleaving of puts and takes: everything arrives once, in order, bit for bit", () => {
  const word = oneof(double(), constantFrom(Number.NaN, -0, Infinity, 5e-324));
  const action = oneof(array(word, { maxLength: 40 }), constantFrom("take" as const));
  assert(
    property(array(action, { maxLength: 60 }), integer({ min: -5, max: 5 }), (actions, start) => {
      const { memory, producer, consumer } = rings();
      // Also across the place where the numbers wrap around.
      const first = start >= 0 ? start : 0x7fff_ffff + start;
      Atomics.store(memory.control, WORD.requestHead, first);
      Atomics.store(memory.control, WORD.requestTail, first);
      const model: number[][] = [];
      let number = first;
      for (const step of actions) {
        if (step !== "take") {
          const result = put(producer, ...step);
          expect(result).toBe(model.length < shape.nSlots ? RING.ok : RING.full);
          if (result === RING.ok) model.push(step);
          continue;
        }
        const expected = model.shift();
        expect(consumer.take(taken)).toBe(expected === undefined ? RING.empty : RING.ok);
        if (expected === undefined) continue;
        number = (number + 1) | 0;
        expect(consumer.number).toBe(number);
        expect([...taken.numbers.subarray(0, consumer.length)]).toEqual(expected);
      }
    }),
    { seed, numRuns: 500 },
  );
});

test("channel 2 any one changed bit of an entry is found, and the next entry still arrives", () => {
  const used = SLOT_HEAD_WORDS + 2 * 5;
  assert(
    property(
      integer({ min: 0, max: used - 1 }),
      integer({ min: 0, max: 31 }),
      array(double(), { minLength: 5, maxLength: 5 }),
      (word, bit, values) => {
        const { memory, producer, consumer } = rings();
        put(producer, ...values);
        put(producer, 7);
        const slot = new Int32Array(memory.buffer, memory.requestsAtByte);
        slot[word]! ^= 1 << bit;
        // Words 5 to 7 of the head are padding.
        const padding = word >= 5 && word < SLOT_HEAD_WORDS;
        expect(consumer.take(taken)).toBe(padding ? RING.ok : RING.corrupt);
        expect(consumer.take(taken)).toBe(RING.ok);
        expect([consumer.length, taken.numbers[0]]).toEqual([1, 7]);
        expect(consumer.take(taken)).toBe(RING.empty);
      },
    ),
    { seed, numRuns: 1000 },
  );
});

test("channel 2 words that changed places, an older entry in the slot, a write that had only begun or not yet ended", () => {
  const tear: readonly ((slot: Int32Array) => void)[] = [
    (slot) => ([slot[9], slot[11]] = [slot[11]!, slot[9]!]),
    (slot) => (slot[0] = 5),
    (slot) => (slot[4] = -3),
    (slot) => (slot[1] = 3),
    (slot) => (slot[1] = 1e9),
    (slot) => (slot[1] = -1),
  ];
  for (const spoil of tear) {
    const { memory, producer, consumer } = rings();
    put(producer, 1.5, 2.25);
    spoil(new Int32Array(memory.buffer, memory.requestsAtByte));
    expect(consumer.take(taken)).toBe(RING.corrupt);
    expect(consumer.length).toBe(0);
  }
});

test("channel 2 indices that contradict each other are told from a full and from an empty ring", () => {
  const { memory, producer, consumer } = rings();
  for (const head of [5, -1, 0x7fff_ffff, -0x8000_0000]) {
    Atomics.store(memory.control, WORD.requestHead, head);
    expect([producer.put(out, 1), consumer.take(taken)]).toEqual([RING.broken, RING.broken]);
  }
});

test("more numbers than a slot has are refused, and so is a length that is none", () => {
  const { producer, consumer, memory } = rings();
  for (const length of [1e6, -1, Number.NaN]) expect(producer.put(out, length)).toBe(RING.tooLong);
  expect(consumer.take(taken)).toBe(RING.empty);
  const answers = answerRing(memory);
  expect([answers.put(out, 2), consumer.take(taken), answers.take(taken), answers.length]).toEqual([RING.ok, RING.empty, RING.ok, 2]);
});

test("memory that no channel has is refused where it is made and where it is opened", () => {
  for (const wrong of [{ nSlots: 3 }, { nSlots: 0 }, { maxNumbers: 0.5 }, { maxJoints: Number.NaN }])
    expect(() => createChannelMemory({ ...shape, ...wrong })).toThrow(/no kernel channel/);
  expect(() => openChannelMemory(new SharedArrayBuffer(8))).toThrow(/8 bytes are no channel/);
  expect(() => openChannelMemory(new SharedArrayBuffer(8192))).toThrow(/no kernel channel/);
  const { buffer, control } = createChannelMemory(shape);
  control[WORD.nSlots] = 8;
  expect(() => openChannelMemory(buffer)).toThrow(/its own words say/);
  control[WORD.nSlots] = 4;
  control[WORD.magic] = 1;
  expect(() => openChannelMemory(buffer)).toThrow(/not made by createChannelMemory/);
});
