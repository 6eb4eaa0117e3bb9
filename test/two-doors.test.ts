import { SoundClock } from "../src/runtime/sound-clock.ts";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Backend } from "../src/backend/backend.ts";
import { openKinematicBackend } from "../src/backend/kinematic/index.ts";
import { SimulatedClock } from "../src/core/clock.ts";
import { isCleared, type Cleared } from "../src/gate/cleared.ts";
import { makePlan } from "../src/intent/make-plan.ts";
import type { Plan } from "../src/intent/plan.ts";
import { createKernel, isVetted, type Command, type Vetted } from "../src/kernel/index.ts";
import { loadProfile } from "../src/profile/files.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { executePlan, type ExecutionContext } from "../src/runtime/execute-plan.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";
import { emptyWorld } from "../src/profile/world-file.ts";

const command: Command = {
  mode: "joint_position",
  rows: new Float64Array(4),
  width: 4,
  periodMs: 10,
  seq: 1,
  basedOnSeq: 0,
  validUntilMs: 1e9,
};

async function gantry() {
  return buildRobot(loadProfile("gantry"), {
    backend: "kinematic",
    seed: 0,
    clock: new SoundClock(new SimulatedClock()),
    trace: new MemoryTrace(),
    version: "test",
    lossWindow: "none",
  });
}

describe("two doors, and no way around either", () => {
  test("an uncleared plan and an unvetted command do not compile", () => {
    expectTypeOf<Plan>().not.toExtend<Parameters<typeof executePlan>[0]>();
    expectTypeOf<Cleared<Plan>>().toExtend<Parameters<typeof executePlan>[0]>();
    expectTypeOf<Command>().not.toExtend<Parameters<Backend["apply"]>[0]>();
    expectTypeOf<Vetted>().toExtend<Parameters<Backend["apply"]>[0]>();
  });

  test("a backend refuses a command that the kernel did not make, also a copy of one it made", async () => {
    const { collision } = await gantry();
    const { robot } = collision;
    const backend = openKinematicBackend({ robot, world: emptyWorld, gripper: false });
    const before = backend.observe();
    // @ts-expect-error an unvetted command does not fit
    expect(() => backend.apply(command)).toThrow(/only commands that the kernel vetted/);
    const kernel = createKernel({ robot, gripper: false, modes: ["joint_position"] });
    const rows = Float64Array.from(robot.homeRad);
    const verdict = kernel.vet({ ...command, rows }, { nowMs: 0, measuredRad: robot.homeRad });
    expect(verdict.kind).toBe("vetted");
    if (verdict.kind !== "vetted") return;
    expect(isVetted(verdict.command)).toBe(true);
    const copy = { ...verdict.command };
    expect(isVetted(copy)).toBe(false);
    expect(() => backend.apply(copy)).toThrow(/only commands that the kernel vetted/);
    await backend.apply(verdict.command);
    expect(await backend.observe()).toMatchObject({ qRad: (await before).qRad });
  });

  test("a vetted command keeps its own rows: changing the caller's afterwards changes nothing", async () => {
    const { collision } = await gantry();
    const kernel = createKernel({ robot: collision.robot, gripper: false, modes: ["joint_position"] });
    const rows = Float64Array.from(collision.robot.homeRad);
    const verdict = kernel.vet({ ...command, rows }, { nowMs: 0, measuredRad: collision.robot.homeRad });
    rows.fill(Number.NaN);
    expect(verdict.kind === "vetted" && Array.from(verdict.command.rows)).toEqual(Array.from(collision.robot.homeRad));
  });

  test("the runtime executes no plan that the chain did not make, also not a copy of one it made", async () => {
    const intent = { id: "i", name: "wait", args: {}, rationale: "" };
    const plan = makePlan(intent, { segments: [{ kind: "hold", label: "wait", durationMs: 10 }] });
    expect(isCleared(plan)).toBe(false);
    const robot = await gantry();
    const context: ExecutionContext = {
      backend: robot.backend,
      kernel: createKernel({ robot: robot.collision.robot, gripper: false, modes: ["joint_position"] }),
      clock: new SoundClock(new SimulatedClock()),
      observe: () => robot.backend.observe(),
      periodMs: 10,
      chunkMs: 100,
      commandValidMs: 100,
      deadlineMs: 1000,
      signal: new AbortController().signal,
      nextSeq: () => 1,
    };
    // @ts-expect-error an uncleared plan does not fit
    await expect(executePlan(plan, await robot.backend.observe(), context)).rejects.toThrow(/not cleared by the gate chain/);
  });
});
