import type { Token } from "./token.ts";

const stopWords = new Set(["stop", "halt", "freeze", "abort", "cancel", "emergency", "estop"]);
/** What may stand beside a stop word without changing it. A negation is none of these. */
const company = new Set(
  (
    "it that this e moving motion the robot arm gripper hand tool now right there here immediately at once all everything please no oh hey wait okay ok " +
    "just you must should can could to i want need do your my is an a that's it's button dead instantly quick quickly"
  ).split(" "),
);

/**
 * The part of the sentence that is a stop and nothing else, wherever it stands; undefined where there is none.
 * It is looked for before anything is parsed, so that nonsense around it cannot hide it.
 */
export function stopPart(tokens: readonly Token[]): readonly Token[] | undefined {
  let part: Token[] = [];
  for (const token of tokens) {
    const joint = token.kind === "mark" || token.kind === "bad" || ["and", "then"].includes(token.text);
    if (!joint) part.push(token);
    else if (isStop(part)) return part;
    else part = [];
  }
  return isStop(part) ? part : undefined;
}

function isStop(part: readonly Token[]): boolean {
  return part.some(({ text }) => stopWords.has(text)) && part.every(({ text }) => stopWords.has(text) || company.has(text));
}
