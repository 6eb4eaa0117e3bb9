/**
 * Zones of an envelope: read, refused where not convex, and the test whether a point is outside.
 * @module
 */
import { compatibleName, isFiniteNumber, type RawFields } from "./read-fields.ts";
import type { NoGoZone } from "./safety-envelope.ts";

export function readZones(fields: RawFields): readonly NoGoZone[] | undefined {
  const value = fields.get("noGoZones");
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    fields.problems.push(`${compatibleName("noGoZones")} must be a list`);
    return undefined;
  }
  return value.flatMap((raw: unknown, index) => {
    const zone = readZone(raw, index);
    if (typeof zone !== "string") return [zone];
    fields.problems.push(`${compatibleName("noGoZones")}[${index}] ${zone}`);
    return [];
  });
}

function readZone(raw: unknown, index: number): NoGoZone | string {
  if (typeof raw !== "object" || raw === null) return "must be an object";
  const at = (...names: readonly string[]): unknown => names.map((name): unknown => Reflect.get(raw, name)).find((v) => v !== undefined);
  const name = at("name") ?? `zone_${index}`;
  const polygon = at("polygonM", "polygon_xy", "polygon");
  const minZM = at("minZM", "z_min");
  const maxZM = at("maxZM", "z_max");
  if (typeof name !== "string") return "must have a text as name";
  if (!Array.isArray(polygon) || polygon.length < 3 || !polygon.every(isCorner))
    return "needs a polygon of at least 3 corners [x, y], finite, m";
  if (!isFiniteNumber(minZM) || !isFiniteNumber(maxZM) || !(minZM <= maxZM)) return "needs finite z_min <= z_max, m";
  const turn = turnOf(polygon);
  if (turn === 0) return "is not convex: zones must be convex polygons";
  const corners = polygon.map(([x, y]) => [x, y] as const);
  return { name, polygonM: turn > 0 ? corners : corners.toReversed(), minZM, maxZM };
}

function isCorner(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isFiniteNumber);
}

/** 1 for a convex polygon that turns left, -1 for one that turns right, 0 for one that is not convex, has no area, or winds twice. */
function turnOf(polygon: readonly (readonly [number, number])[]): -1 | 0 | 1 {
  const n = polygon.length;
  let sign = 0;
  let xFlips = 0;
  for (let i = 0; i < n; i++) {
    const [ax, ay] = polygon[i]!;
    const [bx, by] = polygon[(i + 1) % n]!;
    const [cx, cy] = polygon[(i + 2) % n]!;
    const turn = Math.sign((bx - ax) * (cy - by) - (by - ay) * (cx - bx));
    if (turn !== 0 && sign !== 0 && turn !== sign) return 0;
    if (turn !== 0) sign = turn;
    // A convex outline goes right once and left once; a star that winds twice does so more often.
    if (Math.sign(bx - ax || by - ay) !== Math.sign(cx - bx || cy - by)) xFlips++;
  }
  return sign === 0 || xFlips > 2 ? 0 : sign > 0 ? 1 : -1;
}

/** Zones as flat numbers for the hot path: per zone minZ, maxZ, nCorners, then x, y of each corner. */
export function flatZones(zones: readonly NoGoZone[]): Float64Array {
  return Float64Array.from(zones.flatMap(({ minZM, maxZM, polygonM }) => [minZM, maxZM, polygonM.length, ...polygonM.flat()]));
}

/** Index of the zone that `at[offset..offset+2]` is not provably outside of; -1 where it is outside all. The boundary is inside. */
export function zoneAround(zones: Float64Array, at: Float64Array, offset: number): number {
  const x = at[offset]!;
  const y = at[offset + 1]!;
  const z = at[offset + 2]!;
  let zone = 0;
  for (let from = 0; from < zones.length; zone++) {
    const corners = zones[from + 2]!;
    const first = from + 3;
    const outside = z < zones[from]! || z > zones[from + 1]! || rightOfSomeEdge(zones, first, corners, x, y);
    if (!outside) return zone;
    from = first + 2 * corners;
  }
  return -1;
}

function rightOfSomeEdge(zones: Float64Array, first: number, corners: number, x: number, y: number): boolean {
  for (let i = 0; i < corners; i++) {
    const a = first + 2 * i;
    const b = first + 2 * ((i + 1) % corners);
    const cross = (zones[b]! - zones[a]!) * (y - zones[a + 1]!) - (zones[b + 1]! - zones[a + 1]!) * (x - zones[a]!);
    if (cross < 0) return true;
  }
  return false;
}
