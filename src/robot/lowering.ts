/**
 * A robot's body as capsules. The contract is containment: each link's capsules together contain the true solid of its shapes (for a
 * mesh, of the body its triangles enclose), not samples of it. Few and tight come after that.
 *
 * A link starts with one piece a shape. What lies inside another piece goes; while there are too many, the two whose common capsule costs
 * least are joined; while there is room, the piece that gains most from it is sliced.
 * @module
 */
import { hypot3 } from "../core/elementary.ts";
import { ClearanceError } from "../core/errors.ts";
import { basis, largestExcess, unionVolume, type CapsuleNumbers, type Direction } from "./capsule-fit.ts";
import type { LinkShape } from "./link-shape.ts";
import { merged, pieceOf, primitiveVolume, refitted, sliced, together, type Piece } from "./solid-piece.ts";

export interface LoweringOptions {
  /** Default 4. */
  readonly maxCapsulesPerLink?: number;
  /** Slicing has to save this share of the link's capsule volume for each capsule it adds; default 0.1. */
  readonly worthwhileSaving?: number;
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

/** `shapesOfLink`: shape `[nLinks]`, order of `linkNames`. @throws ClearanceError `value.invalid` for sizes that are not finite and > 0. */
export function lowerLinks(
  linkNames: readonly string[],
  shapesOfLink: readonly (readonly LinkShape[])[],
  options: LoweringOptions = {},
): LoweredLinks {
  const most = Math.max(1, Math.floor(options.maxCapsulesPerLink ?? 4));
  const linkOfCapsule: number[] = [];
  const numbers: number[] = [];
  const fits: LinkFit[] = [];
  for (const [link, shapes] of shapesOfLink.entries()) {
    if (shapes.length === 0) continue;
    const pieces = piecesOfLink(shapes, most, options.worthwhileSaving ?? 0.1);
    for (const { capsule } of pieces) {
      checkCapsule(linkNames[link] ?? String(link), capsule);
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
  return {
    nCapsules: linkOfCapsule.length,
    linkOfCapsule: Int32Array.from(linkOfCapsule),
    capsulesInLink: new Float64Array(numbers),
    fits,
  };
}

/** Numbers that are not finite go through the search as they came and end here. */
function checkCapsule(link: string, capsule: CapsuleNumbers): void {
  if (capsule.every((value) => Number.isFinite(value)) && capsule[6] > 0) return;
  const problem = `its shapes give a capsule that is not finite: ${capsule.join(" ")}`;
  throw new ClearanceError("value.invalid", `link "${link}": ${problem}; check the sizes and origins of its collision geometry`, {
    field: link,
    problem,
  });
}

function piecesOfLink(shapes: readonly LinkShape[], most: number, saving: number): readonly Piece[] {
  const pieces = withoutContained(shapes.map(pieceOf));
  joinWhile(pieces, most);
  splitWhile(pieces, most, saving);
  return pieces;
}

/** Largest first; what the capsule of a larger piece contains already becomes part of that piece. */
function withoutContained(pieces: readonly Piece[]): Piece[] {
  const kept: Piece[] = [];
  for (const piece of pieces.toSorted((a, b) => b.volume - a.volume)) {
    const at = kept.findIndex((larger) => largestExcess(larger.capsule, piece.balls) <= 0);
    if (at < 0) kept.push(piece);
    else kept[at] = together(kept[at]!, piece, kept[at]!.capsule);
  }
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

function splitWhile(pieces: Piece[], most: number, saving: number): void {
  const known = new Map<Piece, readonly Split[]>();
  while (pieces.length < most) {
    const room = most - pieces.length;
    let best: { readonly at: number; readonly split: Split } | undefined;
    for (const [at, piece] of pieces.entries()) {
      let splits = known.get(piece);
      if (splits === undefined) known.set(piece, (splits = splitsOf(piece, room)));
      for (const split of splits)
        if (split.parts.length - 1 <= room && (best === undefined || split.savingM3 > best.split.savingM3)) best = { at, split };
    }
    if (best === undefined || !(best.split.savingM3 >= saving * total(pieces))) return;
    pieces.splice(best.at, 1, ...best.split.parts.map(refitted));
  }
}

interface Split {
  readonly parts: readonly Piece[];
  /** Of capsule volume, for each capsule that it adds. */
  readonly savingM3: number;
}

/** Into 2 … room + 1 slices across the capsule's axis and in the two directions beside it. */
function splitsOf(piece: Piece, room: number): readonly Split[] {
  const [ax, ay, az, bx, by, bz] = piece.capsule;
  const length = hypot3(bx - ax, by - ay, bz - az);
  const axis: Direction = length > 0 ? [(bx - ax) / length, (by - ay) / length, (bz - az) / length] : [0, 0, 1];
  const frame = [axis, ...basis(axis)];
  const splits: Split[] = [];
  const tryAt = (normal: Direction, fractions: readonly number[]): void => {
    const [low, high] = extent(piece, normal);
    const offsets = fractions.map((fraction) => low + fraction * (high - low));
    const parts = sliced(piece, normal, offsets);
    if (parts === undefined) return;
    splits.push({ parts, savingM3: (piece.volume - unionVolume(parts.map((part) => part.capsule))) / (parts.length - 1) });
  };
  for (const normal of frame)
    for (let n = 2; n <= room + 1; n++)
      tryAt(
        normal,
        Array.from({ length: n - 1 }, (_, i) => (i + 1) / n),
      );
  tryAt(axis, [0.3]);
  tryAt(axis, [0.7]);
  return splits;
}

function extent({ balls }: Piece, normal: Direction): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < balls.length; i += 4) {
    const d = balls[i]! * normal[0] + balls[i + 1]! * normal[1] + balls[i + 2]! * normal[2];
    low = Math.min(low, d);
    high = Math.max(high, d);
  }
  return [low, high];
}

function total(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.volume, 0);
}
