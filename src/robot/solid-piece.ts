/**
 * Pieces of a link's body, in the link frame: what one capsule has to contain, and how a piece is cut in two.
 * @module
 */
import { cos, sin } from "../core/elementary.ts";
import { capsuleVolume, fitCapsule, type Balls, type CapsuleNumbers, type Direction } from "./capsule-fit.ts";
import type { LinkShape, Mesh, Primitive } from "./link-shape.ts";

export interface Piece {
  /** What the capsule contains, with its convex hull. */
  readonly balls: Balls;
  /** In the link frame; undefined for round bodies, which are not cut. */
  readonly surface: Mesh | undefined;
  readonly capsule: CapsuleNumbers;
  /** Of the capsule, m³. */
  readonly volume: number;
}

const prismSides = 32;
const boxCorners = Float64Array.from({ length: 24 }, (_, k) => ((Math.floor(k / 3) >> (k % 3)) & 1 ? 1 : -1));
const boxTriangles = Uint32Array.of(
  0,
  1,
  3,
  0,
  3,
  2,
  4,
  6,
  7,
  4,
  7,
  5,
  0,
  4,
  5,
  0,
  5,
  1,
  2,
  3,
  7,
  2,
  7,
  6,
  0,
  2,
  6,
  0,
  6,
  4,
  1,
  5,
  7,
  1,
  7,
  3,
);

/** A ball, a capsule and a long cylinder or ellipsoid keep their axis; everything else is fitted around its surface. */
export function pieceOf(shape: LinkShape): Piece {
  const { primitive, linkFromShape } = shape;
  switch (primitive.kind) {
    case "sphere":
      return roundPiece(linkFromShape, 0, 0, 0, primitive.radiusM);
    case "capsule":
      return roundPiece(linkFromShape, 0, 0, primitive.halfLengthM, primitive.radiusM);
    case "cylinder":
      // The caps stick out by the radius: fair for a rod, far too much for a disc.
      if (primitive.halfLengthM >= primitive.radiusM) return roundPiece(linkFromShape, 0, 0, primitive.halfLengthM, primitive.radiusM);
      return surfacePiece(placed(prismAround(primitive.radiusM, primitive.halfLengthM), linkFromShape));
    case "box":
      return surfacePiece(
        placed({ vertices: boxCorners.map((sign, k) => sign * primitive.halfM[k % 3]!), triangles: boxTriangles }, linkFromShape),
      );
    case "ellipsoid":
      return ellipsoidPiece(linkFromShape, primitive.semiAxesM);
    case "mesh":
      return surfacePiece(placed(primitive.mesh, linkFromShape));
    default:
      return primitive satisfies never;
  }
}

/** One piece in place of two, in a capsule around both. */
export function merged(a: Piece, b: Piece): Piece {
  return together(a, b, fitCapsule(joined(a.balls, b.balls)));
}

/** One piece in place of two, in a capsule known to contain both. With a round body in it, it is not cut any more. */
export function together(a: Piece, b: Piece, capsule: CapsuleNumbers): Piece {
  const surface = a.surface === undefined || b.surface === undefined ? undefined : joinedMeshes(a.surface, b.surface);
  return { balls: joined(a.balls, b.balls), surface, capsule, volume: capsuleVolume(capsule) };
}

/**
 * The parts of a piece between the planes `normal · p = offset`, offsets rising. Each is the convex hull of the surface in its slab, cut
 * triangles included; a solid in a slab lies in the hull of its surface in that slab, so together they contain what the piece did.
 * Their capsules are rough ones. Undefined for round bodies, and where a slab is empty.
 */
export function sliced(piece: Piece, normal: Direction, offsets: readonly number[]): readonly Piece[] | undefined {
  let rest = piece.surface;
  if (rest === undefined) return undefined;
  const parts: Mesh[] = [];
  for (const offset of offsets) {
    parts.push(clipped(rest, normal, offset, 1));
    rest = clipped(rest, normal, offset, -1);
  }
  parts.push(rest);
  if (parts.some((part) => part.triangles.length === 0)) return undefined;
  return parts.map((part) => surfacePiece(part, true));
}

/** The same piece with its capsule searched for in full. */
export function refitted(piece: Piece): Piece {
  const capsule = fitCapsule(piece.balls);
  const volume = capsuleVolume(capsule);
  return volume < piece.volume ? { ...piece, capsule, volume } : piece;
}

/** Volume of the primitive itself, m³; for a mesh that is not closed, of what its triangles enclose seen from the origin. */
export function primitiveVolume(primitive: Primitive): number {
  switch (primitive.kind) {
    case "sphere":
      return (4 / 3) * Math.PI * primitive.radiusM * primitive.radiusM * primitive.radiusM;
    case "capsule":
      return Math.PI * primitive.radiusM * primitive.radiusM * (2 * primitive.halfLengthM + (4 / 3) * primitive.radiusM);
    case "cylinder":
      return Math.PI * primitive.radiusM * primitive.radiusM * 2 * primitive.halfLengthM;
    case "box":
      return 8 * primitive.halfM[0] * primitive.halfM[1] * primitive.halfM[2];
    case "ellipsoid":
      return (4 / 3) * Math.PI * primitive.semiAxesM[0] * primitive.semiAxesM[1] * primitive.semiAxesM[2];
    case "mesh":
      return meshVolume(primitive.mesh);
    default:
      return primitive satisfies never;
  }
}

function roundPiece(m: Float64Array, x: number, y: number, z: number, radius: number): Piece {
  const centre = [m[3]!, m[7]!, m[11]!] as const;
  const arm = [0, 4, 8].map((row) => m[row]! * x + m[row + 1]! * y + m[row + 2]! * z);
  const [dx = 0, dy = 0, dz = 0] = arm;
  const a = [centre[0] - dx, centre[1] - dy, centre[2] - dz] as const;
  const b = [centre[0] + dx, centre[1] + dy, centre[2] + dz] as const;
  const capsule: CapsuleNumbers = [...a, ...b, radius];
  return { balls: Float64Array.of(...a, radius, ...b, radius), surface: undefined, capsule, volume: capsuleVolume(capsule) };
}

/** With semi-axes a >= b >= c the capsule of radius b and half length a - b along the long axis contains it and touches its ends. */
function ellipsoidPiece(linkFromShape: Float64Array, semiAxes: readonly [number, number, number]): Piece {
  const long = semiAxes.indexOf(Math.max(...semiAxes));
  const radius = Math.max(...semiAxes.filter((_, index) => index !== long));
  const half = semiAxes[long]! - radius;
  return roundPiece(linkFromShape, long === 0 ? half : 0, long === 1 ? half : 0, long === 2 ? half : 0, radius);
}

function surfacePiece(mesh: Mesh, rough = false): Piece {
  const surface = compact(mesh);
  const balls = new Float64Array((surface.vertices.length / 3) * 4);
  for (let from = 0, to = 0; from < surface.vertices.length; from += 3, to += 4)
    for (let i = 0; i < 3; i++) balls[to + i] = surface.vertices[from + i]!;
  const capsule = fitCapsule(balls, rough);
  return { balls, surface, capsule, volume: capsuleVolume(capsule) };
}

/** Without the vertices that no triangle uses. */
function compact({ vertices, triangles }: Mesh): Mesh {
  const renumbered = new Int32Array(vertices.length / 3).fill(-1);
  const kept = new Float64Array(vertices.length);
  let n = 0;
  const used = triangles.map((vertex) => {
    if (renumbered[vertex]! < 0) {
      for (let i = 0; i < 3; i++) kept[n * 3 + i] = vertices[vertex * 3 + i]!;
      renumbered[vertex] = n++;
    }
    return renumbered[vertex]!;
  });
  return { vertices: kept.slice(0, n * 3), triangles: used };
}

/** A prism around the cylinder, its sides tangent to it. */
function prismAround(radius: number, half: number): Mesh {
  const outer = radius / cos(Math.PI / prismSides);
  const vertices = new Float64Array(prismSides * 6);
  const triangles: number[] = [];
  for (let i = 0; i < prismSides; i++) {
    const angle = (2 * Math.PI * i) / prismSides;
    const x = outer * cos(angle);
    const y = outer * sin(angle);
    vertices.set([x, y, -half, x, y, half], i * 6);
    const next = (i + 1) % prismSides;
    triangles.push(2 * i, 2 * next, 2 * next + 1, 2 * i, 2 * next + 1, 2 * i + 1);
    if (i >= 2) triangles.push(0, 2 * i, 2 * i - 2, 1, 2 * i - 1, 2 * i + 1);
  }
  return { vertices, triangles: Uint32Array.from(triangles) };
}

function placed({ vertices, triangles }: Mesh, m: Float64Array): Mesh {
  const out = new Float64Array(vertices.length);
  for (let at = 0; at < vertices.length; at += 3)
    for (let row = 0; row < 3; row++)
      out[at + row] =
        m[row * 4]! * vertices[at]! + m[row * 4 + 1]! * vertices[at + 1]! + m[row * 4 + 2]! * vertices[at + 2]! + m[row * 4 + 3]!;
  return { vertices: out, triangles };
}

/** The triangles where `side × (normal · p - offset) <= 0`, cut ones as fans over their old corners and new ones on the plane. */
function clipped({ vertices, triangles }: Mesh, normal: Direction, offset: number, side: 1 | -1): Mesh {
  const old = vertices.length / 3;
  const height = new Float64Array(old);
  for (let v = 0; v < old; v++)
    height[v] = side * (normal[0] * vertices[v * 3]! + normal[1] * vertices[v * 3 + 1]! + normal[2] * vertices[v * 3 + 2]! - offset);
  const added: number[] = [];
  const kept: number[] = [];
  const corners: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    corners.length = 0;
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      const ha = height[a]!;
      const hb = height[b]!;
      if (ha <= 0) corners.push(a);
      if (!((ha < 0 && hb > 0) || (ha > 0 && hb < 0))) continue;
      const s = ha / (ha - hb);
      for (let i = 0; i < 3; i++) added.push(vertices[a * 3 + i]! + s * (vertices[b * 3 + i]! - vertices[a * 3 + i]!));
      corners.push(old + added.length / 3 - 1);
    }
    for (let k = 2; k < corners.length; k++) kept.push(corners[0]!, corners[k - 1]!, corners[k]!);
  }
  return { vertices: joined(vertices, new Float64Array(added)), triangles: Uint32Array.from(kept) };
}

/** Sum of the tetrahedra between the origin and each triangle (divergence theorem). */
function meshVolume({ vertices, triangles }: Mesh): number {
  let six = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]! * 3, triangles[t + 1]! * 3, triangles[t + 2]! * 3];
    const [bx, by, bz] = [vertices[b]!, vertices[b + 1]!, vertices[b + 2]!];
    const [cx, cy, cz] = [vertices[c]!, vertices[c + 1]!, vertices[c + 2]!];
    six += vertices[a]! * (by * cz - bz * cy) + vertices[a + 1]! * (bz * cx - bx * cz) + vertices[a + 2]! * (bx * cy - by * cx);
  }
  return Math.abs(six) / 6;
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

function joinedMeshes(a: Mesh, b: Mesh): Mesh {
  const triangles = new Uint32Array(a.triangles.length + b.triangles.length);
  triangles.set(a.triangles);
  triangles.set(
    b.triangles.map((vertex) => vertex + a.vertices.length / 3),
    a.triangles.length,
  );
  return { vertices: joined(a.vertices, b.vertices), triangles };
}
