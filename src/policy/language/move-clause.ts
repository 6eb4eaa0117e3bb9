/**
 * Parts that bring the tip somewhere: to a point, to or near something, by a distance, home.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";
import { clause, firstOf, step, takeSelf, type Clause, type ClauseRule, type Reading, type Step } from "./clause.ts";
import { displacement, type Displacement } from "./heading.ts";
import { spoken } from "./lexicon.ts";
import { assumedDistanceM, distance, measure, type Measure } from "./measure.ts";
import { nounPhrase } from "./noun-phrase.ts";
import { assignments, point } from "./point.ts";
import type { Anchor } from "./sentence-plan.ts";
import { moveTarget, targetExtras, type Target } from "./target.ts";

const movers = [
  "move",
  "shift",
  "drive",
  "slide",
  "translate",
  "jog",
  "nudge",
  "step",
  "come",
  "head",
  "proceed",
  "travel",
  "position",
  "send",
  "bring",
];
/** After these a point needs no "to". */
const goers = ["go", "reach", "fly", "approach", "visit", "hover"];
const homes = ["home", "start", "starting position", "starting point", "beginning"];

const whereTheTipIs: Anchor = { kind: "tip", offsetM: [0, 0, 0], axes: "xyz" };

const homeRule: ClauseRule = ({ c }) => {
  const home = clause([step("go_home")], { moves: true });
  const verb = c.take("home", "return", "go", "come", "move", "drive", "head", "bring", "send", "fly");
  if (verb === undefined) return undefined;
  takeSelf(c);
  const to = c.attempt(() => {
    c.take("straight back", "straight", "back");
    c.take("to");
    c.take("the", "your", "its");
    return c.take(...homes);
  });
  if (to !== undefined) c.take("position", "pose", "point");
  return to !== undefined || verb === "home" || verb === "return" ? home : undefined;
};

/** "move the arm 10 cm up". */
const moveByRule: ClauseRule = (reading) => (mover(reading) === undefined ? undefined : byDistance(reading));

/** "move to …", "reach …". */
const moveToRule: ClauseRule = (reading) => {
  const verb = mover(reading);
  return verb === undefined ? undefined : toTarget(reading, verb === "goer");
};

/** "move by (dx, dy, dz)", "by x=0.1": metres along the axes of the world. */
const moveByVectorRule: ClauseRule = (reading) => {
  const { c } = reading;
  if (mover(reading) === undefined || c.take("by") === undefined) return undefined;
  const by = point(c, 3);
  if (by === undefined) return undefined;
  const args = Object.fromEntries(Object.entries(by).map(([axis, value]) => [`d${axis}`, value]));
  return clause([step("move_relative", args)], { moves: true });
};

/** "raise the arm 10 cm", "lower it", "raise the arm to z = 0.5". */
const heightRule: ClauseRule = (reading) => {
  const { c } = reading;
  const verb = c.take("raise", "lift", "lower");
  if (verb === undefined) return undefined;
  const subject = takeSelf(c) ? "self" : heldSubject(reading, verb);
  if (subject === "other") return undefined;
  if (c.take("to a height of", "to height", "to") !== undefined) return toHeight(c);
  c.take("up", "down");
  c.take("by");
  const along = verb === "lower" ? "down" : "up";
  const by = distance(c) ?? { value: assumedDistanceM, note: `${assumedDistanceM} m ${along} assumed: no distance given.` };
  return clause([relativeStep(reading, { along, by })], { moves: true }, [by.note]);
};

/** A part without a verb: "10 cm to the left", "a bit higher"; a bare "left" only after a move, for "right" alone may be an answer. */
const elidedByRule: ClauseRule = (reading) => {
  const bare = displacement(reading.c);
  if (bare === undefined || (bare.assumed && !reading.afterMove)) return undefined;
  return relative(reading, bare);
};

/** After a move: "to the bin", "(0.4, 0, 0.3)". */
const elidedToRule: ClauseRule = (reading) =>
  reading.afterMove && reading.c.peek()?.kind !== "number" ? toTarget(reading, true) : undefined;

// A way comes before a target, so that "to the left" is a direction even where a place is called "left".
export const moveClause: ClauseRule = firstOf([homeRule, moveByRule, moveToRule, moveByVectorRule, heightRule, elidedByRule, elidedToRule]);

function mover({ c, context }: Reading): "goer" | "mover" | undefined {
  const goes = c.take(...goers) !== undefined;
  const verb = goes ? undefined : c.take(...movers);
  // "come back" may mean home or backwards.
  if ((!goes && verb === undefined) || (verb === "come" && c.text() === "back")) return undefined;
  if (!takeSelf(c) && context.held !== undefined) c.take("it");
  return goes ? "goer" : "mover";
}

function toTarget(reading: Reading, verbTakesPoint: boolean): Clause | undefined {
  return reading.c.attempt(() => {
    const target = moveTarget(reading, verbTakesPoint);
    if (target === undefined) return undefined;
    const duration = within(reading.c);
    const more = target.noun?.kind === "object" ? { moves: true, it: target.noun.name } : { moves: true };
    return clause([moveStep(target, duration)], more, [...target.notes, duration?.note]);
  });
}

function moveStep(target: Target, duration: Measure | undefined): Step {
  const args: JsonObject = { ...target.args, ...(duration === undefined ? {} : { duration: duration.value }) };
  return step("move_to", args, targetExtras(target));
}

/** "in 3 seconds", "over two seconds". */
function within(c: Reading["c"]): Measure | undefined {
  return c.attempt(() => {
    if (c.take("in", "over") === undefined) return undefined;
    const time = measure(c, "time");
    return time === undefined || !(time.value > 0) ? undefined : time;
  });
}

function byDistance(reading: Reading): Clause | undefined {
  const found = displacement(reading.c);
  return found === undefined ? undefined : relative(reading, found);
}

function relative(reading: Reading, found: Displacement): Clause {
  const duration = within(reading.c);
  return clause([relativeStep(reading, found, duration)], { moves: true }, [found.by.note, duration?.note]);
}

function relativeStep({ lexicon }: Reading, { along, by }: Pick<Displacement, "along" | "by">, duration?: Measure): Step {
  const vector = typeof along === "string" ? lexicon.directions[along] : [0, 1, 2].map((i) => (i === along.axis ? along.sign : 0));
  const parts = ["dx", "dy", "dz"].map((name, i) => [name, vector[i] ?? 0] as const).filter(([, part]) => part !== 0);
  const args = Object.fromEntries(parts.map(([name, part]) => [name, part * by.value + 0]));
  return step("move_relative", duration === undefined ? args : { ...args, duration: duration.value });
}

/** What is raised or lowered: nothing named, what the gripper holds, or something else, which is refused. */
function heldSubject(reading: Reading, verb: string): "none" | "held" | "other" {
  const { c, context, lexicon } = reading;
  if (!["it", "the", "that"].includes(c.text() ?? "")) return "none";
  const from = c.at;
  const noun = nounPhrase(c, lexicon, context);
  if (noun !== undefined && noun.name === context.held) return "held";
  if (noun !== undefined && verb !== "lift")
    c.report({ at: from, question: `${spoken(noun.name)} is not in the gripper; pick it up first.` });
  return "other";
}

function toHeight(c: Reading["c"]): Clause | undefined {
  const named = assignments(c);
  if (named !== undefined && (named.z === undefined || Object.keys(named).length > 1)) return undefined;
  const height = named?.z === undefined ? measure(c, "length") : { value: named.z };
  if (height === undefined) return undefined;
  return clause([step("move_to", { z: height.value }, { at: whereTheTipIs })], { moves: true }, [height.note]);
}
