/**
 * Random points on the surface of link shapes, for tests of containment.
 * @module
 */
import type { Random } from "../../core/random.ts";
import type { LinkShape, Primitive } from "../link-shape.ts";

type Point = readonly [number, number, number];

/** In the link frame, shape `[n, 3]`. Round shapes get points on the surface, not evenly spread; meshes by triangle. */
export function surfacePoints({ primitive, linkFromShape: m }: LinkShape, n: number, random: Random): Float64Array {
  const out = new Float64Array(n * 3);
  for (let i = 0; i < n; i++) {
    const [x, y, z] = pointOn(primitive, random);
    for (let row = 0; row < 3; row++) out[i * 3 + row] = m[row * 4]! * x + m[row * 4 + 1]! * y + m[row * 4 + 2]! * z + m[row * 4 + 3]!;
  }
  return out;
}

function pointOn(primitive: Primitive, random: Random): Point {
  if (primitive.kind === "mesh") return onTriangle(primitive.mesh, random);
  const [x, y, z] = direction(random);
  switch (primitive.kind) {
    case "sphere":
      return [x * primitive.radiusM, y * primitive.radiusM, z * primitive.radiusM];
    case "capsule": {
      const end = Math.sign(z) * primitive.halfLengthM;
      return [x * primitive.radiusM, y * primitive.radiusM, z * primitive.radiusM + end];
    }
    case "cylinder": {
      const flat = Math.hypot(x, y);
      const inward = random.next() < 0.5 ? 1 : random.next();
      const height = inward === 1 ? random.uniform(-1, 1) : Math.sign(z);
      return [(x / flat) * inward * primitive.radiusM, (y / flat) * inward * primitive.radiusM, height * primitive.halfLengthM];
    }
    case "box": {
      const [hx, hy, hz] = primitive.halfM;
      const p = [random.uniform(-hx, hx), random.uniform(-hy, hy), random.uniform(-hz, hz)] as [number, number, number];
      const axis = random.integer(3) as 0 | 1 | 2;
      p[axis] = primitive.halfM[axis] * (random.next() < 0.5 ? 1 : -1);
      return p;
    }
    case "ellipsoid":
      return [x * primitive.semiAxesM[0], y * primitive.semiAxesM[1], z * primitive.semiAxesM[2]];
    default:
      return primitive satisfies never;
  }
}

function onTriangle({ vertices, triangles }: Extract<Primitive, { kind: "mesh" }>["mesh"], random: Random): Point {
  const t = random.integer(triangles.length / 3) * 3;
  let u = random.next();
  let v = random.next();
  if (u + v > 1) [u, v] = [1 - u, 1 - v];
  const coordinate = (k: number): number =>
    (1 - u - v) * vertices[triangles[t]! * 3 + k]! + u * vertices[triangles[t + 1]! * 3 + k]! + v * vertices[triangles[t + 2]! * 3 + k]!;
  return [coordinate(0), coordinate(1), coordinate(2)];
}

function direction(random: Random): Point {
  const [x, y, z] = [random.normal(0, 1), random.normal(0, 1), random.normal(0, 1)];
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
