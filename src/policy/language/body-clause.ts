/**
 * Parts for a robot that goes somewhere as a whole: on wheels, on legs, in the air.
 * @module
 */
import type { Vec3 } from "../../core/vec3.ts";
import { clause, firstOf, step, takeSelf, type ClauseRule, type Reading, type Step } from "./clause.ts";
import { displacement } from "./heading.ts";
import { spoken } from "./lexicon.ts";
import { distance, measure } from "./measure.ts";
import { nounPhrase } from "./noun-phrase.ts";
import { waitRule } from "./other-clause.ts";
import { assignments, point, type SpokenPoint } from "./point.ts";
import { turnBy } from "./turn-clause.ts";
import type { Locomotion } from "./vocabulary.ts";

/** What a sentence that only says "hover" means, s. */
const assumedHoverS = 1;

const goers = ["go", "drive", "walk", "fly", "move", "run", "come", "head", "return", "proceed", "travel", "step"];
const goesBy: Readonly<Record<Locomotion, { readonly name: string; readonly heading: "theta" | "yaw"; readonly along: boolean }>> = {
  drives: { name: "goto", heading: "theta", along: true },
  walks: { name: "walk_to", heading: "theta", along: false },
  flies: { name: "fly_to", heading: "yaw", along: false },
};

/** "take off", "take off to 1.5 m". */
const takeOffRule: ClauseRule = ({ c }) => {
  if (c.take("take off", "takeoff", "lift off") === undefined) return undefined;
  c.take("to a height of", "to an altitude of", "to", "and rise to");
  const altitude = distance(c);
  if (altitude === undefined) return clause([step("takeoff")], { moves: true });
  c.take("high", "above the floor", "altitude");
  return clause([step("takeoff", { altitude: altitude.value })], { moves: true }, [altitude.note]);
};

const landRule: ClauseRule = ({ c }) =>
  c.take("land", "touch down", "come down and land") === undefined ? undefined : clause([step("land")]);

const hoverRule: ClauseRule = ({ c }) => {
  if (c.take("hover", "stay in the air", "hold your position") === undefined) return undefined;
  c.take("there", "here");
  c.take("for about", "for");
  const time = measure(c, "time") ?? { value: assumedHoverS, note: `${assumedHoverS} s assumed: no time given.` };
  return clause([step("hover", { seconds: time.value })], {}, [time.note]);
};

const postures: readonly (readonly [string, readonly string[]])[] = [
  ["sit", ["sit down", "sit"]],
  ["stand", ["stand up", "stand", "get up"]],
  ["lie_down", ["lie down", "lay down"]],
];

const postureRule: ClauseRule = ({ c }) => {
  const found = postures.find(([, phrases]) => c.take(...phrases) !== undefined);
  return found === undefined ? undefined : clause([step(found[0])]);
};

/** "turn 90 degrees to the left", "turn around". */
const turnRule: ClauseRule = ({ c }) => {
  if (c.take("turn around", "turn back") !== undefined) return clause([step("rotate", { dtheta: Math.PI })]);
  if (c.take("rotate", "turn", "spin") === undefined) return undefined;
  takeSelf(c);
  const by = turnBy(c);
  return by === undefined ? undefined : clause([step("rotate", { dtheta: by.angleRad })], {}, by.notes);
};

/** "drive forward 1 m", "fly up 50 cm": ahead is where the body looks. */
const byRule: ClauseRule = (reading) => {
  const { c, lexicon } = reading;
  const verb = c.take(...goers) !== undefined;
  const moved = displacement(c);
  if (moved === undefined || typeof moved.along !== "string" || (!verb && !reading.afterMove)) return undefined;
  if (moved.assumed) return c.report({ at: c.at, question: "How far?" });
  const metres = moved.by.value;
  const [x, y, z] = bodyAxes[moved.along];
  const flies = lexicon.vocabulary.locomotion === "flies";
  if (z !== 0 && !flies) return c.report({ at: c.at - 1, question: "It stays on the floor: forward, back, left or right?" });
  const offsetM: Vec3 = [x * metres + 0, y * metres + 0, z * metres + 0];
  const at = { kind: "tip", offsetM, axes: flies ? "xyz" : "xy", ahead: true } as const;
  return clause([goStep(reading, {}, { at, along: false })], { moves: true }, [moved.by.note]);
};

const bodyAxes = { forward: [1, 0, 0], back: [-1, 0, 0], left: [0, 1, 0], right: [0, -1, 0], up: [0, 0, 1], down: [0, 0, -1] } as const;

/** "go to (1, 2)", "fly to x=1 z=1.5", "walk to the table", "to the dock facing 90 degrees". */
const toRule: ClauseRule = (reading) => {
  const { c, lexicon, context } = reading;
  const verb = c.take(...goers) !== undefined;
  c.take("back");
  const to = c.take("over to", "to", "towards", "home") ?? (verb ? "" : undefined);
  if (to === undefined || (!verb && !reading.afterMove)) return undefined;
  if (to === "home") c.at--;
  const given = c.attempt(() => assignments(c) ?? point(c, 2));
  if (given !== undefined) return toPoint(reading, given);
  const noun = nounPhrase(c, lexicon, context);
  if (noun === undefined) return undefined;
  const flies = lexicon.vocabulary.locomotion === "flies";
  const heading = facing(reading);
  const at = { kind: noun.kind, name: noun.name, offsetM: [0, 0, 0], axes: flies && noun.kind === "place" ? "xyz" : "xy" } as const;
  if (flies && noun.kind === "object")
    return c.report({ at: c.at - 1, question: `How high above ${spoken(noun.name)}? Give a point (x, y, z).` });
  return clause([goStep(reading, {}, { at, ...heading })], { moves: true }, [noun.note]);
};

function toPoint(reading: Reading, { yaw, ...args }: SpokenPoint): ReturnType<ClauseRule> {
  const { c, lexicon } = reading;
  const flies = lexicon.vocabulary.locomotion === "flies";
  if (args.z !== undefined && !flies) return c.report({ at: c.at - 1, question: "It stays on the floor: give x and y alone." });
  const heading = yaw === undefined ? facing(reading) : { headingRad: yaw };
  const at = { kind: "tip", offsetM: [0, 0, 0], axes: flies ? "xyz" : "xy" } as const;
  return clause([goStep(reading, args, { at, ...heading })], { moves: true });
}

/** "facing 90 degrees", "with a heading of 90 degrees". */
function facing({ c }: Reading): { readonly headingRad?: number } {
  if (c.take("facing", "with a heading of", "with heading") === undefined) return {};
  const angle = measure(c, "angle");
  return angle === undefined ? {} : { headingRad: angle.value };
}

/** Where no heading is said, wheels end as they came and the rest as it looked before. */
function goStep(
  { lexicon }: Reading,
  args: Step["args"],
  { at, along, headingRad }: { readonly at: NonNullable<Step["at"]>; readonly along?: boolean; readonly headingRad?: number },
): Step {
  const by = goesBy[lexicon.vocabulary.locomotion ?? "drives"];
  if (headingRad !== undefined) return step(by.name, { ...args, [by.heading]: headingRad }, { at });
  return step(by.name, args, { at, keeps: { heading: by.heading, along: along ?? by.along } });
}

const goClause = firstOf([byRule, toRule, turnRule, waitRule]);
const rules: Readonly<Record<Locomotion, ClauseRule>> = {
  drives: goClause,
  walks: firstOf([postureRule, goClause]),
  flies: firstOf([takeOffRule, landRule, hoverRule, firstOf([byRule, toRule, waitRule])]),
};

export function bodyClause(locomotion: Locomotion): ClauseRule {
  return rules[locomotion];
}

/** What each understands, for those who are not understood. */
export const bodyExamples: Readonly<Record<Locomotion, readonly string[]>> = {
  drives: ["go to (1, 2)", "go to the {place}", "drive forward 1 m", "turn left 90 degrees", "turn around", "wait 2 seconds", "stop"],
  walks: [
    "walk to (1, 2)",
    "walk to the {place}",
    "walk forward 1 m",
    "turn left 90 degrees",
    "sit down",
    "stand up",
    "lie down",
    "wait 2 seconds",
    "stop",
  ],
  flies: [
    "take off",
    "take off to 1.5 m",
    "fly to (1, 0, 1.5)",
    "fly to the {place}",
    "fly up 50 cm",
    "hover for 2 seconds",
    "land",
    "stop",
  ],
};
