/**
 * What motion an intent itself declares, for a primitive that does not say so: spec runtime.md §4.2. Fences judge it.
 * @module
 */
import type { JsonObject, JsonValue } from "../core/json.ts";
import type { Vec3 } from "../core/vec3.ts";
import { noMotion } from "./make-plan.ts";
import type { DeclaredMotion } from "./plan.ts";

export type Declaration = { readonly ok: true; readonly declared: DeclaredMotion } | { readonly ok: false; readonly problem: string };

/** Read from `target`, `position`, `x y z`, `altitude` and `waypoints`; a missing axis is where the tip is measured. */
export function declaredFromArgs(args: JsonObject, tipInWorld: Vec3): Declaration {
  const points: Vec3[] = [];
  let kind: DeclaredMotion["kind"] = "none";
  for (const key of ["target", "position"]) {
    const target = args[key];
    if (!isList(target)) continue;
    const point = pointOf(target, tipInWorld);
    if (point === undefined) return { ok: false, problem: `${key} has ${target.length} components` };
    points.push(point);
    kind = target.length === 2 ? "planar" : "point";
  }
  if (["x", "y", "z"].some((axis) => typeof args[axis] === "number")) {
    const axis = (name: string, at: number): number => (typeof args[name] === "number" ? args[name] : at);
    points.push([axis("x", tipInWorld[0]), axis("y", tipInWorld[1]), axis("z", tipInWorld[2])]);
    kind = typeof args["z"] === "number" ? "point" : "planar";
  }
  if (typeof args["altitude"] === "number") {
    points.push([tipInWorld[0], tipInWorld[1], args["altitude"]]);
    kind = "altitude";
  }
  const waypoints = args["waypoints"];
  if (isList(waypoints)) {
    for (const [index, waypoint] of waypoints.entries()) {
      const point = isList(waypoint) ? pointOf(waypoint, tipInWorld) : undefined;
      if (point === undefined) return { ok: false, problem: `waypoint ${index} not a 3-element point` };
      points.push(point);
    }
    kind = "waypoints";
  }
  return {
    ok: true,
    declared: points.length === 0 ? noMotion : Object.freeze({ kind, pointsInWorld: Object.freeze(points), straight: false }),
  };
}

/** Two numbers keep the measured height. */
function pointOf(list: readonly JsonValue[], tipInWorld: Vec3): Vec3 | undefined {
  const [x, y, z = tipInWorld[2]] = list;
  return list.length >= 2 && list.length <= 3 && typeof x === "number" && typeof y === "number" && typeof z === "number"
    ? [x, y, z]
    : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
