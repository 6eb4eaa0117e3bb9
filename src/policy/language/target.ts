import type { Reading, Step } from "./clause.ts";
import { distance } from "./measure.ts";
import { nounPhrase, type NounPhrase } from "./noun-phrase.ts";
import { assignments, point, type SpokenPoint } from "./point.ts";
import type { Anchor } from "./sentence-plan.ts";
import { spoken } from "./lexicon.ts";
import type { Vec3 } from "../../core/vec3.ts";

/** How far from a thing the tip goes when the sentence does not say, m. */
export const assumedGapM = 0.15;

export interface Target {
  readonly args: Omit<SpokenPoint, "yaw">;
  readonly headingRad?: number;
  readonly at?: Anchor;
  readonly notes: readonly string[];
  readonly noun?: NounPhrase;
}

/** "10 cm above the red cube", "to the left of the bin". Left and right need not be asked which side: see `Directions`. */
export function besideTarget({ c, lexicon, context }: Reading, axes: Anchor["axes"]): Target | undefined {
  return c.attempt(() => {
    const gap = distance(c);
    const direction = relation(c.take("directly", "right above", "right over"), c);
    if (direction === undefined) return undefined;
    const noun = nounPhrase(c, lexicon, context);
    if (noun === undefined) return undefined;
    const gapM = gap?.value ?? assumedGapM;
    const unit = lexicon.directions[direction];
    const offsetM: Vec3 = [unit[0] * gapM + 0, unit[1] * gapM + 0, unit[2] * gapM + 0];
    const assumed = gap === undefined ? `${assumedGapM} m from ${spoken(noun.name)} assumed: no distance given.` : gap.note;
    return { args: {}, at: { kind: noun.kind, name: noun.name, offsetM, axes }, notes: said(noun.note, assumed), noun };
  });
}

function relation(lead: string | undefined, c: Reading["c"]): "up" | "down" | "left" | "right" | undefined {
  if (lead === "right above" || lead === "right over") return "up";
  const words = c.take(
    "to the left of",
    "to the right of",
    "left of",
    "right of",
    "above",
    "over",
    "on top of",
    "below",
    "under",
    "beneath",
    "underneath",
  );
  switch (words) {
    case undefined:
      return undefined;
    case "to the left of":
    case "left of":
      return "left";
    case "to the right of":
    case "right of":
      return "right";
    case "above":
    case "over":
    case "on top of":
      return "up";
    default:
      return "down";
  }
}

/** Where the tip is to go. `verbTakesPoint`: the verb alone makes a bare point a target, as in "reach (0.4, 0, 0.3)". */
export function moveTarget(reading: Reading, verbTakesPoint: boolean): Target | undefined {
  const { c, lexicon, context } = reading;
  const beside = besideTarget(reading, "xyz");
  if (beside !== undefined) return beside;
  const from = c.at;
  const preposition = c.take("over to", "up to", "down to", "back to", "to", "at", "for", "towards", "toward", "into");
  if (preposition !== undefined) {
    const beyond = besideTarget(reading, "xyz");
    if (beyond !== undefined) return beyond;
  }
  return c.attempt(() => {
    const given = pointTarget(reading, 3);
    if (given !== undefined) {
      const named = c.tokens[from + 1]?.text === "=" || c.tokens[from + 1]?.text === ":";
      if (preposition !== undefined || verbTakesPoint || named) return given;
      return c.report({ at: from, question: 'Is that a point to go to, or a distance? Say "to (x, y, z)" or "by (x, y, z)".' });
    }
    if (preposition === undefined && !verbTakesPoint) return undefined;
    const noun = nounPhrase(c, lexicon, context);
    return noun === undefined ? undefined : aboveNoun(noun);
  });
}

/** A point given by numbers; what it leaves out is taken from where the tip is. */
export function pointTarget({ c }: Reading, fewest: 2 | 3): Target | undefined {
  return c.attempt(() => {
    c.take("the");
    c.take("position", "point", "coordinates", "coordinate", "location", "pose");
    const given = assignments(c) ?? point(c, fewest);
    if (given === undefined) return undefined;
    const { yaw, ...args } = given;
    const target = { args, notes: [], ...(yaw === undefined ? {} : { headingRad: yaw }) };
    const complete = args.x !== undefined && args.y !== undefined && args.z !== undefined;
    if (complete || fewest === 2) return target;
    return { ...target, at: { kind: "tip", offsetM: [0, 0, 0], axes: "xyz" } };
  });
}

function aboveNoun(noun: NounPhrase): Target {
  const offsetM: Vec3 = [0, 0, assumedGapM];
  const assumed = `${assumedGapM} m above ${spoken(noun.name)} assumed: no height given.`;
  return { args: {}, at: { kind: noun.kind, name: noun.name, offsetM, axes: "xyz" }, notes: said(noun.note, assumed), noun };
}

/** What a step takes from a target besides its arguments. */
export function targetExtras({ at, headingRad }: Target): Omit<Step, "name" | "args"> {
  return { ...(at === undefined ? {} : { at }), ...(headingRad === undefined ? {} : { headingRad }) };
}

export function said(...notes: readonly (string | undefined)[]): readonly string[] {
  return notes.filter((note) => note !== undefined);
}
