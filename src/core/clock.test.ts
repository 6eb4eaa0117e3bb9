import { expect, test } from "vitest";
import { SimulatedClock } from "./clock.ts";

test("a simulated clock begins at 0, at a fixed epoch", () => {
  const clock = new SimulatedClock();
  expect(clock.nowMs()).toBe(0);
  expect(clock.epochNs).toBe(BigInt(Date.parse("2026-01-01T00:00:00Z")) * 1_000_000n);
  expect(new SimulatedClock({ epochNs: 5n }).epochNs).toBe(5n);
});

test("it moves only forward", () => {
  const clock = new SimulatedClock();
  clock.advanceTo(10.5);
  clock.advanceTo(10.5);
  expect(clock.nowMs()).toBe(10.5);
  expect(() => clock.advanceTo(10)).toThrowError("atMs must not go back: clock at 10.5 ms, asked for 10 ms");
  for (const hostile of [Number.NaN, Infinity]) expect(() => clock.advanceTo(hostile)).toThrowError(/finite/);
  expect(clock.nowMs()).toBe(10.5);
});

test("sleeping takes no real time: it advances and answers at once", () => {
  const clock = new SimulatedClock();
  expect(clock.sleepUntil(100)).toBeUndefined();
  expect(clock.nowMs()).toBe(100);
  clock.sleepUntil(50);
  expect(clock.nowMs()).toBe(100);
  clock.sleepUntil(500, AbortSignal.abort());
  expect(clock.nowMs()).toBe(100);
  expect(() => clock.sleepUntil(Number.NaN)).toThrowError(/finite/);
});
