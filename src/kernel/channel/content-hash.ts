/**
 * A 64-bit hash of numbers, bit by bit, in two lanes of 32. Not for adversaries: it finds what a bug, a torn write or a flipped bit
 * did. Each step is a bijection of the lane for a given word and of the word for a given lane, so a change within one 32-bit word
 * is always found, and any other with probability 1 - 2^-64.
 * @module
 */

/** Both lanes of the hash computed last; kept by the caller, so that nothing is allocated. */
export type HashLanes = Int32Array;

const firstMultiplier = 0x85ebca6b;
const secondMultiplier = 0xc2b2ae35;

/** Hash of `words[from … to)` begun with `seed`, into `lanes[0]` and `lanes[1]`. */
export function hashWords(words: Int32Array, from: number, to: number, seed: number, lanes: HashLanes): void {
  let a = seed ^ 0x9e3779b9;
  let b = Math.imul(seed, 0x27d4eb2f) ^ 0x165667b1;
  for (let i = from; i < to; i++) {
    const word = words[i]!;
    a = Math.imul(a ^ word, firstMultiplier);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, secondMultiplier);
    b ^= b >>> 13;
  }
  lanes[0] = finished(a ^ (to - from));
  lanes[1] = finished(b ^ (to - from));
}

function finished(lane: number): number {
  let h = lane;
  h = Math.imul(h ^ (h >>> 16), firstMultiplier);
  h = Math.imul(h ^ (h >>> 13), secondMultiplier);
  return h ^ (h >>> 16);
}
