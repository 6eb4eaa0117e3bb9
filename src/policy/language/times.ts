import type { Cursor } from "./cursor.ts";

/** "twice", "3 times", "three times in a row": how often, as a number that may be anything; the caller checks it. */
export function takeTimes(c: Cursor): number | undefined {
  return c.attempt(() => {
    const word = c.take("once", "twice", "thrice");
    const count = word === undefined ? c.number() : ["once", "twice", "thrice"].indexOf(word) + 1;
    if (word === undefined && (count === undefined || c.take("times", "time", "x") === undefined)) return undefined;
    c.take("in a row", "over");
    return count;
  });
}
