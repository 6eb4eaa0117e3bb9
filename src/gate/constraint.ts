/**
 * What a physical action must satisfy. Constraints are plug-ins; their names travel in violations, events and references.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Shape } from "../geometry/shapes.ts";
import type { KinematicModel } from "../robot/kinematic-model.ts";
import type { PhysicalAction } from "./physical-action.ts";

export interface ConstraintFinding {
  readonly reason: string;
  /** The constraint could not be judged: not a pass either. */
  readonly undecided?: boolean;
  readonly evidence?: JsonObject;
}

/** Pure. Only `null` passes; a constraint that throws, or answers anything else than a reason, has failed undecided. */
export interface PhysicalConstraint {
  readonly name: string;
  /** Why the action is not allowed, or null. */
  evaluate(action: PhysicalAction, model?: KinematicModel): string | null;
  /** The same with numbers; asked instead where it exists. */
  evaluateDetailed?(action: PhysicalAction, model?: KinematicModel): ConstraintFinding | null;
  /** Solids that the whole arm and the way of the tip are checked against, too. */
  readonly obstacles?: readonly Shape[];
}

/** Names of the checks that grounding itself makes. */
const reserved = new Set(["reachability", "joint_vector", "joint_limits", "joint_target_mismatch", "model_obstacles", "path"]);
const maxNameLength = 64;

/** The name, if a constraint may bear it. @throws ClearanceError `value.invalid` for blank, long, reserved and unprintable ones. */
export function checkConstraintName(name: unknown): string {
  if (typeof name !== "string" || name.trim() === "") throw invalid("must not be blank");
  if (name.length > maxNameLength) throw invalid(`must have at most ${maxNameLength} characters, has ${name.length}`);
  if (controls.test(name)) throw invalid("must not contain control characters");
  if (reserved.has(name) || name.startsWith("budget:")) throw invalid(`'${escapeName(name)}' is reserved for grounding itself`);
  return name;
}

/** Names as reasons print them between quotes: quotes, backslashes and control characters escaped. */
export function escapeName(name: string): string {
  return name.replace(toEscape, (character) => {
    if (character === "'" || character === '"' || character === "\\") return `\\${character}`;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

// Format characters can reorder or hide what a reader sees as well as controls can.
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const toEscape = /['"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function invalid(problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `constraint name ${problem}`, { field: "name", problem });
}
