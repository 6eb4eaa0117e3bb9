/**
 * Distance between any two shapes, for reports and for tests of whether things touch; loops over links use flat-shape.ts.
 * @module
 */
import { hypot3 } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { encodeShape, SHAPE_STRIDE, segmentToShapeDistance } from "./flat-shape.ts";
import { minimumNormPoint } from "./minimum-norm.ts";
import { polytopeExtreme } from "./polytope.ts";
import { distance } from "./shapes.ts";
import type { AxisAlignedBox, Capsule, HalfSpace, Shape, Sphere } from "./shape.ts";

/**
 * Metres between two shapes, 0 where they touch or overlap. Exact; within about 1e-7 m from below for a turned box or a cylinder with
 * another box or cylinder; for polytopes, beyond their edges, a lower bound as everywhere.
 */
export function distanceBetween(a: Shape, b: Shape): number {
  if (a.kind === "half-space") return halfSpaceGap(a, b);
  if (b.kind === "half-space") return halfSpaceGap(b, a);
  if (a.kind === "sphere") return Math.max(0, distance(b, a.centerM) - (a.radiusM + a.inflationM));
  if (b.kind === "sphere") return Math.max(0, distance(a, b.centerM) - (b.radiusM + b.inflationM));
  if (a.kind === "capsule") return capsuleGap(a, b);
  if (b.kind === "capsule") return capsuleGap(b, a);
  if (a.kind === "box" && b.kind === "box") return boxGap(a, b);
  if (a.kind === "polytope" || b.kind === "polytope") return Math.max(0, facesGap(a, b), facesGap(b, a));
  return minimumNormPoint((x, y, z) => {
    const p = support(a, x, y, z);
    const q = support(b, -x, -y, -z);
    return p && q && [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
  });
}

/** Whether two shapes have a point in common; touching counts. NaN counts as touching. */
export function intersects(a: Shape, b: Shape): boolean {
  if (a.kind === "sphere" && b.kind === "sphere") return !(sphereGap(a, b) > 0);
  return !(distanceBetween(a, b) > 0);
}

function sphereGap(a: Sphere, b: Sphere): number {
  const [c, d] = [a.centerM, b.centerM];
  return hypot3(c[0] - d[0], c[1] - d[1], c[2] - d[2]) - (a.radiusM + a.inflationM + (b.radiusM + b.inflationM));
}

function capsuleGap({ fromM, toM, radiusM, inflationM }: Capsule, other: Shape): number {
  const params = new Float64Array(SHAPE_STRIDE + (other.kind === "polytope" ? other.faces.length * 4 : 0));
  const kind = encodeShape(other, params, 0, SHAPE_STRIDE);
  const gap = segmentToShapeDistance(kind, params, 0, Float64Array.of(...fromM, ...toM), 0) - (radiusM + inflationM);
  return Math.max(0, gap);
}

function boxGap(a: AxisAlignedBox, b: AxisAlignedBox): number {
  const m = a.inflationM + b.inflationM;
  const gap = (axis: 0 | 1 | 2): number => Math.max(0, a.minM[axis] - b.maxM[axis] - m, b.minM[axis] - a.maxM[axis] - m);
  return hypot3(gap(0), gap(1), gap(2));
}

/** How far the other shape is beyond the face of a polytope that it is farthest beyond. */
function facesGap(a: Shape, b: Shape): number {
  if (a.kind !== "polytope") return 0;
  let most = 0;
  for (const { normal: n, offsetM, inflationM } of a.faces) {
    const p = support(b, -n[0], -n[1], -n[2]);
    if (p !== undefined) most = Math.max(most, n[0] * p[0] + n[1] * p[1] + n[2] * p[2] + (offsetM - inflationM));
  }
  return most;
}

/** How far the nearest point of the other shape is from the plane. */
function halfSpaceGap({ normal: n, offsetM, inflationM }: HalfSpace, other: Shape): number {
  const p = support(other, n[0], n[1], n[2]);
  // Without an end in that direction the other shape reaches the plane.
  if (p === undefined) return 0;
  const depth = n[0] * p[0] + n[1] * p[1] + n[2] * p[2] + offsetM + inflationM;
  return depth < 0 ? -depth : 0;
}

/** The point of the shape farthest in a direction; undefined where the shape has no end there. */
function support(shape: Shape, x: number, y: number, z: number): Vec3 | undefined {
  const length = hypot3(x, y, z) || 1;
  const [ux, uy, uz] = [x / length, y / length, z / length];
  switch (shape.kind) {
    case "sphere":
      return offset(shape.centerM, ux, uy, uz, shape.radiusM + shape.inflationM);
    case "capsule": {
      const { fromM: a, toM: b } = shape;
      const end = (b[0] - a[0]) * ux + (b[1] - a[1]) * uy + (b[2] - a[2]) * uz > 0 ? b : a;
      return offset(end, ux, uy, uz, shape.radiusM + shape.inflationM);
    }
    case "box": {
      const { minM: low, maxM: high, inflationM: m } = shape;
      return [x > 0 ? high[0] + m : low[0] - m, y > 0 ? high[1] + m : low[1] - m, z > 0 ? high[2] + m : low[2] - m];
    }
    case "oriented-box": {
      const { centerM: c, halfM, rotation: r, inflationM: m } = shape;
      const out: [number, number, number] = [c[0], c[1], c[2]];
      for (const axis of [0, 1, 2] as const) {
        const side = r[axis]! * x + r[3 + axis]! * y + r[6 + axis]! * z > 0 ? halfM[axis] + m : -(halfM[axis] + m);
        for (const row of [0, 1, 2] as const) out[row] += side * r[3 * row + axis]!;
      }
      return out;
    }
    case "cylinder": {
      const { centerM, axis: n, inflationM: m } = shape;
      const axial = ux * n[0] + uy * n[1] + uz * n[2];
      const end = offset(centerM, n[0], n[1], n[2], axial > 0 ? shape.halfHeightM + m : -(shape.halfHeightM + m));
      const [rx, ry, rz] = acrossAxis(n, ux, uy, uz);
      return offset(end, rx, ry, rz, shape.radiusM + m);
    }
    case "half-space": {
      const along = ux * shape.normal[0] + uy * shape.normal[1] + uz * shape.normal[2];
      const rim = -(shape.offsetM + shape.inflationM);
      if (along <= -1) return offset([0, 0, 0], shape.normal[0], shape.normal[1], shape.normal[2], rim);
      return undefined;
    }
    case "polytope":
      return polytopeExtreme(shape, [ux, uy, uz])?.corner;
    default:
      return shape satisfies never;
  }
}

function offset(p: Vec3, x: number, y: number, z: number, by: number): Vec3 {
  return [p[0] + by * x, p[1] + by * y, p[2] + by * z];
}

/**
 * The unit vector across a unit axis, zero on the axis itself. Done twice: near the axis the first pass leaves a part along it, and
 * where that part is most of it there was nothing but rounding.
 */
function acrossAxis(n: Vec3, x: number, y: number, z: number): Vec3 {
  let across: Vec3 = [x, y, z];
  for (let pass = 0; pass < 2; pass++) {
    const axial = across[0] * n[0] + across[1] * n[1] + across[2] * n[2];
    const [rx, ry, rz] = [across[0] - axial * n[0], across[1] - axial * n[1], across[2] - axial * n[2]];
    const length = hypot3(rx, ry, rz);
    if (!(length > (pass === 0 ? 0 : 0.5))) return [0, 0, 0];
    across = [rx / length, ry / length, rz / length];
  }
  return across;
}
