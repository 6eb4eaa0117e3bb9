/**
 * Parts that open, close or switch the gripper or tool.
 * @module
 */
import { clause, firstOf, step, type Clause, type ClauseRule, type Reading } from "./clause.ts";
import { spoken } from "./lexicon.ts";
import { measure, type Measure } from "./measure.ts";
import { nounPhrase } from "./noun-phrase.ts";

const hands = ["gripper", "hand", "fingers", "jaws", "claw"];
const tools = ["tool", "suction", "vacuum", "magnet"];

/** "open the gripper", "let go", "drop it". */
const openRule: ClauseRule = (reading) => {
  const { c } = reading;
  const verb = c.take("open up", "open", "release", "let go of", "let go", "drop", "unclamp");
  if (verb === undefined) return undefined;
  const noun = machine(reading);
  if (noun === "none" && !verb.startsWith("open") && !released(reading)) return undefined;
  return switched(reading, noun, false);
};

/** "close the gripper with 5 N", "grip". */
const closeRule: ClauseRule = (reading) => {
  const { c } = reading;
  if (c.take("close", "shut", "clamp", "grab", "grip", "grasp") === undefined) return undefined;
  const noun = machine(reading);
  return switched(reading, noun, true, force(reading));
};

/** "activate the tool", "turn the gripper off", "tool on". */
const switchRule: ClauseRule = (reading) => {
  const { c } = reading;
  const direct = c.take(
    "activate",
    "enable",
    "engage",
    "turn on",
    "switch on",
    "deactivate",
    "disable",
    "disengage",
    "turn off",
    "switch off",
  );
  if (direct !== undefined) {
    const noun = machine(reading);
    return switched(reading, noun === "none" ? "tool" : noun, !/^(?:de|dis)|off$/u.test(direct));
  }
  c.take("turn", "switch");
  const noun = machine(reading);
  const state = noun === "none" ? undefined : c.take("on", "off");
  return state === undefined ? undefined : switched(reading, noun, state === "on");
};

export const gripClause: ClauseRule = firstOf([openRule, closeRule, switchRule]);

type Machine = "hand" | "tool" | "none";

function machine({ c }: Reading): Machine {
  const found = c.attempt((): Machine | undefined => {
    c.take("the", "your", "its", "a");
    if (c.take(...hands) !== undefined) return "hand";
    return c.take(...tools) === undefined ? undefined : "tool";
  });
  return found ?? "none";
}

/** What is let go of: nothing named, "it", or an object that is not known to be elsewhere. */
function released({ c, lexicon, context }: Reading): boolean {
  if (c.take("it") !== undefined) return true;
  const from = c.at;
  if (!["the", "that", "my"].includes(c.text() ?? "") && !lexicon.words.has(c.text() ?? "")) return true;
  const noun = nounPhrase(c, lexicon, context);
  if (noun === undefined) return false;
  if (noun.kind === "object" && (context.held ?? noun.name) === noun.name) return true;
  c.report({ at: from, question: `${spoken(noun.name)} is not in the gripper.` });
  return false;
}

function switched({ lexicon }: Reading, noun: Machine, active: boolean, forced?: Measure): Clause | undefined {
  const effect = active ? {} : { held: null };
  const tool = noun === "tool" || !lexicon.vocabulary.robotHasGripper;
  if (tool) return forced === undefined ? clause([step("toggle_tool", { activate: active })], effect) : undefined;
  const args = { state: active ? "close" : "open", ...(forced === undefined ? {} : { force: forced.value }) };
  return clause([step("set_gripper", args)], effect, [forced?.note]);
}

/** "with 5 N", "with a force of 5 newtons". */
function force({ c }: Reading): Measure | undefined {
  return c.attempt(() => {
    if (c.take("with a force of", "with a grip force of", "with", "at") === undefined) return undefined;
    const found = measure(c, "force");
    if (found !== undefined) c.take("of force", "force");
    return found;
  });
}
