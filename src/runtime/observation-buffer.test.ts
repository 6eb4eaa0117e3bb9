import { expect, test } from "vitest";
import type { StepRecord } from "../trace/records.ts";
import { refusedStep, step } from "../trace/testing/records.ts";
import { ObservationBuffer } from "./observation-buffer.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

const failed = (n: number): StepRecord =>
  step(n, {
    intent: { id: `i-${n}`, name: "pick", args: { object: "cube" }, rationale: "" },
    result: { status: "error", observation: { picked: null }, message: "slipped", durationMs: 12.5 },
    stateAfter: null,
  });

test("runtime row 9 counters and filters are of what is kept", () => {
  const buffer = new ObservationBuffer(3);
  for (const record of [refusedStep(1), step(2), failed(3), refusedStep(4)]) buffer.append(record);
  expect([buffer.size, buffer.nBlocked(), buffer.nErrored()]).toEqual([3, 1, 1]);
  expect(buffer.filterByIntent("move_to").map((record) => record.step)).toEqual([4]);
  expect(buffer.filterByIntent("pick").map((record) => record.step)).toEqual([3]);
  expect(buffer.filterByIntent("constructor")).toEqual([]);
  expect(buffer.recent(0)).toEqual([]);
  expect(new ObservationBuffer().capacity).toBe(32);
});

test("runtime row 9 the JSON form, key by key", () => {
  const buffer = new ObservationBuffer(4);
  for (const record of [step(1), failed(2)]) buffer.append(record);
  expect(JSON.stringify(buffer)).toBe(
    JSON.stringify({
      capacity: 4,
      n_records: 2,
      records: [
        {
          intent_name: "scan",
          intent_args: { radius: 0.5 },
          status: "ok",
          observation: { radius: 0.5 },
          state_after: { backend: "mock", position: [0, 0, 0] },
          duration_ms: 0,
        },
        {
          intent_name: "pick",
          intent_args: { object: "cube" },
          status: "error",
          observation: { picked: null },
          state_after: null,
          duration_ms: 12.5,
        },
      ],
    }),
  );
});

test("runtime row 9 the runtime fills it, refusals included", async () => {
  const buffer = new ObservationBuffer(2);
  const { runtime } = gantryRuntime({ buffer });
  for (const x of [0.1, 5, 0.2]) await runtime.step({ name: "move_to", args: { x, y: 0, z: 0.5 } });
  expect(buffer.recent().map(({ step: n, result }) => [n, result.status])).toEqual([
    [2, "blocked"],
    [3, "ok"],
  ]);
  expect([buffer.nBlocked(), buffer.nErrored()]).toEqual([1, 0]);
});
