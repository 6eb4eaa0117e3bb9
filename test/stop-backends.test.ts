import { expect, test } from "vitest";
import { SimulatedClock } from "../src/core/clock.ts";
import { createKernel } from "../src/kernel/kernel.ts";
import { stopTargets } from "../src/kernel/stop/fan-out.ts";
import type { StopTarget } from "../src/kernel/stop/stop-target.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";

test.for(["kinematic", "mujoco"] as const)("safety-kernel row 26: a moving %s arm acknowledges, and its rest is proved", async (kind) => {
  const clock = new SimulatedClock();
  const setup = { backend: kind, seed: 0, clock, trace: new MemoryTrace(), version: "test", lossWindow: "none" } as const;
  const built = await buildRobot(loadProfile("arm"), setup);
  await using backend = built.backend;
  const { robot } = built.collision;
  const kernel = createKernel({ robot, gripper: true, modes: ["joint_position"] });
  const { qRad, atMs, seq } = await backend.observe();
  const rows = Float64Array.from(
    { length: 20 * robot.nJoints },
    (_, i) => qRad[i % robot.nJoints]! + (i % robot.nJoints === 0 ? 0.005 * (1 + Math.floor(i / robot.nJoints)) : 0),
  );
  const command = {
    mode: "joint_position",
    rows,
    width: robot.nJoints,
    periodMs: 10,
    seq: 1,
    basedOnSeq: seq,
    validUntilMs: 1000,
  } as const;
  const verdict = kernel.vet(command, { nowMs: atMs, measuredRad: qRad });
  if (verdict.kind === "refused") throw new Error(verdict.reason);
  await backend.apply(verdict.command);
  expect(Math.abs((await backend.observe()).qdRadPerS[0]!)).toBeGreaterThan(0.2);

  const target: StopTarget = backend;
  const report = await stopTargets([target], 1, 1, { clock });
  expect(report).toMatchObject({ acknowledged: true, proved: true, targets: [{ attempts: 1, escalated: false }] });
  expect(report.targets[0]?.stoppingTimeMs).toBeGreaterThan(0);
  expect(report.targets[0]?.stoppingDistanceM).toBeGreaterThan(0);
});
