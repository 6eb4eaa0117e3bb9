import type { Token } from "./token.ts";
import { isUnit } from "./unit.ts";

const small = new Map(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
    .split(" ")
    .map((text, value) => [text, value]),
);
const tens = new Map("twenty thirty forty fifty sixty seventy eighty ninety".split(" ").map((text, i) => [text, 20 + 10 * i]));
const parts = new Map([
  ["half", 1 / 2],
  ["halves", 1 / 2],
  ["third", 1 / 3],
  ["thirds", 1 / 3],
  ["quarter", 1 / 4],
  ["quarters", 1 / 4],
]);

interface Found {
  readonly value: number;
  /** One past the last token used. */
  readonly next: number;
}

/** Number words become number tokens: "twenty five", "zero point three", "half a", "one and a half", "a" before a unit, "1/2". */
export function mergeNumberWords(tokens: readonly Token[]): Token[] {
  const merged: Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at]!;
    const found = signed(tokens, at);
    if (found === undefined || !Number.isFinite(found.value)) {
      merged.push(token);
      at++;
      continue;
    }
    const used = tokens.slice(at, found.next);
    const last = used.at(-1) ?? token;
    const text = used.map((each) => each.text).join(" ");
    merged.push({ kind: "number", text, value: found.value, start: token.start, end: last.end });
    at = found.next;
  }
  return merged;
}

function signed(tokens: readonly Token[], at: number): Found | undefined {
  const negative = isWord(tokens, at, "minus") || isWord(tokens, at, "negative");
  const found = quantity(tokens, negative ? at + 1 : at);
  if (found === undefined || !negative) return found;
  return found.value < 0 ? undefined : { value: 0 - found.value, next: found.next };
}

function quantity(tokens: readonly Token[], at: number): Found | undefined {
  const text = wordAt(tokens, at);
  if ((text === "a" || text === "an") && isUnit(wordAt(tokens, at + 1))) return { value: 1, next: at + 1 };
  const skipped = text === "a" || text === "an" ? at + 1 : at;
  const part = wordAt(tokens, skipped);
  if (part === "half" || part === "quarter" || (part === "third" && skipped > at))
    return { value: parts.get(part) ?? 0, next: afterOfA(tokens, skipped + 1) };
  if (part === "hundred" && skipped > at) return hundreds(tokens, { value: 1, next: skipped });
  const whole = integer(tokens, at) ?? digit(tokens, at);
  if (whole === undefined) return undefined;
  return fraction(tokens, whole) ?? mixed(tokens, whole) ?? decimals(tokens, whole) ?? whole;
}

function integer(tokens: readonly Token[], at: number): Found | undefined {
  const base = belowHundred(tokens, at);
  return base === undefined ? undefined : hundreds(tokens, base);
}

function hundreds(tokens: readonly Token[], base: Found): Found {
  if (!isWord(tokens, base.next, "hundred")) return base;
  const value = base.value * 100;
  const from = isWord(tokens, base.next + 1, "and") ? base.next + 2 : base.next + 1;
  const rest = belowHundred(tokens, from);
  return rest === undefined ? { value, next: base.next + 1 } : { value: value + rest.value, next: rest.next };
}

function belowHundred(tokens: readonly Token[], at: number): Found | undefined {
  const text = wordAt(tokens, at) ?? "";
  const ten = tens.get(text);
  if (ten === undefined) {
    const value = small.get(text);
    return value === undefined ? undefined : { value, next: at + 1 };
  }
  const unit = small.get(wordAt(tokens, at + 1) ?? "");
  return unit !== undefined && unit > 0 && unit < 10 ? { value: ten + unit, next: at + 2 } : { value: ten, next: at + 1 };
}

function digit(tokens: readonly Token[], at: number): Found | undefined {
  const token = tokens[at];
  return token?.kind === "number" && token.value !== undefined ? { value: token.value, next: at + 1 } : undefined;
}

/** "1/2", "three quarters of a". */
function fraction(tokens: readonly Token[], whole: Found): Found | undefined {
  const slash = tokens[whole.next];
  if (slash?.kind === "mark" && slash.text === "/") {
    const below = digit(tokens, whole.next + 1);
    return below === undefined || !(below.value > 0) ? undefined : { value: whole.value / below.value, next: below.next };
  }
  const part = parts.get(wordAt(tokens, whole.next) ?? "");
  return part === undefined ? undefined : { value: whole.value * part, next: afterOfA(tokens, whole.next + 1) };
}

/** "one and a half", "two and a quarter". */
function mixed(tokens: readonly Token[], whole: Found): Found | undefined {
  if (!isWord(tokens, whole.next, "and") || !isWord(tokens, whole.next + 1, "a")) return undefined;
  const part = wordAt(tokens, whole.next + 2);
  if (part !== "half" && part !== "quarter") return undefined;
  return { value: whole.value + (whole.value < 0 ? -1 : 1) * (parts.get(part) ?? 0), next: whole.next + 3 };
}

/** "zero point three five". */
function decimals(tokens: readonly Token[], whole: Found): Found | undefined {
  if (!isWord(tokens, whole.next, "point")) return undefined;
  let text = "";
  let next = whole.next + 1;
  for (; ; next++) {
    const value = small.get(wordAt(tokens, next) ?? "");
    if (value === undefined || value > 9) break;
    text += String(value);
  }
  return text === "" ? undefined : { value: Number(`${whole.value}.${text}`), next };
}

function afterOfA(tokens: readonly Token[], at: number): number {
  const from = isWord(tokens, at, "of") ? at + 1 : at;
  return isWord(tokens, from, "a") || isWord(tokens, from, "an") ? from + 1 : at;
}

function wordAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  return token?.kind === "word" ? token.text : undefined;
}

function isWord(tokens: readonly Token[], at: number, text: string): boolean {
  return wordAt(tokens, at) === text;
}
