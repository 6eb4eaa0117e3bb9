import type { Cursor } from "./cursor.ts";
import { assumedDistanceM, distance, type Measure } from "./measure.ts";
import type { DirectionName } from "./vocabulary.ts";

const words: readonly (readonly [DirectionName, string])[] = [
  ["left", "left leftward leftwards"],
  ["right", "right rightward rightwards"],
  ["forward", "forward forwards ahead"],
  ["back", "back backward backwards"],
  ["up", "up upward upwards higher"],
  ["down", "down downward downwards lower"],
];
const directionOf = new Map(words.flatMap(([name, texts]) => texts.split(" ").map((text) => [text, name] as const)));

/** "left", "to the left", "straight up", "further back". */
export function direction(c: Cursor): DirectionName | undefined {
  return c.attempt(() => {
    c.take("further", "farther", "straight");
    c.take("to the", "to your", "towards the", "toward the");
    const name = directionOf.get(c.text() ?? "");
    if (name === undefined) return undefined;
    c.at++;
    c.take("side", "hand side");
    return name;
  });
}

/** Along one axis, in m; `axis` 0, 1, 2 for x, y, z where the sentence names the axis itself. */
export interface Displacement {
  readonly along: DirectionName | { readonly axis: 0 | 1 | 2; readonly sign: 1 | -1 };
  readonly by: Measure;
  /** The sentence gives no distance at all. */
  readonly assumed: boolean;
}

/** "10 cm to the left", "up by 10 cm", "a bit higher", "left", "10 cm along x". */
export function displacement(c: Cursor): Displacement | undefined {
  return c.attempt(() => distanceFirst(c)) ?? c.attempt(() => directionFirst(c));
}

function distanceFirst(c: Cursor): Displacement | undefined {
  c.take("by");
  const by = distance(c);
  if (by === undefined) return undefined;
  const along = direction(c) ?? axis(c);
  if (along === undefined) return c.report({ at: c.at, question: "In which direction: left, right, forward, back, up or down?" });
  return { along, by, assumed: false };
}

function directionFirst(c: Cursor): Displacement | undefined {
  const along = direction(c) ?? axis(c);
  if (along === undefined) return undefined;
  c.take("by", "for");
  const by = distance(c);
  const where = typeof along === "string" ? along : "that way";
  const assumed = { value: assumedDistanceM, note: `${assumedDistanceM} m ${where} assumed: no distance given.` };
  return { along, by: by ?? assumed, assumed: by === undefined };
}

/** "along x", "in the -y direction", "in z". */
function axis(c: Cursor): Displacement["along"] | undefined {
  return c.attempt(() => {
    if (c.take("along the", "along", "in the", "in") === undefined) return undefined;
    const signWord = c.take("positive", "negative", "plus", "minus");
    const text = c.text() ?? "";
    const index = "xyz".indexOf(text.at(-1) ?? "?");
    if (!/^[+-]?[xyz]$/u.test(text) || !(index === 0 || index === 1 || index === 2)) return undefined;
    c.at++;
    c.take("axis", "direction");
    const negative = text.startsWith("-") !== (signWord === "negative" || signWord === "minus");
    return { axis: index, sign: negative ? -1 : 1 };
  });
}
