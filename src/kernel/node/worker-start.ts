/**
 * How a worker that holds a kernel begins: reads what it was given, makes the kernel, says so.
 * @module
 */
import { parentPort } from "node:worker_threads";
import { ClearanceError } from "../../core/errors.ts";
import type { ControlMode } from "../command.ts";
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

export function say(message: WorkerReady): void {
  parentPort?.postMessage(message);
}

export function refusalOf(cause: unknown): WorkerReady {
  const message = cause instanceof Error ? cause.message : String(cause);
  const problems = ClearanceError.is(cause, "config.invalid") ? cause.data.problems : [message];
  return { kind: "refused", message, problems: [...problems] };
}
