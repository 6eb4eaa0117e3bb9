/**
 * Words that carry no command: politeness, address, and the joints between the parts of a sentence.
 * @module
 */
import type { Cursor } from "./cursor.ts";
import type { Token } from "./token.ts";

/** Ignored wherever they stand. */
const everywhere = new Set(["please", "kindly", "just", "now", "also"]);

/** Ignored wherever they stand, and said so: no sentence sets a speed. */
export const manners = new Set(["slowly", "gently", "carefully", "quickly", "fast", "smoothly", "softly"]);

const openings = [
  "i would like you to",
  "i'd like you to",
  "i want you to",
  "i need you to",
  "would you mind",
  "could you",
  "can you",
  "would you",
  "will you",
  "you should",
  "you can",
  "go ahead and",
  "try to",
  "let's",
  "lets",
  "first",
  "next",
  "finally",
  "lastly",
  "afterwards",
  "after that",
  "robot",
  "hey",
  "hi",
  "hello",
  "okay",
  "ok",
  "alright",
];

const closings = ["thank you", "thanks", "for me", "okay", "ok", "robot", "if you can", "will you", "would you", "could you", "can you"];

const joints = ["and then", "and after that", "after that", "then", "and", "afterwards", "finally", "lastly"];
const stops = [",", ";", ".", "!", "?", "&"];

/** `keep` holds the words of known nouns: an object may well be called "fast". */
export function withoutFillers(tokens: readonly Token[], keep: ReadonlySet<string>): Token[] {
  return tokens.filter(({ kind, text }) => kind !== "word" || keep.has(text) || !(everywhere.has(text) || manners.has(text)));
}

export function skipOpening(c: Cursor): void {
  while (c.take(...openings) !== undefined) c.mark(",", ":");
}

export function skipClosing(c: Cursor): void {
  while (c.take(...closings) !== undefined);
}

/** Takes one or more joints; false where a part goes on. */
export function takeJoint(c: Cursor): boolean {
  let taken = false;
  while (c.mark(...stops) !== undefined || c.take(...joints) !== undefined) taken = true;
  return taken;
}

/** True at the end and before a joint. */
export function atJoint(c: Cursor): boolean {
  if (c.peek() === undefined) return true;
  const from = c.at;
  const joint = takeJoint(c);
  c.at = from;
  return joint;
}
