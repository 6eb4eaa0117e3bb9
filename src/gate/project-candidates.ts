/**
 * Where a point inside an obstacle could go instead, in the order in which equally near ones are preferred.
 * @module
 */
import { norm, type Vec3 } from "../core/vec3.ts";
import {
  contains,
  signedDistance,
  signedDistanceGradient,
  type AxisAlignedBox,
  type ConvexPolytope,
  type Shape,
  type Sphere,
} from "../geometry/shapes.ts";

export interface BoxBounds {
  readonly min: Vec3;
  readonly max: Vec3;
}

const axes = [0, 1, 2] as const;
type Axis = (typeof axes)[number];
const signs = [1, -1] as const;

/** Clear of the obstacle by `clearanceM`; whether they are inside the bounds and clear of others is for the caller to see. */
export function candidatesFor(shape: Shape, p: Vec3, bounds: BoxBounds, clearanceM: number): readonly Vec3[] {
  switch (shape.kind) {
    case "sphere":
      return sphereCandidates(shape, p, bounds, clearanceM);
    case "box":
      return boxFaces(shape, p, clearanceM);
    case "polytope":
      return [throughFace(shape, nearestFace(shape, p), p, clearanceM)];
    case "half-space":
    case "oriented-box":
    case "capsule":
    case "cylinder":
      return [alongGradient(shape, p, clearanceM)];
    default:
      return shape satisfies never;
  }
}

/** For when none of those will do: the other faces, the obstacle's exits along the axes, and where a sphere meets the edges of the bounds. */
export function furtherCandidates(shape: Shape, p: Vec3, bounds: BoxBounds, clearanceM: number): readonly Vec3[] {
  const further: Vec3[] = [];
  if (shape.kind === "polytope")
    for (let face = 0; face < shape.faces.length; face++) further.push(throughFace(shape, face, p, clearanceM));
  if (shape.kind === "sphere") further.push(...onBoundEdges(shape, bounds, clearanceM));
  for (const axis of axes) for (const sign of signs) further.push(...axisExit(shape, p, axis, sign, bounds, clearanceM));
  return further;
}

export function cornersOf({ min, max }: BoxBounds): readonly Vec3[] {
  const corners: Vec3[] = [];
  for (const x of [min[0], max[0]]) for (const y of [min[1], max[1]]) for (const z of [min[2], max[2]]) corners.push([x, y, z]);
  return corners;
}

/** Radial; on each bound that the radial way crosses; along the axes. */
function sphereCandidates({ centerM: c, radiusM, inflationM }: Sphere, p: Vec3, bounds: BoxBounds, clearanceM: number): readonly Vec3[] {
  const r = radiusM + inflationM + clearanceM;
  const offset: Vec3 = [p[0] - c[0], p[1] - c[1], p[2] - c[2]];
  const away = norm(offset);
  const radial: Vec3 =
    away > 0 ? [c[0] + (offset[0] / away) * r, c[1] + (offset[1] / away) * r, c[2] + (offset[2] / away) * r] : [c[0] + r, c[1], c[2]];
  const found: Vec3[] = [radial];
  for (const axis of axes) {
    if (radial[axis] < bounds.min[axis]) found.push(onBoundPlane(c, r, offset, axis, bounds.min[axis]));
    if (radial[axis] > bounds.max[axis]) found.push(onBoundPlane(c, r, offset, axis, bounds.max[axis]));
  }
  for (const axis of axes) {
    const [b, d] = others(axis);
    const across = offset[b] * offset[b] + offset[d] * offset[d];
    const half = Math.sqrt(Math.max(0, r * r - across));
    for (const sign of signs) found.push(withAxis(p, axis, c[axis] + sign * half));
  }
  return found;
}

/** On the bound's plane, pushed out to the circle that the sphere cuts from it; where it cuts none, straight onto the plane. */
function onBoundPlane(c: Vec3, r: number, offset: Vec3, axis: Axis, bound: number): Vec3 {
  const [b, d] = others(axis);
  const height = bound - c[axis];
  const circle = Math.sqrt(Math.max(0, r * r - height * height));
  const within = norm(withAxis(offset, axis, 0));
  const stretch = within > 0 ? Math.max(circle, within) / within : 0;
  const point: [number, number, number] = [c[0], c[1], c[2]];
  point[axis] = bound;
  point[b] += within > 0 ? offset[b] * stretch : circle;
  point[d] += offset[d] * stretch;
  return point;
}

function onBoundEdges({ centerM: c, radiusM, inflationM }: Sphere, bounds: BoxBounds, clearanceM: number): readonly Vec3[] {
  const r = radiusM + inflationM + clearanceM;
  const found: Vec3[] = [];
  for (const axis of axes) {
    const [b, d] = others(axis);
    for (const atB of [bounds.min[b], bounds.max[b]])
      for (const atD of [bounds.min[d], bounds.max[d]]) {
        const rest = r * r - (atB - c[b]) * (atB - c[b]) - (atD - c[d]) * (atD - c[d]);
        if (!(rest >= 0)) continue;
        for (const sign of signs) found.push(withAxis(withAxis(withAxis(c, axis, c[axis] + sign * Math.sqrt(rest)), b, atB), d, atD));
      }
  }
  return found;
}

function boxFaces({ minM, maxM, inflationM }: AxisAlignedBox, p: Vec3, clearanceM: number): readonly Vec3[] {
  const grow = inflationM + clearanceM;
  return axes.flatMap((axis) => [withAxis(p, axis, maxM[axis] + grow), withAxis(p, axis, minM[axis] - grow)]);
}

function throughFace({ faces }: ConvexPolytope, index: number, p: Vec3, clearanceM: number): Vec3 {
  const face = faces[index];
  if (face === undefined) return p;
  const { normal: n, offsetM, inflationM } = face;
  const push = clearanceM - (n[0] * p[0] + n[1] * p[1] + n[2] * p[2] + offsetM - inflationM);
  return [p[0] + push * n[0], p[1] + push * n[1], p[2] + push * n[2]];
}

/** The face with the least way out; the first of equally near ones. */
function nearestFace({ faces }: ConvexPolytope, p: Vec3): number {
  let best = 0;
  let most = -Infinity;
  for (const [index, { normal: n, offsetM, inflationM }] of faces.entries()) {
    const value = n[0] * p[0] + n[1] * p[1] + n[2] * p[2] + offsetM - inflationM;
    if (value > most) {
      most = value;
      best = index;
    }
  }
  return best;
}

function alongGradient(shape: Shape, p: Vec3, clearanceM: number): Vec3 {
  const out = signedDistanceGradient(shape, p);
  const push = clearanceM - signedDistance(shape, p);
  return [p[0] + push * out[0], p[1] + push * out[1], p[2] + push * out[2]];
}

/** Leaves a convex shape along an axis, clearance beyond its surface, found by bisection up to the bound; none where the bound is inside. */
function axisExit(shape: Shape, p: Vec3, axis: Axis, sign: 1 | -1, bounds: BoxBounds, clearanceM: number): readonly Vec3[] {
  let inside = p[axis];
  let outside = sign > 0 ? bounds.max[axis] : bounds.min[axis];
  if (contains(shape, withAxis(p, axis, outside))) return [];
  for (let halving = 0; halving < 200; halving++) {
    const middle = inside / 2 + outside / 2;
    if (middle === inside || middle === outside) break;
    if (contains(shape, withAxis(p, axis, middle))) inside = middle;
    else outside = middle;
  }
  const clear = outside + sign * clearanceM;
  return [withAxis(p, axis, Math.min(Math.max(clear, bounds.min[axis]), bounds.max[axis]))];
}

function others(axis: Axis): readonly [Axis, Axis] {
  return axis === 0 ? [1, 2] : axis === 1 ? [0, 2] : [0, 1];
}

function withAxis(p: Vec3, axis: Axis, value: number): Vec3 {
  return axis === 0 ? [value, p[1], p[2]] : axis === 1 ? [p[0], value, p[2]] : [p[0], p[1], value];
}
