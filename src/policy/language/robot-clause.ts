/**
 * Which parts a robot understands: those that its primitives can carry out.
 * @module
 */
import { bodyClause, bodyExamples } from "./body-clause.ts";
import { firstOf, type ClauseRule } from "./clause.ts";
import { gestureClause, gestureExamples } from "./gesture-clause.ts";
import { gripClause } from "./grip-clause.ts";
import { waitRule } from "./other-clause.ts";
import { senseClause } from "./sense-clause.ts";
import { jointRule } from "./turn-clause.ts";
import type { Vocabulary } from "./vocabulary.ts";

const jointClause = firstOf([jointRule, gripClause, waitRule]);
const jointExamples = ["set joint 1 to 45 degrees", "open the gripper", "close the gripper", "wait 2 seconds", "stop"];

/** Undefined for an arm that brings its tip to places. */
export function clauseFor({ gestures, byJoint, locomotion }: Vocabulary): ClauseRule | undefined {
  if (gestures === true) return firstOf([senseClause, gestureClause]);
  if (byJoint !== true) return locomotion === undefined ? undefined : firstOf([senseClause, bodyClause(locomotion)]);
  return firstOf([senseClause, jointClause, ...(locomotion === undefined ? [] : [bodyClause(locomotion)])]);
}

/** Sentences it understands, with `{object}` and `{place}`; undefined as above. */
export function examplesFor({ gestures, byJoint, locomotion }: Vocabulary): readonly string[] | undefined {
  if (gestures === true) return gestureExamples;
  const going = locomotion === undefined ? undefined : bodyExamples[locomotion];
  return byJoint === true ? [...(going ?? []), ...jointExamples] : going;
}
