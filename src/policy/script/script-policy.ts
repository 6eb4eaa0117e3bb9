import { deepFreeze } from "../../core/json.ts";
import { resolveStep } from "../language/resolve-step.ts";
import type { PlannedIntent } from "../language/sentence-plan.ts";
import type { Vocabulary } from "../language/vocabulary.ts";
import type { Done, LastStep, Policy, ProposedIntent, Turn } from "../policy.ts";
import { unmetExpectation } from "./parse-expectation.ts";
import { readSay } from "./read-say.ts";
import type { Expectation, Script, ScriptStep } from "./script.ts";

export interface ScriptPolicyOptions {
  readonly vocabulary: Vocabulary;
}

interface Step {
  readonly intents: readonly PlannedIntent[];
  readonly expect?: Expectation;
}

interface Run {
  readonly goal: string;
  /** Index into the steps, and into the intents of that step, of what comes next. */
  step: number;
  intent: number;
  proposed: { readonly id: string; readonly name: string } | undefined;
}

/**
 * Proposes the steps of a script in order. A step that does not come to what it expects, `ok` unless it says otherwise, ends the run.
 * Throws `format.invalid` for a sentence that is not understood, before anything moves.
 */
export function scriptPolicy(script: Script, { vocabulary }: ScriptPolicyOptions): Policy {
  const steps = stepsOf(script, vocabulary);
  let run: Run | undefined;
  let count = 0;

  const advance = (current: Run, turn: Turn): ProposedIntent | Done => {
    for (; current.step < steps.length; current.step++, current.intent = 0) {
      const { intents } = steps[current.step]!;
      for (; current.intent < intents.length; current.intent++) {
        const planned = intents[current.intent]!;
        const resolved = resolveStep(planned, turn.observation, vocabulary);
        if (resolved.kind === "skip") continue;
        if (resolved.kind === "unresolved") return failed(current.step, planned.name, resolved.reason);
        count++;
        const intent = deepFreeze({ id: `s-${count}`, name: planned.name, args: resolved.args, rationale: planned.rationale });
        current.proposed = intent;
        return { kind: "intent", intent };
      }
    }
    return { kind: "done", reached: true, message: `all ${steps.length} steps came to what they expect` };
  };

  const answer = (turn: Turn): ProposedIntent | Done => {
    if (run === undefined || run.goal !== turn.goal || turn.last === undefined) {
      run = { goal: turn.goal, step: 0, intent: 0, proposed: undefined };
      return advance(run, turn);
    }
    const problem = judge(run, steps, turn.last);
    return problem ?? advance(run, turn);
  };

  return {
    name: "script",
    propose: async (turn) => {
      const proposal = answer(turn);
      if (proposal.kind === "done") run = undefined;
      return proposal;
    },
  };
}

/** Judges the last result and moves on to the next intent, or to the next step where the sentence ended early as expected. */
function judge(run: Run, steps: readonly Step[], last: LastStep): Done | undefined {
  const step = steps[run.step];
  const { proposed } = run;
  if (step === undefined || proposed === undefined) return undefined;
  if (last.intent.id !== proposed.id) return failed(run.step, proposed.name, "another controller acted before its result was reported");
  run.intent++;
  const ended = run.intent >= step.intents.length || last.status !== "ok";
  if (!ended) return undefined;
  const problem = unmetExpectation(step.expect, last);
  if (problem !== undefined) return failed(run.step, proposed.name, problem);
  run.intent = step.intents.length;
  return undefined;
}

function stepsOf(script: Script, vocabulary: Vocabulary): readonly Step[] {
  // Repetitions share their steps, so each sentence is read once.
  const read = new Map<ScriptStep, Step>();
  return script.steps.map((step) => {
    const known = read.get(step) ?? stepFrom(step, vocabulary);
    read.set(step, known);
    return known;
  });
}

function stepFrom(step: ScriptStep, vocabulary: Vocabulary): Step {
  const expect = step.expect === undefined ? {} : { expect: step.expect };
  if (step.kind === "intent") return { intents: [{ name: step.name, args: step.args, rationale: step.rationale }], ...expect };
  const plan = step.plan ?? readSay(step.text, step, vocabulary).plan;
  const intents = plan?.intents ?? [];
  return { intents: step.rationale === "" ? intents : intents.map((each) => ({ ...each, rationale: step.rationale })), ...expect };
}

function failed(index: number, name: string, problem: string): Done {
  return { kind: "done", reached: false, message: `step ${index + 1} ${name}: ${problem}` };
}
