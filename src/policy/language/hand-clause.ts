/**
 * Parts that take things and put them down. Without a gripper the tool is brought there and switched instead.
 * @module
 */
import { clause, firstOf, step, type Clause, type ClauseRule, type Reading, type Step } from "./clause.ts";
import { spoken } from "./lexicon.ts";
import { nounPhrase, type NounPhrase } from "./noun-phrase.ts";
import { atJoint } from "./filler.ts";
import { besideTarget, pointTarget, targetExtras, type Target } from "./target.ts";

const takers = [
  "pick up",
  "pick",
  "grab",
  "grasp",
  "take hold of",
  "take",
  "get hold of",
  "get",
  "lift up",
  "lift",
  "collect",
  "grip",
  "seize",
];
const putters = ["put down", "put", "place", "set down", "set", "drop", "lay", "deposit", "stack", "pile"];
const carriers = ["move", "carry", "transfer", "take", "bring", "transport"];
const prepositions = ["on top of", "in to", "on to", "into", "onto", "inside", "in", "on", "at", "to"];
/** What stands beneath the gripper anyway, where the world has no place of that name. */
const surfaces = ["the table", "the floor", "the ground", "the bench"];

/** "pick up the red cube", "pick it up". */
const pickRule: ClauseRule = (reading) => {
  const { c, context } = reading;
  if (c.take(...takers) === undefined) return undefined;
  const at = pointAfterWords(reading, true);
  if (at !== undefined) return at;
  const from = c.at;
  const noun = nounPhrase(c, reading.lexicon, context);
  if (noun === undefined) return undefined;
  if (noun.kind !== "object") return c.report({ at: from, question: `${spoken(noun.name)} is a place; which object?` });
  if (noun.name === context.held) return c.report({ at: from, question: `${spoken(noun.name)} is in the gripper by then.` });
  c.take("up");
  return clause(takeSteps(reading, noun.name, {}), { it: noun.name, held: noun.name }, [noun.note, source(reading)]);
};

/** "put the red cube in the bin", "place it at (0.45, -0.25)", "put it down". */
const putRule: ClauseRule = (reading) => {
  const { c, context, lexicon } = reading;
  const verb = c.take(...putters);
  if (verb === undefined) return undefined;
  const tipWay = !lexicon.vocabulary.robotHasGripper || context.takenAtPoint;
  const at = tipWay ? pointAfterWords(reading, false) : undefined;
  if (at !== undefined) return at;
  const moved = movedObject(reading);
  if (moved === undefined) return undefined;
  const down = c.take("back down", "down") !== undefined || verb.endsWith("down");
  const where = putTarget(reading) ?? (down || verb === "place" ? straightDown() : undefined);
  return where === undefined ? undefined : putClause(reading, moved, where);
};

/** "move the red cube to the bin". */
const carryRule: ClauseRule = (reading) => {
  const { c } = reading;
  if (c.take(...carriers) === undefined || isPreposition(c.text())) return undefined;
  // "it" alone, here, may be the arm as well as what it holds.
  const noun = c.text() === "it" ? nounPhrase(c, reading.lexicon, reading.context) : undefined;
  const moved = noun ?? (c.text() === "it" ? undefined : movedObject(reading));
  if (moved?.name === undefined) return undefined;
  const where = putTarget(reading);
  if (where === undefined) return c.report({ at: c.at, question: `Where should ${spoken(moved.name)} go: in, on or at what?` });
  return putClause(reading, moved, where);
};

export const handClause: ClauseRule = firstOf([pickRule, putRule, carryRule]);

/** Where something is put. `on` names a place or an object; otherwise `target` says it, or nothing does: straight down. */
interface PutTarget {
  readonly on?: NounPhrase;
  readonly target?: Target;
  readonly note?: string | undefined;
}

interface Moved {
  /** Absent when the sentence does not say what: whatever is held. */
  readonly name?: string;
  readonly note?: string | undefined;
}

function straightDown(note?: string): PutTarget {
  return { note };
}

function movedObject(reading: Reading): Moved | undefined {
  const { c, context } = reading;
  if (c.take("it") !== undefined) return context.it === undefined ? {} : { name: context.it };
  if (atJoint(c) || isPreposition(c.text())) return {};
  const from = c.at;
  const noun = nounPhrase(c, reading.lexicon, context);
  if (noun === undefined) return undefined;
  if (noun.kind === "object") return { name: noun.name, note: noun.note };
  return c.report({ at: from, question: `${spoken(noun.name)} is a place; which object?` });
}

function putTarget(reading: Reading): PutTarget | undefined {
  const { c, lexicon, context } = reading;
  if (c.take("right here", "here") !== undefined) return straightDown();
  const gripper = lexicon.vocabulary.robotHasGripper;
  const preposition = c.take("right on", "right in", ...prepositions.slice(0, -1));
  const beside = preposition === undefined ? sideways(reading) : undefined;
  if (beside !== undefined) return { target: beside };
  if (preposition === undefined && c.take("to") === undefined) return undefined;
  const surface = c.attempt(() => c.take(...surfaces.filter((each) => !lexicon.words.has(each.slice(4)))));
  if (surface !== undefined) return straightDown(`Straight down assumed: no spot on ${surface} given.`);
  const target = pointTarget(reading, gripper ? 2 : 3);
  if (target !== undefined) {
    if (target.headingRad !== undefined && gripper)
      return c.report({ at: c.at, question: "Things are put down without a yaw; give x, y and z." });
    return target.at === undefined && (target.args.x === undefined || target.args.y === undefined) ? undefined : { target };
  }
  const on = nounPhrase(c, lexicon, context);
  return on === undefined ? undefined : { on, note: on.note };
}

/** "10 cm to the left of the blue cube"; above and below are no places to put things. */
function sideways(reading: Reading): Target | undefined {
  return reading.c.attempt(() => {
    const target = besideTarget(reading, reading.lexicon.vocabulary.robotHasGripper ? "xy" : "xyz");
    return target?.at?.offsetM[2] === 0 ? target : undefined;
  });
}

function putClause(reading: Reading, moved: Moved, where: PutTarget): Clause | undefined {
  const { c, context } = reading;
  const { name } = moved;
  if (where.on !== undefined && where.on.name === (name ?? context.held))
    return c.report({ at: c.at - 1, question: `${spoken(where.on.name)} cannot be put on itself.` });
  const first = name === undefined || name === context.held ? [] : takeSteps(reading, name, { unlessHolding: name });
  const notes = [moved.note, where.note, ...(where.target?.notes ?? [])];
  return clause([...first, ...putSteps(reading, where)], { held: null, ...(name === undefined ? {} : { it: name }) }, notes);
}

function takeSteps({ lexicon }: Reading, object: string, more: Pick<Step, "unlessHolding">): readonly Step[] {
  if (lexicon.vocabulary.robotHasGripper) return [step("pick", { object }, more)];
  return [
    step("move_to", {}, { at: { kind: "object", name: object, offsetM: [0, 0, 0], axes: "xyz" } }),
    step("toggle_tool", { activate: true }),
  ];
}

function putSteps({ lexicon }: Reading, { on, target }: PutTarget): readonly Step[] {
  const release = step("toggle_tool", { activate: false });
  const extras = target === undefined ? {} : targetExtras(target);
  if (lexicon.vocabulary.robotHasGripper) {
    if (on !== undefined) return [step("place", { on: on.name })];
    return [step("place", { ...target?.args }, extras)];
  }
  if (on !== undefined) return [step("move_to", {}, { at: { kind: on.kind, name: on.name, offsetM: [0, 0, 0], axes: "xyz" } }), release];
  return target === undefined ? [release] : [step("move_to", { ...target.args }, extras), release];
}

/**
 * "pick up the part at (x, y, z)": the tip goes there and the tool is switched, whatever is measured there; so the words in between
 * need not be known. What was taken this way is put down this way.
 */
function pointAfterWords(reading: Reading, activate: boolean): Clause | undefined {
  const { c } = reading;
  return c.attempt(() => {
    while (c.text() !== undefined && c.text() !== "at" && !atJoint(c)) c.at++;
    if (c.take("at") === undefined) return undefined;
    const target = pointTarget(reading, 3);
    if (target === undefined) return undefined;
    const move = step("move_to", { ...target.args }, targetExtras(target));
    return clause([move, step("toggle_tool", { activate })], { moves: true, takenAtPoint: activate });
  });
}

/** "from the bin": heard, but nothing checks it. */
function source(reading: Reading): string | undefined {
  const { c } = reading;
  return c.attempt(() => {
    const words = c.take("from", "off of", "off", "out of");
    if (words === undefined) return undefined;
    const surface = c.take(...surfaces) ?? nounPhrase(c, reading.lexicon, reading.context)?.name;
    return surface === undefined ? undefined : `"${words} ${spoken(surface)}" is not checked: the object is taken where it is measured.`;
  });
}

function isPreposition(text: string | undefined): boolean {
  return text === "here" || text === "down" || text === "back" || prepositions.some((each) => each.split(" ")[0] === text);
}
