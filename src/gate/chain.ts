/**
 * The first door: asks every gate, keeps the most severe answer, and is the only maker of a cleared plan.
 *
 *     ask ─▶ gate ─▶ gate ─▶ … ─▶ the chain's own checks ─▶ commit of every gate ─▶ Cleared<Plan>
 *              any doubt on the way: Deny
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { isSealed, sealPlan, slowedPlan } from "../intent/make-plan.ts";
import type { Plan } from "../intent/plan.ts";
import { ApprovalLedger } from "./approval-ledger.ts";
import { pendingApproval, scaleOf, severityOf, type Approval, type ChainAnswer, type ChainMode } from "./chain-answer.ts";
import type { Cleared } from "./cleared.ts";
import type { Ask, Gate } from "./gate.ts";
import { describeThrown, parseVerdict } from "./parse-verdict.ts";
import { planFacts, type PlanFacts } from "./plan-facts.ts";
import { isPlainStop, isStopClass, skipsGate } from "./stop-class.ts";
import { allow, deny, type Allow, type Deny, type Verdict } from "./verdict.ts";
import { worldProblem } from "./world-facts.ts";

/** Never leaves this file: what is sealed with it was cleared here. */
const seal = Object.freeze({});
/** The same of plans that were not made by `makePlan`; to remember one here takes as long as a gate. */
const foreign = new WeakSet<Plan>();

/** Whether the chain made it. A copy of a cleared plan is not cleared. */
export function isCleared(plan: Plan): plan is Cleared<Plan> {
  return isSealed(plan, seal) || foreign.has(plan);
}

export interface ChainOptions {
  /** `exhaustive` (default) reports every objection; `first-deny` stops at the first denial. */
  readonly mode?: ChainMode;
  /** Lets everything pass a chain without gates: for comparisons in simulation. A chain with gates refuses the word. */
  readonly unguarded?: boolean;
}

export interface GateChain {
  readonly gates: readonly Gate[];
  readonly mode: ChainMode;
  /** True only for a chain without gates that was built to allow; back ends that move hardware refuse one. */
  readonly unguarded: boolean;
  /** Dry run: every objection of every gate, nothing committed, nothing cleared. */
  judge(ask: Ask): ChainAnswer;
  /** Asks all; if none holds or denies, commits all and mints the cleared plan. */
  clear(ask: Ask): ChainAnswer;
  /**
   * Asks all again, as things are now, with a person's approval in hand. Clears if holds are the only objections and the approval
   * is for exactly this plan, has not expired and was not used. Spending it comes first, so a fault afterwards cannot revive it.
   */
  clearApproved(ask: Ask, approval: Approval): ChainAnswer;
  /** Independent in every state of every gate, spent approvals included. */
  fork(): GateChain;
}

/** Throws `config.invalid` on duplicate or empty gate ids. */
export function createGateChain(gates: readonly Gate[], options: ChainOptions = {}): GateChain {
  const { mode = "exhaustive", unguarded = false } = options;
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { id } of gates) {
    if (typeof id !== "string" || id.trim() === "") problems.push("a gate has no id");
    else if (seen.has(id)) problems.push(`gate "${id}" is configured twice; give one of them another id`);
    seen.add(id);
  }
  if (unguarded && gates.length > 0) problems.push("unguarded is for a chain without gates; leave the word or the gates out");
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `gate chain: ${problems.join("; ")}`, {
      source: "gate chain",
      problems,
    });
  return new Chain(gates, mode, unguarded, new ApprovalLedger());
}

class Chain implements GateChain {
  readonly gates: readonly Gate[];
  readonly mode: ChainMode;
  readonly unguarded: boolean;
  readonly #approvals: ApprovalLedger;
  readonly #allAllowed: Verdict;
  /** The last allow of each gate, by position: an answer given before is not built again. */
  readonly #allows: (Allow | undefined)[];

  constructor(gates: readonly Gate[], mode: ChainMode, unguarded: boolean, approvals: ApprovalLedger) {
    this.gates = Object.freeze([...gates]);
    this.mode = mode;
    this.unguarded = unguarded;
    this.#allows = gates.map(() => undefined);
    this.#approvals = approvals;
    const ids = gates.map(({ id }) => id).join(", ");
    this.#allAllowed = allow("pipeline", gates.length === 0 ? "no gates configured" : `all ${gates.length} gate(s) passed: ${ids}`);
    Object.freeze(this);
  }

  judge(ask: Ask): ChainAnswer {
    return this.#examine(ask, "exhaustive");
  }

  clear(ask: Ask): ChainAnswer {
    const answer = this.#examine(ask, this.mode);
    const { kind } = answer.verdict;
    return kind === "allow" || kind === "slow" ? this.#mint(ask, answer) : answer;
  }

  clearApproved(ask: Ask, approval: Approval): ChainAnswer {
    const answer = this.#examine(ask, this.mode);
    const { verdict } = answer;
    if (verdict.kind === "deny") return answer;
    if (verdict === stopAllowed) return this.#mint(ask, answer);
    const problem = this.#approvals.problem(approval, ask.plan, ask.atMs);
    if (problem !== undefined) return denied(answer, deny(verdict.gate, problem.code, problem.reason));
    this.#approvals.spend(approval, ask.atMs);
    return this.#mint(ask, answer);
  }

  fork(): GateChain {
    const gates = this.gates.map(forkOf);
    return new Chain(gates, this.mode, this.unguarded, this.#approvals.fork());
  }

  #examine(ask: Ask, mode: ChainMode): ChainAnswer {
    Object.freeze(ask);
    if (isPlainStop(ask)) return Object.freeze({ verdict: stopAllowed, answers: noAnswers, scale: 1 });
    // Frozen throughout before a gate sees it: what one gate judged, no other may have changed.
    const facts = planFacts(ask.plan);
    const answers: Verdict[] = [];
    const stopping = isStopClass(ask);
    let verdict = this.gates.length === 0 && !this.unguarded ? noGates : this.#allAllowed;
    for (let i = 0; i < this.gates.length; i++) {
      const gate = this.gates[i]!;
      const skipped = stopping && skipsGate(gate.id);
      const answer = skipped ? allow(gate.id, "not asked: the stop class is exempt") : answerOf(gate, ask, this.#allows[i]);
      answers.push(answer);
      if (answer.kind === "allow") {
        this.#allows[i] = answer;
        continue;
      }
      if (severityOf(answer) > severityOf(verdict)) verdict = answer;
      if (answer.kind === "deny" && mode === "first-deny") break;
    }
    if (verdict.kind !== "deny") {
      const objection = ownObjection(ask, facts);
      if (objection !== undefined) {
        answers.push(objection);
        verdict = objection;
      }
    }
    Object.freeze(answers);
    if (verdict.kind === "allow") return Object.freeze({ verdict, answers, scale: 1 });
    const answer = { verdict, answers, scale: scaleOf(answers) };
    return Object.freeze(verdict.kind === "hold" ? { ...answer, hold: pendingApproval(answers, ask.plan) } : answer);
  }

  /** Commits, then mints. A gate that cannot commit would count nothing, so its failure denies; earlier commits stay counted. */
  #mint(ask: Ask, answer: ChainAnswer): ChainAnswer {
    const { verdict, answers, scale } = answer;
    const plan = executable(ask.plan, scale);
    if ("kind" in plan) return denied(answer, plan);
    if (verdict !== stopAllowed) {
      const stopping = isStopClass(ask);
      for (let i = 0; i < this.gates.length; i++) {
        const gate = this.gates[i]!;
        if (gate.commit === undefined || (stopping && skipsGate(gate.id))) continue;
        try {
          gate.commit(ask);
        } catch (cause) {
          return denied(answer, deny(gate.id, "commit_threw", `commit threw: ${describeThrown(cause)}`));
        }
      }
    }
    if (!sealPlan(plan, seal)) foreign.add(plan);
    return isCleared(plan) ? Object.freeze({ verdict, answers, scale, cleared: plan }) : answer;
  }
}

const noAnswers: readonly Verdict[] = Object.freeze([]);
const stopAllowed: Verdict = allow("stop-path", "stop is always allowed");
const noGates: Verdict = deny("pipeline", "no_gates", "no gates configured");

/** One gate's answer, whatever the gate does. */
function answerOf(gate: Gate, ask: Ask, before: Allow | undefined): Verdict {
  try {
    return parseVerdict(gate.id, gate.check(ask), before);
  } catch (cause) {
    return deny(gate.id, "gate_threw", `gate threw: ${describeThrown(cause)}`);
  }
}

function forkOf(gate: Gate): Gate {
  if (gate.fork !== undefined) return gate.fork();
  // Sharing such a gate would let a dry run move the counters of the real one.
  if (gate.commit !== undefined)
    throw new ClearanceError("config.invalid", `gate chain: gate "${gate.id}" keeps state but cannot fork; give it fork()`, {
      source: "gate chain",
      problems: [`gate "${gate.id}" has commit but no fork`],
    });
  return gate;
}

/** The plan as it will be executed, or why it cannot be. */
function executable(plan: Plan, scale: number): Plan | Deny {
  try {
    const slowed = slowedPlan(plan, scale);
    const problem = planFacts(slowed).problem ?? (slowed.failure && { code: "failed_plan", reason: "the plan has a failure" });
    return problem === undefined ? slowed : deny("plan", problem.code, problem.reason);
  } catch (cause) {
    return deny("plan", "invalid_plan", `the plan cannot be slowed to ${scale}: ${describeThrown(cause)}`);
  }
}

/** What no gate may overlook, whichever gates are configured. */
function ownObjection(ask: Ask, { problem, firstPath }: PlanFacts): Deny | undefined {
  const { intent, primitive, plan, world, atMs } = ask;
  if (plan.intent !== intent || primitive.name !== intent.name)
    return deny("plan", "plan_mismatch", `the plan is for '${plan.intent.name}', the intent asks for '${intent.name}'`);
  if (problem !== undefined) return deny("plan", problem.code, problem.reason);
  const nJoints = firstPath?.nJoints ?? world.robot.nJoints;
  if (nJoints !== world.robot.nJoints)
    return deny("plan", "invalid_plan", `the plan moves ${nJoints} joints, the robot has ${world.robot.nJoints}`);
  if (!Number.isFinite(atMs)) return deny("state", "non_finite", "atMs is not a finite number");
  const unusable = worldProblem(world);
  if (unusable !== undefined) return deny("state", "non_finite", unusable);
  const { failure } = plan;
  return failure === undefined ? undefined : deny("planner", failure.code, failure.reason, failure.evidence);
}

function denied(answer: ChainAnswer, verdict: Deny): ChainAnswer {
  return Object.freeze({
    verdict,
    answers: Object.freeze([...answer.answers, verdict]),
    scale: answer.scale,
  });
}
