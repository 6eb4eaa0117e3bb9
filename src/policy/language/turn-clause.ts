/**
 * Parts that turn the tip about the vertical, or one joint.
 * @module
 */
import { clause, firstOf, step, takeSelf, type ClauseRule, type Reading } from "./clause.ts";
import { assumedTurnRad, measure, takeVague, type Measure } from "./measure.ts";

/** Seen from above. */
const sides: readonly (readonly [1 | -1, readonly string[]])[] = [
  [1, ["to the left", "left", "counter clockwise", "counterclockwise", "anti clockwise", "anticlockwise", "ccw"]],
  [-1, ["to the right", "right", "clockwise", "cw"]],
];

/** "turn the gripper 30 degrees to the left": yaw, counter-clockwise positive. */
const rotateRule: ClauseRule = ({ c }) => {
  if (c.take("rotate", "turn", "twist", "spin", "yaw") === undefined) return undefined;
  takeSelf(c);
  const heading = c.attempt(() => (c.take("to yaw", "to") === undefined ? undefined : measure(c, "angle")));
  if (heading !== undefined) {
    const here = { kind: "tip", offsetM: [0, 0, 0], axes: "xyz" } as const;
    return clause([step("move_to", {}, { at: here, headingRad: heading.value })], { moves: true }, [heading.note]);
  }
  const by = turnBy(c);
  return by === undefined ? undefined : clause([step("move_relative", { dyaw: by.angleRad })], { moves: true }, by.notes);
};

/** "30 degrees to the left", "left by 30 degrees": counter-clockwise positive, rad. */
export function turnBy(c: Reading["c"]): { readonly angleRad: number; readonly notes: readonly (string | undefined)[] } | undefined {
  const before = side(c);
  c.take("by");
  const angle = turn(c);
  const toward = before ?? side(c);
  if (angle === undefined && toward === undefined)
    return c.report({ at: c.at, question: "By how many degrees, and which way: left (counter-clockwise) or right (clockwise)?" });
  const sign = toward ?? 1;
  const way = toward === undefined && (angle?.value ?? 1) >= 0 ? "Counter-clockwise assumed: no side given." : undefined;
  const by = angle ?? { value: assumedTurnRad, note: "15 degrees assumed: no angle given." };
  return { angleRad: sign * by.value + 0, notes: [by.note, way] };
}

/** "set joint 2 to 45 degrees", "set shoulder_pan to 0.5 rad". */
export const jointRule: ClauseRule = (reading) => {
  const { c } = reading;
  if (c.take("set", "move", "turn", "rotate", "bring") === undefined) return undefined;
  const joint = jointName(reading);
  if (joint === undefined) return undefined;
  const slides = reading.lexicon.vocabulary.slides?.includes(joint) === true;
  const what = slides ? "To what length" : "To what angle";
  if (c.take("to") === undefined) return c.report({ at: c.at, question: `${what} should ${joint} go?` });
  const angle = measure(c, slides ? "length" : "angle");
  if (angle === undefined) return undefined;
  return clause([step("set_joint", { joint_name: joint, angle: angle.value })], { moves: true }, [angle.note]);
};

export const turnClause: ClauseRule = firstOf([jointRule, rotateRule]);

function turn(c: Reading["c"]): Measure | undefined {
  const vague = takeVague(c);
  return vague === undefined ? measure(c, "angle") : { value: assumedTurnRad, note: `15 degrees assumed for "${vague}".` };
}

function side(c: Reading["c"]): 1 | -1 | undefined {
  return sides.find(([, phrases]) => c.take(...phrases) !== undefined)?.[0];
}

/** A joint by name, or by number from 1. */
function jointName({ c, lexicon }: Reading): string | undefined {
  const joints = lexicon.vocabulary.joints ?? [];
  c.take("the");
  const from = c.at;
  const named = joints.find((joint) => c.text() === joint.toLowerCase());
  if (named !== undefined) {
    c.at++;
    c.take("joint");
    return named;
  }
  if (c.take("joint") === undefined) return undefined;
  const number = c.number();
  if (number !== undefined) {
    const counted = joints[number - 1];
    return counted ?? c.report({ at: from, question: `There is no joint ${number}; the robot has ${joints.length}.` });
  }
  const afterwards = joints.find((joint) => c.text() === joint.toLowerCase());
  if (afterwards === undefined)
    return c.report({ at: from, question: `Which joint? The robot has ${joints.join(", ") || "none by name"}.` });
  c.at++;
  return afterwards;
}
