/**
 * The kernel that a profile asks for: beside the runtime, in a thread of its own, or in a process of its own.
 * @module
 */
import { openCanaries, type CanaryRound } from "../kernel/canaries.ts";
import type { KernelOptions } from "../kernel/kernel-options.ts";
import { createKernel, type Kernel } from "../kernel/kernel.ts";
import { derivedEnvelope } from "../kernel/envelope/derived-envelope.ts";
import { slowingKernel } from "../kernel/graded/slowing-kernel.ts";
import { openKernelProcess, openKernelWorker, type RemoteKernel } from "../kernel/node/index.ts";
import type { RecoveringKernel } from "../runtime/supervision.ts";
import { recordedKernel } from "../kernel/recording/recording.ts";

export interface OpenedKernel {
  readonly kernel: Kernel;
  /** Of the same configuration, judged in this thread. */
  readonly canaries: CanaryRound;
  /** Where it is elsewhere. */
  readonly distant: RemoteKernel | undefined;
  /** Where it is beside the runtime and sees what is near. */
  readonly recovering: RecoveringKernel | undefined;
}

/**
 * A kernel of which every check was seen to refuse what it must. `record`: takes each verdict as a line, for `clearance kernel replay`.
 * `onRateViolation`: see `slowingKernel`.
 * @throws ClearanceError `config.invalid` naming what cannot be enforced, does not start, or let its canary pass
 */
export async function openKernel(
  config: KernelOptions,
  where: "inside" | "worker" | "process",
  options: { readonly record?: ((line: string) => void) | undefined; readonly onRateViolation?: "reject" | "slow" } = {},
): Promise<OpenedKernel> {
  const canaries = openCanaries(config, 0);
  const open = { inside: () => undefined, worker: openKernelWorker, process: openKernelProcess }[where];
  const distant = await open(config);
  const recorded = (kernel: Kernel): Kernel => {
    const judging = options.record === undefined ? kernel : recordedKernel(kernel, config, options.record);
    return options.onRateViolation === "slow" ? slowingKernel(judging, config.envelope ?? derivedEnvelope(config)) : judging;
  };
  if (distant !== undefined) return { kernel: recorded(distant), canaries, distant, recovering: undefined };
  const inside = createKernel(config);
  return { kernel: recorded(inside), canaries, distant, recovering: config.solids === undefined ? undefined : inside };
}
