/**
 * Cuts a sentence into words, numbers and marks. Nothing is dropped in silence: what has no meaning here becomes a `bad` token,
 * which no rule of the grammar accepts.
 * @module
 */

export interface Token {
  readonly kind: "word" | "number" | "mark" | "bad";
  /** Lower case; for a number written in words, those words. */
  readonly text: string;
  /** Numbers only; always finite. */
  readonly value?: number;
  /** Where it stands in the text given to {@link tokenize}: first character, and one past the last. */
  readonly start: number;
  readonly end: number;
}

/** Larger numbers are slips of the keyboard, and mean nothing to a robot. */
const largestNumber = 1e6;

const word = /[\p{L}_][\p{L}\p{M}\p{N}_'’]*/uy;
const digits = /(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:e[+-]?[0-9]+)?/iy;
const axisWithSign = /[+-][xyz](?![\p{L}\p{N}_])/iuy;
const arrow = /-+>/y;
const marks = "()[],;.!?=:/&";

/** The text as the tokens count it: compatibility forms folded, the minus signs and dashes of typography made plain. */
export function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[−–—‐‑]/gu, "-")
    .replaceAll("⁄", "/");
}

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const next = tokenAt(text, at, tokens.at(-1));
    if (typeof next === "number") at = next;
    else {
      tokens.push(next);
      at = next.end;
    }
  }
  return tokens;
}

/** The token at `at`, or where to go on when there is only space. */
function tokenAt(text: string, at: number, last: Token | undefined): Token | number {
  const character = text[at] ?? "";
  if (character === "\n") return { kind: "mark", text: ".", start: at, end: at + 1 };
  // After a number a quotation mark means inches to some; it is left without a meaning.
  if (character === '"' && last?.kind === "number" && last.end === at) return { kind: "bad", text: character, start: at, end: at + 1 };
  if (character.trim() === "" || character === '"' || character === "“" || character === "”") return at + 1;
  if (character === "°") return { kind: "word", text: "°", start: at, end: at + 1 };
  const found = match(word, text, at);
  if (found !== undefined) return { kind: "word", text: found.toLowerCase().replaceAll("’", "'"), start: at, end: at + found.length };
  const number = match(digits, text, at);
  if (number !== undefined) return numberToken(text, at, at, number, last);
  if (character === "-" || character === "+") return signAt(text, at, last);
  if (marks.includes(character)) return { kind: "mark", text: character, start: at, end: at + 1 };
  const length = text.codePointAt(at)! > 0xffff ? 2 : 1;
  return { kind: "bad", text: text.slice(at, at + length), start: at, end: at + length };
}

/** A sign before a number or an axis, a hyphen within a word, an arrow, or a dash between two parts. */
function signAt(text: string, at: number, last: Token | undefined): Token | number {
  const glued = last !== undefined && last.end === at;
  const after = text[at + 1] ?? "";
  const axis = glued ? undefined : match(axisWithSign, text, at);
  if (axis !== undefined) return { kind: "word", text: axis.toLowerCase(), start: at, end: at + axis.length };
  const pointer = match(arrow, text, at);
  if (pointer !== undefined) return { kind: "mark", text: ";", start: at, end: at + pointer.length };
  if (glued && last.kind !== "mark") return hyphenAt(text, at, last);
  let from = at + 1;
  while (text[from] === " ") from++;
  const number = match(digits, text, from);
  if (number !== undefined && (from === at + 1 || last?.kind === "mark")) return numberToken(text, at, from, number, last);
  if (text[at] === "-" && after === " ") return { kind: "mark", text: ",", start: at, end: at + 1 };
  return { kind: "bad", text: text[at] ?? "", start: at, end: at + 1 };
}

/** "counter-clockwise" and "30-cm" read as two words; "0.4-0.2" and "x-0.2" could mean two things, so they mean nothing. */
function hyphenAt(text: string, at: number, last: Token): Token | number {
  const after = text[at + 1] ?? "";
  const nextIsDigit = after !== "" && "0123456789.".includes(after);
  const unclear = nextIsDigit && (last.kind === "number" || last.text.length === 1);
  if (text[at] === "+" || unclear || last.kind === "bad") return { kind: "bad", text: text[at] ?? "", start: at, end: at + 1 };
  return at + 1;
}

function numberToken(text: string, start: number, digitsAt: number, written: string, last: Token | undefined): Token {
  const end = digitsAt + written.length;
  const token = { text: text.slice(start, end), start, end };
  const magnitude = Number(written);
  // "1.2.3" and "3.4." followed by digits are dates or versions; "0,5" with a glued comma is somebody's decimal comma.
  const runsOn = text[end] === "." && "0123456789.".includes(text[end + 1] ?? " ");
  const continues = start === digitsAt && last?.kind === "number" && last.end === start;
  if (!(magnitude <= largestNumber) || runsOn || continues) return { kind: "bad", ...token };
  return { kind: "number", ...token, value: text[start] === "-" ? 0 - magnitude : magnitude };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
