import { deepFreeze } from "../../core/json.ts";
import type { Done, LastStep, Policy, ProposedIntent, Question, Turn } from "../policy.ts";
import { reasonOf } from "../reason-of.ts";
import { lexiconFrom } from "./lexicon.ts";
import { defaultMaxIntents, parseWith } from "./parse-language.ts";
import { resolveStep, shortPosition } from "./resolve-step.ts";
import type { PlannedIntent } from "./sentence-plan.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface LanguagePolicyOptions {
  readonly vocabulary: Vocabulary;
  /** A goal that asks for more steps is not understood. */
  readonly maxIntents?: number;
}

interface Run {
  readonly goal: string;
  readonly intents: readonly PlannedIntent[];
  readonly notes: readonly string[];
  /** The next step to propose. */
  next: number;
  proposedId: string;
}

/**
 * Carries out a goal written in plain English, with no model and no network. The goal is read at its first turn; its steps are
 * proposed one by one, and the first that is not `ok` ends it. What is not understood moves nothing and comes back as a question.
 */
export function languagePolicy({ vocabulary, maxIntents = defaultMaxIntents }: LanguagePolicyOptions): Policy {
  const lexicon = lexiconFrom(vocabulary);
  let run: Run | undefined;
  let proposed = 0;

  const answer = (turn: Turn): ProposedIntent | Done | Question => {
    // No last step: the runtime starts over, also where the goal is the same words again.
    if (run === undefined || run.goal !== turn.goal || turn.last === undefined) {
      const parsed = parseWith(lexicon, turn.goal, maxIntents);
      if (parsed.kind === "not_understood") {
        const question = `I do not understand "${parsed.part}". ${parsed.question} I would understand: "${parsed.closest}".`;
        return { kind: "ask", code: "not_understood", question };
      }
      run = { goal: turn.goal, intents: parsed.intents, notes: parsed.notes, next: 0, proposedId: "" };
    } else {
      const failed = failureOf(run, turn.last);
      if (failed !== undefined) return failed;
    }
    return advance(run, turn);
  };

  const advance = (current: Run, turn: Turn): ProposedIntent | Done => {
    for (; current.next < current.intents.length; current.next++) {
      const step = current.intents[current.next]!;
      const resolved = resolveStep(step, turn.observation, vocabulary);
      if (resolved.kind === "skip") continue;
      if (resolved.kind === "unresolved") return ended(stepTitle(current.next, step), resolved.reason);
      current.next++;
      proposed++;
      current.proposedId = `l-${proposed}`;
      const intent = deepFreeze({ id: current.proposedId, name: step.name, args: resolved.args, rationale: step.rationale });
      return { kind: "intent", intent };
    }
    const where = `Robot is now at ${shortPosition(turn.observation.worldFromTip.position)}.`;
    return { kind: "done", reached: true, message: [...current.notes, where].join(" ") };
  };

  return {
    name: "language",
    propose: async (turn) => {
      const proposal = answer(turn);
      if (proposal.kind !== "intent") run = undefined;
      return proposal;
    },
  };
}

function failureOf(run: Run, last: LastStep): Done | undefined {
  const index = run.next - 1;
  const step = run.intents[index];
  // A stop that ended as `stopped` did what it was asked to.
  if (step !== undefined && last.intent.id !== run.proposedId)
    return ended(stepTitle(index, step), "another controller acted before its result was reported");
  if (step === undefined || last.status === "ok" || (step.name === "stop" && last.status === "stopped")) return undefined;
  const by = last.gate === "" ? last.status : `${last.status} by ${last.gate}`;
  return ended(stepTitle(index, step), `${by}: ${reasonOf(last)}`);
}

function stepTitle(index: number, step: PlannedIntent): string {
  return `step ${index + 1} ${step.name} ("${step.rationale}")`;
}

function ended(title: string, reason: string): Done {
  return { kind: "done", reached: false, message: `${title}: ${reason}` };
}
