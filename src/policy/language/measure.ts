import type { Cursor } from "./cursor.ts";
import { unitOf, type Dimension } from "./unit.ts";

/** A quantity in m, rad, s or N, with a note where something was assumed. */
export interface Measure {
  readonly value: number;
  readonly note?: string;
}

const assumedUnit = { length: "m", angle: "°", time: "s", force: "N" } as const;
const assumedName = { length: "metres", angle: "degrees", time: "seconds", force: "newtons" } as const;
const vague = ["a tiny bit", "a little bit", "a bit", "a little", "a tad", "slightly", "somewhat", "a touch"];

/** What a distance is when a sentence gives none, m. */
export const assumedDistanceM = 0.05;
/** What a turn is when a sentence gives none, rad. */
export const assumedTurnRad = (15 * Math.PI) / 180;

/** A number and its unit. Without one the SI unit is assumed, degrees for angles, and said. */
export function measure(c: Cursor, dimension: Dimension): Measure | undefined {
  return c.attempt(() => {
    const from = c.at;
    const number = c.number();
    // "3 times" counts, it does not measure.
    if (number === undefined || ["times", "time", "x", "more"].includes(c.text() ?? "")) return undefined;
    const written = c.tokens[from]?.text ?? "";
    const unit = unitOf(c.text());
    if (unit === undefined) {
      const value = unitOf(assumedUnit[dimension].toLowerCase())?.toSi(number) ?? number;
      return { value, note: `${assumedName[dimension]} assumed for ${written}: no unit given.` };
    }
    if (unit.dimension !== dimension)
      return c.report({ at: c.at, question: `"${c.text()}" measures ${noun(unit.dimension)}; ${noun(dimension)} belongs here.` });
    c.at++;
    return { value: unit.toSi(number + andPart(c)) };
  });
}

/** "a second and a half". */
function andPart(c: Cursor): number {
  const part = c.text(1) === "a half" ? 0.5 : 0.25;
  if (c.text() !== "and" || !["a half", "a quarter"].includes(c.text(1) ?? "") || unitOf(c.text(2)) !== undefined) return 0;
  c.at += 2;
  return part;
}

/** A distance in m, also "a bit". */
export function distance(c: Cursor): Measure | undefined {
  const words = takeVague(c);
  if (words !== undefined) return { value: assumedDistanceM, note: `${assumedDistanceM} m assumed for "${words}".` };
  return measure(c, "length");
}

export function takeVague(c: Cursor): string | undefined {
  return c.take(...vague);
}

function noun(dimension: Dimension): string {
  switch (dimension) {
    case "length":
      return "a distance";
    case "angle":
      return "an angle";
    case "time":
      return "a time";
    case "force":
      return "a force";
    default:
      dimension satisfies never;
      return "something else";
  }
}
