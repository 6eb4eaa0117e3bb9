/**
 * A plan of intents, judged as a whole before anything moves: every step is planned from the predicted end of the one before and
 * asked of every gate, as a dry run. Nothing is cleared, counted or moved. A prediction is no promise: each step is judged again
 * when it is run, from what was measured.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { Observation } from "../core/observation.ts";
import { composePoses, invertPose } from "../core/pose.ts";
import type { Actor } from "../gate/gate.ts";
import type { GateChain } from "../gate/chain.ts";
import type { Deny, Verdict } from "../gate/verdict.ts";
import type { Intent } from "../intent/intent.ts";
import { describeIssues, parseIntent } from "../intent/parse-intent.ts";
import type { Plan, Segment } from "../intent/plan.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import { tipPose } from "../robot/kinematics.ts";
import { decide, type Decided } from "./decide.ts";
import type { RuntimeSetup } from "./runtime-setup.ts";

/** As a caller writes it: read like any other intent, so its arguments may be anything. */
export interface ProposedCall {
  readonly name: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly rationale?: string;
}

export interface PreviewStep {
  readonly intent: Intent;
  /** A hold means that a person will be asked. */
  readonly verdict: Verdict;
  /** Of every gate that was asked, in gate order. */
  readonly answers: readonly Verdict[];
  readonly plan: Plan | undefined;
  /** Id of the composite it belongs to. */
  readonly parent?: string;
}

export interface Preview {
  /** No step was refused. */
  readonly ok: boolean;
  /** Up to the first that was refused; the sub-steps of a composite follow it. */
  readonly steps: readonly PreviewStep[];
  /** Where the robot would be after the last of them. */
  readonly end: Observation;
}

export interface PreviewContext extends Pick<RuntimeSetup, "registry" | "chain" | "views" | "repair" | "clock"> {
  /** Why this may not be done at all now, such as a latched stop. */
  readonly barred: (intent: Intent) => Pick<Deny, "code" | "reason"> | undefined;
}

const depthLimit = 8;

/** Judges `intents` from `start` on. Sub-steps of composites are judged like steps. */
export async function previewIntents(
  intents: readonly ProposedCall[],
  start: Observation,
  actor: Actor,
  context: PreviewContext,
): Promise<Preview> {
  const steps: PreviewStep[] = [];
  const startedMs = context.clock.nowMs();
  let at = start;
  const judge = async (sub: ProposedCall, id: string, parent?: string): Promise<boolean> => {
    const parsed = parseIntent({ ...sub }, id);
    if (!parsed.ok) {
      const reason = describeIssues(parsed.issues);
      const verdict: Verdict = { kind: "deny", gate: "schema", code: "malformed_intent", reason, evidence: {} };
      steps.push({ intent: { id, name: String(sub.name), args: {}, rationale: "" }, verdict, answers: [verdict], plan: undefined });
      return false;
    }
    const nowMs = startedMs + (at.atMs - start.atMs);
    const decided = await decideDry(parsed.intent, at, nowMs, actor, context);
    const { verdict, answers, plan } = decided;
    steps.push({ intent: decided.intent, verdict, answers, plan, ...(parent === undefined ? {} : { parent }) });
    if (verdict.kind === "deny") return false;
    const robot = context.views.at(at).robot;
    if (plan !== undefined) at = predictedEnd(plan, at, robot, decided.scale ?? 1);
    return await judgeSteps(decided.intent, id);
  };
  const judgeSteps = async ({ name, args }: Intent, id: string): Promise<boolean> => {
    const bound = context.registry.get(name)?.bind(args);
    const subs = bound?.ok === true ? (bound.call.steps ?? []) : [];
    if (subs.length > 0 && id.split(".").length > depthLimit) return false;
    for (const [i, sub] of subs.entries()) if (!(await judge(sub, `${id}.${i + 1}`, id))) return false;
    return true;
  };
  let ok = true;
  for (const [i, intent] of intents.entries()) {
    ok = await judge(intent, `preview-${i + 1}`);
    if (!ok) break;
  }
  return { ok, steps, end: at };
}

async function decideDry(intent: Intent, at: Observation, nowMs: number, actor: Actor, context: PreviewContext): Promise<Decided> {
  const { registry, chain, views, repair, clock } = context;
  if (intent.name === "stop") {
    const verdict = { kind: "allow", gate: "stop-path", reason: "stop is always allowed" } as const;
    return { intent, before: at, answers: [verdict], verdict, stopped: true };
  }
  const barred = context.barred(intent);
  if (barred !== undefined) {
    const verdict: Deny = { kind: "deny", gate: "safety", ...barred, evidence: {} };
    return { intent, before: at, answers: [verdict], verdict };
  }
  const { signal } = new AbortController();
  const dry = {
    registry,
    chain: judging(chain),
    clock: stoppedAt(clock, nowMs),
    approvals: undefined,
    chargePlanning: undefined,
    repair,
    look: () => views.at(at),
  };
  return decide(intent, actor, dry, signal);
}

/** Asks every gate and clears nothing; a hold stays a hold, because nobody is asked yet. */
function judging(chain: GateChain): GateChain {
  const judge: GateChain["judge"] = (ask) => {
    const { verdict, answers, scale } = chain.judge(ask);
    return { verdict, answers, scale };
  };
  const { gates, mode, unguarded } = chain;
  return { gates, mode, unguarded, judge, clear: judge, clearApproved: judge, fork: () => judging(chain) };
}

function stoppedAt({ kind, epochNs }: Clock, nowMs: number): Clock {
  return { kind, epochNs, nowMs: () => nowMs, sleepUntil: () => undefined };
}

/** What would be measured at the plan's end, were it followed exactly: the robot at rest, what it holds carried along. */
export function predictedEnd(plan: Plan, from: Observation, robot: RobotModel, scale = 1): Observation {
  let { qRad, worldFromTip, gripper, objects } = from;
  let durationMs = 0;
  const grasp = plan.effects.find((effect) => effect.kind === "grasp");
  const follow = (segment: Segment): void => {
    durationMs += segment.kind === "motion" ? segment.durationMs / scale : segment.durationMs;
    if (segment.kind === "motion") {
      const { path } = segment.trajectory;
      qRad = Array.from({ length: path.nJoints }, (_, joint) => path.get(path.nWaypoints - 1, joint));
      const moved = tipPose(robot, qRad);
      const carry = composePoses(moved, invertPose(worldFromTip));
      const held = gripper?.holding ?? null;
      objects = objects.map((each) =>
        each.name === held ? { ...each, worldFromObject: composePoses(carry, each.worldFromObject) } : each,
      );
      worldFromTip = moved;
    } else if (segment.kind === "gripper" && gripper !== undefined) {
      const opens = segment.opening > 0.5;
      gripper = { opening: segment.opening, holding: opens ? null : (gripper.holding ?? grasp?.object ?? null) };
    }
  };
  for (const segment of plan.segments) follow(segment);
  return Object.freeze({
    ...from,
    id: `${from.id}+`,
    atMs: from.atMs + durationMs,
    qRad,
    qdRadPerS: qRad.map(() => 0),
    worldFromTip,
    tipSpeedMps: 0,
    ...(gripper === undefined ? {} : { gripper }),
    objects,
  });
}
