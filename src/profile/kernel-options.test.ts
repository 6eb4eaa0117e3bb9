import { expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { buildRobot } from "./build-robot.ts";
import { loadProfile } from "./files.ts";

test("with the kernel's own proof and the second channel on, the arm still picks, places and is refused", async () => {
  const loaded = loadProfile("arm");
  const profile = { ...loaded.profile, second_channel: true };
  const setup = {
    backend: "kinematic",
    seed: 0,
    clock: new SimulatedClock(),
    trace: new MemoryTrace(),
    version: "test",
    lossWindow: "none",
  } as const;
  const { runtime, backend } = await buildRobot({ ...loaded, profile }, setup);
  await using _ = backend;
  const status = async (name: string, args: Readonly<Record<string, unknown>>) => (await runtime.step({ name, args })).result.status;
  expect(await status("pick", { object: "red_cube" })).toBe("ok");
  expect(await status("place", { x: 0.45, y: -0.25 })).toBe("ok");
  expect(await status("move_to", { x: 0.15, y: 0.6, z: 0.4 })).toBe("blocked");
});
