import fc from "fast-check";
import { expect, test } from "vitest";
import { SoundClock } from "./sound-clock.ts";

const showing = (...times: number[]) =>
  new SoundClock({ kind: "simulated", epochNs: 0n, nowMs: () => times.shift() ?? 0, sleepUntil: () => undefined });

test("a sound clock is shown as it is", () => {
  const clock = showing(0, 5, 5, 7.25);
  expect([clock.nowMs(), clock.nowMs(), clock.nowMs(), clock.nowMs()]).toEqual([0, 5, 5, 7.25]);
  expect(clock.problem).toBeUndefined();
});

test.for([[Number.NaN], [Infinity], [-Infinity], [3]])(
  "after 5 ms, %d ms is remembered as a problem, and time stands still",
  ([odd = 0]) => {
    const clock = showing(5, odd, 6);
    clock.nowMs();
    expect(clock.nowMs()).toBe(5);
    expect(clock.problem).toBe(`the clock shows ${odd} ms after 5 ms`);
    expect(clock.nowMs()).toBe(6);
    expect(clock.problem).toBeDefined();
  },
);

test("the first problem is the one that is told", () => {
  const clock = showing(5, 3, 2);
  for (let i = 0; i < 3; i++) clock.nowMs();
  expect(clock.problem).toBe("the clock shows 3 ms after 5 ms");
});

test("whatever the clock shows, what is passed on is finite and never goes back", () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: 1 }), (times) => {
      const clock = showing(...times);
      let before = 0;
      for (let i = 0; i < times.length; i++) {
        const now = clock.nowMs();
        expect(Number.isFinite(now) && now >= before).toBe(true);
        before = now;
      }
    }),
  );
});
