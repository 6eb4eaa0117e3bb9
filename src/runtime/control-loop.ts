import type { StepRecord } from "../trace/records.ts";
import type { DeadlineMonitor } from "./deadline-monitor.ts";
import type { Runtime } from "./runtime.ts";

export interface ControlLoopOptions {
  readonly maxSteps?: number;
  readonly rateHz?: number;
  /** Told of every turn of the loop, so that a deadline gate on the same monitor knows when the loop is late. */
  readonly monitor?: DeadlineMonitor;
  readonly signal?: AbortSignal;
}

export interface ControlLoopReport {
  readonly steps: number;
  readonly overruns: number;
  readonly worstOverrunMs: number;
  readonly endedBy: "null" | "max-steps" | "stop" | "abort";
}

/**
 * Steps what `nextIntent` gives until it gives null. With `rateHz` a step starts on each period boundary; one that took longer
 * counts as an overrun and the next starts at once: never two to catch up.
 */
export async function controlLoop(
  runtime: Runtime,
  nextIntent: (runtime: Runtime, last: StepRecord | undefined) => unknown,
  options: ControlLoopOptions = {},
): Promise<ControlLoopReport> {
  const { maxSteps = 1000, rateHz, monitor, signal } = options;
  if (rateHz !== undefined && !(rateHz > 0)) throw new RangeError(`rateHz must be positive, not ${rateHz}`);
  const { clock } = runtime;
  const periodMs = rateHz === undefined ? undefined : 1000 / rateHz;
  let steps = 0;
  let overruns = 0;
  let worstOverrunMs = 0;
  let last: StepRecord | undefined;
  let boundaryMs = clock.nowMs();
  const ended = (endedBy: ControlLoopReport["endedBy"]): ControlLoopReport => ({ steps, overruns, worstOverrunMs, endedBy });
  for (;;) {
    if (signal?.aborted) return ended("abort");
    if (steps >= maxSteps) return ended("max-steps");
    monitor?.observe();
    const intent = await nextIntent(runtime, last);
    if (intent === null || intent === undefined) return ended("null");
    last = await runtime.step(intent, signal === undefined ? {} : { signal });
    steps += 1;
    if (signal?.aborted) return ended("abort");
    if (last.intent.name === "stop" || last.result.status === "stopped") return ended("stop");
    if (periodMs === undefined) continue;
    boundaryMs += periodMs;
    const overrunMs = clock.nowMs() - boundaryMs;
    if (overrunMs > 0) {
      overruns += 1;
      worstOverrunMs = Math.max(worstOverrunMs, overrunMs);
      boundaryMs = clock.nowMs();
    } else await clock.sleepUntil(boundaryMs, signal);
  }
}
