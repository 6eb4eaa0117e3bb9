/**
 * The points that an intent's arguments aim the tip at, and the same intent aimed elsewhere.
 * @module
 */
import { deepFreeze, type JsonObject, type JsonValue } from "../core/json.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { Intent } from "../intent/intent.ts";

/** Where arguments hold points: `x`, `y`, `z`; `target` of length 3; `waypoints`, a list of points of length 3. */
export type TargetField = "xyz" | "target" | "waypoints";

export interface TargetPoint {
  /** "" for a single target, "waypoint i: " in a list: how reasons about it begin. */
  readonly where: string;
  /** World frame, m; as written, so possibly not finite. */
  readonly pointM: Vec3;
}

/** One point of the intent, and what became of it. `point`: a frozen result where it moved. */
export interface PointProjection {
  readonly kind: "unchanged" | "projected" | "failed";
  /** The point to use; for `failed` the last one tried. */
  readonly pointM: Vec3;
  /** From the point as written. */
  readonly displacementM: number;
  readonly reason?: string;
}

export interface ProjectionResult {
  readonly kind: "unchanged" | "projected" | "failed";
  /** The same object unless `projected`. A projected one keeps where it came from in the audit argument `projected_from`. */
  readonly intent: Intent;
  /** Of the point that moved farthest. */
  readonly displacementM: number;
  readonly reason?: string;
}

/** The fields that the arguments have. Planar targets (no z) are left to the gates: their height is measured, not asked for. */
export function targetFieldsOf(args: JsonObject): readonly TargetField[] {
  const fields: TargetField[] = [];
  if (["x", "y", "z"].every((key) => typeof args[key] === "number")) fields.push("xyz");
  if (isPoint(args["target"])) fields.push("target");
  if (isList(args["waypoints"]) && args["waypoints"].length > 0 && args["waypoints"].every(isPoint)) fields.push("waypoints");
  return fields;
}

/** Projects every point of the given fields that the arguments have; one failure fails the whole. */
export function projectTargets(
  intent: Intent,
  fields: readonly TargetField[],
  project: (pointM: Vec3) => PointProjection,
): ProjectionResult {
  const present = targetFieldsOf(intent.args);
  const points = fields.filter((field) => present.includes(field)).flatMap((field) => pointsOf(intent.args, field));
  const moved: Vec3[] = [];
  let displacementM = 0;
  let changed = false;
  for (const { where, pointM } of points) {
    const { kind, pointM: toM, displacementM: byM, reason = "" } = project(pointM);
    if (kind === "failed") return Object.freeze({ kind, intent, displacementM: byM, reason: where + reason });
    changed ||= kind === "projected";
    displacementM = Math.max(displacementM, byM);
    moved.push(toM);
  }
  if (!changed) return Object.freeze({ kind: "unchanged", intent, displacementM: 0 });
  const from = points.map(({ pointM }): JsonValue => [...pointM]);
  const [only = null] = from;
  const aimed = aimedAt(
    intent.args,
    fields.filter((field) => present.includes(field)),
    moved,
  );
  const args: JsonObject = { ...intent.args, ...aimed, projected_from: from.length === 1 ? only : from };
  return Object.freeze({ kind: "projected", intent: deepFreeze({ ...intent, args }), displacementM });
}

function pointsOf(args: JsonObject, field: TargetField): readonly TargetPoint[] {
  switch (field) {
    case "xyz":
      return [{ where: "", pointM: pointFrom([args["x"], args["y"], args["z"]]) }];
    case "target":
      return [{ where: "", pointM: pointFrom(args["target"]) }];
    case "waypoints": {
      const waypoints = args["waypoints"];
      return isList(waypoints) ? waypoints.map((point, i) => ({ where: `waypoint ${i}: `, pointM: pointFrom(point) })) : [];
    }
    default:
      return field satisfies never;
  }
}

/** The fields written anew from `points`, in the order of `pointsOf`. */
function aimedAt(args: JsonObject, fields: readonly TargetField[], points: readonly Vec3[]): JsonObject {
  let next = 0;
  let aimed: JsonObject = {};
  for (const field of fields) {
    const count = pointsOf(args, field).length;
    const own = points.slice(next, next + count);
    const [first] = own;
    next += count;
    if (first === undefined) continue;
    if (field === "xyz") aimed = { ...aimed, x: first[0], y: first[1], z: first[2] };
    else if (field === "target") aimed = { ...aimed, target: [...first] };
    else aimed = { ...aimed, waypoints: own.map((point): JsonValue => [...point]) };
  }
  return aimed;
}

function pointFrom(value: unknown): Vec3 {
  const at = (axis: number): number => {
    const component: unknown = Array.isArray(value) ? value[axis] : undefined;
    return typeof component === "number" ? component : Number.NaN;
  };
  return [at(0), at(1), at(2)];
}

function isPoint(value: JsonValue | undefined): boolean {
  return isList(value) && value.length === 3 && value.every((component) => typeof component === "number");
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
