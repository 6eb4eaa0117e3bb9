/**
 * The smallest circle around circles in a plane: it fixes where the axis of a capsule runs.
 * @module
 */
import { hypot2 } from "../core/elementary.ts";

export interface Circle {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/**
 * Around `n` points with radii, `discs` of shape `[n, 3]`: x, y, radius. Smallest (Welzl's three nested loops) where all radii are
 * equal, near the smallest otherwise. The radius answered is only as good as rounding allows: callers that must contain measure again.
 */
export function enclosingCircle(discs: Float64Array, n: number): Circle {
  const first = discs[2]!;
  for (let i = 1; i < n; i++) if (discs[i * 3 + 2] !== first) return ofUnequal(discs, n);
  const circle = ofPoints(discs, n);
  return { x: circle.x, y: circle.y, radius: circle.radius + first };
}

function ofPoints(p: Float64Array, n: number): Circle {
  let circle: Circle = { x: p[0]!, y: p[1]!, radius: 0 };
  for (let i = 1; i < n; i++) {
    if (inside(circle, p, i)) continue;
    circle = { x: p[i * 3]!, y: p[i * 3 + 1]!, radius: 0 };
    for (let j = 0; j < i; j++) {
      if (inside(circle, p, j)) continue;
      circle = throughTwo(p, i, j);
      for (let k = 0; k < j; k++) if (!inside(circle, p, k)) circle = throughThree(p, i, j, k) ?? circle;
    }
  }
  return circle;
}

function inside(circle: Circle, p: Float64Array, i: number): boolean {
  const dx = p[i * 3]! - circle.x;
  const dy = p[i * 3 + 1]! - circle.y;
  return dx * dx + dy * dy <= circle.radius * circle.radius * (1 + 1e-12) + 1e-24;
}

function throughTwo(p: Float64Array, i: number, j: number): Circle {
  const x = (p[i * 3]! + p[j * 3]!) / 2;
  const y = (p[i * 3 + 1]! + p[j * 3 + 1]!) / 2;
  return { x, y, radius: hypot2(p[i * 3]! - x, p[i * 3 + 1]! - y) };
}

/** The circumcircle; undefined for three points on a line. */
function throughThree(p: Float64Array, i: number, j: number, k: number): Circle | undefined {
  const ax = p[j * 3]! - p[i * 3]!;
  const ay = p[j * 3 + 1]! - p[i * 3 + 1]!;
  const bx = p[k * 3]! - p[i * 3]!;
  const by = p[k * 3 + 1]! - p[i * 3 + 1]!;
  const d = 2 * (ax * by - ay * bx);
  const a2 = ax * ax + ay * ay;
  const b2 = bx * bx + by * by;
  if (!(Math.abs(d) > 1e-9 * Math.sqrt(a2 * b2))) return undefined;
  const x = (by * a2 - ay * b2) / d;
  const y = (ax * b2 - bx * a2) / d;
  return { x: p[i * 3]! + x, y: p[i * 3 + 1]! + y, radius: Math.sqrt(x * x + y * y) };
}

/** Steps that shrink towards the farthest disc (Bădoiu and Clarkson 2003). */
function ofUnequal(p: Float64Array, n: number): Circle {
  let x = p[0]!;
  let y = p[1]!;
  let best: Circle = { x, y, radius: Infinity };
  for (let step = 1; step <= 200; step++) {
    let far = 0;
    let reach = -Infinity;
    for (let i = 0; i < n; i++) {
      const d = hypot2(p[i * 3]! - x, p[i * 3 + 1]! - y) + p[i * 3 + 2]!;
      if (d > reach) {
        reach = d;
        far = i;
      }
    }
    if (reach < best.radius) best = { x, y, radius: reach };
    x += (p[far * 3]! - x) / (step + 1);
    y += (p[far * 3 + 1]! - y) / (step + 1);
  }
  return best;
}
