/**
 * A robot's body as capsules. The contract is containment: each link's capsules together contain the true solid of its shapes (for a
 * mesh, of the body its triangles enclose), not samples of it. Few and tight come after that.
 *
 * A link starts with one piece a shape. What lies inside another piece goes; while there are too many, the two whose common capsule costs
 * least are joined; while there is room, the piece that gains most from it is cut in two.
 * @module
 */
import { basis, largestExcess, unionVolume } from "./capsule-fit.ts";
import type { LinkShape } from "./link-shape.ts";
import { cut, merged, pieceOf, primitiveVolume, refitted, type Piece } from "./solid-piece.ts";

export interface LoweringOptions {
  /** Default 4. */
  readonly maxCapsulesPerLink?: number;
}

export interface LinkFit {
  readonly link: string;
  readonly nShapes: number;
  readonly nCapsules: number;
  /** Sums, m³; overlaps count twice. */
  readonly shapeVolumeM3: number;
  readonly capsuleVolumeM3: number;
}

export interface LoweredLinks {
  readonly nCapsules: number;
  /** Shape `[nCapsules]`. */
  readonly linkOfCapsule: Int32Array;
  /** Shape `[nCapsules, 7]`, as in `CollisionModel`. */
  readonly capsulesInLink: Float64Array;
  /** One entry for each link that has shapes. */
  readonly fits: readonly LinkFit[];
}

/** A cut has to save this share of the link's capsule volume to be worth one more capsule. */
const worthwhileSaving = 0.1;

/** `shapesOfLink`: shape `[nLinks]`, order of `linkNames`. */
export function lowerLinks(linkNames: readonly string[], shapesOfLink: readonly (readonly LinkShape[])[], options: LoweringOptions = {}): LoweredLinks {
  const most = Math.max(1, Math.floor(options.maxCapsulesPerLink ?? 4));
  const linkOfCapsule: number[] = [];
  const numbers: number[] = [];
  const fits: LinkFit[] = [];
  for (const [link, shapes] of shapesOfLink.entries()) {
    if (shapes.length === 0) continue;
    const pieces = piecesOfLink(shapes, most);
    for (const { capsule } of pieces) {
      linkOfCapsule.push(link);
      numbers.push(...capsule);
    }
    fits.push({
      link: linkNames[link] ?? String(link),
      nShapes: shapes.length,
      nCapsules: pieces.length,
      shapeVolumeM3: shapes.reduce((sum, shape) => sum + primitiveVolume(shape.primitive), 0),
      capsuleVolumeM3: total(pieces),
    });
  }
  return { nCapsules: linkOfCapsule.length, linkOfCapsule: Int32Array.from(linkOfCapsule), capsulesInLink: Float64Array.from(numbers), fits };
}

function piecesOfLink(shapes: readonly LinkShape[], most: number): readonly Piece[] {
  const pieces = withoutContained(shapes.map(pieceOf));
  joinWhile(pieces, most);
  splitWhile(pieces, most);
  return pieces;
}

/** Largest first, leaving out what one of the larger capsules contains already. */
function withoutContained(pieces: readonly Piece[]): Piece[] {
  const kept: Piece[] = [];
  for (const piece of pieces.toSorted((a, b) => b.volume - a.volume))
    if (!kept.some((larger) => largestExcess(larger.capsule, piece.balls) <= 0)) kept.push(piece);
  return kept;
}

function joinWhile(pieces: Piece[], most: number): void {
  const known = new Map<Piece, Map<Piece, Piece>>();
  const union = (a: Piece, b: Piece): Piece => {
    let row = known.get(a);
    if (row === undefined) known.set(a, (row = new Map()));
    let found = row.get(b);
    if (found === undefined) row.set(b, (found = merged(a, b)));
    return found;
  };
  while (pieces.length > most) {
    let best = { a: 0, b: 1, cost: Infinity };
    for (let a = 0; a < pieces.length; a++)
      for (let b = a + 1; b < pieces.length; b++) {
        const cost = union(pieces[a]!, pieces[b]!).volume - pieces[a]!.volume - pieces[b]!.volume;
        if (cost < best.cost) best = { a, b, cost };
      }
    const joint = union(pieces[best.a]!, pieces[best.b]!);
    pieces.splice(best.b, 1);
    pieces.splice(best.a, 1, joint);
  }
}

function splitWhile(pieces: Piece[], most: number): void {
  const cuts = new Map<Piece, Cut | undefined>();
  while (pieces.length < most) {
    let best: { readonly at: number; readonly cut: Cut } | undefined;
    for (const [at, piece] of pieces.entries()) {
      if (!cuts.has(piece)) cuts.set(piece, bestCut(piece));
      const found = cuts.get(piece);
      if (found !== undefined && (best === undefined || found.savingM3 > best.cut.savingM3)) best = { at, cut: found };
    }
    if (best === undefined || !(best.cut.savingM3 >= worthwhileSaving * total(pieces))) return;
    pieces.splice(best.at, 1, ...best.cut.halves.map(refitted));
  }
}

interface Cut {
  readonly halves: readonly [Piece, Piece];
  readonly savingM3: number;
}

/** Across the capsule's own axis at three places, and along it in the two directions beside it. */
function bestCut(piece: Piece): Cut | undefined {
  const [ax, ay, az, bx, by, bz] = piece.capsule;
  const length = Math.sqrt((bx - ax) ** 2 + (by - ay) ** 2 + (bz - az) ** 2);
  const axis = length > 0 ? ([(bx - ax) / length, (by - ay) / length, (bz - az) / length] as const) : ([0, 0, 1] as const);
  const [u, v] = basis(axis);
  let best: Cut | undefined;
  for (const [normal, fractions] of [[axis, [0.35, 0.5, 0.65]], [u, [0.5]], [v, [0.5]]] as const)
    for (const fraction of fractions) {
      const halves = cut(piece, normal, middle(piece, normal, fraction));
      if (halves === undefined) continue;
      const savingM3 = piece.volume - unionVolume(halves[0].capsule, halves[1].capsule);
      if (best === undefined || savingM3 > best.savingM3) best = { halves, savingM3 };
    }
  return best;
}

function middle({ balls }: Piece, normal: readonly [number, number, number], fraction: number): number {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < balls.length; i += 4) {
    const d = balls[i]! * normal[0] + balls[i + 1]! * normal[1] + balls[i + 2]! * normal[2];
    low = Math.min(low, d);
    high = Math.max(high, d);
  }
  return low + fraction * (high - low);
}

function total(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.volume, 0);
}
