import { expect, test } from "vitest";
import type { Backend } from "../backend/backend.ts";
import { MotionMonitor } from "../kernel/monitor/motion-monitor.ts";
import { collision, gantryRuntime } from "./testing/gantry-runtime.ts";

const move = { name: "move_to", args: { x: 0.4, y: 0, z: 0.5 } };

/** A gantry whose x says that it is `offM` farther than it was sent, while `off` is set. */
function gantry(offM: number) {
  const fault = { on: true };
  const wrap = (base: Backend): Backend => ({
    ...base,
    name: base.name,
    kind: base.kind,
    modes: base.modes,
    apply: (command) => base.apply(command),
    stop: () => base.stop(),
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
    observe() {
      const seen = base.observe();
      if (seen instanceof Promise || !fault.on || seen.atMs === 0) return seen;
      return { ...seen, qRad: seen.qRad.map((q, j) => (j === 0 ? q + offM : q)) };
    },
  });
  const monitor = new MotionMonitor({ collision });
  return { fault, monitor, ...gantryRuntime({ wrap, monitor }) };
}

test("a sound motion passes both channels", async () => {
  const { runtime, monitor } = gantry(0);
  expect((await runtime.step(move)).result).toMatchObject({ status: "ok" });
  expect(monitor.finding).toBeUndefined();
});

test("a robot that is not where it was told to be is stopped, says by how much, and moves again once the cause is gone", async () => {
  const { runtime, fault } = gantry(0.03);
  const stopped = await runtime.step(move);
  expect(stopped.result.status).toBe("error");
  expect(stopped.result.message).toMatch(/second channel: joint 'x' is at .*, the vetted rows put it in/);
  expect(stopped.stop).toMatchObject({ acknowledged: true, proved: true });
  fault.on = false;
  await runtime.stop({ operator: "op" });
  expect((await runtime.step({ name: "move_to", args: { x: 0.1, y: 0, z: 0.5 } })).result).toMatchObject({ status: "ok" });
});

test("what the kernel passes and the monitor does not is not executed", async () => {
  const monitor = new MotionMonitor({ collision, trackingErrorM: -1 });
  const { runtime, backend } = gantryRuntime({ monitor });
  const before = await backend.observe();
  const { result, kernel } = await runtime.step(move);
  expect(result.message).toMatch(/kernel: second channel: the kernel passed a step/);
  expect(kernel).toMatchObject({ refused: { code: "internal_error" } });
  expect((await backend.observe()).qRad).toEqual(before.qRad);
});
