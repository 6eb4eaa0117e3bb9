/**
 * What a robot may do in `recovery` (spec/safety-kernel.md §8): move at no more than a tenth of its caps, and never so that what is
 * violated gets worse.
 * @module
 */
import { RECOVERY_SPEED_SCALE } from "../stop/stop-limits.ts";

/** Rounding of distances, m. */
const distanceSlackM = 1e-9;

export interface RecoveryMotion {
  /** Row-major, shape `[nRows, width]`. */
  readonly rows: ArrayLike<number>;
  readonly nRows: number;
  readonly width: number;
  readonly periodS: number;
  /** The measured position, shape `[width]`. */
  readonly start: ArrayLike<number>;
  /** Shape `[width]`, rad/s or m/s; a joint without a finite cap may not move in recovery. */
  readonly velocityCap: ArrayLike<number>;
}

export interface RecoveryRequest extends RecoveryMotion {
  /**
   * Shape `[nRows + 1, nViolated]`: clearance of every pair, zone or limit that is violated, m or rad (below 0: penetration, or how far
   * beyond a limit), at the measured position and then per row, where each row's is a lower bound over the way into it.
   */
  readonly clearances: ArrayLike<number>;
  /** At least 1: a robot that violates nothing is not in recovery. */
  readonly nViolated: number;
}

export const RECOVERY_ALLOWED = 0;
export const RECOVERY_TOO_FAST = 1;
export const RECOVERY_NEARER = 2;
export const RECOVERY_INVALID = 3;

/** The check and what it found, overwritten by each call. */
export class RecoveryLimits {
  row = -1;
  /** The joint that is too fast, or the violated thing that gets nearer. */
  index = -1;
  value = Number.NaN;
  limit = Number.NaN;

  /** RECOVERY_ALLOWED, or the first thing that forbids the motion. NaN forbids. */
  check(request: RecoveryRequest): number {
    const { nRows, nViolated, clearances } = request;
    return this.checkSpeed(request) || this.checkClearances(clearances, nRows, nViolated);
  }

  /** RECOVERY_ALLOWED, RECOVERY_TOO_FAST, or RECOVERY_INVALID for shapes that do not fit. */
  checkSpeed(motion: RecoveryMotion): number {
    const { rows, nRows, width, periodS, start } = motion;
    this.#found(-1, -1, Number.NaN, Number.NaN);
    const shaped =
      Number.isInteger(nRows) &&
      Number.isInteger(width) &&
      nRows >= 1 &&
      width >= 1 &&
      periodS > 0 &&
      rows.length >= nRows * width &&
      start.length >= width;
    if (!shaped) return RECOVERY_INVALID;
    for (let row = 0; row < nRows; row++) {
      if (!this.#slow(motion, row)) return RECOVERY_TOO_FAST;
    }
    return RECOVERY_ALLOWED;
  }

  /** RECOVERY_ALLOWED, RECOVERY_NEARER, or RECOVERY_INVALID. Arguments as in `RecoveryRequest`. */
  checkClearances(clearances: ArrayLike<number>, nRows: number, nViolated: number): number {
    this.#found(-1, -1, Number.NaN, Number.NaN);
    const shaped =
      Number.isInteger(nRows) &&
      Number.isInteger(nViolated) &&
      nRows >= 1 &&
      nViolated >= 1 &&
      clearances.length >= (nRows + 1) * nViolated;
    if (!shaped) return RECOVERY_INVALID;
    for (let k = 0; k < nViolated; k++) {
      if (!this.#recedes(clearances, nRows, nViolated, k)) return RECOVERY_NEARER;
    }
    return RECOVERY_ALLOWED;
  }

  #slow({ rows, width, periodS, start, velocityCap }: RecoveryMotion, row: number): boolean {
    for (let j = 0; j < width; j++) {
      const from = row === 0 ? start[j]! : rows[(row - 1) * width + j]!;
      const value = Math.abs(rows[row * width + j]! - from) / periodS;
      const cap = velocityCap[j]!;
      const limit = cap >= 0 && cap < Infinity ? RECOVERY_SPEED_SCALE * cap : 0;
      if (!(value <= limit)) return this.#found(row, j, value, limit);
    }
    return true;
  }

  /** Each row against the best so far, so that small steps back cannot add up. */
  #recedes(clearances: ArrayLike<number>, nRows: number, nViolated: number, k: number): boolean {
    let best = clearances[k]!;
    if (!(best - best === 0)) return this.#found(-1, k, best, Number.NaN);
    for (let row = 0; row < nRows; row++) {
      const there = clearances[(row + 1) * nViolated + k]!;
      if (!(there >= best - distanceSlackM)) return this.#found(row, k, there, best);
      best = Math.max(best, there);
    }
    return true;
  }

  #found(row: number, index: number, value: number, limit: number): false {
    this.row = row;
    this.index = index;
    this.value = value;
    this.limit = limit;
    return false;
  }
}
