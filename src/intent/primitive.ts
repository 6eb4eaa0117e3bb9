/**
 * A skill with a typed door. Declared once: the parser, the tool definition and the docs all come from `args`.
 * @module
 */
import type * as z from "zod";
import type { CaptureRequest, Picture, Ranges, StoredImage } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import type { Intent } from "./intent.ts";
import type { DeclaredMotion, Effect, Plan, PlanFailure, Segment } from "./plan.ts";
import type { WorldView } from "./world-view.ts";

export type Risk = "sense" | "move" | "contact" | "stop";

/** What gates may know of a primitive. */
export interface PrimitiveInfo {
  readonly name: string;
  readonly summary: string;
  readonly risk: Risk;
  /** `timed` declares a duration, `planned` honours the attached limits, `setpoint` is executed at once; see runtime.md §4.2. */
  readonly timing: "timed" | "planned" | "setpoint" | "none";
  readonly timeoutMs: number;
  readonly composite: boolean;
}

export type PlanDraft = {
  readonly segments: readonly Segment[];
  readonly effects?: readonly Effect[];
  readonly declared?: DeclaredMotion;
  readonly failure?: PlanFailure;
};

/** What a primitive says of its own execution, from measurements alone. */
export interface Report {
  readonly ok: boolean;
  readonly observation: JsonObject;
  readonly message: string;
}

/** What became of a request to look. */
export type Captured =
  /** `image`: the picture as file, as it was kept; made when it is first read. */
  | { readonly kind: "picture"; readonly picture: Picture; readonly image: StoredImage }
  | Ranges
  | { readonly kind: "failed"; readonly problem: string };

export interface Seen {
  readonly before: Observation;
  readonly after: Observation;
  readonly plan: Plan;
  readonly world: WorldView;
  /** One for each of the call's `captures`, in order. */
  readonly captured: readonly Captured[];
}

/** What an effect outside the robot is bounded by. */
export interface ActLimits {
  /** Aborted by a stop and when the time is up. */
  readonly signal: AbortSignal;
  /** An answer after this is dropped, ms of the runtime's clock. */
  readonly deadlineMs: number;
}

export type SubIntent = Pick<Intent, "name" | "args" | "rationale">;

/** A primitive with its arguments parsed: what the runtime plans, executes and reports. */
export interface BoundCall {
  /** Pure: the same view gives the same plan. Never throws for what a caller can cause; answers a `failure`. */
  plan(world: WorldView): PlanDraft;
  /** Judges the outcome from measurements once the plan has run to its end. */
  report(seen: Seen): Report;
  /** What to look at once the plan has run to its end. */
  readonly captures?: readonly CaptureRequest[];
  /**
   * Does something outside the robot, after the plan was cleared, carried out and reported well; its report takes the place of the
   * plan's. Only of primitives whose risk is `move` or `contact`.
   */
  act?(seen: Seen, limits: ActLimits): Report | Promise<Report>;
  /** Composites only: the sub-intents, each planned, gated and recorded as a step of its own. */
  readonly steps?: readonly SubIntent[];
}

export type Bound =
  | { readonly ok: true; readonly call: BoundCall }
  /** `WHERE: WHAT`, for example `move_to.x: expected number, received string`. */
  | { readonly ok: false; readonly problem: string };

export interface Primitive extends PrimitiveInfo {
  /** A `z.strictObject`; units and frames in `.meta()`. The tool definition and the docs come from it. */
  readonly args: z.ZodType;
  bind(args: JsonObject): Bound;
}
