import * as z from "zod";
import type { ProposedCall } from "./preview.ts";
import { describe, expect, test } from "vitest";
import type { Gate } from "../gate/gate.ts";
import { denyListGate } from "../gate/deny-list-gate.ts";
import { hitlGate } from "../gate/hitl-gate.ts";
import { interventionGate } from "../gate/intervention-gate.ts";
import { rateLimitGate } from "../gate/rate-limit-gate.ts";
import { windowGate } from "../gate/window-gate.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { SimulatedClock } from "../core/clock.ts";
import { compositePrimitive } from "../intent/composite.ts";
import { definePrimitive } from "../intent/define-primitive.ts";
import { PrimitiveRegistry } from "../intent/registry.ts";
import type { Intent } from "../intent/intent.ts";
import type { Policy } from "../policy/policy.ts";
import type { StepRecord } from "../trace/records.ts";
import { alwaysApprove, alwaysDeny, type ApprovalChannel } from "./approvals.ts";
import { controlLoop } from "./control-loop.ts";
import { InterventionController } from "./intervention.ts";
import { runPolicy } from "./run-policy.ts";
import type { Runtime } from "./runtime.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

const moveTo = (x: number, y: number, zed: number) => ({ name: "move_to", args: { x, y, z: zed } });
const steps = (trace: { readonly records: readonly { readonly kind: string }[] }) =>
  trace.records.filter((record): record is StepRecord => record.kind === "step");

const throwing = definePrimitive({
  name: "explode",
  summary: "throws",
  risk: "sense",
  args: z.strictObject({}),
  plan: () => ({ segments: [] }),
  report: () => {
    throw new TypeError("boom");
  },
});

describe("one step", () => {
  test("runtime row 1 arguments changed by the caller afterwards do not reach the record", async () => {
    const { runtime } = gantryRuntime();
    const args = { x: 0.3, y: 0, z: 0.5 };
    const running = runtime.step({ name: "move_to", args });
    args.x = 99;
    expect((await running).intent.args).toEqual({ x: 0.3, y: 0, z: 0.5 });
  });

  test("runtime row 2 a second primitive of the same name is refused", () => {
    expect(() => gantryRuntime({ primitives: [throwing, throwing] })).toThrow("primitive already registered: explode");
  });

  test.for(["does_not_exist", "__proto__", "constructor", "toString"])("runtime row 3 unknown primitive %s", async (name) => {
    const { runtime, trace } = gantryRuntime();
    const record = await runtime.step({ name, args: {} });
    expect(record).toMatchObject({
      step: 1,
      decision: { gateName: "resolver", action: "deny" },
      result: { status: "blocked", message: `unknown primitive: '${name}'` },
    });
    expect(steps(trace)).toHaveLength(1);
  });

  test.for([
    ["a string for a number", { x: "0.3", y: 0, z: 0.5 }, /schema: move_to\.x: /],
    ["a missing argument", { x: 0.3, y: 0 }, /schema: move_to\.z: /],
    ["an extra argument", { x: 0.3, y: 0, z: 0.5, w: 1 }, /schema: move_to\.w: is not an argument/],
    ["1e308", { x: 1e308, y: 0, z: 0.5 }, /schema: move_to\.x: /],
    ["null", { x: null, y: 0, z: 0.5 }, /schema: move_to\.x: /],
    ["a boolean", { x: true, y: 0, z: 0.5 }, /schema: move_to\.x: /],
    ["NaN", { x: Number.NaN, y: 0, z: 0.5 }, /schema: \/args\/x is not a finite number/],
    ["Infinity", { x: 0, y: Number.POSITIVE_INFINITY, z: 0.5 }, /schema: \/args\/y is not a finite number/],
  ] as const)("runtime row 3 %s is blocked and moves nothing", async ([, args, message]) => {
    const { runtime, backend } = gantryRuntime();
    const before = await backend.observe();
    const record = await runtime.step({ name: "move_to", args });
    expect(record).toMatchObject({ decision: { gateName: "schema" }, result: { status: "blocked" } });
    expect(record.result.message).toMatch(message);
    expect((await backend.observe()).qRad).toEqual(before.qRad);
  });

  test.for([undefined, null, 5, "move", [], {}, { name: "" }, { name: "wait", speed: 1 }, { name: "wait", args: [] }])(
    "what is no intent is blocked: %j",
    async (raw) => {
      const { runtime } = gantryRuntime();
      expect(await runtime.step(raw)).toMatchObject({ result: { status: "blocked" }, decision: { gateName: "schema" } });
    },
  );

  test("-0 is a zero like any other", async () => {
    const { runtime } = gantryRuntime();
    expect((await runtime.step(moveTo(-0, -0, 0.4))).result.status).toBe("ok");
  });

  test("runtime row 3 the demo plan: ok five times, then blocked by the fence", async () => {
    const { runtime, trace } = gantryRuntime();
    const statuses: string[] = [];
    const plan = [
      { name: "scan", args: { radius: 0.5 } },
      moveTo(0.4, 0.2, 0.3),
      { name: "pick", args: { object: "widget" } },
      moveTo(-0.4, 0.2, 0.3),
      { name: "place", args: { x: -0.4, y: 0.2, z: 0 } },
      moveTo(5, 0, 0),
    ];
    for (const intent of plan) statuses.push((await runtime.step(intent)).result.status);
    expect(statuses).toEqual(["ok", "ok", "ok", "ok", "ok", "blocked"]);
    expect(steps(trace).map((record) => record.step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(steps(trace)[5]?.decision).toMatchObject({ gateName: "geofence", reason: "target x=5 outside workspace [-1,1]" });
  });

  test("runtime row 3 a primitive that throws: error with type and text, one event, stopped first", async () => {
    const { runtime, trace } = gantryRuntime({ primitives: [throwing] });
    const record = await runtime.step({ name: "explode" });
    expect(record.result).toMatchObject({ status: "error", message: "TypeError: boom" });
    expect(record.stop).toMatchObject({ acknowledged: true });
    expect(steps(trace)).toHaveLength(1);
  });

  test.for([
    [
      "throws",
      (): unknown => {
        throw new Error("bad");
      },
      "gate threw: Error: bad",
    ],
    ["returns nothing", (): unknown => undefined, "malformed verdict"],
    ["returns a promise", () => Promise.resolve({ kind: "allow" }), "malformed verdict"],
    ["returns another shape", () => ({ allowed: true }), "malformed verdict"],
    ["returns a NaN", () => ({ kind: "slow", gate: "bad", code: "x", scale: Number.NaN, reason: "", evidence: {} }), "malformed verdict"],
  ] as const)("runtime row 4 a gate that %s denies, is recorded, and the loop goes on", async ([, check, reason]) => {
    // @ts-expect-error a plug-in written without types
    const gate: Gate = { id: "bad", check };
    const { runtime } = gantryRuntime({ gates: [gate] });
    const first = await runtime.step(moveTo(0.1, 0, 0.5));
    expect(first).toMatchObject({ decision: { action: "deny", gateName: "bad" }, result: { status: "blocked" } });
    expect(first.decision.reason).toContain(reason);
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).step).toBe(2);
  });

  test("runtime row 5 an empty chain denies", async () => {
    const { runtime } = gantryRuntime({ gates: [] });
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).decision).toMatchObject({ action: "deny", reason: "no gates configured" });
  });

  test("runtime row 5 an allowed step lists its gates", async () => {
    const { runtime } = gantryRuntime({ gates: [denyListGate(), geofenceGate()] });
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).decision).toMatchObject({
      gateName: "pipeline",
      reason: "all 2 gate(s) passed: deny_list, geofence",
    });
  });

  test("runtime row 8 a primitive that takes longer than it may: timeout, robot stopped, one event", async () => {
    const slow = definePrimitive({
      name: "dawdle",
      summary: "waits",
      risk: "move",
      timeoutMs: 100,
      args: z.strictObject({}),
      plan: () => ({ segments: [{ kind: "hold", label: "wait", durationMs: 2000 }] }),
      report: () => ({ ok: true, observation: {}, message: "" }),
    });
    const { runtime, trace, clock } = gantryRuntime({ primitives: [slow] });
    const record = await runtime.step({ name: "dawdle" });
    expect(record.result).toMatchObject({ status: "timeout", message: "dawdle exceeded 100 ms" });
    expect(record.stop).toMatchObject({ acknowledged: true, at_rest: true });
    expect(clock.nowMs()).toBeLessThan(500);
    expect(steps(trace)).toHaveLength(1);
  });

  test("runtime row 31 move_to from the home position reports what it measured", async () => {
    const { runtime } = gantryRuntime();
    const record = await runtime.step(moveTo(0.5, 0, 0.7));
    expect(record.result).toMatchObject({
      status: "ok",
      message: "moved 0.5385 units",
      observation: { from: [0, 0, 0.5], to: [0.5, 0, 0.7], distance: 0.538516, error_m: 0 },
    });
  });

  test("runtime row 31 pick while holding, place with empty hands", async () => {
    const { runtime } = gantryRuntime();
    expect((await runtime.step({ name: "place", args: {} })).result.message).toMatch(/nothing to place; pick something first/);
    expect((await runtime.step({ name: "pick", args: { object: "widget" } })).result.status).toBe("ok");
    expect((await runtime.step({ name: "pick", args: { object: "widget" } })).result.message).toMatch(
      /already holding 'widget'; place it first/,
    );
  });

  test("runtime row 32 a trajectory visits its points; a point outside the fence denies all of it", async () => {
    const { runtime, backend } = gantryRuntime();
    const good = await runtime.step({
      name: "follow_trajectory",
      args: {
        waypoints: [
          [0.2, 0, 0.5],
          [0.2, 0.2, 0.5],
        ],
      },
    });
    expect(good.result).toMatchObject({ status: "ok", observation: { waypoints_visited: 2, n_waypoints: 2 } });
    const at = (await backend.observe()).worldFromTip.position;
    const bad = await runtime.step({
      name: "follow_trajectory",
      args: {
        waypoints: [
          [0.1, 0, 0.5],
          [1.5, 0, 0.5],
        ],
      },
    });
    expect(bad.decision.reason).toMatch(/^waypoint 1: target x=1\.5 outside workspace \[-1,1\]/);
    expect((await backend.observe()).worldFromTip.position).toEqual(at);
    expect((await runtime.step({ name: "follow_trajectory", args: { waypoints: [] } })).result.status).toBe("blocked");
  });

  test("a trace that cannot be written denies further motion", async () => {
    const { runtime } = gantryRuntime({ trace: { append: () => undefined, flush: () => Promise.resolve(), problem: "ENOSPC" } });
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).decision).toMatchObject({ action: "deny", gateName: "trace" });
  });

  test("a watcher that throws is noted and changes nothing", async () => {
    const { runtime, trace } = gantryRuntime({
      watchers: [
        {
          onStep: () => {
            throw new Error("watcher broke");
          },
        },
      ],
    });
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).result.status).toBe("ok");
    expect(trace.records.some((record) => record.kind === "note" && record.fields["alarm"] === "watcher_threw")).toBe(true);
  });

  test("state that cannot be read blocks", async () => {
    const { runtime } = gantryRuntime({
      wrap: (backend) => ({
        ...backend,
        name: "blind",
        kind: "simulated",
        modes: backend.modes,
        apply: () => undefined,
        stop: () => backend.stop(),
        observe: () => {
          throw new Error("sensor gone");
        },
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
    });
    expect(await runtime.step(moveTo(0.1, 0, 0.5))).toMatchObject({
      decision: { gateName: "state", reason: "state unavailable: Error: sensor gone" },
      result: { status: "blocked" },
    });
  });
});

describe("order", () => {
  test("steps run one at a time; the seventeenth in the queue is told that the robot is busy", async () => {
    const { runtime } = gantryRuntime();
    const all = await Promise.all(Array.from({ length: 18 }, (_, i) => runtime.step(moveTo(0.01 * i, 0, 0.5))));
    const busy = all.filter((record) => record.decision.gateName === "busy");
    expect(busy).toHaveLength(1);
    expect(busy[0]?.decision.reason).toBe("robot busy");
    expect(new Set(all.map((record) => record.step)).size).toBe(18);
  });

  test("a stop does not wait: it ends the running step, which says so", async () => {
    let stopping: Promise<StepRecord> | undefined;
    const stopNow = (): Promise<StepRecord> => runtime.stop({ operator: "ann", reason: "test" });
    const { runtime } = gantryRuntime({
      watchers: [
        {
          onProgress: (): void => {
            stopping ??= stopNow();
          },
        },
      ],
    });
    const record = await runtime.step(moveTo(0.9, 0, 0.5));
    expect(record.result.status).toBe("stopped");
    const stop = await stopping;
    expect(stop).toMatchObject({
      decision: { gateName: "stop-path", reason: "stop is always allowed" },
      result: { status: "ok", observation: { acknowledged: true, at_rest: true } },
    });
    expect(stop?.result.observation["stopping_distance_m"]).toBeGreaterThan(0);
  });

  test("the intent stop passes a chain that denies everything", async () => {
    const { runtime } = gantryRuntime({ gates: [] });
    expect(await runtime.step({ name: "stop" })).toMatchObject({
      decision: { action: "allow", gateName: "stop-path" },
      result: { status: "ok" },
    });
  });

  test("an aborted signal stops the robot and the step", async () => {
    const controller = new AbortController();
    const { runtime } = gantryRuntime({ watchers: [{ onProgress: () => controller.abort() }] });
    const record = await runtime.step(moveTo(0.9, 0, 0.5), { signal: controller.signal });
    expect(record).toMatchObject({ result: { status: "stopped" }, stop: { acknowledged: true, at_rest: true } });
  });
});

describe("approvals", () => {
  const gates = () => [hitlGate({ requiresApproval: ["move_to"], timeoutMs: 1000 }), geofenceGate()];

  test("runtime row 20 approved once, by name, and the record says by whom", async () => {
    const { runtime } = gantryRuntime({ gates: gates(), approvals: alwaysApprove("ann") });
    const record = await runtime.step(moveTo(0.1, 0, 0.5));
    expect(record).toMatchObject({
      result: { status: "ok" },
      approval: { operator: "ann", approved: true },
      decision: { escalatedBy: "hitl", action: "allow" },
    });
    expect(record.approval?.["plan_hash"]).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test("runtime row 20 names that are not listed are not asked about", async () => {
    const { runtime } = gantryRuntime({ gates: gates(), approvals: alwaysDeny() });
    expect((await runtime.step({ name: "scan" })).result.status).toBe("ok");
  });

  const silent: ApprovalChannel = { name: "silent", ask: () => new Promise(() => undefined) };
  const throwingChannel: ApprovalChannel = { name: "broken", ask: () => Promise.reject(new TypeError("no line")) };
  // @ts-expect-error a channel written without types
  const garbage: ApprovalChannel = { name: "garbage", ask: () => Promise.resolve({ approved: "yes" }) };
  test.for([
    ["denied", alwaysDeny("bob"), "human reviewer denied 'move_to' call"],
    ["throwing", throwingChannel, "approver raised TypeError: no line"],
    ["answering nonsense", garbage, "the approver's answer is malformed"],
  ] as const)("runtime row 20 %s: blocked with the reason", async ([, approvals, reason]) => {
    const { runtime } = gantryRuntime({ gates: gates(), approvals });
    expect(await runtime.step(moveTo(0.1, 0, 0.5))).toMatchObject({
      decision: { action: "deny", gateName: "hitl", reason },
      result: { status: "blocked" },
    });
  });

  test("runtime row 20 nobody to ask: blocked", async () => {
    const { runtime } = gantryRuntime({ gates: gates() });
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).decision.code).toBe("no_approver");
  });

  test("runtime row 20 silence ends when the step is aborted", async () => {
    const controller = new AbortController();
    const { runtime } = gantryRuntime({ gates: gates(), approvals: silent });
    const running = runtime.step(moveTo(0.1, 0, 0.5), { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    expect((await running).result.status).toBe("blocked");
  });

  test("what was aborted before anybody was asked is refused, and nobody is", async () => {
    const controller = new AbortController();
    controller.abort();
    const { runtime } = gantryRuntime({ gates: gates(), approvals: silent });
    const record = await runtime.step(moveTo(0.1, 0, 0.5), { signal: controller.signal });
    expect(record).toMatchObject({ decision: { action: "deny" }, result: { status: "blocked" } });
  });

  test("what another gate denies is not asked about", async () => {
    let asked = 0;
    const counting: ApprovalChannel = {
      name: "counting",
      ask: () => {
        asked += 1;
        return Promise.resolve({ approved: true, operatorId: "ann" });
      },
    };
    const { runtime } = gantryRuntime({ gates: gates(), approvals: counting });
    expect((await runtime.step(moveTo(5, 0, 0.5))).decision.gateName).toBe("geofence");
    expect(asked).toBe(0);
  });
});

describe("late intents", () => {
  test("an intent past its validity is dropped and recorded", async () => {
    const { runtime, clock } = gantryRuntime({ gates: [windowGate({ maxObservationsBehind: 5 })] });
    const seen = await runtime.observe();
    await runtime.step({ name: "wait", args: { seconds: 1 } });
    const record = await runtime.step({ ...moveTo(0.1, 0, 0.5), basedOn: seen.id, validForMs: 200 });
    expect(record.decision).toMatchObject({ action: "deny", gateName: "window" });
    expect(clock.nowMs()).toBe(1000);
  });
});

describe("composites", () => {
  const registryOf = () => gantryRuntime().registry;
  const patrol = () => compositePrimitive("patrol", ["scan", "go_home", "wait"], registryOf());

  test("runtime row 35 each sub-step is a step of its own, with its parent, and gated", async () => {
    const { runtime, trace } = gantryRuntime({ primitives: [patrol()], gates: [rateLimitGate({ perMinute: 60 })] });
    const record = await runtime.step({ id: "p", name: "patrol", args: { radius: 0.5 } });
    expect(record.result).toMatchObject({
      status: "ok",
      message: "patrol: 3 substeps complete",
      observation: { composite: "patrol", n_steps: 3, substep_0_scan: { radius: 0.5 } },
    });
    expect(steps(trace).map(({ intent, parent }) => [intent.name, parent])).toEqual([
      ["scan", "p"],
      ["go_home", "p"],
      ["wait", "p"],
      ["patrol", undefined],
    ]);
    expect(record.children).toEqual([1, 2, 3]);
  });

  test("runtime row 35 a composite cannot launder a denied sub-step", async () => {
    const { runtime } = gantryRuntime({ primitives: [patrol()], gates: [denyListGate({ denied: ["go_home"] })] });
    const record = await runtime.step({ name: "patrol" });
    expect(record.result).toMatchObject({ status: "blocked", observation: { failed_at: "go_home", step_index: 1 } });
    expect(record.children).toEqual([1, 2]);
  });

  test("runtime row 35 unknown and own names are refused at load", () => {
    const registry = new PrimitiveRegistry();
    expect(() => compositePrimitive("loop", ["loop"], registry)).toThrow(/cannot contain itself/);
    expect(() => compositePrimitive("a", ["nothing"], registry)).toThrow(/unknown step 'nothing'/);
    expect(() => compositePrimitive("a", [], registry)).toThrow(/at least one step/);
  });
});

describe("loops", () => {
  test("runtime row 7 the control loop ends on null and keeps its rate", async () => {
    const { runtime, clock } = gantryRuntime();
    let calls = 0;
    const report = await controlLoop(runtime, () => (++calls < 4 ? { name: "scan" } : null), { rateHz: 10 });
    expect(report).toEqual({ steps: 3, overruns: 0, worstOverrunMs: 0, endedBy: "null" });
    expect(clock.nowMs()).toBeCloseTo(300, 6);
  });

  test("runtime row 7 a step longer than the period is an overrun, and nothing is caught up", async () => {
    const { runtime } = gantryRuntime();
    let calls = 0;
    const report = await controlLoop(runtime, () => (++calls <= 2 ? { name: "wait", args: { seconds: 0.5 } } : null), { rateHz: 10 });
    expect(report).toMatchObject({ steps: 2, overruns: 2, endedBy: "null" });
    expect(report.worstOverrunMs).toBeCloseTo(400, 6);
  });

  test("runtime row 7 a control loop ends at its step limit and on a stop", async () => {
    const { runtime } = gantryRuntime();
    expect((await controlLoop(runtime, () => ({ name: "scan" }), { maxSteps: 5 })).endedBy).toBe("max-steps");
    expect((await controlLoop(runtime, () => ({ name: "stop" }))).endedBy).toBe("stop");
  });

  const listPolicy = (name: string, intents: readonly Pick<Intent, "name" | "args">[]): Policy => {
    const waiting = [...intents];
    return {
      name,
      propose: () => {
        const next = waiting.shift();
        return Promise.resolve(
          next === undefined
            ? { kind: "done", reached: true, message: "all done" }
            : { kind: "intent", intent: { id: `${name}-${waiting.length}`, rationale: "", ...next } },
        );
      },
    };
  };

  test("a policy is run to its end and hears what became of each proposal", async () => {
    const { runtime } = gantryRuntime();
    const report = await runPolicy(runtime, listPolicy("list", [moveTo(0.1, 0, 0.5), moveTo(5, 0, 0.5)]), "go");
    expect(report).toMatchObject({ reached: true, endedBy: "done", message: "all done" });
    expect(report.steps.map((record) => record.result.status)).toEqual(["ok", "blocked"]);
  });

  test.for([
    ["throws", () => Promise.reject(new Error("model gone")), /policy bad: Error: model gone/],
    ["answers nonsense", () => Promise.resolve({ kind: "dance" }), /policy bad: malformed proposal/],
  ] as const)("a policy that %s ends the run without motion", async ([, propose, message]) => {
    const { runtime } = gantryRuntime();
    // @ts-expect-error a policy written without types
    const report = await runPolicy(runtime, { name: "bad", propose }, "go");
    expect(report).toMatchObject({ reached: false, endedBy: "policy-error", steps: [] });
    expect(report.message).toMatch(message);
  });

  test("runtime row 22 paused: the policy is not asked; resumed, it goes on; a swap keeps a latched stop", async () => {
    const clock = new SimulatedClock();
    const intervention = new InterventionController(clock);
    const { runtime, trace } = gantryRuntime({ clock, intervention, gates: [interventionGate(intervention), geofenceGate()] });
    intervention.pause({ operator: "alice", reason: "halting" });
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).decision.reason).toContain("paused by alice: halting");
    const running = runPolicy(runtime, listPolicy("list", [moveTo(0.1, 0, 0.5)]), "go");
    await Promise.resolve();
    intervention.resume({ operator: "alice", reason: "go on" });
    expect(await running).toMatchObject({ reached: true });
    intervention.emergencyStop({ operator: "bob", reason: "smoke" });
    expect(intervention.swapTo(listPolicy("other", []), { operator: "bob" })).toEqual({ ok: true });
    expect(intervention.state).toBe("emergency_stop");
    expect(intervention.pause({ operator: "bob" })).toMatchObject({ ok: false });
    expect(intervention.resume({})).toMatchObject({ ok: false });
    expect((await runtime.step(moveTo(0.2, 0, 0.5))).decision.reason).toBe("controller EMERGENCY_STOP (smoke)");
    expect(intervention.resume({ operator: "bob", reason: "checked" })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/reset first$/) as unknown,
    });
    expect(await runtime.reset({ operator: "bob", reason: "checked" })).toMatchObject({ ok: true });
    expect(intervention.state).toBe("running");
    expect((await runtime.step(moveTo(0.2, 0, 0.5))).result.status).toBe("ok");
    expect(trace.records.filter((record) => record.kind === "note" && record.note === "intervention").length).toBe(
      intervention.history().length,
    );
  });

  test("runtime row 22 paused with a fallback: what the controller proposes passes, the same from the policy does not", async () => {
    const clock = new SimulatedClock();
    const intervention = new InterventionController(clock);
    const { runtime } = gantryRuntime({ clock, intervention, gates: [interventionGate(intervention), geofenceGate()] });
    intervention.setFallback(listPolicy("fallback", [moveTo(0.1, 0, 0.5)]));
    intervention.pause({ operator: "alice", reason: "look" });
    const report = await runPolicy(runtime, listPolicy("list", []), "go");
    expect(report.steps.map((record) => [record.intent.id, record.result.status, record.actor?.["role"]])).toEqual([
      ["fallback-0", "ok", "controller"],
    ]);
    expect((await runtime.step(moveTo(0.1, 0, 0.5))).result.status).toBe("blocked");
  });

  test("runtime row 9 the buffer is filled by the runtime", async () => {
    const { runtime } = gantryRuntime();
    await runtime.step(moveTo(0.1, 0, 0.5));
    await runtime.step(moveTo(9, 0, 0.5));
    expect(runtime.buffer.size).toBe(2);
    expect(runtime.buffer.nBlocked()).toBe(1);
    expect(runtime.buffer.recent(0)).toEqual([]);
    expect(runtime.buffer.filterByIntent("move_to")).toHaveLength(2);
    expect(runtime.buffer.toJSON()).toMatchObject({ capacity: 32, n_records: 2 });
  });
});

describe("preview", () => {
  const previewOf = async (runtime: Runtime, call: ProposedCall) => (await runtime.preview([call])).steps[0];

  test("says what a step would come to, moves nothing, counts nothing and records nothing", async () => {
    const { runtime, backend, trace } = gantryRuntime();
    const before = await backend.observe();
    for (let n = 0; n < 3; n++)
      expect(await previewOf(runtime, moveTo(0.4, 0.2, 0.3))).toMatchObject({
        verdict: { kind: "allow" },
        plan: { intent: { name: "move_to" } },
      });
    expect(await previewOf(runtime, moveTo(5, 0, 0.3))).toMatchObject({ verdict: { kind: "deny" } });
    expect(await previewOf(runtime, { name: "fly" })).toMatchObject({ verdict: { gate: "resolver" } });
    expect(await previewOf(runtime, { name: "move_to", args: { x: Number.NaN } })).toMatchObject({ verdict: { gate: "schema" } });
    expect(await previewOf(runtime, { name: 5 as never })).toMatchObject({ verdict: { gate: "schema", code: "malformed_intent" } });
    expect((await backend.observe()).qRad).toEqual(before.qRad);
    expect([runtime.steps, steps(trace)]).toEqual([0, []]);
  });

  test("a latched robot would refuse to move, and would still look", async () => {
    const { runtime } = gantryRuntime();
    await runtime.emergencyStop({ operator: "ann", reason: "test" });
    expect(await previewOf(runtime, moveTo(0.4, 0.2, 0.3))).toMatchObject({
      verdict: { kind: "deny", gate: "safety", code: "estop_latched" },
    });
    expect(await previewOf(runtime, { name: "scan" })).toMatchObject({ verdict: { kind: "allow" } });
  });
});
