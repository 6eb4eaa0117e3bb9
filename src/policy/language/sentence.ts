/**
 * Reads a sentence part by part. One part that makes no sense refuses the whole sentence: half of a command is another command.
 * @module
 */
import type { Clause, ClauseRule, Reading } from "./clause.ts";
import { firstOf } from "./clause.ts";
import { Cursor, type Problem } from "./cursor.ts";
import { atJoint, manners, skipClosing, skipOpening, takeJoint, withoutFillers } from "./filler.ts";
import { gripClause } from "./grip-clause.ts";
import { handClause } from "./hand-clause.ts";
import type { Lexicon } from "./lexicon.ts";
import { moveClause } from "./move-clause.ts";
import type { Context } from "./noun-phrase.ts";
import { mergeNumberWords } from "./number-words.ts";
import { figureClause, lookClause } from "./other-clause.ts";
import { clauseFor } from "./robot-clause.ts";
import { senseClause } from "./sense-clause.ts";
import type { PlannedIntent, SentencePlan } from "./sentence-plan.ts";
import { stopPart } from "./stop-word.ts";
import { takeTimes } from "./times.ts";
import { plainText, tokenize, type Token } from "./token.ts";
import { turnClause } from "./turn-clause.ts";

/** Longer texts are refused unread, in characters. */
export const longestText = 2000;

/** Where and why a sentence stopped making sense. */
export interface Failure {
  readonly kind: "failure";
  readonly part: string;
  readonly question: string;
  /** `part` with the likely words in place of the unclear ones. */
  readonly repaired?: string;
}

const armClause: ClauseRule = firstOf([senseClause, lookClause, figureClause, turnClause, gripClause, handClause, moveClause]);

export function readSentence(text: string, lexicon: Lexicon, maxIntents: number): SentencePlan | Failure {
  if (text.length > longestText)
    return failure(`${text.slice(0, 60)}…`, `That is ${text.length} characters; ${longestText} is the limit. Which step first?`);
  const plain = plainText(text);
  const raw = tokenize(plain);
  const stop = stopPart(raw);
  if (stop !== undefined) return stopPlan(plain, stop, raw);
  const tokens = withoutFillers(mergeNumberWords(raw), lexicon.words);
  const reader = new SentenceReader(plain, tokens, lexicon, maxIntents);
  const failed = reader.read();
  if (failed !== undefined) return failed;
  const ignored = raw.filter(({ text: each }) => manners.has(each) && !lexicon.words.has(each));
  const notes = ignored.map(({ text: each }) => `"${each}" is ignored: the robot's limits and gates set the speed.`);
  return { kind: "plan", intents: reader.intents, notes: [...new Set([...reader.notes, ...notes])] };
}

function stopPlan(plain: string, part: readonly Token[], all: readonly Token[]): SentencePlan {
  const words = all.filter(({ kind }) => kind !== "mark").length;
  const notes = words > part.length ? ["Only the stop is carried out; the rest of the sentence is dropped."] : [];
  return { kind: "plan", intents: [{ name: "stop", args: {}, rationale: textOf(plain, part) }], notes };
}

class SentenceReader {
  readonly intents: PlannedIntent[] = [];
  readonly notes: string[] = [];
  readonly #plain: string;
  readonly #c: Cursor;
  readonly #lexicon: Lexicon;
  readonly #maxIntents: number;
  #context: Context = { it: undefined, held: undefined, takenAtPoint: false };
  #afterMove = false;
  /** Where the part before began in `intents`. */
  #lastPart = 0;

  constructor(plain: string, tokens: readonly Token[], lexicon: Lexicon, maxIntents: number) {
    this.#plain = plain;
    this.#c = new Cursor(tokens);
    this.#lexicon = lexicon;
    this.#maxIntents = maxIntents;
  }

  read(): Failure | undefined {
    const c = this.#c;
    if (hasDecimalComma(c.tokens)) return failure(this.#plain.trim(), "Write decimals with a point, and points as (x, y, z).");
    for (;;) {
      takeJoint(c);
      skipOpening(c);
      skipClosing(c);
      if (takeJoint(c)) continue;
      if (c.peek() === undefined) break;
      const failed = this.#again() ?? this.#part();
      if (failed === "no") continue;
      if (failed !== undefined) return failed;
    }
    return this.intents.length > 0 ? undefined : failure(this.#plain.trim(), "What should I do?");
  }

  /** "repeat that 3 times": undefined where this is no such part, "no" where it was read. */
  #again(): Failure | "no" | undefined {
    const c = this.#c;
    const from = c.at;
    const found = c.attempt(() => {
      const asked = takeAgain(c);
      skipClosing(c);
      return asked !== undefined && atJoint(c) ? asked : undefined;
    });
    if (found === undefined) return undefined;
    if (this.intents.length === 0)
      return { ...this.#fail(from, { at: from, question: "Repeat what? Nothing was said before it." }), repaired: "move up 10 cm twice" };
    const repeated = this.intents.slice(found.all ? 0 : this.#lastPart);
    if (found.note !== undefined) this.notes.push(found.note);
    return this.#add(from, repeated, found.more) ?? "no";
  }

  #part(): Failure | undefined {
    const c = this.#c;
    c.take("do");
    c.clearProblem();
    const from = c.at;
    const reading: Reading = { c, lexicon: this.#lexicon, context: this.#context, afterMove: this.#afterMove };
    const found = (clauseFor(this.#lexicon.vocabulary) ?? armClause)(reading);
    if (found === undefined) return this.#fail(from, c.problem);
    const end = c.at;
    skipClosing(c);
    const times = takeTimes(c) ?? 1;
    skipClosing(c);
    const rationale = textOf(this.#plain, c.tokens.slice(from, Math.max(end, from + 1)));
    this.#lastPart = this.intents.length;
    this.#learn(found);
    return this.#add(
      from,
      found.steps.map((each) => ({ ...each, rationale })),
      times,
    );
  }

  #learn(found: Clause): void {
    this.notes.push(...found.notes);
    const held = found.held === undefined ? this.#context.held : (found.held ?? undefined);
    const takenAtPoint = found.takenAtPoint ?? (found.held === undefined && this.#context.takenAtPoint);
    this.#context = { it: found.it ?? this.#context.it, held, takenAtPoint };
    this.#afterMove = found.moves === true;
  }

  #add(from: number, steps: readonly PlannedIntent[], times: number): Failure | undefined {
    if (!(Number.isInteger(times) && times >= 1))
      return this.#fail(from, { at: from, question: "How many times? Give a whole number from 1 on." });
    const total = this.intents.length + steps.length * times;
    if (!(total <= this.#maxIntents))
      return this.#fail(from, { at: from, question: `That makes ${total} steps; the limit is ${this.#maxIntents}.` });
    for (let i = 0; i < times; i++) this.intents.push(...steps);
    return undefined;
  }

  #fail(from: number, problem: Problem | undefined): Failure {
    const c = this.#c;
    c.at = Math.max(problem?.at ?? from, from);
    skipToJoint(c, from);
    const tokens = c.tokens.slice(from, Math.max(c.at, from + 1));
    const part = textOf(this.#plain, tokens);
    const has = (words: ReadonlySet<string>) => tokens.some(({ text }) => words.has(text));
    const asked = has(negations) ? negated : has(conditions) ? conditional : problem?.question;
    const question = asked ?? `What does "${part}" mean?`;
    if (problem?.instead === undefined || problem.end === undefined) return failure(part, question);
    const [first, last] = [c.tokens[problem.at], c.tokens[problem.end - 1]];
    const [begin, close] = [tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0];
    if (first === undefined || last === undefined) return failure(part, question);
    const repaired = this.#plain.slice(begin, first.start) + problem.instead + this.#plain.slice(last.end, Math.max(close, last.end));
    return { ...failure(part, question), repaired };
  }
}

const negated = "I carry out what is said; I cannot promise what not to do. Leave that part out.";
export const negations = new Set(["not", "don't", "dont", "never", "without", "avoid", "cannot", "can't"]);

const conditional = "I carry out steps one after the other, without conditions.";
const conditions = new Set(["if", "when", "unless", "until", "while", "before", "whenever", "except"]);

/** To the end of the part; commas between brackets end nothing. */
function skipToJoint(c: Cursor, from: number): void {
  let depth = 0;
  for (const token of c.tokens.slice(from, c.at)) depth += nesting(token);
  while (c.peek() !== undefined && (depth > 0 || !atJoint(c))) {
    depth += nesting(c.peek()!);
    c.at++;
  }
}

function nesting({ kind, text }: Token): number {
  if (kind !== "mark") return 0;
  return "([".includes(text) ? 1 : ")]".includes(text) ? -1 : 0;
}

/** "0,5": a decimal comma to one reader, two numbers to another. Between brackets points are counted instead. */
function hasDecimalComma(tokens: readonly Token[]): boolean {
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    depth += nesting(token);
    const [left, right] = [tokens[i - 1], tokens[i + 1]];
    const glued =
      token.text === "," && left?.kind === "number" && right?.kind === "number" && left.end === token.start && token.end === right.start;
    if (depth === 0 && glued && !left.text.includes(".") && !right.text.includes(".")) return true;
  }
  return false;
}

interface Again {
  readonly more: number;
  /** Everything so far, or the part before alone. */
  readonly all: boolean;
  readonly note?: string;
}

function takeAgain(c: Cursor): Again | undefined {
  const last = c.take(
    "repeat the last step",
    "repeat the last move",
    "repeat the last part",
    "repeat the previous step",
    "repeat the last one",
  );
  const repeat = last ?? c.take("repeat everything", "repeat all that", "repeat that", "repeat this", "repeat it", "repeat");
  if (repeat !== undefined) {
    c.take("again");
    const more = takeTimes(c) ?? takeMore(c);
    const note = more === undefined ? undefined : `"${repeat} ${more} times" is read as ${more} more, ${more + 1} in all.`;
    return { more: more ?? 1, all: last === undefined, ...(note === undefined ? {} : { note }) };
  }
  if (c.take("do that again", "do it again", "do this again", "again", "once more", "one more time") !== undefined)
    return { more: takeTimes(c) ?? 1, all: true };
  if (c.take("do that", "do it", "do this", "do everything") === undefined) return undefined;
  const total = takeTimes(c);
  return total === undefined || !(total > 1) ? undefined : { more: total - 1, all: true };
}

/** "two more times". */
function takeMore(c: Cursor): number | undefined {
  return c.attempt(() => {
    const count = c.number();
    return c.take("more times", "more time") === undefined ? undefined : count;
  });
}

function failure(part: string, question: string): Failure {
  return { kind: "failure", part, question };
}

function textOf(plain: string, tokens: readonly Token[]): string {
  return plain.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}
