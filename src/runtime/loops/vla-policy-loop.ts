import { deltaXyzDecoder, vlaPolicy, type VlaPolicyOptions, type VlaTermination } from "../../policy/vla/index.ts";
import { runPolicy, type RunReport } from "../run-policy.ts";
import type { Runtime } from "../runtime.ts";

export interface VlaLoopOptions extends Omit<VlaPolicyOptions, "decoder" | "maxSteps" | "nowMs"> {
  readonly runtime: Runtime;
  /** The model's prompt; none unless given. */
  readonly goal?: string;
  /** `deltaXyzDecoder()` unless given. */
  readonly decoder?: VlaPolicyOptions["decoder"];
  /** 200 unless given. */
  readonly maxSteps?: number;
  /** A monotonic clock of the world outside, ms; the runtime's own unless given. */
  readonly nowMs?: () => number;
  readonly signal?: AbortSignal;
}

/** Keys as the reference has them. */
export interface VlaLoopResult {
  readonly steps: number;
  readonly terminated: VlaTermination;
  /** Empty where no header was written. */
  readonly trace_episode_id: string;
  /** Steps of the whole episode, those before the loop included. */
  readonly n_events: number;
}

export async function vlaPolicyLoop(options: VlaLoopOptions): Promise<VlaLoopResult> {
  const { runtime, goal = "", decoder = deltaXyzDecoder(), maxSteps = 200, nowMs = () => runtime.clock.nowMs(), signal, ...rest } = options;
  const policy = vlaPolicy({ ...rest, decoder, maxSteps, nowMs });
  // One more than the policy proposes, so that it is the policy that ends.
  const report = await runPolicy(runtime, policy, goal, { maxSteps: maxSteps + 1, ...(signal === undefined ? {} : { signal }) });
  return {
    steps: report.steps.length,
    terminated: policy.stats().terminated ?? endOf(report),
    trace_episode_id: runtime.episode.id,
    n_events: runtime.steps,
  };
}

function endOf({ endedBy }: RunReport): VlaTermination {
  return endedBy === "stop" || endedBy === "abort" ? "stopped" : "no_action";
}
