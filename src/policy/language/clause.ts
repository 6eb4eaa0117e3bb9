import type { Cursor } from "./cursor.ts";
import { atJoint, skipClosing } from "./filler.ts";
import type { Lexicon } from "./lexicon.ts";
import type { Context } from "./noun-phrase.ts";
import type { PlannedIntent } from "./sentence-plan.ts";
import { takeTimes } from "./times.ts";

export type Step = Omit<PlannedIntent, "rationale">;

/** What one part of a sentence asks for. */
export interface Clause {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  /** The object that "it" means from here on. */
  readonly it?: string;
  /** The object that the gripper now holds; null when it let go. */
  readonly held?: string | null;
  /** The tool was switched at a point, rather than an object picked by name. */
  readonly takenAtPoint?: boolean;
  /** The next part may leave the verb out: "go to the bin, then to the red cube". */
  readonly moves?: boolean;
}

/** A sentence being read: the cursor moves, the rest is fixed while one part is read. */
export interface Reading {
  readonly c: Cursor;
  readonly lexicon: Lexicon;
  readonly context: Context;
  readonly afterMove: boolean;
}

/** Reads one kind of part, or answers undefined. The caller goes back where a rule leaves words unread. */
export type ClauseRule = (reading: Reading) => Clause | undefined;

export function step(name: string, args: Step["args"] = {}, more: Omit<Step, "name" | "args"> = {}): Step {
  return { name, args, ...more };
}

export function clause(
  steps: readonly Step[],
  more: Omit<Clause, "steps" | "notes"> = {},
  notes: readonly (string | undefined)[] = [],
): Clause {
  return { steps, notes: notes.filter((note) => note !== undefined), ...more };
}

/** The first rule that reads the part to its end; a rule that leaves words unread gives way to the next. */
export function firstOf(rules: readonly ClauseRule[]): ClauseRule {
  return (reading) => {
    for (const rule of rules) {
      const found = reading.c.attempt(() => {
        const read = rule(reading);
        return read !== undefined && endsHere(reading.c) ? read : undefined;
      });
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** True where nothing is left of this part but politeness and "three times". */
function endsHere(c: Cursor): boolean {
  const from = c.at;
  skipClosing(c);
  takeTimes(c);
  skipClosing(c);
  const ends = atJoint(c);
  // The farthest point any rule came to is where the sentence stopped making sense.
  if (!ends) c.report({ at: c.at, question: `What does "${c.peek()?.text ?? ""}" mean here?`, vague: true });
  c.at = from;
  return ends;
}

/** The machine itself, as people call it. */
export function takeSelf(c: Cursor): boolean {
  const determiner = c.at;
  c.take("the", "your", "its");
  const noun = c.take(
    "robot arm",
    "arm",
    "robot",
    "gripper",
    "hand",
    "tool tip",
    "tool",
    "end effector",
    "effector",
    "tip",
    "head",
    "wrist",
    "yourself",
    "carriage",
    "gantry",
  );
  if (noun === undefined) c.at = determiner;
  return noun !== undefined;
}
