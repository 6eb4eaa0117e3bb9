/**
 * A joint path followed on a time profile.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { JointPath } from "./joint-path.ts";
import { PIECE_NUMBERS, type TimeProfile } from "./time-profile.ts";
import type { Trajectory } from "./trajectory.ts";

/** What `planTrajectory` worked out; shared by all slowed versions, written by none. */
export interface TimedPolyline {
  readonly path: JointPath;
  /** Shape `[nKnots, nJoints]`: the waypoints without those that repeat the one before. */
  readonly rows: Float64Array;
  /** Shape `[nKnots]`, rising from 0: the path parameter at each of `rows`. */
  readonly knots: Float64Array;
  readonly profile: TimeProfile;
}

/** Immutable but for the piece and the line it remembers, which make sampling in order cheap and never change an answer. */
export class PolylineTrajectory implements Trajectory {
  readonly kind = "trajectory";
  readonly path: JointPath;
  readonly durationMs: number;
  readonly #timed: TimedPolyline;
  readonly #timeScale: number;
  #piece = 0;
  #line = 0;

  constructor(timed: TimedPolyline, timeScale = 1) {
    this.path = timed.path;
    this.durationMs = (timed.profile.durationS / timeScale) * 1000;
    this.#timed = timed;
    this.#timeScale = timeScale;
    Object.freeze(this);
  }

  sampleInto(atMs: number, outRad: Float64Array, offset = 0): void {
    this.sampleRowsInto(atMs, 0, 1, outRad, offset);
  }

  sampleRowsInto(startMs: number, periodMs: number, nRows: number, outRad: Float64Array, offset = 0): void {
    const { rows, knots, profile, path } = this.#timed;
    const { pieces, durationS, length } = profile;
    const n = path.nJoints;
    const profileSPerMs = this.#timeScale / 1000;
    let piece = this.#piece;
    let line = this.#line;
    // Where the piece and the line at hand begin and end; empty, so that the first row looks for its own.
    let pieceS = Number.POSITIVE_INFINITY;
    let nextPieceS = Number.POSITIVE_INFINITY;
    let start = Number.POSITIVE_INFINITY;
    let end = Number.POSITIVE_INFINITY;
    // The piece's polynomial, as in `positionAt`.
    let from = 0;
    let speed = 0;
    let halfAcceleration = 0;
    let jerk = 0;
    let out = offset;
    for (let i = 0; i < nRows; i++) {
      const timeS = (startMs + i * periodMs) * profileSPerMs;
      if (!(timeS > 0 && timeS < durationS)) {
        const row = timeS > 0 ? rows.length - n : 0;
        for (let j = 0; j < n; j++) outRad[out + j] = timeS === timeS ? rows[row + j]! : Number.NaN;
      } else {
        if (timeS < pieceS || timeS >= nextPieceS) {
          piece = pieceAt(pieces, timeS, piece);
          pieceS = pieces[piece]!;
          nextPieceS = piece + PIECE_NUMBERS < pieces.length ? pieces[piece + PIECE_NUMBERS]! : durationS;
          from = pieces[piece + 1]!;
          speed = pieces[piece + 2]!;
          halfAcceleration = pieces[piece + 3]! / 2;
          jerk = pieces[piece + 4]!;
        }
        const dt = timeS - pieceS;
        const position = within(from + dt * (speed + dt * (halfAcceleration + (dt * jerk) / 6)), length);
        if (position < start || position >= end) {
          line = lineAt(knots, position, line);
          start = knots[line]!;
          end = knots[line + 1]!;
        }
        const fraction = (position - start) / (end - start);
        const row = line * n;
        for (let j = 0; j < n; j++) {
          const q = rows[row + j]!;
          outRad[out + j] = q + (rows[row + n + j]! - q) * fraction;
        }
      }
      out += n;
    }
    this.#piece = piece;
    this.#line = line;
  }

  velocityInto(atMs: number, outRadPerS: Float64Array, offset = 0): void {
    const { rows, knots, profile, path } = this.#timed;
    const { pieces, durationS, length } = profile;
    const n = path.nJoints;
    const timeS = (atMs * this.#timeScale) / 1000;
    if (!(timeS > 0 && timeS < durationS)) {
      outRadPerS.fill(Number.isNaN(timeS) ? Number.NaN : 0, offset, offset + n);
      return;
    }
    const piece = pieceAt(pieces, timeS, this.#piece);
    const line = lineAt(knots, positionAt(pieces, piece, timeS, length), this.#line);
    this.#piece = piece;
    this.#line = line;
    const perS = (speedAt(pieces, piece, timeS) * this.#timeScale) / (knots[line + 1]! - knots[line]!);
    const from = line * n;
    for (let j = 0; j < n; j++) outRadPerS[offset + j] = (rows[from + n + j]! - rows[from + j]!) * perS;
  }

  slowed(scale: number): Trajectory {
    if (!(scale > 0 && scale <= 1))
      throw new ClearanceError("value.invalid", `a trajectory is slowed by a scale in (0, 1], got ${scale}`, {
        field: "scale",
        problem: `${scale} is not in (0, 1]`,
      });
    return scale === 1 ? this : new PolylineTrajectory(this.#timed, this.#timeScale * scale);
  }

  toJSON(): JsonObject {
    const { knots, profile } = this.#timed;
    return {
      kind: "polyline",
      timeScale: this.#timeScale,
      durationMs: this.durationMs,
      knots: Array.from(knots),
      pieces: profile.pieces,
    };
  }
}

/** Index of the piece that `timeS` is in; few steps from `hint` when that was the piece of the sample before. */
function pieceAt(pieces: readonly number[], timeS: number, hint: number): number {
  const last = pieces.length - PIECE_NUMBERS;
  let piece = hint;
  while (piece > 0 && timeS < pieces[piece]!) piece -= PIECE_NUMBERS;
  while (piece < last && timeS >= pieces[piece + PIECE_NUMBERS]!) piece += PIECE_NUMBERS;
  return piece;
}

function lineAt(knots: Float64Array, position: number, hint: number): number {
  const last = knots.length - 2;
  let line = hint;
  while (line > 0 && position < knots[line]!) line--;
  while (line < last && position >= knots[line + 1]!) line++;
  return line;
}

function positionAt(pieces: readonly number[], piece: number, timeS: number, length: number): number {
  const dt = timeS - pieces[piece]!;
  const ramp = pieces[piece + 3]! / 2 + (dt * pieces[piece + 4]!) / 6;
  return within(pieces[piece + 1]! + dt * (pieces[piece + 2]! + dt * ramp), length);
}

/** Rounding may pass an end by a few ulps; the ends are exact. */
function within(position: number, length: number): number {
  return position < 0 ? 0 : position > length ? length : position;
}

function speedAt(pieces: readonly number[], piece: number, timeS: number): number {
  const dt = timeS - pieces[piece]!;
  return Math.max(0, pieces[piece + 2]! + dt * (pieces[piece + 3]! + (dt * pieces[piece + 4]!) / 2));
}
