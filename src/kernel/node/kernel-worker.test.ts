import { afterEach, expect, test } from "vitest";
import { pandaLike } from "../../robot/testing/panda-like.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { CanaryRound, openCanaries } from "../canaries.ts";
import type { Command } from "../command.ts";
import type { KernelOptions } from "../kernel-options.ts";
import { createKernel } from "../kernel.ts";
import { isVetted } from "../vetted.ts";
import { waitAsync } from "../channel/waiting.ts";
import { openKernelProcess } from "./kernel-process.ts";
import { openKernelWorker, openWorkerAt, type KernelWorkerOptions, type RemoteKernel } from "./kernel-worker.ts";
import { judging } from "./testing/stuck-worker.ts";

const config: KernelOptions = { robot: gantry(), gripper: true, modes: ["joint_position", "joint_velocity", "gripper_position"] };
const state = { nowMs: 100, measuredRad: [0, 0, 1, 0] };
/** Nothing here may depend on how fast a loaded machine is. */
const patient: KernelWorkerOptions = { deadlineMs: 15_000, silenceMs: 60_000, startMs: 20_000 };
const stuck = new URL("./testing/stuck-worker.ts", import.meta.url);

function chunk(more: Partial<Command> = {}): Command {
  const rows = Float64Array.of(0.001, 0, 1, 0, 0.002, 0, 1, 0);
  return { mode: "joint_position", rows, width: 4, periodMs: 10, seq: 1, basedOnSeq: 1, validUntilMs: 200, ...more };
}

const opened: RemoteKernel[] = [];
async function open(kernel: Promise<RemoteKernel>): Promise<RemoteKernel> {
  opened.push(await kernel);
  return kernel;
}
afterEach(async () => {
  for (const kernel of opened) kernel.close();
  await Promise.all(opened.splice(0).map(({ ended }) => ended));
});

for (const [where, openKernel] of [
  ["thread", openKernelWorker],
  ["process", openKernelProcess],
] as const) {
  test(`worker 1 a kernel in a ${where} of its own gives the verdicts of one in this thread, and marks here`, async () => {
    const remote = await open(openKernel(config, patient));
    const local = createKernel(config);
    expect(remote.modes).toEqual(local.modes);
    const commands = [
      chunk(),
      chunk(),
      chunk({ seq: 2, rows: Float64Array.of(0.5, 0, 1, 0) }),
      chunk({ seq: 3, mode: "joint_velocity", rows: Float64Array.of(0.1, 0, 0, 0) }),
      chunk({ seq: 4, mode: "gripper_position", rows: Float64Array.of(0, Number.NaN), width: 1 }),
      chunk({ seq: 5, mode: "cartesian_twist", rows: new Float64Array(6), width: 6 }),
      chunk({ seq: 6, validUntilMs: 99 }),
    ];
    for (const [index, command] of commands.entries()) {
      const expected = local.vet(command, state);
      const got = index % 2 === 0 ? remote.vet(command, state) : await remote.vetAsync(command, state);
      if (expected.kind === "refused") expect(got).toEqual(expected);
      else expect(got).toMatchObject({ kind: "vetted", command: expected.command });
      expect(got.kind === "vetted" && isVetted(got.command)).toBe(expected.kind === "vetted");
    }
    expect(remote.liveness()).toMatchObject({ state: "serving", stop: "none", corruptAnswers: 0 });
    remote.stop();
    expect(remote.vet(chunk({ seq: 20 }), state)).toMatchObject({ code: "estop_latched" });
    remote.releaseStop();
    expect(remote.vet(chunk({ seq: 21 }), state).kind).toBe("vetted");
    remote.close();
    await remote.ended;
    expect(remote.vet(chunk({ seq: 22 }), state)).toMatchObject({ code: "closed" });
    expect(remote.liveness().state).toBe("closed");
  });

  test(`worker 2 a configuration that cannot be enforced is refused in the ${where}, naming why`, async () => {
    const robot = { ...gantry(), maxVelocityRadPerS: new Float64Array(4).fill(Number.NaN) };
    await expect(openKernel({ ...config, robot }, patient)).rejects.toMatchObject({
      code: "config.invalid",
      data: { problems: expect.arrayContaining([expect.stringContaining("speed limit of x is NaN")]) },
    });
  });
}

test("worker 2 a kernel with a check that lets its canary pass does not start", () => {
  const blind = new CanaryRound({ config, open: ({ modes }) => ({ modes: new Set(modes), close: () => undefined, vet: () => refused }) });
  const refused = { kind: "refused", code: "closed", reason: "", evidence: {}, severity: "drop", step: 1, sub: "none", field: "" } as const;
  expect(() => openCanaries(config, 0, blind)).toThrow(
    /the kernel does not work: canary 'no command' was answered closed and not malformed/,
  );
  expect(openCanaries(config, 0).rounds).toBe(1);
});

test("worker 3 many chunks of two robots at once, each to its own kernel", async () => {
  const panda = { robot: pandaLike(), gripper: false, modes: ["joint_position"] as const };
  const [one, two] = [await open(openKernelWorker(config, patient)), await open(openKernelWorker(panda, patient))];
  const home = panda.robot.homeRad;
  for (let seq = 1; seq <= 300; seq += 3) {
    const verdicts = await Promise.all([
      one.vetAsync(chunk({ seq }), state),
      two.vetAsync(chunk({ seq, rows: new Float64Array(home), width: 7 }), { nowMs: 0, measuredRad: home }),
      one.vetAsync(chunk({ seq: seq + 1 }), state),
      two.vetAsync(chunk({ seq: seq + 1 }), state),
    ]);
    expect(verdicts.map(({ kind }) => kind)).toEqual(["vetted", "vetted", "vetted", "refused"]);
  }
});

test("worker 4 killed while it judges: what is under way is refused at once, and it shows as lost", async () => {
  const kernel = await open(openWorkerAt(stuck, config, patient));
  const under = kernel.vetAsync(chunk(), state);
  await waitAsync(kernel.memory.control, judging, 0, 15_000);
  kernel.kill();
  expect(await under).toMatchObject({ kind: "refused", code: "kernel_lost" });
  await kernel.ended;
  expect(kernel.liveness()).toMatchObject({ state: "lost", stop: "kernelLost" });
  expect(kernel.vet(chunk({ seq: 2 }), state)).toMatchObject({ code: "kernel_lost" });
});

test("worker 4 killed while this thread is blocked on it: refused by the deadline", async () => {
  const kernel = await open(openWorkerAt(stuck, config, { ...patient, deadlineMs: 100 }));
  expect(kernel.vet(chunk(), state)).toMatchObject({ code: "kernel_late" });
  kernel.kill();
  expect(kernel.vet(chunk({ seq: 2 }), state)).toMatchObject({ kind: "refused" });
  await kernel.ended;
  expect(kernel.liveness().state).toBe("lost");
});

test("worker 5 a hanging kernel: chunks under way fill the slots, then the next is channel_overrun; the stop flag ends all of them", async () => {
  const shape = { nSlots: 2, maxNumbers: 64, maxJoints: 8 };
  const kernel = await open(openWorkerAt(stuck, config, { ...patient, shape }));
  const under = [1, 2].map((seq) => kernel.vetAsync(chunk({ seq }), state));
  expect(kernel.vet(chunk({ seq: 3 }), state)).toMatchObject({ code: "channel_overrun" });
  kernel.stop();
  expect(await Promise.all(under)).toMatchObject([{ code: "estop_latched" }, { code: "estop_latched" }]);
});

test("process 1 killed: what is asked then is refused, it shows as lost, the stop flag is set", async () => {
  const kernel = await open(openKernelProcess(config, patient));
  expect(kernel.vet(chunk(), state).kind).toBe("vetted");
  expect(kernel.pid).toBeGreaterThan(0);
  // Stopped first, so that the chunk is under way for certain when it dies.
  process.kill(kernel.pid ?? Number.NaN, "SIGSTOP");
  const under = kernel.vetAsync(chunk({ seq: 2 }), state);
  process.kill(kernel.pid ?? Number.NaN, "SIGKILL");
  expect(await under).toMatchObject({ kind: "refused", code: "kernel_lost" });
  await kernel.ended;
  expect(kernel.liveness()).toMatchObject({ state: "lost", stop: "kernelLost" });
});

test("process 2 suspended: the chunk is refused at the deadline", async () => {
  const kernel = await open(openKernelProcess(config, { ...patient, deadlineMs: 100 }));
  process.kill(kernel.pid ?? Number.NaN, "SIGSTOP");
  try {
    expect(kernel.vet(chunk(), state)).toMatchObject({ code: "kernel_late" });
  } finally {
    process.kill(kernel.pid ?? Number.NaN, "SIGCONT");
  }
});
