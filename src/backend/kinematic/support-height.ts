/**
 * What carries an object that is let go: the highest solid beneath its centre.
 * @module
 */
import { sinCosInto } from "../../core/elementary.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { ShapeSpec } from "../../core/world-spec.ts";

/** Where a vertical line is inside a shape, m in the world frame. */
export interface Span {
  readonly bottomM: number;
  readonly topM: number;
}

/** The part of the vertical line through (x, y) inside the shape; undefined where it misses, and for what has no top. */
export function verticalSpan(shape: ShapeSpec, x: number, y: number): Span | undefined {
  switch (shape.kind) {
    case "box": {
      const [dx, dy] = turnedBack(x - shape.centerM[0], y - shape.centerM[1], shape.yawRad ?? 0);
      const inside = Math.abs(dx) <= shape.halfM[0] && Math.abs(dy) <= shape.halfM[1];
      return inside ? about(shape.centerM[2], shape.halfM[2]) : undefined;
    }
    case "cylinder":
      return reachAt(shape.centerM, shape.radiusM, x, y) === undefined ? undefined : about(shape.centerM[2], shape.halfHeightM);
    case "sphere": {
      const reach = reachAt(shape.centerM, shape.radiusM, x, y);
      return reach === undefined ? undefined : about(shape.centerM[2], reach);
    }
    case "capsule":
      return capsuleSpan(shape.fromM, shape.toM, shape.radiusM, x, y);
    case "half-space": {
      const [nx, ny, nz] = shape.normal;
      // Solid where n · p + offset >= 0: below the plane only when the normal points down.
      return nz < 0 ? { bottomM: Number.NEGATIVE_INFINITY, topM: -(nx * x + ny * y + shape.offsetM) / nz } : undefined;
    }
    default:
      return shape satisfies never;
  }
}

/**
 * The height on which an object centred at `center` comes to rest: the highest top among the shapes that begin below its
 * centre, so that one let go slightly inside a table rests on it. Minus infinity where there is nothing.
 */
export function supportHeightM(shapes: Iterable<ShapeSpec>, center: Vec3): number {
  let height = Number.NEGATIVE_INFINITY;
  for (const shape of shapes) {
    const span = verticalSpan(shape, center[0], center[1]);
    if (span !== undefined && span.bottomM <= center[2] && span.topM > height) height = span.topM;
  }
  return height;
}

function about(middleM: number, halfM: number): Span {
  return { bottomM: middleM - halfM, topM: middleM + halfM };
}

/** Half the chord that a ball cuts out of the vertical line; undefined where it misses. */
function reachAt(center: Vec3, radiusM: number, x: number, y: number): number | undefined {
  const dx = x - center[0];
  const dy = y - center[1];
  const squared = radiusM * radiusM - dx * dx - dy * dy;
  return squared >= 0 ? Math.sqrt(squared) : undefined;
}

/** A capsule is a ball moved along its axis; the top of the ball over (x, y) is concave in the position along the axis. */
function capsuleSpan(from: Vec3, to: Vec3, radiusM: number, x: number, y: number): Span | undefined {
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const dz = to[2] - from[2];
  // Positions along the axis whose ball the line hits: |offset + t d| <= r in the plane.
  const ox = from[0] - x;
  const oy = from[1] - y;
  const a = dx * dx + dy * dy;
  const b = ox * dx + oy * dy;
  const c = ox * ox + oy * oy - radiusM * radiusM;
  if (!(a > 0)) return c <= 0 ? spanOf([0, 1]) : undefined;
  const root = b * b - a * c;
  if (!(root >= 0)) return undefined;
  const first = Math.max(0, (-b - Math.sqrt(root)) / a);
  const last = Math.min(1, (-b + Math.sqrt(root)) / a);
  return first <= last ? spanOf([first, last]) : undefined;

  function spanOf([low, high]: readonly [number, number]): Span {
    const topM = highest((t) => from[2] + t * dz + reach(t), low, high);
    const bottomM = -highest((t) => reach(t) - from[2] - t * dz, low, high);
    return { bottomM, topM };
  }
  function reach(t: number): number {
    const px = ox + t * dx;
    const py = oy + t * dy;
    return Math.sqrt(Math.max(0, radiusM * radiusM - px * px - py * py));
  }
}

/** Maximum of a concave function, by ternary search. */
function highest(of: (t: number) => number, low: number, high: number): number {
  let from = low;
  let to = high;
  for (let round = 0; round < 60; round++) {
    const left = from + (to - from) / 3;
    const right = to - (to - from) / 3;
    if (of(left) < of(right)) from = left;
    else to = right;
  }
  return Math.max(of(from), of(to), of(low), of(high));
}

function turnedBack(dx: number, dy: number, yawRad: number): readonly [number, number] {
  const sinCos = new Float64Array(2);
  sinCosInto(yawRad, sinCos, 0);
  return [sinCos[1]! * dx + sinCos[0]! * dy, sinCos[1]! * dy - sinCos[0]! * dx];
}
