import { closestSentence } from "./closest.ts";
import { lexiconFrom, type Lexicon } from "./lexicon.ts";
import { readSentence } from "./sentence.ts";
import type { NotUnderstood, SentencePlan } from "./sentence-plan.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** A sentence asks for at most this many steps unless the caller says otherwise. */
export const defaultMaxIntents = 100;

/**
 * Turns a sentence into steps, or asks. The same text and vocabulary give the same answer; nothing is fetched, nothing is guessed:
 * what the sentence leaves open is filled in with a note, and what is unclear refuses all of it. The grammar is docs/language.md.
 */
export function parseLanguage(
  text: string,
  vocabulary: Vocabulary,
  options: { readonly maxIntents?: number } = {},
): SentencePlan | NotUnderstood {
  return parseWith(lexiconFrom(vocabulary), text, options.maxIntents ?? defaultMaxIntents);
}

/** {@link parseLanguage} with the vocabulary made ready once. */
export function parseWith(lexicon: Lexicon, text: string, maxIntents: number): SentencePlan | NotUnderstood {
  const read = readSentence(text, lexicon, maxIntents);
  if (read.kind === "plan") return read;
  return { kind: "not_understood", part: read.part, question: read.question, closest: closestSentence(read, lexicon, maxIntents) };
}
