/**
 * JSON with the bare tokens NaN, Infinity and -Infinity that Python writes. They become null and are listed.
 * @module
 */
import type { JsonValue } from "../core/json.ts";

export interface TolerantJson {
  readonly value: JsonValue;
  /** JSON pointers of what was not a finite number. */
  readonly nonFinite: readonly string[];
}

const marker = "\u0000non-finite";

/** @throws SyntaxError for anything else that is not JSON */
export function parseTolerantJson(text: string): TolerantJson {
  try {
    return { value: JSON.parse(text), nonFinite: [] };
  } catch (error) {
    const marked = markBareTokens(text);
    if (marked === text) throw error;
    const nonFinite: string[] = [];
    return { value: unmark(JSON.parse(marked), "", nonFinite), nonFinite };
  }
}

/** Strings are skipped whole, so a NaN inside a text stays a text. */
function markBareTokens(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) => (token.startsWith('"') ? token : JSON.stringify(marker)));
}

function unmark(value: JsonValue, pointer: string, nonFinite: string[]): JsonValue {
  if (value === marker) {
    nonFinite.push(pointer);
    return null;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => unmark(item, `${pointer}/${index}`, nonFinite));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      unmark(item, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, nonFinite),
    ]),
  );
}
