/**
 * A kernel in a worker thread of its own. What happens in the other threads (a long computation, a garbage collection, an endless
 * loop in a policy) delays no verdict and hides no stop.
 *
 * `vet` blocks the caller's thread until the answer or the deadline, `vetAsync` does not. Verdicts and marks: see `channel/mint.ts`.
 * @module
 */
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { ClearanceError } from "../../core/errors.ts";
import type { KernelOptions } from "../kernel-options.ts";
import type { MeasuredState } from "../decode-command.ts";
import type { Kernel, Passed, Refused } from "../kernel.ts";
import type { Command, ControlMode } from "../command.ts";
import { ChannelKernel, type Liveness } from "../channel/channel-kernel.ts";
import { createChannelMemory, type ChannelMemory, type ChannelShape, defaultShape } from "../channel/memory.ts";
import { kernelConfigHash } from "../recording/kernel-config.ts";

export interface KernelWorkerOptions {
  /** From the call of `vet` to the answer, ms; default 50. */
  readonly deadlineMs?: number;
  /** Silence of either side that is a stop while armed, ms; default 200. */
  readonly silenceMs?: number;
  readonly shape?: ChannelShape;
  /** How long the worker may take to start, ms; default 10 s. */
  readonly startMs?: number;
}

/** A kernel elsewhere: the same interface, and what the distance adds. */
export interface RemoteKernel extends Kernel {
  vetAsync(command: Command, state: MeasuredState): Promise<Passed | Refused>;
  /** Armed while a goal runs: then silence of either side stops. */
  arm(armed: boolean): void;
  stop(): void;
  /** For an authorised reset alone. */
  releaseStop(): void;
  liveness(): Liveness;
  /** The memory of the channel: whoever holds it, in any thread, can set and read the stop flag. */
  readonly memory: ChannelMemory;
  readonly configHash: string;
  /** Of the kernel's process, where it has one. */
  readonly pid: number | undefined;
  /** Ends the thread at once, as a crash would. For fault injection. */
  kill(): void;
  /** Resolves when the thread or process is gone, for whatever reason. */
  readonly ended: Promise<void>;
  close(): void;
}

/** What the entry of a worker is given. */
export interface WorkerSetup {
  readonly buffer: SharedArrayBuffer;
  readonly config: KernelOptions;
  readonly silenceMs: number;
  readonly beatMs: number;
}

/** What it says once, before it serves. */
export type WorkerReady =
  | { readonly kind: "ready"; readonly configHash: string; readonly modes: readonly ControlMode[]; readonly pid?: number }
  | { readonly kind: "refused"; readonly message: string; readonly problems: readonly string[] };

/** @throws ClearanceError `config.invalid` when the kernel cannot enforce its configuration or does not start */
export function openKernelWorker(config: KernelOptions, options: KernelWorkerOptions = {}): Promise<RemoteKernel> {
  return openWorkerAt(entryBeside(import.meta.url, "kernel-worker-entry"), config, options);
}

/** How long a thread that was told to end may take, ms. */
const closeGraceMs = 1000;

/** As TypeScript in a clone, compiled in the package. */
export function entryBeside(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith(".ts") ? ".ts" : ".js"}`, moduleUrl);
}

/** The same with another entry: the one that passes everything on to a process, or one of a test. */
export async function openWorkerAt(entry: URL, config: KernelOptions, options: KernelWorkerOptions): Promise<RemoteKernel> {
  const { deadlineMs = 50, silenceMs = 200, shape = defaultShape, startMs = 10_000 } = options;
  const memory = createChannelMemory(shape);
  const configHash = kernelConfigHash(config);
  const beatMs = silenceMs / 4;
  const setup: WorkerSetup = { buffer: memory.buffer, config, silenceMs, beatMs };
  const worker = new Worker(entry, { workerData: setup, execArgv: [], name: "kernel" });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  // An error in the worker ends it; `exit` follows, and is what counts.
  worker.on("error", () => undefined);
  const ready = await started(worker, startMs);
  const problems = ready.kind === "refused" ? ready.problems : [];
  if (ready.kind === "refused" || ready.configHash !== configHash) {
    await worker.terminate();
    const message = ready.kind === "refused" ? ready.message : "the kernel runs another configuration than the one it was given";
    throw new ClearanceError("config.invalid", message, { source: "kernel worker", problems: problems.length > 0 ? problems : [message] });
  }
  const kernel = new ChannelKernel({
    memory,
    modes: new Set(ready.modes),
    nowMs: () => performance.now(),
    deadlineMs,
    silenceMs,
    onWaiting: (waiting) => (waiting ? worker.ref() : worker.unref()),
  });
  const beating = setInterval(() => kernel.beat(), beatMs).unref();
  void ended.then(() => {
    clearInterval(beating);
    kernel.lost();
  });
  worker.unref();
  const kill = (): void => void worker.terminate();
  const close = (): void => {
    kernel.close();
    // Nothing is vetted from here on; the thread ends by itself, or is ended when it hangs. The host waits for that.
    worker.ref();
    setTimeout(kill, closeGraceMs).unref();
  };
  return {
    modes: kernel.modes,
    vet: (command, state) => kernel.vet(command, state),
    vetAsync: (command, state) => kernel.vetAsync(command, state),
    arm: (armed) => kernel.arm(armed),
    stop: () => kernel.stop(),
    releaseStop: () => kernel.releaseStop(),
    liveness: () => kernel.liveness(),
    memory,
    configHash,
    pid: ready.pid,
    kill,
    ended,
    close,
  };
}

/** The worker's first words; what it dies of instead. */
async function started(worker: Worker, startMs: number): Promise<WorkerReady> {
  const signal = AbortSignal.timeout(startMs);
  const refused = (message: string): WorkerReady => ({ kind: "refused", message: `the kernel did not start: ${message}`, problems: [] });
  try {
    const first = await Promise.race([
      once(worker, "message", { signal }),
      once(worker, "exit", { signal }).then(([code]) => [refused(`its thread ended with ${String(code)}`)]),
    ]);
    const [message] = first;
    return isReady(message) ? message : refused("it said something else than that it is ready");
  } catch (cause) {
    return refused(cause instanceof Error ? cause.message : String(cause));
  }
}

export function isReady(message: unknown): message is WorkerReady {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  if (message.kind === "ready") return "configHash" in message && "modes" in message && Array.isArray(message.modes);
  return message.kind === "refused" && "message" in message && "problems" in message;
}
