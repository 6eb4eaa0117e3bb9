/**
 * Parts that look, wait, tell, or trace a figure.
 * @module
 */
import { clause, firstOf, step, type ClauseRule, type Reading } from "./clause.ts";
import { distance, measure } from "./measure.ts";
import { point, type SpokenPoint } from "./point.ts";

/** Side of a square when a sentence gives none, m. */
const assumedSideM = 0.4;

const scanRule: ClauseRule = ({ c }) => {
  const verb = c.take(
    "what can you see",
    "what do you see",
    "what is around you",
    "what is there",
    "take a look around",
    "have a look around",
    "look around you",
    "look around",
    "take a scan",
    "a scan",
    "scan",
    "sense",
  );
  if (verb === undefined) return undefined;
  c.take(
    "around you",
    "around",
    "the area",
    "the surroundings",
    "your surroundings",
    "the scene",
    "the table",
    "the workspace",
    "everything",
  );
  const lead = c.take(
    "with a radius of",
    "with radius",
    "in a radius of",
    "within a radius of",
    "radius of",
    "radius",
    "within",
    "for",
    "up to",
  );
  const radius = distance(c);
  if (lead !== undefined && radius === undefined) return undefined;
  if (radius !== undefined) c.take("away", "around you", "around");
  if (radius === undefined) return clause([step("scan")]);
  if (!(radius.value > 0)) return c.report({ at: c.at - 1, question: "How far should I look? The radius must be more than 0." });
  return clause([step("scan", { radius: radius.value })], {}, [radius.note]);
};

export const waitRule: ClauseRule = ({ c }) => {
  if (c.take("wait", "pause", "hold still", "hold on", "stay there", "stay", "rest", "sleep") === undefined) return undefined;
  c.take("for about", "for");
  const moment = c.take("a moment", "a bit", "a little bit", "a little", "a while");
  const time = moment === undefined ? measure(c, "time") : { value: 1, note: `1 s assumed for "${moment}".` };
  if (time === undefined) return c.report({ at: c.at, question: "How long should I wait?" });
  if (!(time.value >= 0)) return c.report({ at: c.at - 1, question: "A wait cannot be shorter than nothing." });
  return clause([step("wait", { seconds: time.value })], {}, [time.note]);
};

const statusPhrases = [
  "where are you",
  "where is the arm",
  "where is the robot",
  "where is the gripper",
  "what is your position",
  "what's your position",
  "what is your current position",
  "what is your status",
  "what's your status",
  "what are you holding",
  "your position",
  "current position",
  "position",
  "current status",
  "status report",
  "status",
  "state",
];

const statusRule: ClauseRule = ({ c }) => {
  c.take(
    "report your",
    "report the",
    "report",
    "tell me your",
    "tell me the",
    "tell me",
    "give me your",
    "give me the",
    "give me a",
    "show me your",
    "show",
    "get your",
    "get the",
    "get",
    "say",
  );
  c.take("the", "your");
  return c.take(...statusPhrases, "where you are") === undefined ? undefined : clause([step("get_status")]);
};

/** Four moves along +x, +y, -x, -y, which end where they began. */
const squareRule: ClauseRule = ({ c }) => {
  if (c.take("draw", "trace", "make", "move in", "go in", "follow", "drive") === undefined) return undefined;
  c.take("a", "the");
  const before = distance(c);
  if (c.take("square") === undefined) return undefined;
  c.take(
    "of size",
    "of side length",
    "of side",
    "with a side length of",
    "with a side of",
    "with side length",
    "with sides of",
    "with side",
    "with",
    "of",
    "that is",
  );
  const side = before ?? distance(c) ?? { value: assumedSideM, note: `${assumedSideM} m per side assumed: no length given.` };
  c.take("per side", "on a side", "wide", "a side", "side length", "sides");
  if (!(side.value > 0)) return c.report({ at: c.at - 1, question: "How long is a side of the square?" });
  const sides = [{ dx: side.value }, { dy: side.value }, { dx: -side.value }, { dy: -side.value }];
  return clause(
    sides.map((args) => step("move_relative", args)),
    { moves: true },
    [side.note],
  );
};

/** "draw a line from (…) to (…)". */
const lineRule: ClauseRule = (reading) => {
  const { c } = reading;
  if (c.take("draw", "trace", "follow", "move in", "move along", "move", "go in", "go along", "go") === undefined) return undefined;
  c.take("along");
  if (c.take("a straight line", "the straight line", "a line", "the line") === undefined || c.take("from") === undefined) return undefined;
  return path(reading, ["to"], 2, 2);
};

/** "go through (…), (…) and (…)", "follow the path (…) (…)". */
const pathRule: ClauseRule = (reading) => {
  const { c } = reading;
  const verb = c.take(
    "go through",
    "move through",
    "pass through",
    "visit the points",
    "follow the points",
    "follow the path",
    "follow the trajectory",
    "follow",
  );
  if (verb === undefined) return undefined;
  c.take("the points", "the waypoints", "points", "waypoints", "through");
  return path(reading, ["then", "and", "to"], 2, Infinity);
};

export const lookClause: ClauseRule = firstOf([scanRule, waitRule, statusRule]);
export const figureClause: ClauseRule = firstOf([squareRule, lineRule, pathRule]);

function path({ c }: Reading, joints: readonly string[], fewest: number, most: number): ReturnType<ClauseRule> {
  const found: SpokenPoint[] = [];
  while (found.length < most) {
    const from = c.at;
    if (found.length > 0) {
      c.mark(",");
      c.take(...joints);
    }
    const next = point(c, 3);
    if (next === undefined) {
      c.at = from;
      break;
    }
    found.push(next);
  }
  const waypoints = found.map(({ x, y, z, yaw }) =>
    x === undefined || y === undefined || z === undefined || yaw !== undefined ? undefined : [x, y, z],
  );
  const complete = waypoints.filter((each) => each !== undefined);
  if (complete.length < waypoints.length)
    return c.report({ at: c.at - 1, question: "Every point of a path needs x, y and z, and nothing else." });
  if (complete.length < fewest) return c.report({ at: c.at, question: "A path needs two points (x, y, z) or more." });
  return clause([step("follow_trajectory", { waypoints: complete })], { moves: true });
}
