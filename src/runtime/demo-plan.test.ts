/**
 * The demo plan of spec runtime.md §11 and the primitives of its §7.1, on a gantry that stands at the origin of the default fence.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openKinematicBackend } from "../backend/kinematic/index.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { WorldViews } from "../intent/build-world-view.ts";
import { linearInterpolate } from "../intent/linear-interpolate.ts";
import { createKernel } from "../kernel/kernel.ts";
import { robotFromUrdf } from "../robot/urdf.ts";
import type { StepRecord } from "../trace/records.ts";
import type { Runtime } from "./runtime.ts";
import { gantryRuntime } from "./testing/gantry-runtime.ts";

const cube = (name: string, positionM: readonly [number, number, number]) => ({
  name,
  aliases: [],
  shape: { kind: "box", halfM: [0.02, 0.02, 0.02] } as const,
  positionM,
  yawRad: 0,
  massKg: 0.1,
  rgba: [1, 0, 0, 1] as const,
});
const world: WorldSpec = {
  name: "fence",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [{ name: "floor", shapes: [{ kind: "half-space", normal: [0, 0, -1], offsetM: -0.02 }] }],
  zones: [],
  objects: [cube("widget-7", [0.4, 0.2, 0]), cube("a", [0.5, -0.5, 0])],
  places: [],
};

function atOrigin() {
  const urdf = readFileSync(fileURLToPath(new URL("../../models/gantry/gantry.urdf", import.meta.url)), "utf8");
  const slide = { maxAccelerationRadPerS2: 1 };
  const { collision } = robotFromUrdf(urdf, {
    tipLink: "tip",
    home: { x: 0, y: 0, z: 0, theta: 0 },
    limits: { x: slide, y: slide, z: slide, theta: slide },
  });
  const { robot } = collision;
  const limits = {
    maxTipSpeedMps: 0.5,
    maxTipAccelerationMps2: 1,
    maxTipAngularSpeedRadPerS: 1,
    jointSpeedScale: 1,
    jointAccelerationScale: 1,
  };
  return gantryRuntime({
    wrap: () => openKinematicBackend({ robot, world, gripper: true }),
    kernel: createKernel({ robot, gripper: true, modes: ["joint_position", "gripper_position"] }),
    views: new WorldViews({ collision, spec: world, limits, maxStateAgeMs: 250 }),
    gates: [geofenceGate()],
  });
}

const step = (runtime: Runtime, name: string, args: Record<string, unknown> = {}): Promise<StepRecord> => runtime.step({ name, args });
const near = (x: number) => expect.closeTo(x, 5) as unknown;

test("runtime row 3 the demo plan from the origin: ok five times, then blocked by the fence, one event each", async () => {
  const { runtime, trace } = atOrigin();
  const plan: readonly (readonly [string, Record<string, unknown>])[] = [
    ["scan", { radius: 0.5 }],
    ["move_to", { x: 0.4, y: 0.2, z: 0.1 }],
    ["pick", { object: "widget-7" }],
    ["move_to", { x: -0.4, y: 0.2, z: 0.1 }],
    ["place", {}],
    ["move_to", { x: 5, y: 0, z: 0 }],
  ];
  const records: StepRecord[] = [];
  for (const [name, args] of plan) records.push(await step(runtime, name, args));
  expect(records.map(({ result }) => result.status)).toEqual(["ok", "ok", "ok", "ok", "ok", "blocked"]);
  expect(records[1]?.result.message).toBe("moved 0.4583 units");
  expect(records[5]?.result.message).toBe("geofence: target x=5 outside workspace [-1,1]");
  expect(trace.records.filter(({ kind }) => kind === "step")).toHaveLength(6);
});

describe("runtime row 31 motion and manipulation", () => {
  test("runtime row 31 move_to(.5,0,.2) from the origin: ok, distance .538516, moved 0.5385 units", async () => {
    const { runtime } = atOrigin();
    const { result } = await step(runtime, "move_to", { x: 0.5, y: 0, z: 0.2 });
    expect(result).toMatchObject({
      status: "ok",
      message: "moved 0.5385 units",
      observation: { from: [0, 0, 0], to: [0.5, 0, 0.2], distance: 0.538516 },
    });
  });

  test("runtime row 31 scan says centre and radius, and what is within; the radius is 1 unless given", async () => {
    const { runtime } = atOrigin();
    expect((await step(runtime, "scan", { radius: 0.1 })).result.observation).toEqual({ center: [0, 0, 0], radius: 0.1, detections: [] });
    const { observation } = (await step(runtime, "scan")).result;
    expect(observation).toMatchObject({ radius: 1, detections: [{ name: "widget-7" }, { name: "a" }] });
  });

  test("runtime row 31 pick and place say what and where; pick while holding, place with empty hands are not done", async () => {
    const { runtime, backend } = atOrigin();
    expect((await step(runtime, "place")).result.message).toMatch(/nothing to place; pick something first$/);
    expect((await step(runtime, "pick", { object: "a" })).result).toMatchObject({
      status: "ok",
      observation: { picked: "a", at_pose: [near(0.5), near(-0.5), expect.any(Number)] },
    });
    const again = await step(runtime, "pick", { object: "widget-7" });
    expect(again.result.status).not.toBe("ok");
    expect(again.result.message).toMatch(/already holding 'a'; place it first$/);
    expect((await backend.observe()).gripper?.holding).toBe("a");
    const placed = await step(runtime, "place", { x: 0.6, y: 0 });
    expect(placed.result).toMatchObject({ status: "ok", observation: { placed: "a", at_pose: [near(0.6), near(0), expect.any(Number)] } });
  });
});

describe("runtime row 32 trajectories", () => {
  test("runtime row 32 every interpolated waypoint is visited, the last exactly", async () => {
    const { runtime, backend } = atOrigin();
    const waypoints = linearInterpolate([0, 0, 0.1], [0.5, 0.2, 0.3], 5);
    const { result } = await step(runtime, "follow_trajectory", { waypoints, dwell_s: 0.5 });
    expect(result).toMatchObject({ status: "ok", observation: { waypoints_visited: 5, n_waypoints: 5, elapsed_s: expect.any(Number) } });
    expect(Number(result.observation["elapsed_s"])).toBeGreaterThan(2.5);
    expect((await backend.observe()).worldFromTip.position).toEqual([near(0.5), near(0.2), near(0.3)]);
  });

  test("runtime row 32 one waypoint outside the fence, and none is visited; what is no waypoint is refused", async () => {
    const { runtime, backend } = atOrigin();
    const leaves = { waypoints: linearInterpolate([0, 0, 0.1], [1.5, 0, 0.1], 4) };
    expect((await step(runtime, "follow_trajectory", leaves)).result).toMatchObject({
      status: "blocked",
      message: "geofence: waypoint 3: target x=1.5 outside workspace [-1,1]",
    });
    for (const waypoints of [[], [[0, 0]], [[0, 0, 0.1], "here"], [[0, 0, Number.NaN]]])
      expect((await step(runtime, "follow_trajectory", { waypoints })).result.status).toBe("blocked");
    expect((await backend.observe()).worldFromTip.position).toEqual([0, 0, 0]);
  });
});
