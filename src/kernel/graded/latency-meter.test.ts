import { expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { ENOUGH_SAMPLES, LatencyMeter, UNMEASURED_REACTION_MS } from "./latency-meter.ts";

test("refuses a number before enough samples, and the strictest reaction time stands in", () => {
  const meter = new LatencyMeter();
  for (let i = 1; i < ENOUGH_SAMPLES; i++) meter.record(2);
  expect([meter.measured, meter.percentileMs(0.5), meter.percentileMs(0.999)]).toEqual([false, Number.NaN, Number.NaN]);
  expect(meter.reactionS()).toBe(UNMEASURED_REACTION_MS / 1000);
  meter.record(2);
  expect([meter.measured, meter.count, meter.percentileMs(0.5), meter.reactionS()]).toEqual([true, ENOUGH_SAMPLES, 2, 0.002]);
});

test("before enough samples, a longer one than is assumed counts", () => {
  const meter = new LatencyMeter();
  meter.record(2500);
  expect(meter.reactionS()).toBe(2.5);
});

test("fewer than 1000 samples are never enough, whatever is asked", () => {
  for (const enough of [0, 10, 999, Number.NaN]) {
    const meter = new LatencyMeter(enough);
    for (let i = 0; i < 1000; i++) meter.record(1);
    expect([enough, meter.measured]).toEqual([enough, false]);
  }
  const meter = new LatencyMeter(1000);
  for (let i = 0; i < 1000; i++) meter.record(1);
  expect(meter.measured).toBe(true);
});

test("percentiles are never below the sorted samples', and at most 1/32 and a microsecond above", () => {
  const random = new Random("latency");
  for (const scale of [0.01, 0.3, 5, 300]) {
    const meter = new LatencyMeter();
    const samples = Float64Array.from({ length: 20_000 }, () => scale * random.uniform(0, 1) ** 4 + 0.0001);
    for (const sample of samples) meter.record(sample);
    samples.sort();
    for (const share of [0, 0.5, 0.99, 0.999, 1]) {
      const exact = samples[Math.max(0, Math.ceil(share * samples.length) - 1)]!;
      expect(meter.percentileMs(share)).toBeGreaterThanOrEqual(exact);
      expect(meter.percentileMs(share)).toBeLessThanOrEqual(exact * (1 + 1 / 32) + 0.001);
    }
    expect(meter.maxMs).toBe(samples.at(-1));
  }
});

test("bin edges: 64 µs and each power of two, on and just over", () => {
  for (const us of [0, 1, 63, 64, 65, 127, 128, 4095, 4096, 2 ** 20, 2 ** 30, 2 ** 31 - 1, 2 ** 40]) {
    const meter = new LatencyMeter();
    for (let i = 0; i < ENOUGH_SAMPLES; i++) meter.record(us / 1000);
    // All alike: never above the longest sample, so exact.
    expect([us, meter.percentileMs(0.999)]).toEqual([us, us / 1000]);
  }
});

test("a latency that is no number, or negative, counts as infinitely long", () => {
  for (const bad of [Number.NaN, -1, Infinity]) {
    const meter = new LatencyMeter();
    for (let i = 0; i < ENOUGH_SAMPLES; i++) meter.record(1);
    for (let i = 0; i < 10; i++) meter.record(bad);
    expect([bad, meter.reactionS(), meter.maxMs]).toEqual([bad, Infinity, Infinity]);
    expect(meter.percentileMs(0.5)).toBeLessThan(1.04);
  }
});

test("no percentile outside [0, 1]; a reset forgets", () => {
  const meter = new LatencyMeter();
  for (let i = 0; i < ENOUGH_SAMPLES; i++) meter.record(1);
  expect([-0.1, 1.1, Number.NaN].map((share) => meter.percentileMs(share))).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  meter.reset();
  expect([meter.count, meter.measured, meter.maxMs, meter.reactionS()]).toEqual([0, false, 0, 1]);
});
