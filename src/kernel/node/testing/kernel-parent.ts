/**
 * A process that holds a kernel process, for tests that kill it. Says the kernel's process id and a verdict, then waits to be killed.
 * @module
 */
import { gantry } from "../../../robot/testing/gantry.ts";
import { openKernelProcess } from "../kernel-process.ts";

const kernel = await openKernelProcess({ robot: gantry(), gripper: true, modes: ["gripper_position"] }, { deadlineMs: 10_000 });
const command = {
  mode: "gripper_position",
  rows: Float64Array.of(1),
  width: 1,
  periodMs: 10,
  seq: 1,
  basedOnSeq: 0,
  validUntilMs: 1,
} as const;
const { kind } = kernel.vet(command, { nowMs: 0, measuredRad: [0, 0, 1, 0] });
process.stdout.write(`${kernel.pid} ${kind}\n`);
setInterval(() => undefined, 60_000);
