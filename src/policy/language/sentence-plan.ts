import type { JsonObject } from "../../core/json.ts";
import type { Vec3 } from "../../core/vec3.ts";

/** Where something is, looked up when the step comes up: an object as measured, a place as configured, the tip as measured. */
export type Anchor =
  | { readonly kind: "object"; readonly name: string; readonly offsetM: Vec3; readonly axes: "xyz" | "xy" }
  | { readonly kind: "place"; readonly name: string; readonly offsetM: Vec3; readonly axes: "xyz" | "xy" }
  /** `ahead`: the offset is along where the body looks, left of it, and up. */
  | { readonly kind: "tip"; readonly offsetM: Vec3; readonly axes: "xyz" | "xy"; readonly ahead?: true };

/** One step of a sentence. `args` are in SI units and the world frame; every number in them is finite. */
export interface PlannedIntent {
  readonly name: string;
  readonly args: JsonObject;
  /** The words of the sentence that asked for it. */
  readonly rationale: string;
  /** Fills in those of `x`, `y`, `z` that `args` lacks. */
  readonly at?: Anchor;
  /** The heading to end with, rad, seen from above; becomes the argument `yaw`, the turn from the measured heading to it. */
  readonly headingRad?: number;
  /** The argument that becomes the heading the body has, or, `along`, the one of the way there, rad. */
  readonly keeps?: { readonly heading: "theta" | "yaw"; readonly along: boolean };
  /** The step is left out when the gripper already holds this object. */
  readonly unlessHolding?: string;
}

export interface SentencePlan {
  readonly kind: "plan";
  readonly intents: readonly PlannedIntent[];
  /** What the sentence left open and how it was filled in. */
  readonly notes: readonly string[];
}

/** Nothing of the sentence is carried out, not even the parts that were clear. */
export interface NotUnderstood {
  readonly kind: "not_understood";
  /** The words that made no sense. */
  readonly part: string;
  readonly question: string;
  /** A sentence near to that part which would be understood. */
  readonly closest: string;
}

/** One line: `move_to {z: 0.3} at tip`, `pick {object: red_cube}`. For dry runs, documents and tests. */
export function describeIntent(intent: Omit<PlannedIntent, "rationale">): string {
  const args = Object.entries(intent.args).map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  const { at } = intent;
  const parts = [intent.name];
  if (args.length > 0) parts.push(`{${args.join(", ").replaceAll(",", ", ").replaceAll(/ {2,}/gu, " ")}}`);
  if (at !== undefined) {
    const shift = at.offsetM.some((offset) => offset !== 0) ? ` + (${at.offsetM.join(", ")})` : "";
    parts.push(`at ${at.kind === "tip" ? "tip" : at.name}${shift}${at.kind === "tip" && at.ahead === true ? " ahead" : ""}`);
  }
  if (intent.keeps !== undefined) parts.push(`${intent.keeps.along ? "along" : "keeps"} ${intent.keeps.heading}`);
  if (intent.headingRad !== undefined) parts.push(`heading ${intent.headingRad}`);
  if (intent.unlessHolding !== undefined) parts.push("unless held");
  return parts.join(" ");
}
