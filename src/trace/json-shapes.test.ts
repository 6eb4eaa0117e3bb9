import { array, assert, constantFrom, dictionary, double, jsonValue, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../core/json.ts";
import { MemoryTrace } from "./memory-trace.ts";
import { readTrace } from "./read-trace.ts";
import type { StepRecord } from "./records.ts";
import { header, step } from "./testing/records.ts";

/** JSON as it reads, so that -0 and what JSON cannot hold are out of the question. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const object = dictionary(string(), jsonValue()).map((value) => plain(value) as JsonObject);
const text = string();

const steps = array(
  record({
    intent: record({ id: string({ minLength: 1 }), name: string({ minLength: 1 }), args: object, rationale: text }),
    decision: record({ action: constantFrom("allow", "deny"), reason: text, gateName: text }),
    result: record({
      status: constantFrom("ok", "error", "blocked", "timeout"),
      observation: object,
      message: text,
      durationMs: double({ min: 0, max: 1e6, noNaN: true }).map((ms) => Math.round(ms * 1000) / 1000),
    }),
    stateBefore: object,
    stateAfter: object,
  }),
  { minLength: 1, maxLength: 2 },
);

test("runtime row 1 Intent, Result, Decision and Trace make the round trip through their JSON shapes, whatever they hold", () => {
  assert(
    property(steps, (some) => {
      const records = some.map((one, i): StepRecord =>
        step(i + 1, { ...one, decision: { ...one.decision, verdict: one.decision.action } }),
      );
      const trace = new MemoryTrace();
      for (const one of [header, ...records]) trace.append(one);
      const lines = trace.toText().trimEnd().split("\n");
      for (const [i, one] of some.entries()) {
        const line = JSON.parse(lines[i + 1]!);
        const { name, args, rationale } = one.intent;
        expect(plain(line.intent)).toEqual(plain({ name, args, rationale }));
        const { action, reason, gateName } = one.decision;
        expect(line.decision).toEqual({ action, reason, gate_name: gateName });
        const { status, observation, message, durationMs } = one.result;
        expect(line.result).toEqual({ status, observation, message, duration_ms: durationMs });
      }
      const read = readTrace(trace.toText());
      expect(read).toMatchObject({ ok: true, trace: { header, complete: true } });
      if (read.ok) expect(read.trace.steps.map(comparable)).toEqual(records.map(comparable));
    }),
    { seed: 20261121, numRuns: 60 },
  );
});

/** `duration_ms` is written with three decimals. */
test("runtime row 1 durations are rounded to three decimals", () => {
  const trace = new MemoryTrace();
  for (const one of [header, step(1, { result: { status: "ok", observation: {}, message: "", durationMs: 1.23456 } })]) trace.append(one);
  expect(JSON.parse(trace.toText().split("\n")[1]!).result.duration_ms).toBe(1.235);
});

function comparable({ tNs, ...rest }: StepRecord): unknown {
  return { ...plain(rest), tNs: String(tNs) };
}
