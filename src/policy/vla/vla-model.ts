/**
 * What a vision-language-action model is to the policy, wherever it runs: an observation goes in, a chunk of actions comes out.
 * @module
 */
import { NdArray, WireError } from "./nd-array.ts";
import type { WireMap, WireValue } from "./msgpack-numpy.ts";

export const defaultModelTimeoutMs = 2000;

export interface VlaRequest {
  /** Of the observation it shows; the answer carries it back. */
  readonly observationId: string;
  readonly prompt: string;
  /** What the model is shown, by the names it was trained with; images are `NdArray.image`. */
  readonly observation: WireMap;
  /** An answer that takes longer is none, ms. */
  readonly timeoutMs: number;
}

/** Actions one after the other, every one of the same width; not yet judged, so numbers need not be finite. */
export interface ActionChunk {
  /** The observation it answers. */
  readonly observationId: string;
  /** Row r, column c at `r * width + c`. */
  readonly actions: Float64Array;
  readonly rows: number;
  readonly width: number;
  /** The model says that the goal is reached. */
  readonly done: boolean;
}

/** `unseen`: there was nothing to show the model. */
export type VlaFailure =
  | "unseen"
  | "unreachable"
  | "lost"
  | "timeout"
  | "aborted"
  | "busy"
  | "server-error"
  | "protocol"
  | "malformed"
  | "too-large";

export type VlaAnswer =
  | { readonly kind: "chunk"; readonly chunk: ActionChunk }
  /** The model has no action to give. */
  | { readonly kind: "none"; readonly observationId: string; readonly done: boolean }
  /** `problem` is one line. */
  | { readonly kind: "failed"; readonly failure: VlaFailure; readonly problem: string };

/** Answers that came and were not used, by why: past its deadline, a second time, to an observation before the one asked about. */
export interface DroppedAnswers {
  readonly late: number;
  readonly repeated: number;
  readonly older: number;
}

export interface VlaModel {
  /** As the trace names it; no key in it. */
  readonly name: string;
  /** Answers dropped on the way, before anybody saw them. */
  readonly dropped: DroppedAnswers;
  /** One request at a time; a second one fails as `busy`. Never throws, and ends at the latest after `timeoutMs`. */
  infer(request: VlaRequest, signal: AbortSignal): Promise<VlaAnswer>;
  close(): void;
}

export const maxChunkRows = 1000;
export const maxActionWidth = 64;

/**
 * From an answer `{actions, done?, observation_id?}`. An answer that does not name its observation answers the one that was asked.
 * @throws WireError for one that is no chunk of actions
 */
export function answerFrom(value: WireValue, askedId: string, actionsKey = "actions"): VlaAnswer {
  if (!isMap(value)) throw new WireError("the answer is not a map");
  const { observation_id: observationId = askedId, done = false, [actionsKey]: actions } = value;
  if (typeof observationId !== "string") throw new WireError("observation_id must be text");
  if (typeof done !== "boolean") throw new WireError("done must be true or false");
  if (actions === undefined && !done) throw new WireError(`the answer has no '${actionsKey}'; it has ${Object.keys(value).join(", ")}`);
  const rows = actions === undefined || actions === null ? [] : rowsOf(actions);
  const [first] = rows;
  if (first === undefined || first.length === 0) return { kind: "none", observationId, done };
  const width = first.length;
  if (!(rows.length <= maxChunkRows)) throw new WireError(`a chunk has ${rows.length} actions; ${maxChunkRows} at most`);
  if (!(width <= maxActionWidth)) throw new WireError(`an action has ${width} numbers; ${maxActionWidth} at most`);
  const flat = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries()) {
    if (row.length !== width) throw new WireError(`action ${index} has ${row.length} numbers, the first has ${width}`);
    flat.set(row, index * width);
  }
  return { kind: "chunk", chunk: { observationId, actions: flat, rows: rows.length, width, done } };
}

export function isMap(value: WireValue): value is WireMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NdArray);
}

const actionTypes = new Set(["<f4", "<f8"]);

/** One action, or several: shape `[width]` or `[rows, width]`, as an array or as lists. */
function rowsOf(value: WireValue): readonly Float64Array[] {
  if (value instanceof NdArray) {
    const { shape, dtype } = value;
    if (!actionTypes.has(dtype)) throw new WireError(`actions are of type ${dtype}; they must be float32 or float64`);
    const [rows, width] = shape.length === 1 ? [1, shape[0]!] : [shape[0] ?? 0, shape[1] ?? 0];
    if (shape.length !== 1 && shape.length !== 2) throw new WireError(`actions have shape [${shape.join(", ")}]; they are rows of numbers`);
    if (!(rows <= maxChunkRows)) throw new WireError(`a chunk has ${rows} actions; ${maxChunkRows} at most`);
    const numbers = value.toNumbers();
    return Array.from({ length: rows }, (_, row) => numbers.subarray(row * width, (row + 1) * width));
  }
  if (!Array.isArray(value)) throw new WireError("actions are not an array of numbers");
  if (value.length > maxChunkRows) throw new WireError(`a chunk has ${value.length} actions; ${maxChunkRows} at most`);
  if (value.every((item) => typeof item === "number")) return value.length === 0 ? [] : [Float64Array.from(value)];
  return value.map((row) => {
    const [inner, ...more] = rowsOf(row);
    if (inner === undefined || more.length > 0) throw new WireError("actions are not rows of numbers");
    return inner;
  });
}
