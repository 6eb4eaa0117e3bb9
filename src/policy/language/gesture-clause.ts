/**
 * Parts for a robot that stands and has a head and arms: it looks, points, waves and nods.
 * @module
 */
import { clause, firstOf, step, type Clause, type ClauseRule, type Reading, type Step } from "./clause.ts";
import { nounPhrase } from "./noun-phrase.ts";
import { waitRule } from "./other-clause.ts";
import { point } from "./point.ts";

/** "wave", "wave with your left hand". */
const waveRule: ClauseRule = ({ c }) => {
  if (c.take("wave goodbye", "wave hello", "wave your hand", "wave") === undefined) return undefined;
  c.take("at me", "to me", "goodbye", "hello");
  return clause([step("wave", handArgs(c))]);
};

/** "look at (1, 0.5, 1.2)", "look at the red ball". */
const lookRule: ClauseRule = (reading) =>
  reading.c.take("look at", "look towards", "look toward", "look to", "turn your head to", "turn your head towards", "face") === undefined
    ? undefined
    : toward(reading, "look_at", () => ({}));

/** "point at the shelf with your left hand". */
const pointRule: ClauseRule = (reading) =>
  reading.c.take("point at", "point towards", "point toward", "point to") === undefined
    ? undefined
    : toward(reading, "point_at", () => handArgs(reading.c));

const nodRule: ClauseRule = ({ c }) => {
  if (c.take("nod your head", "nod yes", "nod", "say yes") !== undefined) return clause([step("nod")]);
  return c.take("shake your head", "shake the head", "say no") === undefined ? undefined : clause([step("nod", { direction: "no" })]);
};

export const gestureClause: ClauseRule = firstOf([waveRule, lookRule, pointRule, nodRule, waitRule]);

/** What is understood, for those who are not understood. */
export const gestureExamples = [
  "wave",
  "wave with your left hand",
  "look at (1, 0.5, 1.2)",
  "look at the {object}",
  "look at the {place}",
  "point at (1, 0.5, 1.2)",
  "point at the {place} with your left hand",
  "point at the {object}",
  "nod",
  "shake your head",
  "wait 2 seconds",
  "stop",
] as const;

/** A point, or the middle of what is named, where it is measured by then. */
function toward(reading: Reading, name: string, rest: () => Step["args"]): Clause | undefined {
  const { c, lexicon, context } = reading;
  const given = c.attempt(() => point(c, 3));
  if (given !== undefined) {
    const { x, y, z, yaw } = given;
    if (x === undefined || y === undefined || z === undefined || yaw !== undefined)
      return c.report({ at: c.at - 1, question: "Where is that? A point is written (x, y, z), in metres." });
    return clause([step(name, { x, y, z, ...rest() })]);
  }
  const noun = nounPhrase(c, lexicon, context);
  if (noun === undefined) return undefined;
  const at = { kind: noun.kind, name: noun.name, offsetM: [0, 0, 0], axes: "xyz" } as const;
  return clause([step(name, rest(), { at })], noun.kind === "object" ? { it: noun.name } : {}, [noun.note]);
}

/** "with your left hand": the right one, or the one there is, unless said. */
function handArgs(c: Reading["c"]): Step["args"] {
  const found = c.attempt(() => {
    if (c.take("with", "using") === undefined) return undefined;
    c.take("your", "the");
    const side = c.take("left", "right");
    return side !== undefined && c.take("hand", "arm", "one") !== undefined ? side : undefined;
  });
  return found === undefined ? {} : { hand: found };
}
