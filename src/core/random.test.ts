import fc from "fast-check";
import { expect, test } from "vitest";
import { uuidV4 } from "./ids.ts";
import { nearestName } from "./nearest.ts";
import { Random } from "./random.ts";

const draw = (random: Random, n = 8): number[] => Array.from({ length: n }, () => random.uint32());

test("one seed gives one sequence, another seed another", () => {
  expect(draw(new Random("pick"))).toEqual(draw(new Random("pick")));
  expect(draw(new Random("pick"))).not.toEqual(draw(new Random("place")));
  expect(draw(new Random(1))).not.toEqual(draw(new Random("1")));
  // Pinned: these numbers may never change, or recorded episodes no longer replay.
  expect(draw(new Random("clearance"), 3)).toMatchInlineSnapshot(`
    [
      3356133801,
      3837281572,
      514223443,
    ]
  `);
});

test("the generator is xoshiro128** (a second implementation, in bigints)", () => {
  const state = new Random("x").state();
  let [a, b, c, d] = state.words.map(BigInt) as [bigint, bigint, bigint, bigint];
  const mask = 0xffffffffn;
  const rotate = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & mask;
  const random = Random.fromState(state);
  for (let i = 0; i < 1_000; i++) {
    expect(BigInt(random.uint32())).toBe((rotate((b * 5n) & mask, 7n) * 9n) & mask);
    const t = (b << 9n) & mask;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11n);
  }
});

test("forks depend on the seed and the name, not on what was drawn", () => {
  const fresh = new Random("episode").fork("noise");
  const used = new Random("episode");
  draw(used, 100);
  expect(draw(used.fork("noise"))).toEqual(draw(fresh));
  expect(draw(used.fork("jitter"))).not.toEqual(draw(new Random("episode").fork("noise")));
  expect(draw(used.fork("a/b"))).not.toEqual(draw(used.fork("a").fork("b")));
  expect(draw(new Random("other").fork("noise"))).not.toEqual(draw(new Random("episode").fork("noise")));
});

test("state continues a stream, and its forks, exactly", () => {
  const random = new Random(42);
  draw(random, 17);
  const copy = Random.fromState(JSON.parse(JSON.stringify(random.state())));
  expect(draw(copy)).toEqual(draw(random));
  expect(draw(copy.fork("x"))).toEqual(draw(random.fork("x")));
});

test("impossible states and arguments are refused", () => {
  const { key } = new Random(0).state();
  expect(() => Random.fromState({ key, words: [0, 0, 0, 0] })).toThrowError(/not all 0/);
  expect(() => Random.fromState({ key, words: [1, 2, 3, 2 ** 32] })).toThrowError(/32 bits/);
  expect(() => Random.fromState({ key: "short", words: [1, 2, 3, 4] })).toThrowError(/64-digit/);
  expect(() => new Random(Number.NaN)).toThrowError(/^seed must be a finite number/);
  const random = new Random(0);
  for (const n of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) expect(() => random.integer(n)).toThrowError(/^n must be/);
  expect(() => random.uniform(1, 0)).toThrowError(/<= high/);
  expect(() => random.uniform(0, Infinity)).toThrowError(/^high/);
  expect(() => random.normal(0, -1)).toThrowError(/^std/);
  expect(() => random.normal(Number.NaN, 1)).toThrowError(/^mean/);
});

test("uniform numbers fill [0, 1) evenly", () => {
  const random = new Random("uniform");
  const n = 100_000;
  const bins = Array.from({ length: 100 }, () => 0);
  for (let i = 0; i < n; i++) {
    const x = random.next();
    bins[Math.floor(x * 100)]! += 1;
  }
  // Numbers outside [0, 1) would have made bins of their own.
  expect(Object.keys(bins)).toHaveLength(100);
  const chiSquare = bins.reduce((sum, count) => sum + (count - n / 100) ** 2 / (n / 100), 0);
  // 99 degrees of freedom: 148.2 is the 99.9 % quantile, 61.1 the 0.1 % one.
  expect(chiSquare).toBeGreaterThan(61.1);
  expect(chiSquare).toBeLessThan(148.2);
});

test("integers are without bias, also where n does not divide 2^32", () => {
  const random = new Random("integer");
  const n = 3 * 2 ** 30;
  let low = 0;
  for (let i = 0; i < 30_000; i++) if (random.integer(n) < 2 ** 30) low += 1;
  // Taking the remainder alone would put half of them here instead of a third.
  expect(Math.abs(low - 10_000)).toBeLessThan(400);
  expect(random.integer(1)).toBe(0);
});

test("normal numbers have the mean, the spread and the tails asked for", () => {
  const random = new Random("normal");
  const n = 100_000;
  let sum = 0;
  let squares = 0;
  let tail = 0;
  for (let i = 0; i < n; i++) {
    const x = random.normal(3, 2);
    sum += x;
    squares += (x - 3) * (x - 3);
    if (Math.abs(x - 3) > 4) tail += 1;
  }
  expect(sum / n).toBeCloseTo(3, 1);
  expect(squares / n).toBeCloseTo(4, 1);
  expect(tail / n).toBeCloseTo(0.0455, 2);
  expect(random.normal(5, 0)).toBe(5);
});

test("uniform stays within its bounds for any bounds", () => {
  const random = new Random("bounds");
  const bound = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(bound, bound, (a, b) => {
      const [low, high] = a <= b ? [a, b] : [b, a];
      const x = random.uniform(low, high);
      expect(x >= low && x <= high).toBe(true);
    }),
    { seed: 20261121 },
  );
});

test("uuids are version 4, variant 1, and repeat with the seed", () => {
  const random = new Random("ids");
  const ids = Array.from({ length: 200 }, () => uuidV4(random));
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(200);
  expect(uuidV4(new Random("ids"))).toBe(ids[0]);
});

test("nearestName suggests what was meant and nothing far-fetched", () => {
  const known = ["move_to", "move_relative", "pick", "place", "scan", "stop"];
  expect(["mvoe_to", "Move_To", "pik", "palce", "stp", "place"].map((word) => nearestName(word, known))).toEqual([
    "move_to",
    "move_to",
    "pick",
    "place",
    "stop",
    "place",
  ]);
  expect(["teleport", "", "xyz", "x".repeat(10_000)].map((word) => nearestName(word, known))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(nearestName("constructor", [])).toBeUndefined();
});
