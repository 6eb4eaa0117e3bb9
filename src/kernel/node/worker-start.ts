/**
 * How a worker that holds a kernel begins: reads what it was given, makes the kernel, says so.
 * @module
 */
import { parentPort } from "node:worker_threads";
import { ClearanceError } from "../../core/errors.ts";
import type { ControlMode } from "../command.ts";
import { CanaryRound } from "../canaries.ts";
import type { KernelOptions } from "../kernel-options.ts";
import { kernelConfigHash } from "../recording/kernel-config.ts";
import type { WorkerReady, WorkerSetup } from "./kernel-worker.ts";

export function setupFrom(data: unknown): WorkerSetup {
  if (!isSetup(data)) throw new TypeError("a kernel worker is started by openKernelWorker");
  return data;
}

function isSetup(data: unknown): data is WorkerSetup {
  return typeof data === "object" && data !== null && "buffer" in data && data.buffer instanceof SharedArrayBuffer && "config" in data;
}

/** Makes what serves and posts that it is ready, or why it cannot be; undefined then. */
export function announce<Serving extends { readonly modes: ReadonlySet<ControlMode> }>(
  config: KernelOptions,
  make: () => Serving,
): Serving | undefined {
  try {
    const serving = make();
    say({ kind: "ready", configHash: kernelConfigHash(config), modes: [...serving.modes] });
    return serving;
  } catch (cause) {
    say(refusalOf(cause));
    return undefined;
  }
}

/** Feeds the first round. @throws ClearanceError `config.invalid` when a check lets its canary pass */
export function openCanaries(config: KernelOptions, nowMs: number, canaries = new CanaryRound({ config })): CanaryRound {
  const failed = canaries.tick(nowMs, true);
  if (failed === undefined) return canaries;
  const problem = `canary '${failed.name}' was answered ${failed.got} and not ${failed.expected}`;
  throw new ClearanceError("config.invalid", `the kernel does not work: ${problem}`, { source: "kernel", problems: [problem] });
}

export function say(message: WorkerReady): void {
  parentPort?.postMessage(message);
}

export function refusalOf(cause: unknown): WorkerReady {
  const message = cause instanceof Error ? cause.message : String(cause);
  const problems = ClearanceError.is(cause, "config.invalid") ? cause.data.problems : [message];
  return { kind: "refused", message, problems: [...problems] };
}
