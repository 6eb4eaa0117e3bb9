import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { replayRecording } from "../kernel/recording/replay.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { buildRobot } from "./build-robot.ts";
import { loadProfile } from "./files.ts";

const moves = [
  { name: "move_to", args: { x: 0.4, y: 0.1, z: 0.4 } },
  { name: "move_to", args: { x: 0.15, y: 0.6, z: 0.4 } },
];

async function built(kernel: "inside" | "worker" | "process", more: object = {}) {
  const loaded = loadProfile("arm");
  const lines: string[] = [];
  const robot = await buildRobot(
    { ...loaded, profile: { ...loaded.profile, kernel, ...more } },
    {
      backend: "kinematic",
      seed: 0,
      clock: new SimulatedClock(),
      trace: new MemoryTrace(),
      version: "test",
      lossWindow: "none",
      recordVerdict: (line) => void lines.push(line),
    },
  );
  return { ...robot, lines };
}

describe("the kernel of a profile", () => {
  test("in the runtime, in a worker and in a process it gives the same verdicts, bit for bit", { timeout: 60_000 }, async () => {
    const recordings: string[] = [];
    for (const where of ["inside", "worker", "process"] as const) {
      const { runtime, backend, lines } = await built(where);
      await using _ = backend;
      const statuses = [];
      for (const move of moves) statuses.push((await runtime.step(move)).result.status);
      expect(statuses, where).toEqual(["ok", "blocked"]);
      await runtime.close();
      expect(replayRecording(lines)).toMatchObject({ disagreed: [], problems: [] });
      recordings.push(lines.filter((line) => line.includes('"verdict"')).join("\n"));
    }
    expect(recordings[1]).toBe(recordings[0]);
    expect(recordings[2]).toBe(recordings[0]);
  });

  test("a kernel that dies takes the robot out of service: nothing moves, and only a restart helps", { timeout: 60_000 }, async () => {
    for (const where of ["worker", "process"] as const) {
      const { runtime, backend, distantKernel } = await built(where);
      await using _ = backend;
      expect((await runtime.step(moves[0])).result.status, where).toBe("ok");
      distantKernel?.kill();
      await distantKernel?.ended;
      expect((await runtime.step({ name: "go_home", args: {} })).result.status, where).not.toBe("ok");
      expect(runtime.safety.status()).toMatchObject({ state: "faulted", source: "lost_worker" });
      expect(await runtime.reset({ operator: "ann", reason: "try" })).toMatchObject({ ok: false, code: "restart_required" });
      await runtime.close();
    }
  });
});
