/**
 * A policy pursues a goal: it proposes, the runtime steps, it hears what became of it, until it says it is done.
 * @module
 */
import type { Observation } from "../core/observation.ts";
import type { Done, LastStep, Policy, ProposedIntent, Question } from "../policy/policy.ts";
import type { StepRecord } from "../trace/records.ts";
import { describe } from "./decide.ts";
import type { Runtime } from "./runtime.ts";

export interface RunOptions {
  readonly maxSteps?: number;
  readonly signal?: AbortSignal;
}

export interface RunReport {
  /** The policy said it reached the goal, and nothing ended the run before. */
  readonly reached: boolean;
  readonly message: string;
  readonly endedBy: "done" | "ask" | "max-steps" | "stop" | "abort" | "policy-error";
  readonly steps: readonly StepRecord[];
}

const neverAborted = new AbortController().signal;

export async function runPolicy(runtime: Runtime, policy: Policy, goal: string, options: RunOptions = {}): Promise<RunReport> {
  runtime.beginGoal(goal);
  try {
    return await pursue(runtime, policy, goal, options);
  } finally {
    runtime.eyes.shown.noteDropped();
    await runtime.endGoal();
  }
}

async function pursue(runtime: Runtime, policy: Policy, goal: string, options: RunOptions): Promise<RunReport> {
  const { maxSteps = 1000, signal = neverAborted } = options;
  const { intervention } = runtime;
  const steps: StepRecord[] = [];
  let last: LastStep | undefined;
  const ended = (endedBy: RunReport["endedBy"], reached: boolean, message: string): RunReport => ({ reached, message, endedBy, steps });
  for (;;) {
    if (signal.aborted) return ended("abort", false, "interrupted");
    if (steps.length >= maxSteps) return ended("max-steps", false, `${maxSteps} steps taken without reaching the goal`);
    if (intervention.state === "emergency_stop") return ended("stop", false, `emergency stop: ${intervention.reason}`);
    if (intervention.state === "paused" && intervention.fallback === undefined) {
      await intervention.changed(signal);
      continue;
    }
    const controller = intervention.fallback;
    const proposer = controller ?? intervention.policy ?? policy;
    const observe = (): Observation | Promise<Observation> => runtime.observe();
    const proposal = await proposeSafely(proposer, {
      goal,
      observation: await observe(),
      last,
      signal,
      observe,
      image: (sha256) => runtime.eyes.images.get(sha256),
      look: (request) => runtime.eyes.take(request),
      show: (pictures, observationId) => runtime.eyes.shown.show(proposer.name, observationId, pictures),
    });
    if (signal.aborted) return ended("abort", false, "interrupted");
    if (proposal.kind === "broken") return ended("policy-error", false, `policy ${proposer.name}: ${proposal.problem}`);
    if (proposal.kind === "done") return ended("done", proposal.reached, proposal.message);
    if (proposal.kind === "ask") return ended("ask", false, proposal.question);
    const role = controller === undefined ? "policy" : "controller";
    const { intent, shown } = proposal;
    const actor = { role, id: proposer.name, tenant: "" } as const;
    const seen = shown !== undefined && runtime.eyes.shown.has(shown) ? { shown } : {};
    const record = await runtime.step(intent, { signal, actor, ...seen });
    steps.push(record);
    last = lastStep(record, proposal);
    if (signal.aborted) return ended("abort", false, "interrupted");
    if (record.result.status === "stopped" || record.intent.name === "stop") return ended("stop", false, record.result.message);
  }
}

type Proposal = ProposedIntent | Done | Question | { readonly kind: "broken"; readonly problem: string };

async function proposeSafely(policy: Policy, turn: Parameters<Policy["propose"]>[0]): Promise<Proposal> {
  try {
    const proposal: Proposal | undefined = await policy.propose(turn);
    const kind = proposal?.kind;
    return kind === "intent" || kind === "done" || kind === "ask" ? proposal : { kind: "broken", problem: "malformed proposal" };
  } catch (error) {
    return { kind: "broken", problem: describe(error) };
  }
}

function lastStep({ result, decision }: StepRecord, { intent }: ProposedIntent): LastStep {
  const { gateName: gate, code } = decision;
  return {
    intent,
    status: result.status,
    message: result.message,
    gate,
    ...(code === undefined ? {} : { code }),
    observation: result.observation,
  };
}
