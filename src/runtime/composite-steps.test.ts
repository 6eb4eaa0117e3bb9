import * as z from "zod";
import { describe, expect, test } from "vitest";
import { denyListGate } from "../gate/deny-list-gate.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { hitlGate } from "../gate/hitl-gate.ts";
import { compositePrimitive } from "../intent/composite.ts";
import { definePrimitive } from "../intent/define-primitive.ts";
import type { Primitive } from "../intent/primitive.ts";
import { PrimitiveRegistry } from "../intent/registry.ts";
import type { StepRecord } from "../trace/records.ts";
import { alwaysApprove, alwaysDeny } from "./approvals.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

/** Primitives of a delivery robot, as far as the order of its steps is concerned. */
const parts = ["goto", "take_photo", "dispense_pill", "alert_nurse"].map((name) =>
  definePrimitive({
    name,
    summary: name,
    risk: "sense",
    args: z.strictObject({ [name === "goto" ? "x" : "count"]: z.number().optional() }),
    plan: () => ({ segments: [] }),
    report: (args) => ({ ok: true, observation: { did: name, ...args }, message: `${name} done` }),
  }),
);
const deliverRoom = (): Primitive =>
  compositePrimitive(
    "deliver_room",
    parts.map(({ name }) => name),
    new PrimitiveRegistry(parts),
  );
const approval = () => hitlGate({ requiresApproval: ["dispense_pill"], timeoutMs: 1000 });

describe("runtime row 35 deliver_room", () => {
  test("runtime row 35 approver denies dispense_pill: goto and take_photo done, then blocked; alert_nurse not reached", async () => {
    const { runtime, trace } = gantryRuntime({
      primitives: [...parts, deliverRoom()],
      gates: [approval(), geofenceGate()],
      approvals: alwaysDeny("nurse"),
    });
    const { result } = await runtime.step({ name: "deliver_room", args: { x: 1, count: 2 } });
    expect(result).toMatchObject({
      status: "blocked",
      observation: {
        composite: "deliver_room",
        n_steps: 4,
        substep_0_goto: { did: "goto", x: 1 },
        substep_1_take_photo: { did: "take_photo", count: 2 },
        failed_at: "dispense_pill",
        step_index: 2,
      },
    });
    const steps = trace.records.filter((record): record is StepRecord => record.kind === "step");
    expect(steps.map(({ intent, result: { status } }) => [intent.name, status])).toEqual([
      ["goto", "ok"],
      ["take_photo", "ok"],
      ["dispense_pill", "blocked"],
      ["deliver_room", "blocked"],
    ]);
  });

  test("runtime row 35 approved: every substep's observation, and how many there were", async () => {
    const { runtime } = gantryRuntime({
      primitives: [...parts, deliverRoom()],
      gates: [approval(), geofenceGate()],
      approvals: alwaysApprove("nurse"),
    });
    const { result } = await runtime.step({ name: "deliver_room" });
    expect(result).toMatchObject({ status: "ok", message: "deliver_room: 4 substeps complete" });
    expect(Object.keys(result.observation)).toEqual([
      "composite",
      "n_steps",
      "substep_0_goto",
      "substep_1_take_photo",
      "substep_2_dispense_pill",
      "substep_3_alert_nurse",
    ]);
  });

  test("runtime row 35 the composite's own name is gated as well", async () => {
    const { runtime, trace } = gantryRuntime({
      primitives: [...parts, deliverRoom()],
      gates: [denyListGate({ denied: ["deliver_room"] })],
    });
    expect((await runtime.step({ name: "deliver_room" })).result.message).toBe("deny_list: deliver_room is on the deny list");
    expect(trace.records.filter(({ kind }) => kind === "step")).toHaveLength(1);
  });
});
