import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { denyListGate } from "../gate/deny-list-gate.ts";
import { hitlGate } from "../gate/hitl-gate.ts";
import { compositePrimitive } from "../intent/composite.ts";
import { definePrimitive, type PrimitiveDefinition } from "../intent/define-primitive.ts";
import { moveTo } from "../intent/catalogue/move.ts";
import type { ActLimits, Primitive, Report } from "../intent/primitive.ts";
import { PrimitiveRegistry } from "../intent/registry.ts";
import { alwaysDeny } from "./approvals.ts";
import { gantryRuntime, type GantryOptions } from "./testing/gantry-runtime.ts";

const args = z.strictObject({});
const done: Report = { ok: true, observation: { dispensed: 2 }, message: "2 pills dispensed" };

/** A primitive that moves nothing and does `act`. */
function dispense(act: (limits: ActLimits) => unknown, more: Partial<PrimitiveDefinition<typeof args>> = {}) {
  return definePrimitive({
    name: "dispense",
    summary: "Dispense pills.",
    risk: "contact",
    timeoutMs: 1000,
    args,
    plan: () => ({ segments: [] }),
    report: () => ({ ok: true, observation: {}, message: "in place" }),
    act: (_args, _seen, limits) => act(limits) as Report,
    ...more,
  });
}

function robot(primitive: ReturnType<typeof dispense>, options: GantryOptions = {}) {
  const built = gantryRuntime({ primitives: [primitive], ...options });
  return { ...built, notes: () => built.trace.records.filter((record) => record.kind === "note") };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("runtime 45: an effect outside the robot", () => {
  test("happens after the gates, and its report is the record's", async () => {
    const acted = vi.fn<(limits: ActLimits) => Promise<Report>>(() => Promise.resolve(done));
    const { runtime } = robot(dispense(acted));
    const { result, decision } = await runtime.step({ name: "dispense", args: {} });
    expect([result.status, result.message, result.observation]).toEqual(["ok", "2 pills dispensed", { dispensed: 2 }]);
    expect(decision.action).toBe("allow");
    expect(acted).toHaveBeenCalledOnce();
    expect(acted.mock.calls[0]![0].deadlineMs).toBe(1000);
  });

  test.for([
    ["a gate", { gates: [denyListGate({ denied: ["dispense"] })] }],
    ["a person", { gates: [hitlGate({ requiresApproval: ["dispense"] })], approvals: alwaysDeny() }],
    ["nobody who could be asked", { gates: [hitlGate({ requiresApproval: ["dispense"] })] }],
    ["a chain without gates", { gates: [] }],
  ] as const)("does not happen where %s refuses it", async ([, options]) => {
    const acted = vi.fn<() => Report>(() => done);
    const { result } = await robot(dispense(acted), options).runtime.step({ name: "dispense", args: {} });
    expect([result.status, acted.mock.calls.length]).toEqual(["blocked", 0]);
  });

  test.for([
    ["was not carried out well", { report: () => ({ ok: false, observation: {}, message: "not there" }) }, "not there"],
    ["is only declared to look", { risk: "sense" }, "kernel: dispense is declared as 'sense' and has an effect"],
    ["is declared as a stop", { risk: "stop" }, "kernel: dispense is declared as 'stop' and has an effect"],
  ] as const)("does not happen where its plan %s", async ([, more, message]) => {
    const acted = vi.fn<() => Report>(() => done);
    const { runtime } = robot(dispense(acted, more as Partial<PrimitiveDefinition<typeof args>>));
    const { result } = await runtime.step({ name: "dispense", args: {} });
    expect([result.status, result.message, acted.mock.calls.length]).toEqual(["error", message, 0]);
  });

  test("does not happen under a latch, nor when a stop came first", async () => {
    const acted = vi.fn<() => Report>(() => done);
    const { runtime } = robot(dispense(acted));
    const stopped = new AbortController();
    stopped.abort();
    const broken = await runtime.step({ name: "dispense", args: {} }, { signal: stopped.signal });
    expect(broken.result.status).toBe("stopped");
    await runtime.emergencyStop({ operator: "alice", reason: "test" });
    expect((await runtime.step({ name: "dispense", args: {} })).result.status).toBe("blocked");
    expect(acted).not.toHaveBeenCalled();
  });

  test("a latch that came while it was decided keeps it from happening", async () => {
    const acted = vi.fn<() => Report>(() => done);
    let latch: () => void = () => undefined;
    const latching: Primitive = dispense(acted, {
      report: (): Report => {
        latch();
        return { ok: true, observation: {}, message: "in place" };
      },
    });
    const { runtime } = robot(latching);
    latch = () => void runtime.emergencyStop({ operator: "bob", reason: "test" });
    expect((await runtime.step({ name: "dispense", args: {} })).result.status).not.toBe("ok");
    expect(acted).not.toHaveBeenCalled();
  });

  test.for<readonly [string, () => unknown, string]>([
    ["throws", () => Promise.reject(new TypeError("boom")), "TypeError: boom"],
    [
      "throws at once",
      () => {
        throw new TypeError("boom");
      },
      "TypeError: boom",
    ],
    ["answers nothing", () => undefined, "Error: malformed result: it is not an object"],
    ["answers half", () => ({ ok: true, observation: {} }), "Error: malformed result: message is not a text"],
    [
      "answers no number",
      () => ({ ok: true, observation: { n: Number.NaN }, message: "" }),
      "Error: malformed result: /observation/n is not JSON",
    ],
    ["answers 'yes'", () => ({ ok: "yes", observation: {}, message: "" }), "Error: malformed result: ok is not true or false"],
    ["answers a list", () => ({ ok: true, observation: [], message: "" }), "Error: malformed result: observation is not an object"],
  ])("that %s is an error with one record, and the robot is stopped", async ([, act, message]) => {
    const { runtime, trace } = robot(dispense(act));
    const { result, stop } = await runtime.step({ name: "dispense", args: {} });
    expect([result.status, result.message]).toEqual(["error", message]);
    expect(stop).toMatchObject({ acknowledged: true });
    expect(trace.records.filter(({ kind }) => kind === "step")).toHaveLength(1);
  });

  test("that says it did not work is an error, and nothing is stopped for it", async () => {
    const { runtime } = robot(dispense(() => ({ ok: false, observation: { left: 0 }, message: "empty" })));
    const { result, stop } = await runtime.step({ name: "dispense", args: {} });
    expect([result, stop]).toEqual([expect.objectContaining({ status: "error", message: "empty", observation: { left: 0 } }), undefined]);
  });

  test("that hangs is given up at its deadline; it is told, is not begun again, and what it says later is a note", async () => {
    vi.useFakeTimers();
    let answer: (report: Report) => void = () => undefined;
    let signal: AbortSignal | undefined;
    const hanging = dispense((limits) => {
      if (signal !== undefined) return done;
      signal = limits.signal;
      return new Promise<Report>((resolve) => {
        answer = resolve;
      });
    });
    const { runtime, notes } = robot(hanging);
    const running = runtime.step({ name: "dispense", args: {} });
    await vi.advanceTimersByTimeAsync(999);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    const late = await running;
    expect([late.result.status, late.result.message, late.lateResult]).toEqual(["timeout", "dispense exceeded 1000 ms", true]);
    expect([signal?.aborted, late.stop]).toEqual([true, expect.objectContaining({ acknowledged: true })]);
    const again = await runtime.step({ name: "dispense", args: {} });
    expect(again.result.message).toMatch(/its last effect was given up and has not answered/);
    answer(done);
    await vi.advanceTimersByTimeAsync(0);
    expect(notes()).toMatchObject([{ note: "late-result", fields: { name: "dispense", result: { message: "2 pills dispensed" } } }]);
    expect((await runtime.step({ name: "dispense", args: {} })).result).toMatchObject({ status: "ok", message: "2 pills dispensed" });
  });

  test("a stop ends the wait for it at once", async () => {
    const hanging = dispense(() => new Promise(() => undefined), { timeoutMs: 600_000 });
    const { runtime } = robot(hanging);
    const running = runtime.step({ name: "dispense", args: {} });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    const stopped = await runtime.stop({ operator: "alice" });
    const broken = await running;
    expect([stopped.result.status, broken.result.status, broken.lateResult]).toEqual(["ok", "stopped", true]);
  });

  test("a motion comes first, and an effect whose motion is refused does not happen", async () => {
    const acted = vi.fn<() => Report>(() => done);
    const point = z.strictObject({ x: z.number(), y: z.number(), z: z.number() });
    const bring = definePrimitive({
      name: "bring",
      summary: "Go there and dispense.",
      risk: "contact",
      args: point,
      plan: (to, world) => {
        const bound = moveTo.bind({ ...to });
        return bound.ok ? bound.call.plan(world) : { segments: [] };
      },
      report: () => ({ ok: true, observation: {}, message: "there" }),
      act: acted,
    });
    const { runtime, backend } = gantryRuntime({ primitives: [bring] });
    expect((await runtime.step({ name: "bring", args: { x: 0.3, y: 0.1, z: 0.5 } })).result.status).toBe("ok");
    expect((await backend.observe()).qRad[0]).toBeCloseTo(0.3, 3);
    expect(acted).toHaveBeenCalledOnce();
    expect((await runtime.step({ name: "bring", args: { x: 5, y: 0, z: 0.5 } })).result.status).toBe("blocked");
    expect(acted).toHaveBeenCalledOnce();
  });

  test("inside a composite it passes the gates by itself, and nothing after it happens when it is refused", async () => {
    const acted = vi.fn<() => Report>(() => done);
    const primitive = dispense(acted);
    const registry = new PrimitiveRegistry([moveTo, primitive]);
    const deliver = compositePrimitive("deliver", ["move_to", "dispense", "move_to"], registry);
    const { runtime } = gantryRuntime({ primitives: [primitive, deliver], gates: [denyListGate({ denied: ["dispense"] })] });
    const { result } = await runtime.step({ name: "deliver", args: { x: 0.2, y: 0, z: 0.5 } });
    expect(result).toMatchObject({ status: "blocked", observation: { failed_at: "dispense", step_index: 1 } });
    expect(acted).not.toHaveBeenCalled();
  });

  test("a preview does nothing", async () => {
    const acted = vi.fn<() => Report>(() => done);
    const { runtime } = robot(dispense(acted));
    expect((await runtime.preview([{ name: "dispense", args: {} }])).ok).toBe(true);
    expect(acted).not.toHaveBeenCalled();
  });
});
