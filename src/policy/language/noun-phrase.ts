import { nearestName } from "../../core/nearest.ts";
import type { Cursor } from "./cursor.ts";
import { spoken, type Lexicon, type LexiconNoun } from "./lexicon.ts";

/** What the sentence has spoken of so far. */
export interface Context {
  /** The object that "it" means. */
  readonly it: string | undefined;
  /** The object that the parts so far leave in the gripper. */
  readonly held: string | undefined;
  /** Whatever is held was taken at a point, not by name. */
  readonly takenAtPoint: boolean;
}

export interface NounPhrase {
  readonly kind: "object" | "place";
  readonly name: string;
  readonly pronoun: boolean;
  readonly note?: string;
}

const determiners = ["the", "a", "an", "my", "your", "this", "that"];
/** A noun phrase ends before any of these. */
const boundaries = new Set(
  (
    "in on at into onto inside to above over below under beneath beside next near left right up down from off of with by for " +
    "and then again twice thrice once times back away through until if unless while before after as so me us here there is"
  ).split(" "),
);
/** Words that stand for any noun and choose none. */
const generic = new Set(["one", "object", "thing", "item", "place"]);
const longestPhrase = 6;

/** "the red cube", "red_cube", "the cube" where there is one, "it". Reports why it found nothing. */
export function nounPhrase(c: Cursor, lexicon: Lexicon, context: Context): NounPhrase | undefined {
  const from = c.at;
  if (c.take("it") !== undefined) {
    if (context.it !== undefined) return { kind: "object", name: context.it, pronoun: true };
    const first = lexicon.nouns.find((noun) => noun.kind === "object");
    const instead = first === undefined ? {} : { instead: `the ${spoken(first.name)}` };
    return c.report({ at: from, end: c.at, question: 'What does "it" mean here? Name the object.', ...instead });
  }
  return c.attempt(() => {
    const start = c.at;
    const withArticle = wholeName(c, lexicon);
    const end = c.at;
    c.at = start;
    c.take(...determiners);
    const found = wholeName(c, lexicon) ?? (withArticle === undefined ? partOfName(c, lexicon) : undefined);
    // An alias may bring its own article, "the left"; the longer reading wins, as for "the left spot".
    if (withArticle === undefined || (found !== undefined && c.at >= end)) return found;
    c.at = end;
    return withArticle;
  });
}

/** The longest name or alias that stands here in full. */
function wholeName(c: Cursor, lexicon: Lexicon): NounPhrase | undefined {
  let longest = 0;
  let found: LexiconNoun[] = [];
  for (const noun of lexicon.nouns)
    for (const form of noun.forms) {
      if (form.length < longest || !form.every((text, i) => c.peek(i)?.text === text)) continue;
      if (form.length > longest) found = [];
      longest = form.length;
      if (!found.includes(noun)) found.push(noun);
    }
  const [only] = found;
  if (only === undefined) return undefined;
  if (found.length > 1) return whichOne(c, found, c.at + longest);
  c.at += longest;
  return { kind: only.kind, name: only.name, pronoun: false };
}

/** "the cube", "the red one": right when only one noun has all these words. */
function partOfName(c: Cursor, lexicon: Lexicon): NounPhrase | undefined {
  const words: string[] = [];
  for (let text = c.text(); text !== undefined && !boundaries.has(text) && words.length < longestPhrase; text = c.text(words.length))
    words.push(text);
  const end = c.at + words.length;
  const said = words.join(" ");
  if (said === "") return c.report({ at: c.at, question: "Which object or place?", vague: true });
  const telling = words.filter((each) => !generic.has(each));
  const found = lexicon.nouns.filter((noun) => noun.forms.some((form) => telling.every((each) => form.includes(each))));
  const [only] = found;
  if (telling.length === 0 || found.length > 1) return whichOne(c, telling.length === 0 ? lexicon.nouns : found, end);
  if (only === undefined) return unknown(c, lexicon, said, end);
  c.at = end;
  return { kind: only.kind, name: only.name, pronoun: false, note: `"${said}" is taken as ${spoken(only.name)}.` };
}

function whichOne(c: Cursor, found: readonly LexiconNoun[], end: number): undefined {
  const names = found.map((noun) => spoken(noun.name));
  const question = names.length === 0 ? "There is nothing here that I could name." : `Which one: ${listed(names)}?`;
  return c.report({ at: c.at, end, question, ...(names[0] === undefined ? {} : { instead: names[0] }) });
}

function unknown(c: Cursor, lexicon: Lexicon, said: string, end: number): undefined {
  const near = nearestName(
    said,
    lexicon.nouns.flatMap((noun) => noun.forms.map((form) => form.join(" "))),
  );
  const names = lexicon.nouns.map((noun) => spoken(noun.name));
  const known = names.length === 0 ? "I know no names here." : `I know ${listed(names)}.`;
  const question = near === undefined ? `What is "${said}"? ${known}` : `What is "${said}"? Did you mean ${near}?`;
  return c.report({ at: c.at, end, question, ...(near === undefined ? {} : { instead: near }) });
}

/** "a, b or c"; long lists are cut. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8);
  if (shown.length < names.length) return `${shown.join(", ")} and ${names.length - shown.length} more`;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} or ${last}`;
}
