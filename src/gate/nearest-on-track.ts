/**
 * How near a tip track comes to a shape, and where. Shapes are convex, so the signed distance along a straight piece is a convex
 * function and a search by thirds finds its minimum.
 * @module
 */
import { distance, type Vec3 } from "../core/vec3.ts";
import { signedDistance, type Shape } from "../geometry/shapes.ts";
import type { TipTrack } from "./tip-track.ts";

export interface NearestPoint {
  /** Negative inside, m. NaN when a point of the track is not finite. */
  readonly signedM: number;
  readonly pointM: Vec3;
  /** Share of the track's length that leads there, 0 … 1. */
  readonly alongFraction: number;
}

/** Thirds taken: (2/3)^60 of a piece is below 1e-10 of it, and near its minimum the distance changes with the square of that. */
const SEARCHES = 60;

/** Undefined for a track without points. */
export function nearestOnTrack(shape: Shape, track: TipTrack): NearestPoint | undefined {
  const { nPoints, lengthM, pointsM } = track;
  let best: NearestPoint | undefined;
  let walkedM = 0;
  const consider = (signedM: number, pointM: Vec3, atM: number): void => {
    // The first of equals stays; NaN replaces everything and is never replaced.
    if (best !== undefined && (signedM >= best.signedM || Number.isNaN(best.signedM))) return;
    best = { signedM, pointM, alongFraction: lengthM > 0 ? atM / lengthM : 0 };
  };
  for (let i = 0; i < nPoints; i++) {
    const point = pointAt(pointsM, i);
    const signedM = signedDistance(shape, point);
    if (i > 0) {
      const before = pointAt(pointsM, i - 1);
      const pieceM = distance(before, point);
      const beforeM = signedDistance(shape, before);
      // No point between can be nearer than this: distances change by at most the way travelled.
      const nearestPossibleM = (beforeM + signedM - pieceM) / 2;
      if (best === undefined || !(nearestPossibleM >= best.signedM)) {
        const share = minimise((t) => signedDistance(shape, between(before, point, t)));
        const nearest = between(before, point, share);
        consider(signedDistance(shape, nearest), nearest, walkedM + share * pieceM);
      }
      walkedM += pieceM;
    }
    consider(signedM, point, walkedM);
  }
  return best;
}

function minimise(f: (t: number) => number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < SEARCHES; i++) {
    const left = low + (high - low) / 3;
    const right = high - (high - low) / 3;
    if (f(left) <= f(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

function pointAt(pointsM: readonly number[], i: number): Vec3 {
  return [pointsM[3 * i]!, pointsM[3 * i + 1]!, pointsM[3 * i + 2]!];
}

function between(a: Vec3, b: Vec3, t: number): Vec3 {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}
