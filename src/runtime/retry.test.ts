import * as z from "zod";
import { expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { Random } from "../core/random.ts";
import { denyListGate } from "../gate/deny-list-gate.ts";
import { rateLimitGate } from "../gate/rate-limit-gate.ts";
import { definePrimitive } from "../intent/define-primitive.ts";
import { step } from "../trace/testing/records.ts";
import { isAnyError, stepWithRetry } from "./retry.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

/** Fails with `message` the first `times`. */
function flaky(message: string, times: number) {
  let left = times;
  return definePrimitive({
    name: "fetch",
    summary: "",
    risk: "sense",
    args: z.strictObject({}),
    plan: () => ({ segments: [] }),
    report: () => (left-- > 0 ? { ok: false, observation: {}, message } : { ok: true, observation: {}, message: "" }),
  });
}

test("runtime row 23 each attempt is a full step through every gate, and is recorded", async () => {
  const clock = new SimulatedClock();
  const { runtime, trace } = gantryRuntime({ clock, primitives: [flaky("Device BUSY", 2)], gates: [rateLimitGate({ perMinute: 60 })] });
  const last = await stepWithRetry(() => runtime.step({ name: "fetch" }), { clock, random: new Random(1), jitterFrac: 0 });
  const steps = trace.records.filter((record) => record.kind === "step");
  expect(steps.map(({ result }) => result.status)).toEqual(["error", "error", "ok"]);
  expect(steps.map(({ gates }) => gates[0]?.reason)).toEqual(["0/60 per minute", "1/60 per minute", "2/60 per minute"]);
  expect(last.step).toBe(3);
  expect(clock.nowMs()).toBeCloseTo(300, 9);
});

test("runtime row 23 a gate that denies ends it, whatever its reason says", async () => {
  const { runtime, trace, clock } = gantryRuntime({ primitives: [flaky("busy", 9)], gates: [denyListGate({ denied: ["fetch"] })] });
  const record = await stepWithRetry(() => runtime.step({ name: "fetch" }), { clock, random: new Random(1), classify: () => true });
  expect(record.result.status).toBe("blocked");
  expect(trace.records.filter(({ kind }) => kind === "step")).toHaveLength(1);
});

test("runtime row 23 the schedule doubles from 0.1 s and stays at 5 s", async () => {
  const clock = new SimulatedClock();
  const at: number[] = [];
  const failing = step(1, { result: { status: "error", observation: {}, message: "syntax error in arg", durationMs: 0 } });
  const attempt = () => (at.push(clock.nowMs()), Promise.resolve(failing));
  await stepWithRetry(attempt, { clock, random: new Random(1), jitterFrac: 0, maxAttempts: 9, classify: isAnyError });
  const waits = at.slice(1).map((ms, i) => Math.round(ms - at[i]!));
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});
