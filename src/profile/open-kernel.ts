/**
 * The kernel that a profile asks for: beside the runtime, in a thread of its own, or in a process of its own.
 * @module
 */
import { openCanaries, type CanaryRound } from "../kernel/canaries.ts";
import type { KernelOptions } from "../kernel/kernel-options.ts";
import { createKernel, type Kernel } from "../kernel/kernel.ts";
import { openKernelProcess, openKernelWorker, type RemoteKernel } from "../kernel/node/index.ts";
import { recordedKernel } from "../kernel/recording/recording.ts";

export interface OpenedKernel {
  readonly kernel: Kernel;
  /** Of the same configuration, judged in this thread. */
  readonly canaries: CanaryRound;
  /** Where it is elsewhere. */
  readonly distant: RemoteKernel | undefined;
}

/**
 * A kernel of which every check was seen to refuse what it must. `record`: takes each verdict as a line, for `clearance kernel replay`.
 * @throws ClearanceError `config.invalid` naming what cannot be enforced, does not start, or let its canary pass
 */
export async function openKernel(
  config: KernelOptions,
  where: "inside" | "worker" | "process",
  record?: (line: string) => void,
): Promise<OpenedKernel> {
  const canaries = openCanaries(config, 0);
  const open = { inside: () => undefined, worker: openKernelWorker, process: openKernelProcess }[where];
  const distant = await open(config);
  const kernel = distant ?? createKernel(config);
  return { kernel: record === undefined ? kernel : recordedKernel(kernel, config, record), canaries, distant };
}
