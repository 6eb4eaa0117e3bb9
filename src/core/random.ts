/**
 * Seeded randomness: the same seed gives the same numbers on every engine. Streams fork by name, so adding one consumer shifts no
 * other. Generator: xoshiro128** (Blackman and Vigna, 2018), state taken from SHA-256 of the seed.
 * @module
 */
import { ClearanceError } from "./errors.ts";
import { log } from "./exponential.ts";
import { finiteNumber } from "./finite.ts";
import { sha256Hex } from "./sha256.ts";
import { cos } from "./trigonometry.ts";

/** Everything needed to continue a stream, and to fork it, exactly. Plain data. */
export interface RandomState {
  /** SHA-256 of the seed and of the names forked by, hex; the forks depend on it alone. */
  readonly key: string;
  /** Four words, 0 … 2^32 - 1, not all 0. */
  readonly words: readonly [number, number, number, number];
}

const TWO_POW_32 = 4_294_967_296;
const TWO_POW_53 = 9_007_199_254_740_992;
const TWO_PI = 6.283185307179586;

export class Random {
  /** Until the first number is drawn only the seed is kept: many streams are made for a case that never comes. */
  readonly #seed: number | string;
  #drawn: { readonly key: string; readonly words: Uint32Array } | undefined;

  /** Seeds 1 and "1" are different seeds. */
  constructor(seed: number | string) {
    if (typeof seed === "number") finiteNumber("seed", seed);
    this.#seed = seed;
  }

  get #stream(): { readonly key: string; readonly words: Uint32Array } {
    if (this.#drawn === undefined) {
      const key = sha256Hex(JSON.stringify(this.#seed));
      const words = Uint32Array.from([0, 8, 16, 24], (at) => Number.parseInt(key.slice(at, at + 8), 16));
      this.#drawn = { key, words };
    }
    return this.#drawn;
  }

  /** @throws ClearanceError `value.invalid` for a state no stream can be in. */
  static fromState(state: RandomState): Random {
    const { key, words } = state;
    const sound =
      /^[0-9a-f]{64}$/.test(key) &&
      words.length === 4 &&
      words.every((word) => Number.isInteger(word) && word >= 0 && word < TWO_POW_32) &&
      words.some((word) => word > 0);
    if (!sound) throw invalid("state", "must be a 64-digit key and four words of 32 bits, not all 0");
    const random = new Random(0);
    random.#drawn = { key, words: Uint32Array.from(words) };
    return random;
  }

  state(): RandomState {
    const { key, words } = this.#stream;
    const [a = 0, b = 0, c = 0, d = 0] = words;
    return { key, words: [a, b, c, d] };
  }

  /** An independent stream. Depends on this stream's seed and on the name, never on how many numbers were drawn. */
  fork(name: string): Random {
    return new Random(JSON.stringify([this.#stream.key, name]));
  }

  /** Integer in [0, 2^32). */
  uint32(): number {
    const s = this.#stream.words;
    const b = s[1]!;
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    s[2]! ^= s[0]!;
    s[3]! ^= b;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= b << 9;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  next(): number {
    const high = this.uint32() >>> 5;
    return (high * 67_108_864 + (this.uint32() >>> 6)) / TWO_POW_53;
  }

  /** Uniform integer in [0, n), without bias; n an integer in [1, 2^32]. */
  integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= TWO_POW_32)) throw invalid("n", `must be an integer in [1, 2^32], got ${n}`);
    const limit = TWO_POW_32 - (TWO_POW_32 % n);
    for (;;) {
      const drawn = this.uint32();
      if (drawn < limit) return drawn % n;
    }
  }

  /** Uniform in [low, high]; low <= high, both finite. */
  uniform(low: number, high: number): number {
    if (!(finiteNumber("low", low) <= finiteNumber("high", high))) throw invalid("low", `must be <= high, got ${low} > ${high}`);
    const t = this.next();
    return Math.min(high, low * (1 - t) + high * t);
  }

  /** Normally distributed (Box and Muller, 1958); two uniform numbers each, so streams stay in step. `std` >= 0. */
  normal(mean = 0, std = 1): number {
    finiteNumber("mean", mean);
    if (!(finiteNumber("std", std) >= 0)) throw invalid("std", `must be >= 0, got ${std}`);
    const radius = Math.sqrt(-2 * log(1 - this.next()));
    return mean + std * radius * cos(TWO_PI * this.next());
  }
}

function invalid(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
