/**
 * PCG64 as NumPy seeds and draws it, bit for bit: `numpy.random.Generator(numpy.random.PCG64(seed))`. For results that tools in
 * Python reproduce; everything else uses `Random`.
 *
 * O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014 (XSL RR
 * 128/64); the seeding is O'Neill's `seed_seq_fe` as in numpy/random/bit_generator.pyx.
 * @module
 */
const mask32 = 0xffff_ffffn;
const mask64 = (1n << 64n) - 1n;
const mask128 = (1n << 128n) - 1n;
const multiplier = (2549297995355413924n << 64n) | 4865540595714422341n;
const poolSize = 4;

export class Pcg64 {
  #state: bigint;
  readonly #increment: bigint;

  /** `seed`: a whole number of 0 or more, below 2^53. */
  constructor(seed: number) {
    const words = seedWords(seed);
    const word = (k: number): bigint => (BigInt(words[2 * k + 1]!) << 32n) | BigInt(words[2 * k]!);
    this.#increment = ((((word(2) << 64n) | word(3)) << 1n) | 1n) & mask128;
    this.#state = (this.#increment + ((word(0) << 64n) | word(1))) & mask128;
    this.#step();
  }

  /** Uniform in [0, 1) with 53 random bits. */
  next(): number {
    this.#step();
    const folded = ((this.#state >> 64n) ^ this.#state) & mask64;
    const turn = this.#state >> 122n;
    const word = ((folded >> turn) | (folded << ((64n - turn) & 63n))) & mask64;
    return Number(word >> 11n) / 9_007_199_254_740_992;
  }

  /** Uniform in [low, high), as `Generator.uniform`. */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  #step(): void {
    this.#state = (this.#state * multiplier + this.#increment) & mask128;
  }
}

/** NumPy's `SeedSequence(seed).generate_state(8)`. */
function seedWords(seed: number): Uint32Array {
  const entropy: number[] = [];
  for (let rest = BigInt(seed); rest > 0n || entropy.length === 0; rest >>= 32n) entropy.push(Number(rest & mask32));
  let constant = 0x43b0d7e5;
  const hashed = (value: number): number => {
    const mixed = (value ^ constant) >>> 0;
    constant = Math.imul(constant, 0x931e8875) >>> 0;
    const product = Math.imul(mixed, constant) >>> 0;
    return (product ^ (product >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const result = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (result ^ (result >>> 16)) >>> 0;
  };
  const pool = Uint32Array.from({ length: poolSize }, (_, k) => hashed(entropy[k] ?? 0));
  for (let from = 0; from < poolSize; from++)
    for (let to = 0; to < poolSize; to++) if (from !== to) pool[to] = mix(pool[to]!, hashed(pool[from]!));
  for (const word of entropy.slice(poolSize)) for (let to = 0; to < poolSize; to++) pool[to] = mix(pool[to]!, hashed(word));

  let outer = 0x8b51f9dd;
  return Uint32Array.from({ length: 8 }, (_, k) => {
    const mixed = (pool[k % poolSize]! ^ outer) >>> 0;
    outer = Math.imul(outer, 0x58f38ded) >>> 0;
    const product = Math.imul(mixed, outer) >>> 0;
    return (product ^ (product >>> 16)) >>> 0;
  });
}
