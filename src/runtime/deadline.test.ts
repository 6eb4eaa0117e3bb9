import { expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { deadlineGate } from "../gate/deadline-gate.ts";
import { DeadlineMonitor, type DeadlineMiss } from "./deadline-monitor.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

test("runtime row 21 10 Hz, threshold 1.2: the misses at .85 and 1.1, and the gate denies after the last", async () => {
  const clock = new SimulatedClock();
  const misses: DeadlineMiss[] = [];
  const monitor = new DeadlineMonitor({ targetHz: 10, overrunThreshold: 1.2, clock, onMiss: (miss) => void misses.push(miss) });
  const { runtime } = gantryRuntime({ clock, gates: [deadlineGate(monitor)] });
  const verdicts: string[] = [];
  for (const at of [0, 0.1, 0.25, 0.35, 0.6, 0.85, 1.1]) {
    clock.advanceTo(at * 1000);
    monitor.observe();
    const { result } = await runtime.step({ name: "scan" });
    verdicts.push(result.message.startsWith("deadline: ") ? result.message : result.status);
  }
  expect(verdicts).toEqual(["ok", "ok", "ok", "ok", "ok", "ok", "deadline: deadline missed 3 times in a row"]);
  const close = (x: number) => expect.closeTo(x, 6) as unknown;
  expect(misses.slice(-2)).toEqual([
    {
      timestamp: close(0.85),
      expected_period_s: 0.1,
      actual_period_s: close(0.25),
      overrun_ratio: close(2.5),
      rolling_jitter_s: close(0.067823),
      consecutive_misses: 2,
    },
    {
      timestamp: close(1.1),
      expected_period_s: 0.1,
      actual_period_s: close(0.25),
      overrun_ratio: close(2.5),
      rolling_jitter_s: close(0.068718),
      consecutive_misses: 3,
    },
  ]);
  expect(monitor.stats()).toMatchObject({ n: 6, p99S: close(0.25) });
  expect((await runtime.step({ name: "stop" })).result.status).toBe("ok");
});
