/**
 * A kernel in a process of its own: a crash, a leak or a hang here cannot take it along, and the other way round.
 *
 *     this thread ── shared memory ── bridge thread ── pipes ── kernel process
 *
 * A pipe cannot be waited for with a deadline, shared memory can; so a small thread passes requests and answers between the two. It
 * judges nothing and marks nothing: the hash that this thread compares was computed in the kernel's process.
 * @module
 */
import type { KernelOptions } from "../kernel-options.ts";
import { entryBeside, openWorkerAt, type KernelWorkerOptions, type RemoteKernel } from "./kernel-worker.ts";

/** @throws ClearanceError `config.invalid` when the kernel cannot enforce its configuration or does not start */
export function openKernelProcess(config: KernelOptions, options: KernelWorkerOptions = {}): Promise<RemoteKernel> {
  return openWorkerAt(entryBeside(import.meta.url, "kernel-bridge-entry"), config, options);
}
