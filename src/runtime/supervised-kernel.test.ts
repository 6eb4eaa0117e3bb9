import { expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { openKinematicBackend } from "../backend/kinematic/index.ts";
import { createKernel, type Kernel } from "../kernel/kernel.ts";
import { refusal } from "../kernel/channel/refusal-codes.ts";
import { supervisedKernel } from "./supervised-kernel.ts";
import { Supervision } from "./supervision.ts";
import { collision, testWorld } from "./testing/gantry-runtime.ts";

async function inService(judge?: (supervision: Supervision, kernel: Kernel) => Kernel["vet"]) {
  const clock = new SimulatedClock();
  const backend = openKinematicBackend({ robot: collision.robot, world: testWorld, gripper: true });
  const supervision = new Supervision({ backend, clock, onViolation: "latch" });
  await supervision.start();
  const kernel = createKernel({ robot: collision.robot, gripper: true, modes: ["joint_position", "gripper_position"] });
  let judged = 0;
  const vet = judge?.(supervision, kernel) ?? ((...chunk) => kernel.vet(...chunk));
  const counting: Kernel = {
    modes: kernel.modes,
    close: () => kernel.close(),
    vet(...chunk) {
      judged += 1;
      return vet(...chunk);
    },
  };
  const guarded = supervisedKernel(counting, supervision);
  let seq = 0;
  const hold = () => {
    const measuredRad = Float64Array.of(0, 0, 0.5, 0);
    const nowMs = clock.nowMs();
    seq += 1;
    const rows = Float64Array.from(measuredRad);
    return guarded.vet(
      { mode: "joint_position", rows, width: 4, periodMs: 10, seq, basedOnSeq: seq, validUntilMs: nowMs + 100 },
      { nowMs, measuredRad, measuredRadPerS: new Float64Array(4) },
    );
  };
  return { clock, supervision, hold, judged: () => judged };
}

test("without a lease nothing is even judged; with one a chunk is", async () => {
  const { supervision, hold, judged } = await inService();
  expect(hold()).toMatchObject({ kind: "refused", code: "estop_latched" });
  expect(judged()).toBe(0);
  expect(supervision.begin("test")).toBeUndefined();
  expect(hold().kind).toBe("vetted");
});

test("a vetted chunk is a sign of life: the next may come as late as the watchdog allows after it, and no later", async () => {
  const { clock, supervision, hold } = await inService();
  supervision.begin("test");
  expect(hold().kind).toBe("vetted");
  clock.sleepUntil(clock.nowMs() + 150);
  expect(hold().kind).toBe("vetted");
  clock.sleepUntil(clock.nowMs() + 150);
  expect(hold().kind).toBe("vetted");
  clock.sleepUntil(clock.nowMs() + 250);
  expect(hold()).toMatchObject({ kind: "refused", code: "estop_latched", reason: expect.stringContaining("safe_action") as unknown });
});

test("a violation that the kernel finds latches", async () => {
  const violation = { ...refusal("joint_position", "too far"), severity: "violation" } as const;
  const { supervision, hold } = await inService(() => () => violation);
  supervision.begin("test");
  expect(hold()).toBe(violation);
  expect(supervision.status()).toMatchObject({ state: "latched", source: "violation" });
});

test("a stop while the kernel judges voids its verdict", async () => {
  const { supervision, hold } = await inService((safety, kernel) => (...chunk) => {
    const verdict = kernel.vet(...chunk);
    void safety.emergencyStop({ operator: "ann", reason: "smoke" });
    return verdict;
  });
  supervision.begin("test");
  expect(hold()).toMatchObject({ kind: "refused", code: "estop_latched" });
});
