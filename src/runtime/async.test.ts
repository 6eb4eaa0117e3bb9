import { describe, expect, test } from "vitest";
import type { Backend } from "../backend/backend.ts";
import type { Gate } from "../gate/gate.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { controlLoop } from "./control-loop.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

/** The same backend, each answer a few turns of the event loop later. */
function late(backend: Backend): Backend {
  const later = async <T>(answer: () => T): Promise<Awaited<T>> => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return await answer();
  };
  const asynchronous: Backend = {
    name: "late",
    kind: "simulated",
    modes: backend.modes,
    apply: (command) => later(() => backend.apply(command)),
    observe: () => later(() => backend.observe()),
    stop: () => backend.stop(),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
  return asynchronous;
}

describe("runtime row 7 what takes its time", () => {
  test("runtime row 7 a gate whose answer is a promise denies: gates judge at once, and no promise is an allow", async () => {
    // @ts-expect-error a plug-in written without types
    const gate: Gate = { id: "asks_elsewhere", check: async () => ({ kind: "allow", gate: "asks_elsewhere", reason: "" }) };
    const { runtime } = gantryRuntime({ gates: [gate, geofenceGate()] });
    const { decision, result } = await runtime.step({ name: "move_to", args: { x: 0.1, y: 0, z: 0.5 } });
    expect(decision).toMatchObject({ action: "deny", gateName: "asks_elsewhere", reason: expect.stringContaining("malformed verdict") });
    expect(result.status).toBe("blocked");
  });

  test("runtime row 7 a motion on an asynchronous machine is awaited, to its end", async () => {
    const { runtime, backend } = gantryRuntime({ wrap: late });
    const { result } = await runtime.step({ name: "move_to", args: { x: 0.2, y: 0, z: 0.5 } });
    expect(result).toMatchObject({ status: "ok", message: "moved 0.2 units" });
    expect((await backend.observe()).worldFromTip.position[0]).toBeCloseTo(0.2, 6);
  });

  test("runtime row 7 control loop, 10 Hz, next intent null at the 4th call, asked asynchronously: steps 3, ended by null", async () => {
    const { runtime, clock } = gantryRuntime({ wrap: late });
    let calls = 0;
    const next = async () => (++calls < 4 ? { name: "scan" } : null);
    expect(await controlLoop(runtime, next, { rateHz: 10 })).toMatchObject({ steps: 3, overruns: 0, endedBy: "null" });
    expect(clock.nowMs()).toBeCloseTo(300, 6);
  });
});
