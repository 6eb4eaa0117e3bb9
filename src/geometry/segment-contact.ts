/**
 * Where a straight motion of a point first meets a shape.
 * @module
 */
import { distance as distanceBetween, lerp } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { encodeShape, SHAPE_STRIDE, segmentToShapeDistance } from "./flat-shape.ts";
import { pointInBox } from "./oriented-box.ts";
import { mayContain, signedDistance } from "./shapes.ts";
import type { Capsule, Cylinder, Shape, Sphere } from "./shape.ts";

/** While the parameter is searched, nearer than this counts as contact, so that thin shapes are not lost to rounding. */
const contactM = 1e-9;
/** Halvings of [0, 1] that leave nothing to tell apart. */
const maxHalvings = 60;

/**
 * The first parameter t in [0, 1] at which a + t (b - a) is in the inflated shape, touching included; undefined where it never is.
 * Exact up to rounding; the parameter at which a capsule or cylinder is met is that of coming within 1e-9 m. A shape whose distance
 * is lost to overflow counts as touched.
 */
export function firstContact(shape: Shape, a: Vec3, b: Vec3): number | undefined {
  if (mayContain(shape, a)) return 0;
  if (a[0] === b[0] && a[1] === b[1] && a[2] === b[2]) return undefined;
  const t = contactAfterStart(shape, a, b);
  // Rounding must not let a segment through that ends inside.
  return t ?? (mayContain(shape, b) ? 1 : undefined);
}

function contactAfterStart(shape: Shape, a: Vec3, b: Vec3): number | undefined {
  switch (shape.kind) {
    case "sphere":
      return sphereContact(shape, a, b);
    case "box": {
      const { minM, maxM, inflationM: m } = shape;
      const clip = new Clip();
      for (const axis of [0, 1, 2] as const) {
        clip.keepBelow(minM[axis] - m - a[axis], minM[axis] - m - b[axis]);
        clip.keepBelow(a[axis] - (maxM[axis] + m), b[axis] - (maxM[axis] + m));
      }
      return clip.first();
    }
    case "oriented-box": {
      const from = pointInBox(shape, a);
      const to = pointInBox(shape, b);
      const clip = new Clip();
      for (const axis of [0, 1, 2] as const) {
        const half = shape.halfM[axis] + shape.inflationM;
        clip.keepBelow(-half - from[axis], -half - to[axis]);
        clip.keepBelow(from[axis] - half, to[axis] - half);
      }
      return clip.first();
    }
    case "half-space": {
      const clip = new Clip();
      clip.keepBelow(signedDistance(shape, a), signedDistance(shape, b));
      return clip.first();
    }
    case "polytope": {
      const clip = new Clip();
      for (const { normal: n, offsetM, inflationM } of shape.faces) {
        const beyond = (p: Vec3): number => n[0] * p[0] + n[1] * p[1] + n[2] * p[2] + (offsetM - inflationM);
        clip.keepBelow(beyond(a), beyond(b));
      }
      return clip.first();
    }
    case "capsule":
    case "cylinder":
      return roundedContact(shape, a, b);
    default:
      return shape satisfies never;
  }
}

/** The part of a segment on the inner side of planes (Cyrus and Beck, 1978). */
class Clip {
  #enter = 0;
  #leave = 1;

  /** Keeps the part where a value that runs linearly from `atStart` to `atEnd` is <= 0. A NaN keeps everything: contact. */
  keepBelow(atStart: number, atEnd: number): void {
    if (atStart > 0 && atEnd > 0) this.#leave = -1;
    else if (atStart > 0) this.#enter = Math.max(this.#enter, crossing(atStart, atEnd));
    else if (atEnd > 0) this.#leave = Math.min(this.#leave, crossing(atStart, atEnd));
  }

  first(): number | undefined {
    return this.#enter > this.#leave ? undefined : this.#enter;
  }
}

/** Where a value that runs linearly from one sign to the other passes 0; halved so that huge ends do not overflow. */
function crossing(atStart: number, atEnd: number): number {
  const t = atStart / 2 / (atStart / 2 - atEnd / 2);
  return Number.isNaN(t) ? 0 : t;
}

function sphereContact({ centerM: c, radiusM, inflationM }: Sphere, a: Vec3, b: Vec3): number | undefined {
  const radius = radiusM + inflationM;
  const length = distanceBetween(a, b);
  if (!(length > 0)) return undefined;
  const along = ((c[0] - a[0]) * (b[0] - a[0]) + (c[1] - a[1]) * (b[1] - a[1]) + (c[2] - a[2]) * (b[2] - a[2])) / length;
  const nearest = lerp(a, b, Math.min(Math.max(along / length, 0), 1));
  if (distanceBetween(nearest, c) > radius) return undefined;
  const foot = lerp(a, b, along / length);
  const offAxis = distanceBetween(foot, c);
  const t = (along - Math.sqrt(Math.max(0, (radius - offAxis) * (radius + offAxis)))) / length;
  return Math.min(Math.max(t, 0), 1);
}

/** Whether the part of the segment up to t meets the shape changes once, from no to yes: bisection finds where. */
function roundedContact(shape: Capsule | Cylinder, a: Vec3, b: Vec3): number | undefined {
  const params = new Float64Array(SHAPE_STRIDE);
  const kind = encodeShape(shape, params, 0);
  const segment = Float64Array.of(...a, ...b);
  if (segmentToShapeDistance(kind, params, 0, segment, 0) > 0) return undefined;
  let clear = 0;
  let touched = 1;
  for (let i = 0; i < maxHalvings; i++) {
    const middle = (clear + touched) / 2;
    segment.set(lerp(a, b, middle), 3);
    if (segmentToShapeDistance(kind, params, 0, segment, 0) > contactM) clear = middle;
    else touched = middle;
  }
  return touched;
}
