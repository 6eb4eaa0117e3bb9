/**
 * Who may say how fast a cleared plan is followed, chunk by chunk: never faster than planned, never beside its path.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import type { Segment } from "../intent/plan.ts";

export interface PaceQuestion {
  readonly segment: Segment;
  /** Rows of the segment's plan that are over, a fraction among them where it was slowed, of how many. */
  readonly doneRows: number;
  readonly nRows: number;
  readonly nowMs: number;
  readonly measured: Observation;
  /** Where the joints were last sent, shape `[nJoints]`. */
  readonly commandedRad: Float64Array;
}

export type PaceAnswer =
  | { readonly kind: "as-planned" }
  /** Joint rows to send instead, shape `[count, nJoints]`, valid until the next question; `coveredRows` of the plan are then over. */
  | { readonly kind: "rows"; readonly rows: Float64Array; readonly coveredRows: number }
  /** Neither going on nor waiting is safe: stop the machine. */
  | { readonly kind: "halt"; readonly reason: string; readonly evidence: JsonObject };

/** How the plan is followed at the moment, for who watches. */
export interface PaceView {
  readonly state: "as planned" | "slowed" | "held";
  /** Share of the planned pace, 0 … 1. */
  readonly share: number;
  /** For people: "visitor 0.9 m". */
  readonly because: string;
}

/** Follows one plan. */
export interface PlanPacer {
  next(question: PaceQuestion): PaceAnswer;
  /** The rows answered last are handed to the machine now. */
  applying(nowMs: number): void;
  readonly view: PaceView;
  /** For the record of the step; undefined where everything went as planned. */
  readonly report: JsonObject | undefined;
}

export interface Pacer {
  /** `note`: called when it begins to slow, holds, and goes on. */
  forPlan(note: (fields: JsonObject) => void): PlanPacer;
}
