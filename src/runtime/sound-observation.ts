/**
 * The border between machine and runtime: what a backend says it measured is believed only when it is whole, finite, newer than
 * what it said before, and not from the future.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { Observation } from "../core/observation.ts";

/** How far a stamp may lie ahead of the runtime's clock, ms: what rounding and two clocks may differ by. */
const aheadMs = 5;
/** How far a quaternion's norm may be from 1. */
const normTolerance = 1e-3;

export class ObservationBorder {
  readonly #nJoints: number;
  #lastSeq = -1;
  #lastAtMs = -Infinity;

  constructor(nJoints: number) {
    this.#nJoints = nJoints;
  }

  /** The same observation. @throws ClearanceError `observation.invalid`, which stops what is running */
  pass(seen: Observation, nowMs: number): Observation {
    const problem = problemOf(seen, this.#nJoints) ?? this.#orderProblem(seen, nowMs);
    if (problem !== undefined) throw new ClearanceError("observation.invalid", `the measurement cannot be used: ${problem}`, { problem });
    this.#lastSeq = seen.seq;
    this.#lastAtMs = seen.atMs;
    return seen;
  }

  /** After a restored snapshot both may begin again. */
  forget(): void {
    this.#lastSeq = -1;
    this.#lastAtMs = -Infinity;
  }

  #orderProblem({ seq, atMs }: Observation, nowMs: number): string | undefined {
    if (!(seq > this.#lastSeq)) return `number ${seq} comes after number ${this.#lastSeq}`;
    if (!(atMs >= this.#lastAtMs)) return `it is from ${atMs} ms, the one before from ${this.#lastAtMs} ms`;
    if (!(atMs <= nowMs + aheadMs)) return `it is from ${atMs} ms, and it is ${nowMs} ms`;
    return undefined;
  }
}

/** A machine may say anything: nothing is taken from the type. */
function problemOf(seen: Observation, nJoints: number): string | undefined {
  if (typeof seen !== "object" || seen === null) return `it is ${seen === null ? "null" : typeof seen}`;
  const { seq, atMs, qRad, qdRadPerS, worldFromTip, tipSpeedMps, gripper, objects, batteryPct, ageMs } = seen;
  if (!Number.isSafeInteger(seq)) return `its number is ${shown(seq)}`;
  if (!Number.isFinite(atMs)) return `its stamp is ${shown(atMs)}`;
  return (
    vectorProblem("joint positions", qRad, nJoints) ??
    vectorProblem("joint speeds", qdRadPerS, nJoints) ??
    poseProblem(worldFromTip) ??
    (Number.isFinite(tipSpeedMps) ? undefined : `the tip's speed is ${shown(tipSpeedMps)}`) ??
    (gripper === undefined || Number.isFinite(gripper?.opening) ? undefined : "the gripper's opening is no number") ??
    objectProblem(objects) ??
    batteryProblem(batteryPct) ??
    ageProblem(ageMs)
  );
}

function vectorProblem(what: string, values: unknown, length: number): string | undefined {
  if (!Array.isArray(values) || values.length !== length)
    return `${Array.isArray(values) ? values.length : "no"} ${what} for ${length} joints`;
  const odd = indexOfNonFinite(values);
  return odd < 0 ? undefined : `joint ${odd} of the ${what} is ${shown(values[odd])}`;
}

/** By index: `every` passes over holes, and takes several times as long on a frozen array. */
function indexOfNonFinite(values: readonly unknown[]): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

function poseProblem(pose: unknown): string | undefined {
  if (typeof pose !== "object" || pose === null || !("position" in pose) || !("orientation" in pose)) return "it has no tip pose";
  const { position, orientation } = pose;
  if (!(Array.isArray(position) && position.length === 3 && indexOfNonFinite(position) < 0))
    return "the tip's position is not three numbers";
  if (!(Array.isArray(orientation) && orientation.length === 4)) return "the tip's orientation is not four numbers";
  let norm = 0;
  for (let i = 0; i < 4; i++) {
    const part: unknown = orientation[i];
    norm += typeof part === "number" ? part * part : Number.NaN;
  }
  return Math.abs(norm - 1) <= normTolerance ? undefined : "the tip's orientation is no unit quaternion";
}

function objectProblem(objects: unknown): string | undefined {
  if (!Array.isArray(objects)) return "it has no list of objects";
  for (let i = 0; i < objects.length; i++) {
    const object = objects[i];
    const problem = poseProblem(object?.worldFromObject);
    if (problem !== undefined) return `object ${shown(object?.name)}: ${problem.replace("the tip's", "its").replace("tip pose", "pose")}`;
  }
  return undefined;
}

function batteryProblem(pct: unknown): string | undefined {
  if (pct === undefined) return undefined;
  return typeof pct === "number" && pct >= 0 && pct <= 100 ? undefined : `the battery is at ${shown(pct)} %`;
}

function ageProblem(ageMs: unknown): string | undefined {
  if (typeof ageMs !== "object" || ageMs === null) return "it does not say how old its sources are";
  if (!("joints" in ageMs)) return "the joints were never heard";
  for (const source in ageMs) {
    const age: unknown = (ageMs as Readonly<Record<string, unknown>>)[source];
    if (!(typeof age === "number" && age >= 0 && age < Infinity)) return `the age of ${source} is ${shown(age)} ms`;
  }
  return undefined;
}

/** What is not a number may not even have a text. */
function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : typeof value;
}
