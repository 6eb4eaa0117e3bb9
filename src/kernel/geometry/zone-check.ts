/**
 * Bodies and control points against no-go zones: upright prisms over convex polygons, in the base frame.
 *
 * The distance is that to the nearest plane that parts body and zone, a lower bound: a zone grown by a margin keeps its corners sharp.
 * @module
 */
import { segmentPolytopeDistance } from "../../geometry/capsule-distance.ts";
import { BodyCheck } from "./body-check.ts";
import { GEOMETRY_NO_GO_ZONE, KIND_ZONE } from "./codes.ts";
import type { Motion } from "./motion.ts";

export interface NoGoZone {
  /** Corners of a convex polygon in order, either way round, `[x, y]` in the base frame, m. */
  readonly polygonM: readonly (readonly [x: number, y: number])[];
  /** Unset: without end. */
  readonly zMinM?: number;
  readonly zMaxM?: number;
}

/** Planes `nx ny nz offset` of one zone, inside where n · p + offset <= 0. */
export interface ZonePlanes {
  readonly planes: Float64Array;
  readonly count: number;
}

/** The planes of a zone, or what is wrong with it. */
export function zonePlanes({ polygonM, zMinM, zMaxM }: NoGoZone): ZonePlanes | string {
  const n = polygonM.length;
  if (!(n >= 3)) return `has ${n} corners, a polygon has 3 or more`;
  if (!polygonM.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))) return "has a corner that is not a finite number";
  for (const z of [zMinM, zMaxM]) if (z !== undefined && !Number.isFinite(z)) return "has a height that is not a finite number";
  if (!((zMinM ?? -Infinity) < (zMaxM ?? Infinity))) return "has no height: zMinM must be below zMaxM";
  const corner = (i: number): readonly [number, number] => polygonM[((i % n) + n) % n]!;
  const edges = polygonM.map((from, i): readonly [number, number] => [corner(i + 1)[0] - from[0], corner(i + 1)[1] - from[1]]);
  if (!edges.every(([x, y]) => x * x + y * y > 1e-18)) return "has two corners in one place";
  const bends = edges.map(([x, y], i) => x * edges[(i + 1) % n]![1] - y * edges[(i + 1) % n]![0]);
  const sense = Math.sign(bends.reduce((sum, bend) => sum + bend, 0));
  if (sense === 0 || !bends.every((bend) => bend * sense >= 0)) return "is not convex";
  // Without this a star whose every corner turns the same way would pass.
  if (!edges.every((_, i) => polygonM.every((_p, k) => outside(corner(i), edges[i]!, corner(k), sense) <= 1e-9))) return "crosses itself";
  const planes: number[] = [];
  edges.forEach(([x, y], i) => {
    const length = Math.sqrt(x * x + y * y);
    const [nx, ny] = [(y / length) * sense, (-x / length) * sense];
    planes.push(nx, ny, 0, -(nx * corner(i)[0] + ny * corner(i)[1]));
  });
  if (zMinM !== undefined) planes.push(0, 0, -1, zMinM);
  if (zMaxM !== undefined) planes.push(0, 0, 1, -zMaxM);
  return { planes: new Float64Array(planes), count: planes.length / 4 };
}

/** How far `point` lies outside the edge that starts at `from`, m. */
function outside(from: readonly number[], edge: readonly number[], point: readonly number[], sense: number): number {
  const [x = 0, y = 0] = edge;
  return (((point[0]! - from[0]!) * y - (point[1]! - from[1]!) * x) * sense) / Math.sqrt(x * x + y * y);
}

export class ZoneCheck extends BodyCheck {
  readonly #zones: readonly ZonePlanes[];

  constructor(zones: readonly ZonePlanes[], bodies: Int32Array, margins: Float64Array, motion: Motion, exhaustive: boolean) {
    super(KIND_ZONE, GEOMETRY_NO_GO_ZONE, bodies, margins, motion, exhaustive);
    this.#zones = zones;
  }

  protected look(item: number): void {
    const { ends, spheres } = this.motion.placed;
    const b = this.bodies[item]!;
    let best = this.cap[0]!;
    let other = -1;
    for (let zone = 0; zone < this.#zones.length; zone++) {
      const { planes, count } = this.#zones[zone]!;
      if (!this.exhaustive && sphereBeyond(spheres, b * 4, planes, count, best)) continue;
      const distance = segmentPolytopeDistance(ends, b * 7, planes, 0, count) - ends[b * 7 + 6]!;
      if (distance > best || (distance === best && other >= 0)) continue;
      best = distance;
      other = zone;
      if (Number.isNaN(distance)) break;
    }
    this.foundOther = other;
    this.found[0] = other < 0 ? Infinity : best;
  }
}

/** Whether one plane keeps the whole sphere farther than `most` from the zone. */
function sphereBeyond(spheres: Float64Array, at: number, planes: Float64Array, count: number, most: number): boolean {
  const beyond = most + spheres[at + 3]! + 1e-9;
  for (let p = 0; p < count * 4; p += 4) {
    const height = planes[p]! * spheres[at]! + planes[p + 1]! * spheres[at + 1]! + planes[p + 2]! * spheres[at + 2]! + planes[p + 3]!;
    if (height > beyond) return true;
  }
  return false;
}
