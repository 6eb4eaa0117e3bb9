import { describe, expect, test } from "vitest";
import { Pcg64 } from "./pcg64.ts";

describe("PCG64", () => {
  test("safety-robot-model §8: the first two doubles of seed 20260610 are NumPy's", () => {
    const random = new Pcg64(20260610);
    expect([random.next(), random.next()]).toEqual([0.36162489253697905, 0.3047992946116589]);
  });

  // python3 -c "import numpy as np; g = np.random.default_rng(S); [g.random() for _ in range(1000)][-1]"
  test.for([
    [0, 0.6369616873214543],
    [1, 0.5118216247002567],
    [42, 0.7739560485559633],
  ])("NumPy's documented first double of seed %i", ([seed, first]) => {
    expect(new Pcg64(seed!).next()).toBe(first);
  });

  test("uniform is low + (high - low) times the double", () => {
    expect(new Pcg64(42).uniform(-1, 3)).toBe(-1 + 4 * 0.7739560485559633);
  });
});
