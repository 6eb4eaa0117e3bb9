import { describe, expect, test } from "vitest";
import type { WorldSpec } from "../../core/world-spec.ts";
import { createKernel } from "../../kernel/kernel.ts";
import type { Vetted } from "../../kernel/command.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import type { Backend } from "../backend.ts";
import { openKinematicBackend } from "../kinematic/index.ts";
import { batteryBackend, type BatterySpec } from "./battery-backend.ts";

const world: WorldSpec = {
  name: "empty",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [],
  zones: [],
  objects: [],
  places: [],
};
const robot = gantry();
const home = Array.from(robot.homeRad);
/** One percent is 36 J. */
const cell: BatterySpec = { capacityWh: 1, idleW: 36, movingW: 72, startPct: 50 };
const open = (spec: BatterySpec = cell): Backend => batteryBackend(openKinematicBackend({ robot, world, gripper: true }), spec);

let seq = 0;
/** `rows` of 100 ms each, vetted by a kernel without limits on speed. */
function vetted(rows: readonly (readonly number[])[]): Vetted {
  const fast = { ...robot, maxVelocityRadPerS: new Float64Array(robot.nJoints).fill(Infinity) };
  const width = robot.nJoints;
  const command = {
    mode: "joint_position" as const,
    rows: Float64Array.from(rows.flat()),
    width,
    periodMs: 100,
    seq: seq++,
    basedOnSeq: 0,
    validUntilMs: 1e12,
  };
  const verdict = createKernel({ robot: fast, gripper: true, modes: ["joint_position"] }).vet(command, {
    nowMs: 0,
    measuredRad: robot.homeRad,
  });
  if (verdict.kind === "refused") throw new Error(verdict.reason);
  return verdict.command;
}
const hold = (n: number) => vetted(Array.from({ length: n }, () => home));
const moved = (x: number): readonly number[] => home.map((q, j) => (j === 0 ? q + x : q));
const pct = async (backend: Backend) => (await backend.observe()).batteryPct;

describe("a battery", () => {
  test("drains with time, and faster with motion, row by row", async () => {
    const backend = open();
    expect(await pct(backend)).toBe(50);
    await backend.apply(hold(10));
    // 1 s at 36 W is one percent.
    expect(await pct(backend)).toBe(49);
    await backend.apply(vetted([home, moved(0.01), moved(0.02), moved(0.02), moved(0.02)]));
    // 0.5 s idle, of which 0.2 s move at 72 W more.
    expect(await pct(backend)).toBe(48.1);
    await backend.apply(vetted([moved(0.02), moved(0.03)]));
    expect(await pct(backend)).toBe(47.7);
  });

  test("empty it is at 0 and carries out nothing more, but still looks and stops", async () => {
    const backend = open({ ...cell, startPct: 1 });
    await backend.apply(hold(20));
    expect(await pct(backend)).toBe(0);
    const at = (await backend.observe()).qRad;
    expect(() => backend.apply(vetted([moved(0.01)]))).toThrow(expect.objectContaining({ code: "backend.unavailable" }));
    expect((await backend.observe()).qRad).toEqual(at);
    expect(await backend.stop()).toMatchObject({ acknowledged: true });
  });

  test("a snapshot holds it: a forked time drains alike", async () => {
    const backend = open();
    await backend.apply(vetted([home, moved(0.01)]));
    const state = backend.snapshot!();
    const onward = async () => {
      await backend.apply(vetted([moved(0.01), moved(0.02), moved(0.03)]));
      return backend.observe();
    };
    const first = await onward();
    backend.restore!(state);
    expect(await onward()).toEqual(first);
    const twin = open();
    twin.restore!(state);
    await twin.apply(vetted([moved(0.01), moved(0.02), moved(0.03)]));
    expect(await twin.observe()).toEqual(first);
    expect(() => backend.restore!({ ...state, more: null })).toThrow(expect.objectContaining({ code: "format.invalid" }));
  });

  test("what the base has is still there, and a command that it refuses moves nothing", async () => {
    const backend = open();
    expect([backend.name, backend.kind, backend.modes.has("joint_position")]).toEqual(["kinematic", "simulated", true]);
    const once = vetted([home, moved(0.01)]);
    await backend.apply(once);
    const before = await pct(backend);
    expect(() => backend.apply(once)).toThrow(expect.objectContaining({ code: "command.repeated" }));
    expect(await pct(backend)).toBe(before);
  });

  test.for<[string, Partial<BatterySpec>]>([
    ["no capacity", { capacityWh: 0 }],
    ["a capacity of NaN", { capacityWh: Number.NaN }],
    ["power that flows back", { idleW: -1 }],
    ["a power of NaN", { movingW: Number.NaN }],
    ["more than full", { startPct: 101 }],
    ["a start of NaN", { startPct: Number.NaN }],
  ])("%s is no battery", ([, wrong]) => {
    expect(() => open({ ...cell, ...wrong })).toThrow(expect.objectContaining({ code: "config.invalid" }));
  });
});
