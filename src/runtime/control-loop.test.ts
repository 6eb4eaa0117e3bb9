import { expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { deadlineGate } from "../gate/deadline-gate.ts";
import type { StepRecord } from "../trace/records.ts";
import { controlLoop } from "./control-loop.ts";
import { DeadlineMonitor } from "./deadline-monitor.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

test("a loop that keeps missing its period is refused new motion, and recovers once it is on time", async () => {
  const clock = new SimulatedClock();
  const monitor = new DeadlineMonitor({ targetHz: 10, clock });
  const { runtime } = gantryRuntime({ clock, gates: [deadlineGate(monitor, { maxConsecutive: 2 })] });
  const slow = { name: "wait", args: { seconds: 0.5 } };
  const seen: string[] = [];
  let turn = 0;
  const next = (_: unknown, last: StepRecord | undefined): unknown => {
    if (last !== undefined) seen.push(last.result.status === "blocked" ? last.decision.gateName : last.result.status);
    return ++turn <= 6 ? slow : null;
  };
  await controlLoop(runtime, next, { rateHz: 10, monitor });
  // Two late periods, then the gate; the refused turns take no time, so the loop is on time again.
  expect(seen).toEqual(["ok", "ok", "deadline", "ok", "ok", "deadline"]);
});
